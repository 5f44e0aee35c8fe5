package crypto

import (
	"crypto/cipher"
	"crypto/sha256"
	"fmt"
	"sync"

	"golang.org/x/crypto/chacha20poly1305"
)

// Keyring signs and encrypts with the current secret and opens what any of
// its secrets made. It is immutable and safe for concurrent use.
type Keyring struct {
	keys      []*key // current first, then the older ones, then the legacy one
	versioned bool   // ciphertexts carry the version of their secret
	legacy    *key   // opens ciphertexts without a version; may be nil
	purposes  sync.Map
	salts     sync.Map
}

// key is one secret with everything that is computed from it once.
type key struct {
	version int
	secret  string
	macs    macPool
	aead    cipher.AEAD
}

// NewKeyring builds a keyring.
//
// With an empty list legacy is the one secret, and encrypted values carry no
// version. Otherwise the first of secrets is current, encrypted values name
// the version of their secret, and legacy (it may be empty) still opens what
// was made before the list was introduced. [DefaultSecret] is never accepted
// as the legacy secret of a list.
func NewKeyring(secrets []Secret, legacy string) (*Keyring, error) {
	if len(secrets) == 0 {
		return singleKeyring(legacy)
	}
	k := &Keyring{versioned: true}
	seen := map[int]bool{}
	for _, s := range secrets {
		switch {
		case s.Version < 0:
			return nil, fmt.Errorf("crypto: secret version %d is negative", s.Version)
		case s.Value == "":
			return nil, fmt.Errorf("crypto: the value of %v is empty: %w", s, ErrNoSecret)
		case seen[s.Version]:
			return nil, fmt.Errorf("crypto: %v is listed twice", s)
		}
		seen[s.Version] = true
		if err := k.add(s); err != nil {
			return nil, err
		}
	}
	if err := k.addLegacy(legacy); err != nil {
		return nil, err
	}
	return k, nil
}

func singleKeyring(secret string) (*Keyring, error) {
	if secret == "" {
		return nil, ErrNoSecret
	}
	k := &Keyring{}
	if err := k.add(Secret{Value: secret}); err != nil {
		return nil, err
	}
	k.legacy = k.keys[0]
	return k, nil
}

func (k *Keyring) add(s Secret) error {
	made, err := newKey(s)
	if err != nil {
		return err
	}
	k.keys = append(k.keys, made)
	return nil
}

// addLegacy sets the secret for values without a version. A legacy secret
// that is also listed is not tried twice.
func (k *Keyring) addLegacy(secret string) error {
	if secret == "" || secret == DefaultSecret {
		return nil
	}
	for _, listed := range k.keys {
		if listed.secret == secret {
			k.legacy = listed
			return nil
		}
	}
	if err := k.add(Secret{Version: -1, Value: secret}); err != nil {
		return err
	}
	k.legacy = k.keys[len(k.keys)-1]
	return nil
}

func newKey(s Secret) (*key, error) {
	digest := sha256.Sum256([]byte(s.Value))
	aead, err := chacha20poly1305.NewX(digest[:])
	if err != nil {
		return nil, fmt.Errorf("crypto: preparing a cipher: %w", err)
	}
	made := &key{version: s.Version, secret: s.Value, aead: aead}
	made.macs.init(s.Value)
	return made, nil
}

func (k *Keyring) current() *key { return k.keys[0] }
