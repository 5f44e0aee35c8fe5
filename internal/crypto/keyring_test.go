package crypto_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth/internal/crypto"
)

var (
	oldSecret = crypto.Secret{Version: 1, Value: "old-secret-0123456789-abcdefghijklmnopq"}
	newSecret = crypto.Secret{Version: 2, Value: "new-secret-0123456789-abcdefghijklmnopq"}
	now       = time.Date(2026, 1, 2, 3, 4, 5, 678e6, time.UTC)
)

func seeded() io.Reader { return rand.NewChaCha8([32]byte{1}) }

func TestRotation(t *testing.T) {
	t.Parallel()
	before := keyring(t, oldSecret.Value)
	listed := keyring(t, "", newSecret, oldSecret)
	legacy := keyring(t, oldSecret.Value, newSecret)
	other := keyring(t, newSecret.Value)

	signed := before.SignValue("token")
	jwt, err := before.SignJWT([]byte(`{"a":1}`), now, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	jwe, err := before.EncryptJWE([]byte(`{"a":1}`), "salt", now, time.Hour, seeded())
	if err != nil {
		t.Fatal(err)
	}
	for name, k := range map[string]*crypto.Keyring{"listed": listed, "legacy": legacy} {
		if v, current, ok := k.OpenValue(signed); v != "token" || current || !ok {
			t.Errorf("%s: OpenValue = %q, %v, %v", name, v, current, ok)
		}
		if v, current, ok := k.OpenValue(k.SignValue("token")); v != "token" || !current || !ok {
			t.Errorf("%s: own OpenValue = %q, %v, %v", name, v, current, ok)
		}
		if !k.VerifyURL("token", before.SignURL("token")) {
			t.Errorf("%s: VerifyURL refused", name)
		}
		if _, err := k.VerifyJWT(jwt, now); err != nil {
			t.Errorf("%s: VerifyJWT: %v", name, err)
		}
		if _, err := k.DecryptJWE(jwe, "salt", now); err != nil {
			t.Errorf("%s: DecryptJWE: %v", name, err)
		}
	}
	if _, _, ok := other.OpenValue(signed); ok {
		t.Error("a secret that is not listed opened a value")
	}
	if _, err := other.VerifyJWT(jwt, now); !errors.Is(err, crypto.ErrInvalidToken) {
		t.Errorf("a secret that is not listed verified a JWT: %v", err)
	}
	if _, err := other.DecryptJWE(jwe, "salt", now); !errors.Is(err, crypto.ErrInvalidToken) {
		t.Errorf("a secret that is not listed opened a JWE: %v", err)
	}
}

func TestEncryptRoundTrip(t *testing.T) {
	t.Parallel()
	before, after := keyring(t, oldSecret.Value), keyring(t, oldSecret.Value, newSecret)
	for _, k := range []*crypto.Keyring{before, after} {
		for _, plain := range []string{"", "x", "ünïcode ✓ 😀"} {
			sealed, err := k.Encrypt(plain, seeded())
			if err != nil {
				t.Fatal(err)
			}
			if k == after != strings.HasPrefix(sealed, "$ba$2$") {
				t.Errorf("envelope of %s", sealed)
			}
			if got, err := after.Decrypt(sealed); got != plain || err != nil {
				t.Errorf("Decrypt = %q, %v", got, err)
			}
			if sealed, err = k.EncryptFor("p", plain, seeded()); err != nil {
				t.Fatal(err)
			}
			if got, err := after.DecryptFor("p", sealed); got != plain || err != nil {
				t.Errorf("DecryptFor = %q, %v", got, err)
			}
			if _, err := after.Decrypt(sealed); !errors.Is(err, crypto.ErrDecrypt) {
				t.Errorf("a value for a purpose opened without it: %v", err)
			}
		}
	}
	if _, err := before.Encrypt("x", bytes.NewReader(nil)); !errors.Is(err, io.EOF) {
		t.Errorf("Encrypt without randomness: %v", err)
	}
	if _, err := before.EncryptJWE([]byte("{}"), "s", now, time.Hour, bytes.NewReader(nil)); !errors.Is(err, io.EOF) {
		t.Errorf("EncryptJWE without randomness: %v", err)
	}
}

func TestOpenValueRefuses(t *testing.T) {
	t.Parallel()
	k := keyring(t, oldSecret.Value)
	good := k.SignValue("token")
	flip := func(i int) string {
		b := []byte(good)
		b[i] ^= 1
		return string(b)
	}
	for _, s := range []string{
		"", ".", "token", "token.", good[:len(good)-1], good + "=", good + " ", "x" + good, good[5:],
		flip(0), flip(6), flip(20), strings.ReplaceAll(good, "=", "A"), "." + k.Sign(""),
		"token." + strings.Repeat("*", 43) + "=", "token." + strings.Repeat("\n", 43) + "=",
	} {
		if v, current, ok := k.OpenValue(s); v != "" || current || ok {
			t.Errorf("OpenValue(%q) = %q, %v, %v", s, v, current, ok)
		}
	}
}

func TestNewKeyringErrors(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		secrets []crypto.Secret
		legacy  string
		noValue bool
	}{
		"nothing":          {nil, "", true},
		"empty value":      {[]crypto.Secret{newSecret, {Version: 1}}, "", true},
		"negative version": {[]crypto.Secret{{Version: -1, Value: "x"}}, "", false},
		"double version":   {[]crypto.Secret{newSecret, newSecret}, "", false},
	}
	for name, c := range cases {
		k, err := crypto.NewKeyring(c.secrets, c.legacy)
		if k != nil || err == nil || errors.Is(err, crypto.ErrNoSecret) != c.noValue {
			t.Errorf("%s: %v, %v", name, k, err)
		}
		if err != nil && strings.Contains(err.Error(), newSecret.Value) {
			t.Errorf("%s: the error shows a secret", name)
		}
	}
	if got := fmt.Sprintf("%v %+v %#v", newSecret, newSecret, newSecret); strings.Contains(got, newSecret.Value) {
		t.Errorf("a printed secret shows its value: %s", got)
	}
	listed := keyring(t, crypto.DefaultSecret, newSecret)
	if _, _, ok := listed.OpenValue(keyring(t, crypto.DefaultSecret).SignValue("x")); ok {
		t.Error("the public default was accepted as legacy secret")
	}
}

