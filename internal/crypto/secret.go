package crypto

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf16"
)

// DefaultSecret is the secret better-auth falls back to outside production.
// It is public, so it protects nothing.
const DefaultSecret = "better-auth-secret-12345678901234567890"

const (
	minSecretLength  = 32  // UTF-16 code units
	minSecretEntropy = 120 // bits, by the estimate of CheckSecret
)

var (
	// ErrNoSecret reports that neither a secret nor a list of secrets is set.
	ErrNoSecret = errors.New("crypto: no secret")
	// ErrDefaultSecret reports that the secret is [DefaultSecret].
	ErrDefaultSecret = errors.New("crypto: the secret is the public default")
	// ErrShortSecret reports a secret below 32 characters.
	ErrShortSecret = errors.New("crypto: the secret is shorter than 32 characters")
	// ErrWeakSecret reports a secret that repeats too few characters.
	ErrWeakSecret = errors.New("crypto: the secret has low entropy")
)

// Secret is one entry of a rotation list. Version names it inside encrypted
// values; it is unique in the list and not negative.
type Secret struct {
	Version int
	Value   string
}

// String hides the value, so that a Secret can be printed.
func (s Secret) String() string { return fmt.Sprintf("secret version %d", s.Version) }

// GoString hides the value as [Secret.String] does.
func (s Secret) GoString() string { return s.String() }

// ParseSecrets reads the form of the environment variable
// BETTER_AUTH_SECRETS: a comma list of version:secret, the current one first.
// An empty text is an empty list.
func ParseSecrets(env string) ([]Secret, error) {
	if env == "" {
		return nil, nil
	}
	var list []Secret
	for i, entry := range strings.Split(env, ",") {
		secret, err := parseSecret(strings.TrimSpace(entry), i+1)
		if err != nil {
			return nil, err
		}
		list = append(list, secret)
	}
	return list, nil
}

func parseSecret(entry string, position int) (Secret, error) {
	number, value, found := strings.Cut(entry, ":")
	if !found {
		//lint:ignore ST1005 the text is the reference's, which operators know
		return Secret{}, fmt.Errorf("Invalid BETTER_AUTH_SECRETS entry at position %d. Expected format: \"<version>:<secret>\"", position)
	}
	version, err := strconv.Atoi(strings.TrimSpace(number))
	if err != nil || version < 0 {
		//lint:ignore ST1005 the text is the reference's, which operators know
		return Secret{}, fmt.Errorf("Invalid version in BETTER_AUTH_SECRETS entry at position %d. Version must be a non-negative integer.", position)
	}
	value = strings.TrimSpace(value)
	if value == "" {
		//lint:ignore ST1005 the text is the reference's, which operators know
		return Secret{}, fmt.Errorf("Empty secret value for version %d in BETTER_AUTH_SECRETS.", version)
	}
	return Secret{Version: version, Value: value}, nil
}

// CheckSecret returns every weakness of a secret, joined: [ErrNoSecret],
// [ErrDefaultSecret], [ErrShortSecret] and [ErrWeakSecret], or nil. Which of
// them is fatal is the caller's choice; the reference warns about the last two
// and refuses the default in production only.
func CheckSecret(secret string) error {
	if secret == "" {
		return ErrNoSecret
	}
	var faults []error
	if secret == DefaultSecret {
		faults = append(faults, ErrDefaultSecret)
	}
	length := len(utf16.Encode([]rune(secret)))
	if length < minSecretLength {
		faults = append(faults, ErrShortSecret)
	}
	if entropy(secret, length) < minSecretEntropy {
		faults = append(faults, ErrWeakSecret)
	}
	return errors.Join(faults...)
}

// entropy estimates the bits of a text as length times log2 of the number of
// different characters in it.
func entropy(text string, length int) float64 {
	seen := map[rune]bool{}
	for _, r := range text {
		seen[r] = true
	}
	return float64(length) * math.Log2(float64(len(seen)))
}
