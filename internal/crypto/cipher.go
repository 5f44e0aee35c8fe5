package crypto

import (
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// envelopePrefix starts a ciphertext that names its secret:
// $ba$<version>$<hex>.
const envelopePrefix = "$ba$"

// purposeSalt separates the keys of [Keyring.EncryptFor] from the secret.
const purposeSalt = "better-auth:oauth-encryption:v1"

var (
	// ErrDecrypt reports a ciphertext that is malformed, was changed, or was
	// made with another secret.
	ErrDecrypt = errors.New("crypto: cannot decrypt")
	// ErrUnknownVersion reports a ciphertext of a secret that is no longer
	// listed.
	ErrUnknownVersion = errors.New("crypto: secret version not listed")
	// ErrNoLegacySecret reports a ciphertext without a version on a keyring
	// that has no legacy secret.
	ErrNoLegacySecret = errors.New("crypto: no legacy secret for a value without a version")
)

// Encrypt seals plaintext with XChaCha20-Poly1305 under SHA-256(current
// secret) and returns hex(nonce, ciphertext, tag), behind $ba$<version>$ when
// the keyring has a list of secrets. The 24-byte nonce is read from rand.
func (k *Keyring) Encrypt(plaintext string, rand io.Reader) (string, error) {
	key := k.current()
	size := key.aead.NonceSize()
	box := make([]byte, size, size+len(plaintext)+key.aead.Overhead())
	if _, err := io.ReadFull(rand, box); err != nil {
		return "", fmt.Errorf("crypto: reading a nonce: %w", err)
	}
	box = key.aead.Seal(box, box, []byte(plaintext), nil)
	if !k.versioned {
		return hex.EncodeToString(box), nil
	}
	return envelopePrefix + strconv.Itoa(key.version) + "$" + hex.EncodeToString(box), nil
}

// Decrypt opens what [Keyring.Encrypt] made under any listed secret. Its
// errors are [ErrDecrypt], [ErrUnknownVersion] and [ErrNoLegacySecret].
func (k *Keyring) Decrypt(ciphertext string) (string, error) {
	if k.versioned {
		if version, body, ok := parseEnvelope(ciphertext); ok {
			return k.decryptVersion(version, body)
		}
	}
	if k.legacy == nil {
		return "", ErrNoLegacySecret
	}
	return k.legacy.decrypt(ciphertext)
}

func (k *Keyring) decryptVersion(version int, body string) (string, error) {
	for _, key := range k.keys {
		if key.version == version {
			return key.decrypt(body)
		}
	}
	return "", fmt.Errorf("%w: %d", ErrUnknownVersion, version)
}

func (k *key) decrypt(text string) (string, error) {
	box, err := hex.DecodeString(text)
	if err != nil || len(box) < k.aead.NonceSize() {
		return "", ErrDecrypt
	}
	nonce, sealed := box[:k.aead.NonceSize()], box[k.aead.NonceSize():]
	plain, err := k.aead.Open(sealed[:0], nonce, sealed, nil)
	if err != nil {
		return "", ErrDecrypt
	}
	return string(plain), nil
}

// parseEnvelope splits $ba$<version>$<body>.
func parseEnvelope(text string) (version int, body string, ok bool) {
	rest, ok := strings.CutPrefix(text, envelopePrefix)
	if !ok {
		return 0, "", false
	}
	number, body, ok := strings.Cut(rest, "$")
	if !ok {
		return 0, "", false
	}
	version, err := strconv.Atoi(number)
	return version, body, err == nil && version >= 0
}

// EncryptFor is [Keyring.Encrypt] under keys that serve one purpose only, so
// that a value sealed for one purpose cannot be opened for another. Purposes
// are constants of the program, such as "oauth-state-cookie".
func (k *Keyring) EncryptFor(purpose, plaintext string, rand io.Reader) (string, error) {
	derived, err := k.purpose(purpose)
	if err != nil {
		return "", err
	}
	return derived.Encrypt(plaintext, rand)
}

// DecryptFor opens what [Keyring.EncryptFor] made for the same purpose.
func (k *Keyring) DecryptFor(purpose, ciphertext string) (string, error) {
	derived, err := k.purpose(purpose)
	if err != nil {
		return "", err
	}
	return derived.Decrypt(ciphertext)
}

// purpose returns the keyring whose secrets are derived for one purpose.
func (k *Keyring) purpose(purpose string) (*Keyring, error) {
	if made, ok := k.purposes.Load(purpose); ok {
		return made.(*Keyring), nil
	}
	derived := &Keyring{versioned: k.versioned}
	for _, base := range k.keys {
		secret, err := purposeSecret(base.secret, purpose)
		if err != nil {
			return nil, err
		}
		if err := derived.add(Secret{Version: base.version, Value: secret}); err != nil {
			return nil, err
		}
		if base == k.legacy {
			derived.legacy = derived.keys[len(derived.keys)-1]
		}
	}
	made, _ := k.purposes.LoadOrStore(purpose, derived)
	return made.(*Keyring), nil
}

// purposeSecret derives the secret of a purpose; it is used as the 64
// characters of its hex text.
func purposeSecret(secret, purpose string) (string, error) {
	raw, err := hkdf.Key(sha256.New, []byte(secret), []byte(purposeSalt), "better-auth:"+purpose+":v1", sha256.Size)
	if err != nil {
		return "", fmt.Errorf("crypto: deriving a purpose key: %w", err)
	}
	return hex.EncodeToString(raw), nil
}
