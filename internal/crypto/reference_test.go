package crypto_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/betterauth-go/betterauth/internal/crypto"
)

// token is a token and what the reference reads from it: a payload, or
// nothing when it refuses the token.
type token struct {
	Name, Token string
	Payload     *string
}

type reference struct {
	JWE, JWT []token
	Password map[string]bool // stored hash: does "password1234" match
}

func loadReference(t testing.TB) *reference {
	t.Helper()
	text, err := os.ReadFile("testdata/reference.json")
	if err != nil {
		t.Fatal(err)
	}
	r := new(reference)
	if err := json.Unmarshal(text, r); err != nil {
		t.Fatal(err)
	}
	return r
}

// TestTokensLikeReference checks that tokens with unusual headers and claims
// are taken and refused as the reference does.
func TestTokensLikeReference(t *testing.T) {
	t.Parallel()
	v, r := load(t), loadReference(t)
	check := func(x token, payload []byte, err error) {
		t.Helper()
		switch {
		case x.Payload == nil && err == nil:
			t.Errorf("%s: accepted as %s", x.Name, payload)
		case x.Payload != nil && (err != nil || string(payload) != *x.Payload):
			t.Errorf("%s: %s, %v; want %s", x.Name, payload, err, *x.Payload)
		}
	}
	for _, x := range r.JWE {
		payload, err := rotated(t, v).DecryptJWE(x.Token, "better-auth-session", v.FrozenTime)
		check(x, payload, err)
	}
	for _, x := range r.JWT {
		payload, err := single(t, v).VerifyJWT(x.Token, v.FrozenTime)
		check(x, payload, err)
	}
}

func TestStoredHashesLikeReference(t *testing.T) {
	t.Parallel()
	p := crypto.NewPasswords(zeros{}, 1)
	for hash, want := range loadReference(t).Password {
		if got, err := p.Verify(t.Context(), hash, "password1234"); got != want || err != nil {
			t.Errorf("Verify(%s) = %v, %v; want %v", hash, got, err, want)
		}
	}
}
