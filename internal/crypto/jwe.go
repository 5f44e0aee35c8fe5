package crypto

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"strings"
	"time"

	josecipher "github.com/go-jose/go-jose/v4/cipher"
)

const (
	jweInfo      = "BetterAuth.js Generated Encryption Key"
	jweEnc       = "A256CBC-HS512"
	jweKeyLen    = 64 // bytes: 32 for HMAC, 32 for AES
	jweTagLen    = 32
	jweTolerance = 15 * time.Second // of the clock, on reading
)

// jweKey is the content key of one secret and salt.
type jweKey struct {
	id     string // RFC 7638 thumbprint of the key
	header string // protected header, base64url
	aead   cipher.AEAD
}

// EncryptJWE seals payload, a JSON object text, in a compact JWE (dir,
// A256CBC-HS512) under a key derived from the current secret and salt, and
// adds the claims iat, exp (now + ttl, whole seconds) and jti as
// [Keyring.SignJWT] does. The salt names what the token is for, such as
// "better-auth-session"; salts are constants of the program. IV and jti are
// read from rand.
func (k *Keyring) EncryptJWE(payload []byte, salt string, now time.Time, ttl time.Duration, rand io.Reader) (string, error) {
	keys, err := k.jweKeys(salt)
	if err != nil {
		return "", err
	}
	jti, err := UUID(rand)
	if err != nil {
		return "", err
	}
	plain, err := withClaims(payload, append(timeClaims(now, ttl), claim{"jti", `"` + jti + `"`}))
	if err != nil {
		return "", err
	}
	iv := make([]byte, aes.BlockSize)
	if _, err := io.ReadFull(rand, iv); err != nil {
		return "", fmt.Errorf("crypto: reading an IV: %w", err)
	}
	key := keys[0]
	box := key.aead.Seal(nil, iv, plain, []byte(key.header))
	text, tag := box[:len(box)-jweTagLen], box[len(box)-jweTagLen:]
	b64 := base64.RawURLEncoding.EncodeToString
	return key.header + ".." + b64(iv) + "." + b64(text) + "." + b64(tag), nil
}

// DecryptJWE opens a token made with the same salt and returns its payload,
// claims included. The secret is found by the token's key id; without one all
// are tried. Clocks may differ by 15 seconds. The errors are
// [ErrInvalidToken] and [ErrTokenExpired].
func (k *Keyring) DecryptJWE(token, salt string, now time.Time) ([]byte, error) {
	header, rest, _ := strings.Cut(token, ".")
	sealed, ok := strings.CutPrefix(rest, ".") // "dir" has no encrypted key
	if !ok {
		return nil, ErrInvalidToken
	}
	keys, err := k.jweKeys(salt)
	if err != nil {
		return nil, err
	}
	iv, box, ok := decodeSealed(sealed)
	if !ok {
		return nil, ErrInvalidToken
	}
	for _, key := range selectKeys(keys, header) {
		payload, err := key.aead.Open(nil, iv, box, []byte(header))
		if err != nil {
			continue
		}
		if err := checkClaims(payload, now, jweTolerance); err != nil {
			return nil, err
		}
		return payload, nil
	}
	return nil, ErrInvalidToken
}

// selectKeys returns the keys a header allows: the one it names, or all.
func selectKeys(keys []*jweKey, header string) []*jweKey {
	for i, key := range keys {
		if key.header == header {
			return keys[i : i+1]
		}
	}
	h, ok := parseHeader(header)
	if !ok || h.Alg != "dir" || h.Enc != jweEnc {
		return nil
	}
	if h.Kid == nil {
		return keys
	}
	for i, key := range keys {
		if key.id == *h.Kid {
			return keys[i : i+1]
		}
	}
	return nil
}

// decodeSealed reads iv.ciphertext.tag; box is ciphertext and tag in one.
func decodeSealed(text string) (iv, box []byte, ok bool) {
	parts := strings.Split(text, ".")
	if len(parts) != 3 {
		return nil, nil, false
	}
	iv, err := base64.RawURLEncoding.DecodeString(parts[0])
	if err != nil || len(iv) != aes.BlockSize {
		return nil, nil, false
	}
	box = make([]byte, 0, base64.RawURLEncoding.DecodedLen(len(text)))
	if box, err = base64.RawURLEncoding.AppendDecode(box, []byte(parts[1])); err != nil {
		return nil, nil, false
	}
	textLen := len(box)
	if box, err = base64.RawURLEncoding.AppendDecode(box, []byte(parts[2])); err != nil {
		return nil, nil, false
	}
	return iv, box, len(box)-textLen == jweTagLen
}

// jweKeys returns the content keys of a salt in the order of the secrets.
func (k *Keyring) jweKeys(salt string) ([]*jweKey, error) {
	if made, ok := k.salts.Load(salt); ok {
		return made.([]*jweKey), nil
	}
	var keys []*jweKey
	for _, key := range k.keys {
		made, err := newJWEKey(key.secret, salt)
		if err != nil {
			return nil, err
		}
		keys = append(keys, made)
	}
	made, _ := k.salts.LoadOrStore(salt, keys)
	return made.([]*jweKey), nil
}

func newJWEKey(secret, salt string) (*jweKey, error) {
	raw, err := hkdf.Key(sha256.New, []byte(secret), []byte(salt), jweInfo, jweKeyLen)
	if err != nil {
		return nil, fmt.Errorf("crypto: deriving a token key: %w", err)
	}
	aead, err := josecipher.NewCBCHMAC(raw, aes.NewCipher)
	if err != nil {
		return nil, fmt.Errorf("crypto: preparing a token cipher: %w", err)
	}
	b64 := base64.RawURLEncoding.EncodeToString
	id := HashToken(`{"k":"` + b64(raw) + `","kty":"oct"}`)
	header := b64([]byte(`{"alg":"dir","enc":"` + jweEnc + `","kid":"` + id + `"}`))
	return &jweKey{id: id, header: header, aead: aead}, nil
}
