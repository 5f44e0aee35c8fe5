package onetap_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/onetap"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
)

var options = onetap.Options{ClientID: "tap"}

func TestSignUp(t *testing.T) {
	t.Parallel()
	s := start(t, options)
	c := s.Client()
	a := tap(c, s.token(nil)).Expect(http.StatusOK)
	if a.String("token") == "" || a.String("session.token") != a.String("token") || a.String("user.email") != "ann@example.com" ||
		a.String("user.name") != "Ann G" || a.String("user.image") != "https://img.example/a.png" || a.Get("user.emailVerified") != true {
		t.Errorf("answer %s", a.Body)
	}
	if c.SignedIn() != "ann@example.com" {
		t.Error("nobody is signed in")
	}
	accounts, err := plugin.Accounts.Find(t.Context(), s.Store(), adapter.Query{})
	if err != nil || len(accounts) != 1 {
		t.Fatalf("accounts %v, %v", accounts, err)
	}
	row := accounts[0]
	if row.ProviderID != "google" || row.AccountID != "google-1" || *row.Scope != "openid,profile,email" || strings.Count(*row.IDToken, ".") != 2 || row.AccessToken != nil {
		t.Errorf("account %+v", row)
	}

	again := tap(s.Client(), s.token(claims{"name": "New", "email": "new@example.com"})).Expect(http.StatusOK)
	if again.String("user.name") != "Ann G" || again.String("user.email") != "ann@example.com" || s.Count("user") != 1 || s.Count("account") != 1 {
		t.Errorf("answer %s", again.Body)
	}
}

func TestStrictAnswer(t *testing.T) {
	t.Parallel()
	s := start(t, options, func(c *betterauth.Config) { c.Advanced.StrictResponses = true })
	a := tap(s.Client(), s.token(nil)).Expect(http.StatusOK)
	if a.Get("session") != nil || !strings.HasPrefix(a.Body, `{"token":"`) {
		t.Errorf("answer %s", a.Body)
	}
}

// TestRefusedTokens sends what must not sign anybody in.
func TestRefusedTokens(t *testing.T) {
	t.Parallel()
	s := start(t, options)
	now := s.Clock.Now()
	signed := s.token(nil)
	dot := strings.LastIndex(signed, ".")
	tokens := map[string]string{
		"empty": "", "text": "text", "dots": "..", "broken": "a.b.c", "too long": strings.Repeat("a", 70<<10) + ".b.c",
		"no signature":    signed[:dot+1],
		"other signature": signed[:dot+1] + "AAAA",
		"none":            "eyJhbGciOiJub25lIn0." + strings.Split(signed, ".")[1] + ".",
		"HS256":           s.google.sign(jose.HS256, "1", good(now, nil)),
		"RS512":           s.google.sign(jose.RS512, "1", good(now, nil)),
		"PS256":           s.google.sign(jose.PS256, "1", good(now, nil)),
		"unknown key":     s.google.sign(jose.RS256, "made-up", good(now, nil)),
		"other key":       s.google.sign(jose.RS256, "2", good(now, nil)),
	}
	for name, changes := range map[string]claims{
		"audience": {"aud": "other"}, "audiences": {"aud": []string{"x", "y"}}, "no audience": {"aud": nil}, "numeric audience": {"aud": 1},
		"issuer": {"iss": "https://evil.example"}, "no issuer": {"iss": nil}, "numeric issuer": {"iss": 1},
		"expired": {"exp": now.Unix() - 31}, "no expiry": {"exp": nil}, "text as expiry": {"exp": "tomorrow"},
		"too old": {"iat": now.Unix() - 3700}, "no age": {"iat": nil}, "from the future": {"iat": now.Unix() + 300},
		"not yet": {"nbf": now.Unix() + 300},
		"nobody":  {"sub": nil}, "empty subject": {"sub": ""}, "numeric subject": {"sub": 5},
	} {
		tokens[name] = s.token(changes)
	}
	for name, token := range tokens {
		a := tap(s.Client(), token).ExpectError(http.StatusBadRequest, "")
		if a.String("message") != "invalid id token" || len(a.Header["Set-Cookie"]) != 0 {
			t.Errorf("%s: %s", name, a.Body)
		}
	}
	if s.Count("user")+s.Count("account")+s.Count("session") != 0 {
		t.Error("a refused token left rows")
	}
}

