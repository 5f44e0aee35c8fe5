package idtoken_test

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth/internal/conformance/idtoken"
)

func sign(t *testing.T, s idtoken.Spec) string {
	t.Helper()
	text := strings.TrimSuffix(strings.TrimPrefix(s.Placeholder(), "{{idtoken."), "}}")
	token, err := idtoken.Sign(text, time.Unix(1000, 0))
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// TestSign verifies tokens with the published key.
func TestSign(t *testing.T) {
	t.Parallel()
	good := sign(t, idtoken.Spec{Claims: map[string]any{"exp": 60, "nbf": "soon"}})
	if payload := decode(t, strings.Split(good, ".")[1]); payload != `{"exp":1060,"nbf":"soon"}` {
		t.Errorf("payload %s", payload)
	}
	if err := verify(t, good); err != nil {
		t.Error(err)
	}
	if verify(t, sign(t, idtoken.Spec{Claims: map[string]any{"sub": "a"}, Tampered: true})) == nil {
		t.Error("a tampered token is accepted")
	}
}

func verify(t *testing.T, token string) error {
	t.Helper()
	var set struct {
		Keys []struct{ Kid, N string }
	}
	if err := json.Unmarshal(idtoken.Keys, &set); err != nil || set.Keys[0].Kid != idtoken.KeyID {
		t.Fatalf("keys %v, %v", set, err)
	}
	key := &rsa.PublicKey{N: new(big.Int).SetBytes([]byte(decode(t, set.Keys[0].N))), E: 65537}
	at := strings.LastIndex(token, ".")
	sum := sha256.Sum256([]byte(token[:at]))
	return rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], []byte(decode(t, token[at+1:])))
}

func decode(t *testing.T, text string) string {
	t.Helper()
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestHeader(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]string{
		`{}`:             `{"alg":"RS256","kid":"key-1"}`,
		`{"kid":null}`:   `{"alg":"RS256"}`,
		`{"alg":"none"}`: `{"alg":"none","kid":"key-1"}`,
	} {
		var h map[string]any
		if err := json.Unmarshal([]byte(header), &h); err != nil {
			t.Fatal(err)
		}
		token := sign(t, idtoken.Spec{Header: h, Claims: map[string]any{}})
		jws := strings.Split(token, ".")
		if got := decode(t, jws[0]); got != want {
			t.Errorf("%s gives %s", header, got)
		}
		if unsigned := jws[2] == ""; unsigned != strings.Contains(header, "none") {
			t.Errorf("%s: signature %q", header, jws[2])
		}
	}
	for _, bad := range []string{"%", "eA"} {
		if _, err := idtoken.Sign(bad, time.Time{}); err == nil {
			t.Errorf("%q is accepted", bad)
		}
	}
}