func TestCheckSecret(t *testing.T) {
	t.Parallel()
	cases := []struct {
		secret string
		want   []error
	}{
		{"", []error{crypto.ErrNoSecret}},
		{"short", []error{crypto.ErrShortSecret, crypto.ErrWeakSecret}},
		{strings.Repeat("a", 100), []error{crypto.ErrWeakSecret}},
		{crypto.DefaultSecret, []error{crypto.ErrDefaultSecret}},
		{"abcdefghijklmnopqrstuvwxyz01234", []error{crypto.ErrShortSecret}},
		{"abcdefghijklmnopqrstuvwxyz012345", nil},
		{strings.Repeat("😀", 15) + "ab", []error{crypto.ErrWeakSecret}},
	}
	all := []error{crypto.ErrNoSecret, crypto.ErrDefaultSecret, crypto.ErrShortSecret, crypto.ErrWeakSecret}
	for _, c := range cases {
		err := crypto.CheckSecret(c.secret)
		for _, fact := range all {
			want := false
			for _, w := range c.want {
				want = want || w == fact
			}
			if errors.Is(err, fact) != want {
				t.Errorf("%q: %v, is %q: want %v", c.secret, err, fact, want)
			}
		}
	}
}

func TestJWTClaims(t *testing.T) {
	t.Parallel()
	k := keyring(t, oldSecret.Value)
	cases := []struct{ payload, want string }{
		{`{}`, `{"iat":1767323045,"exp":1767323105}`},
		{`{"b":1,"a":1.50}`, `{"b":1,"a":1.50,"iat":1767323045,"exp":1767323105}`},
		{`{"exp":1,"a":"<&>\u2028","iat":2}`, `{"exp":1767323105,"a":"<&>\u2028","iat":1767323045}`},
		{`{"\u0061<":"x","iat":[1, 2],"b":{"exp":3}}`, `{"\u0061<":"x","iat":1767323045,"b":{"exp":3},"exp":1767323105}`},
		{`{"exp":1,"exp":2}`, `{"exp":1767323105,"exp":1767323105,"iat":1767323045}`},
		{`{"a":"\"iat\""}`, `{"a":"\"iat\"","iat":1767323045,"exp":1767323105}`},
	}
	for _, c := range cases {
		token, err := k.SignJWT([]byte(c.payload), now, time.Minute)
		if err != nil {
			t.Errorf("%s: %v", c.payload, err)
			continue
		}
		if got, err := k.VerifyJWT(token, now); string(got) != c.want || err != nil {
			t.Errorf("%s: %s, %v", c.payload, got, err)
		}
		if _, err := k.VerifyJWT(token, now.Add(time.Minute)); !errors.Is(err, crypto.ErrTokenExpired) {
			t.Errorf("%s: after its expiry: %v", c.payload, err)
		}
	}
	for _, bad := range []string{"", "[]", "null", "{", "}", `{"iat"}`, `{"iat":}`} {
		if token, err := k.SignJWT([]byte(bad), now, time.Minute); err == nil {
			t.Errorf("SignJWT(%q) = %s", bad, token)
		}
	}
}

func TestKeyringIsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	k := keyring(t, oldSecret.Value, newSecret)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			value := fmt.Sprint("value", i)
			if v, _, ok := k.OpenValue(k.SignValue(value)); v != value || !ok {
				t.Errorf("OpenValue = %q, %v", v, ok)
			}
			salt := fmt.Sprint("salt", i%2)
			token, err := k.EncryptJWE([]byte(`{}`), salt, now, time.Hour, zeros{})
			if err != nil {
				t.Error(err)
			}
			if _, err := k.DecryptJWE(token, salt, now); err != nil {
				t.Error(err)
			}
			sealed, err := k.EncryptFor(salt, value, zeros{})
			if err != nil {
				t.Error(err)
			}
			if got, err := k.DecryptFor(salt, sealed); got != value || err != nil {
				t.Errorf("DecryptFor = %q, %v", got, err)
			}
		})
	}
	wg.Wait()
}