func TestAcceptedTokens(t *testing.T) {
	t.Parallel()
	s := start(t, options)
	now := s.Clock.Now().Unix()
	for name, changes := range map[string]claims{
		"short issuer": {"iss": "accounts.google.com"}, "audiences": {"aud": []string{"x", "tap"}}, "just expired": {"exp": now - 29},
		"old": {"iat": now - 3600}, "since a while": {"nbf": now - 60}, "nonce": {"nonce": "n"}, "no name": {"name": nil, "sub": "2", "email": "b@example.com"},
		"numeric name and picture": {"name": 5, "picture": 5, "sub": "3", "email": "c@example.com"},
	} {
		a := tap(s.Client(), s.token(changes))
		if a.Status != http.StatusOK {
			t.Errorf("%s: %d %s", name, a.Status, a.Body)
		}
	}
	if n := s.google.fetches.Load(); n != 1 {
		t.Errorf("%d fetches of keys", n)
	}
	if a := tap(s.Client(), s.google.sign(jose.RS256, "", good(s.Clock.Now(), nil))); a.Status != http.StatusOK {
		t.Errorf("without key id: %s", a.Body)
	}
}

func TestEmail(t *testing.T) {
	t.Parallel()
	s := start(t, options)
	for _, email := range []any{nil, "", 5, []string{"ann@example.com"}} {
		a := tap(s.Client(), s.token(claims{"email": email})).ExpectError(http.StatusBadRequest, "")
		if a.String("message") != "Email not available in token" {
			t.Errorf("%v: %s", email, a.Body)
		}
	}
	for value, verified := range map[any]bool{true: true, "true": true, false: false, "false": false, "yes": false, 1: false, nil: false} {
		s := start(t, options)
		a := tap(s.Client(), s.token(claims{"email_verified": value})).Expect(http.StatusOK)
		if a.Get("user.emailVerified") != verified {
			t.Errorf("%v: %s", value, a.Body)
		}
	}
}

// TestBody sends bodies that the endpoint does not accept.
func TestBody(t *testing.T) {
	t.Parallel()
	s := start(t, options)
	c := s.Client()
	for _, body := range []any{nil, `{}`, `[]`, `{"idToken":null}`, `{"idToken":5}`, `{"idToken":["x"]}`} {
		c.Post("/one-tap/callback", body).ExpectError(http.StatusBadRequest, "VALIDATION_ERROR")
	}
	for _, target := range []any{5, map[string]any{}, []string{"/"}} {
		a := c.Post("/one-tap/callback", map[string]any{"idToken": "x", "callbackURL": target}).ExpectError(http.StatusBadRequest, "")
		if a.String("message") != "Invalid callbackURL: expected a string" {
			t.Errorf("%v: %s", target, a.Body)
		}
	}
	for _, target := range []string{"https://evil.example", "//evil.example", `javascript:alert(1)`} {
		c.Post("/one-tap/callback", map[string]any{"idToken": s.token(nil), "callbackURL": target}).ExpectError(http.StatusForbidden, "INVALID_CALLBACK_URL")
	}
	if s.google.fetches.Load() != 0 {
		t.Error("keys were fetched for nothing")
	}
	a := c.Post("/one-tap/callback", map[string]any{"idToken": s.token(nil), "callbackURL": "/dash"}).Expect(http.StatusOK)
	if a.Header.Get("Location") != "" {
		t.Errorf("headers %v", a.Header)
	}
	evil := s.Client()
	evil.SetCookie("theme", "dark")
	evil.Header.Set("Origin", "https://evil.example")
	tap(evil, s.token(nil)).ExpectError(http.StatusForbidden, "INVALID_ORIGIN")
}

// TestLinking signs in with the address of a user who has a password.
// TestTwins shows that a doubled account locks nobody out, and that one of two users lets nobody in.
// TestAtOnce signs in many times at once: there is one account.
// TestClientID shows where the audience comes from.
// withProvider is a site whose provider has these options.
// TestProviderOptions shows which options of social.Google hold for One Tap.
// TestProfile shows that the provider's functions shape the user, but not whose account it is.
// TestValidateUserInfo shows that the application's gate is asked.
func TestInProcess(t *testing.T) {
	t.Parallel()
	s := start(t, options)
	var h http.Header
	out, err := s.p.API.OneTapCallback(t.Context(), onetap.CallbackInput{IDToken: s.token(nil)}, api.CaptureHeaders(&h))
	if err != nil || out.User.Email != "ann@example.com" {
		t.Fatalf("%v, %v", out, err)
	}
	c := s.Client()
	c.Keep(h)
	if c.SignedIn() != "ann@example.com" {
		t.Errorf("headers %v", h)
	}
	if _, err := s.p.API.OneTapCallback(t.Context(), onetap.CallbackInput{IDToken: "x"}); !errors.Is(err, onetap.InvalidIDToken) {
		t.Errorf("error %v", err)
	}
	if _, err := s.API.Call(t.Context(), "oneTapCallback", api.Request{Body: map[string]any{"idToken": s.token(claims{"email": nil})}}); !errors.Is(err, onetap.EmailNotAvailable) {
		t.Errorf("error %v", err)
	}
}

func TestOneAuth(t *testing.T) {
	t.Parallel()
	s := start(t, options)
	if _, err := plugintest.TryNew(t, plugintest.With(s.p)); err == nil || !strings.Contains(err.Error(), "belongs to another Auth") {
		t.Errorf("error %v", err)
	}
}
