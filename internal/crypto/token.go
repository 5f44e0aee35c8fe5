package crypto

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"

	"github.com/google/uuid"
)

// Alphabets of the random strings that are stored or sent.
const (
	Digits       = "0123456789"                       // one-time codes
	Letters      = lower + upper                      // magic links
	LowerNumeric = Digits + lower                     // delete-account tokens
	AlphaNumeric = lower + upper + Digits             // ids, session tokens, reset tokens
	URLSafe      = lower + Digits + upper + "-" + "_" // OAuth state, code verifiers, the default

	lower = "abcdefghijklmnopqrstuvwxyz"
	upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
)

var errAlphabet = errors.New("crypto: a random string needs a positive length and an alphabet of 1 to 256 characters")

// RandomString returns n characters of an ASCII alphabet, each equally
// likely: bytes that would favour the first characters are thrown away.
func RandomString(r io.Reader, n int, alphabet string) (string, error) {
	if n <= 0 || alphabet == "" || len(alphabet) > 256 {
		return "", errAlphabet
	}
	limit := 256 - 256%len(alphabet)
	out := make([]byte, 0, n)
	buf := make([]byte, n+n/4)
	for {
		if _, err := io.ReadFull(r, buf); err != nil {
			return "", fmt.Errorf("crypto: reading random bytes: %w", err)
		}
		for _, b := range buf {
			if int(b) >= limit {
				continue
			}
			out = append(out, alphabet[int(b)%len(alphabet)])
			if len(out) == n {
				return string(out), nil
			}
		}
	}
}

// UUID returns a random (version 4) UUID as text.
func UUID(r io.Reader) (string, error) {
	id, err := uuid.NewRandomFromReader(r)
	if err != nil {
		return "", fmt.Errorf("crypto: reading random bytes: %w", err)
	}
	return id.String(), nil
}

// HashToken returns the stored form of a token that is kept hashed: SHA-256
// in base64url without padding.
func HashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// ReserveID returns the id of the verification row that reserves identifier.
// It is the same for every caller, so the primary key lets only one insert it.
func ReserveID(identifier string) string { return HashToken("reserve:" + identifier) }

// ReserveUUID is [ReserveID] for databases whose ids are UUIDs.
func ReserveUUID(identifier string) string {
	sum := sha256.Sum256([]byte("reserve:" + identifier))
	id := uuid.UUID(sum[:16])
	id[6] = id[6]&0x0f | 0x50
	id[8] = id[8]&0x3f | 0x80
	return id.String()
}
