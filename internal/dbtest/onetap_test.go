package dbtest

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"math/big"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/plugin/lastloginmethod"
	"github.com/betterauth-go/betterauth/plugin/onetap"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
)

// googleKey stands for Google: it signs tokens and answers for their key.
type googleKey struct{ *rsa.PrivateKey }

var google = sync.OnceValue(func() googleKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return googleKey{key}
})

// Do implements plugin.HTTPClient.
func (g googleKey) Do(r *http.Request) (*http.Response, error) {
	encode := base64.RawURLEncoding.EncodeToString
	text, err := json.Marshal(map[string]any{"keys": []any{map[string]string{
		"kty": "RSA", "kid": "1", "n": encode(g.N.Bytes()), "e": encode(big.NewInt(int64(g.E)).Bytes()),
	}}})
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(text)), Request: r}, err
}

// token is an ID token of a person for the client "tap".
func (g googleKey) token(t *testing.T, kit *plugintest.Kit, email string) string {
	t.Helper()
	now := kit.Clock.Now().Unix()
	payload, err := json.Marshal(map[string]any{
		"iss": "https://accounts.google.com", "aud": "tap", "sub": "id of " + email, "iat": now, "exp": now + 600,
		"email": email, "email_verified": true, "name": "N",
	})
	if err != nil {
		t.Fatal(err)
	}
	encode := base64.RawURLEncoding.EncodeToString
	signed := encode([]byte(`{"alg":"RS256","kid":"1"}`)) + "." + encode(payload)
	sum := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPKCS1v15(nil, g.PrivateKey, crypto.SHA256, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	return signed + "." + encode(signature)
}

func withOneTap(t *testing.T, db database, last lastloginmethod.Options) *plugintest.Kit {
	t.Helper()
	kit := plugintest.New(t, plugintest.With(onetap.New(onetap.Options{ClientID: "tap"}), lastloginmethod.New(last)), func(c *betterauth.Config) {
		c.Database, c.HTTPClient = db, google()
	})
	if err := kit.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return kit
}

// TestOneTapRows shows what a sign-in with One Tap stores, and the column of the last login method.
func TestOneTapRows(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db database) {
		kit := withOneTap(t, db, lastloginmethod.Options{StoreInDatabase: true, Column: "last_method"})
		kit.SignUp("ann@example.com")
		last := func() string {
			return strings.Join(db.query(t, `SELECT email || ' ' || coalesce(last_method, '-') FROM "user" ORDER BY email`), ", ")
		}
		if got := last(); got != "ann@example.com email" {
			t.Errorf("after sign-up: %s", got)
		}
		token := google().token(t, kit, "Bob@example.com")
		bob := kit.Client()
		for range 2 {
			bob.Post("/one-tap/callback", map[string]string{"idToken": token}).Expect(http.StatusOK)
		}
		account := strings.Join(db.query(t, `SELECT "providerId" || ' ' || "accountId" || ' ' || scope || ' ' || "idToken" FROM account WHERE "providerId" <> 'credential'`), ", ")
		if account != "google id of Bob@example.com openid,profile,email "+token {
			t.Errorf("accounts %s", account)
		}
		if got := last(); got != "ann@example.com email, bob@example.com google" || bob.SignedIn() != "bob@example.com" {
			t.Errorf("after One Tap: %s", got)
		}
	})
}

// TestOneTapRace sends one token many times at once: there is one user with one account.
func TestOneTapRace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db database) {
		kit := withOneTap(t, db, lastloginmethod.Options{StoreInDatabase: true})
		body := `{"idToken":"` + google().token(t, kit, "ann@example.com") + `"}`
		won := 0
		for _, w := range atOnce(kit, 8, func(int) *http.Request { return jsonRequest("/one-tap/callback", body) }) {
			switch w.Code {
			case http.StatusOK:
				won++
			case http.StatusUnauthorized:
			default:
				t.Errorf("%d %s", w.Code, w.Body)
			}
		}
		if won == 0 || kit.Count("user") != 1 || kit.Count("account") != 1 || kit.Count("session") != won {
			t.Errorf("%d winners, %d users, %d accounts, %d sessions", won, kit.Count("user"), kit.Count("account"), kit.Count("session"))
		}
	})
}
