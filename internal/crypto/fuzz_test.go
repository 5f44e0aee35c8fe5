package crypto_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth/internal/crypto"
)

func FuzzOpenValue(f *testing.F) {
	k := keyring(f, oldSecret.Value, newSecret)
	for _, s := range []string{"", ".", "a.b", k.SignValue("token"), "a." + k.Sign("a")[:43] + "\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if v, _, ok := k.OpenValue(s); ok && s[:len(v)+1] != v+"." {
			t.Errorf("OpenValue(%q) = %q", s, v)
		}
		k.VerifyURL("x", s)
	})
}

func FuzzVerifyJWT(f *testing.F) {
	k := keyring(f, oldSecret.Value, newSecret)
	token, err := k.SignJWT([]byte(`{"a":1}`), now, time.Hour)
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{"", "..", "a.b.c", token, token + "=", "eyJhbGciOiJub25lIn0.e30."} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if payload, err := k.VerifyJWT(s, now); (err == nil) != (len(payload) > 0) {
			t.Errorf("VerifyJWT(%q) = %q, %v", s, payload, err)
		}
	})
}

// FuzzSignJWT feeds payloads of any text: of a JSON object the token must
// verify, and its payload must be JSON again.
func FuzzSignJWT(f *testing.F) {
	k := keyring(f, oldSecret.Value)
	for _, s := range []string{"", "{}", "{ }", `{"iat":1}`, `{"exp":{"a":[]},"iat":"x"}`, `{"iat":1,"exp":2,"exp":3}`, `{"a":"\"exp\""}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		token, err := k.SignJWT([]byte(s), now, time.Hour)
		isObject := json.Valid([]byte(s)) && strings.HasPrefix(strings.TrimSpace(s), "{")
		if isObject && err != nil {
			t.Errorf("SignJWT(%q): %v", s, err)
		}
		if !isObject || strings.Contains(s, `"nbf"`) {
			return
		}
		if payload, err := k.VerifyJWT(token, now); err != nil || !json.Valid(payload) {
			t.Errorf("%q: VerifyJWT = %q, %v", s, payload, err)
		}
	})
}

func FuzzDecryptJWE(f *testing.F) {
	k := keyring(f, oldSecret.Value, newSecret)
	token, err := k.EncryptJWE([]byte(`{"a":1}`), "s", now, time.Hour, zeros{})
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{"", "....", "e30....", token, token[:len(token)-1], "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2Q0JDLUhTNTEyIn0..AAAAAAAAAAAAAAAAAAAAAA.." + token[len(token)-43:]} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if payload, err := k.DecryptJWE(s, "s", now); (err == nil) != (len(payload) > 0) {
			t.Errorf("DecryptJWE(%q) = %q, %v", s, payload, err)
		}
	})
}

func FuzzDecrypt(f *testing.F) {
	one, listed := keyring(f, oldSecret.Value), keyring(f, oldSecret.Value, newSecret)
	sealed, err := listed.Encrypt("x", zeros{})
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{"", "$ba$", "$ba$2$", "$ba$99999999999999999999$00", "00", "zz", sealed, sealed[5:]} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, k := range []*crypto.Keyring{one, listed} {
			if plain, err := k.Decrypt(s); err == nil && plain != "x" || err != nil && plain != "" {
				t.Errorf("Decrypt(%q) = %q, %v", s, plain, err)
			}
		}
	})
}

func FuzzVerifyPassword(f *testing.F) {
	p := crypto.NewPasswords(zeros{}, 1)
	f.Add("", "")
	f.Add(stored, "password1234")
	f.Add("a:b:c", "\xff")
	f.Fuzz(func(t *testing.T, hash, password string) {
		parts := strings.Split(hash, ":")
		malformed := len(parts) < 2 || parts[0] == "" || parts[1] == ""
		ok, err := p.Verify(t.Context(), hash, password)
		if ok && malformed || errors.Is(err, crypto.ErrInvalidHash) != malformed {
			t.Errorf("Verify(%q, %q) = %v, %v", hash, password, ok, err)
		}
	})
}

func FuzzParseSecrets(f *testing.F) {
	for _, s := range []string{"", "1:a", " 2 : abc , 1:d:e ", "1:", ",", "+1:a"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		list, err := crypto.ParseSecrets(s)
		if err != nil && list != nil {
			t.Errorf("ParseSecrets(%q) = %v, %v", s, list, err)
		}
		for _, secret := range list {
			if secret.Version < 0 || secret.Value == "" {
				t.Errorf("ParseSecrets(%q) = %v", s, list)
			}
		}
	})
}
