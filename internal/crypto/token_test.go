package crypto_test

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/betterauth-go/betterauth/internal/crypto"
)

func TestRandomStringIsUnbiased(t *testing.T) {
	t.Parallel()
	// Every byte value once: of an alphabet of 62 the bytes from 248 up must
	// be thrown away, so that each character comes exactly four times.
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	got, err := crypto.RandomString(bytes.NewReader(append(all, make([]byte, 256)...)), 248, crypto.AlphaNumeric)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range crypto.AlphaNumeric {
		if n := strings.Count(got, string(c)); n != 4 {
			t.Errorf("%c comes %d times", c, n)
		}
	}
}

func TestRandomStringAlphabets(t *testing.T) {
	t.Parallel()
	cases := map[string]string{
		crypto.Digits:       `^[0-9]{500}$`,
		crypto.Letters:      `^[a-zA-Z]{500}$`,
		crypto.LowerNumeric: `^[0-9a-z]{500}$`,
		crypto.AlphaNumeric: `^[a-zA-Z0-9]{500}$`,
		crypto.URLSafe:      `^[a-z0-9A-Z\-_]{500}$`,
	}
	for alphabet, pattern := range cases {
		got, err := crypto.RandomString(seeded(), 500, alphabet)
		if err != nil || !regexp.MustCompile(pattern).MatchString(got) {
			t.Errorf("%s: %s, %v", alphabet, got, err)
		}
		for _, c := range alphabet {
			if strings.Count(alphabet, string(c)) != 1 {
				t.Errorf("%s has %c twice", alphabet, c)
			}
		}
	}
}

func TestRandomErrors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		n        int
		alphabet string
	}{{0, "ab"}, {-1, "ab"}, {1, ""}, {1, strings.Repeat("a", 257)}} {
		if got, err := crypto.RandomString(zeros{}, c.n, c.alphabet); err == nil {
			t.Errorf("RandomString(%d, %.10q) = %q", c.n, c.alphabet, got)
		}
	}
	if _, err := crypto.RandomString(bytes.NewReader(nil), 4, "ab"); !errors.Is(err, io.EOF) {
		t.Errorf("RandomString without randomness: %v", err)
	}
	if _, err := crypto.UUID(bytes.NewReader(nil)); !errors.Is(err, io.EOF) {
		t.Errorf("UUID without randomness: %v", err)
	}
}

func TestUUID(t *testing.T) {
	t.Parallel()
	if got, err := crypto.UUID(zeros{}); got != "00000000-0000-4000-8000-000000000000" || err != nil {
		t.Errorf("UUID = %s, %v", got, err)
	}
}
