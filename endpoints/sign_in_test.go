package endpoints_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
)

func TestSignInOptions(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name   string
		setup  setup
		change body
		status int
		code   string
	}{
		{"defaults", nil, nil, 200, ""},
		{"another case of the address", nil, body{"email": "USER@Example.com"}, 200, ""},
		{"wrong password", nil, body{"password": "password12345"}, 401, "INVALID_EMAIL_OR_PASSWORD"},
		{"unknown address", nil, body{"email": "nobody@example.com"}, 401, "INVALID_EMAIL_OR_PASSWORD"},
		{"empty password", nil, body{"password": ""}, 401, "INVALID_EMAIL_OR_PASSWORD"},
		{"no address at all", nil, body{"email": "user"}, 400, "INVALID_EMAIL"},
		{"password too long", nil, body{"password": strings.Repeat("x", 129)}, 400, "PASSWORD_TOO_LONG"},
		{"address of another type", nil, body{"email": 1}, 400, "VALIDATION_ERROR"},
		{"foreign callbackURL", nil, body{"callbackURL": "https://evil.example/"}, 403, "INVALID_CALLBACK_URL"},
		{"scheme-relative callbackURL", nil, body{"callbackURL": "//evil.example"}, 403, "INVALID_CALLBACK_URL"},
		{"trusted callbackURL", func(s *betterauth.Config) { s.TrustedOrigins = []string{"https://*.example.org"} }, body{"callbackURL": "https://a.example.org/x"}, 200, ""},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := plugintest.New(t, tc.setup)
			s.SignUp("user@example.com")
			in := body{"email": "user@example.com", "password": plugintest.Password}
			for name, value := range tc.change {
				in[name] = value
			}
			a := s.Client().Post("/sign-in/email", in).ExpectError(tc.status, tc.code)
			if got := a.Cookie("better-auth.session_token") != ""; got != (tc.status == 200) {
				t.Errorf("cookie set: %t", got)
			}
			if target, _ := tc.change["callbackURL"].(string); tc.status == 200 && target != "" {
				if a.Header.Get("Location") != target || a.Get("redirect") != true || a.String("url") != target {
					t.Errorf("location %q, body %s", a.Header.Get("Location"), a.Body)
				}
			}
		})
	}
}

func TestSignInRequiresVerification(t *testing.T) {
	t.Parallel()
	for name, again := range map[string]bool{"mails again": true, "does not mail": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := plugintest.New(t, func(s *betterauth.Config) {
				s.EmailAndPassword.RequireEmailVerification = true
				s.EmailVerification.SendOnSignUp = new(false)
				s.EmailVerification.SendOnSignIn = again
			})
			s.SignUp("user@example.com")
			in := body{"email": "user@example.com", "password": "wrong-password"}
			s.Client().Post("/sign-in/email", in).ExpectError(401, "INVALID_EMAIL_OR_PASSWORD")
			if n := len(s.Mails("verification")); n != 0 {
				t.Fatalf("%d mails after a wrong password", n)
			}
			in["password"] = plugintest.Password
			s.Client().Post("/sign-in/email", in).ExpectError(403, "EMAIL_NOT_VERIFIED")
			if n := len(s.Mails("verification")); n != map[bool]int{true: 1, false: 0}[again] {
				t.Fatalf("%d mails", n)
			}
			if s.Count("session") != 0 {
				t.Error("a session was made")
			}
		})
	}
}

// TestSignInWithoutPassword checks users who have no password account.
func TestSignInWithoutPassword(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t)
	if _, err := s.API.CreateUser(t.Context(), api.CreateUserInput{Email: "user@example.com", Name: "U"}); err != nil {
		t.Fatal(err)
	}
	s.Client().Post("/sign-in/email", body{"email": "user@example.com", "password": plugintest.Password}).ExpectError(401, "INVALID_EMAIL_OR_PASSWORD")
}

func TestSignInSession(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t, func(s *betterauth.Config) { s.Session.ExpiresIn = time.Hour })
	s.SignUp("user@example.com")
	c := s.Client()
	c.Header.Set("User-Agent", "test/1")
	c.RemoteAddr = "203.0.113.7:9"
	a := c.Post("/sign-in/email", body{"email": "user@example.com", "password": plugintest.Password}).Expect(200)
	if line := a.Cookie("better-auth.session_token"); !strings.Contains(line, "Max-Age=3600;") {
		t.Errorf("cookie %q", line)
	}
	a = c.Get("/get-session")
	for path, want := range map[string]string{
		"session.userAgent": "test/1", "session.ipAddress": "203.0.113.7", "session.expiresAt": "2026-01-02T04:04:05.678Z",
	} {
		if got := a.String(path); got != want {
			t.Errorf("%s is %q, want %q", path, got, want)
		}
	}
	late := c.Replay()
	s.Clock.Advance(time.Hour)
	if late.SignedIn() != "" {
		t.Error("the session outlives Session.ExpiresIn")
	}
	if len(c.CookieNames()) != 0 {
		t.Errorf("cookies left: %v", c.CookieNames())
	}
}

// TestSignInRefusedByHook checks what a session hook does to sign-in.
func TestSignInRefusedByHook(t *testing.T) {
	t.Parallel()
	var err error
	s := plugintest.New(t, func(s *betterauth.Config) {
		s.DatabaseHooks.Session.BeforeCreate = func(context.Context, *api.Session) error { return err }
	})
	s.SignUp("user@example.com")
	in := body{"email": "user@example.com", "password": plugintest.Password}
	err = adapter.Abort
	s.Client().Post("/sign-in/email", in).ExpectError(401, "FAILED_TO_CREATE_SESSION")
	err = errCallback
	s.Client().Post("/sign-in/email", in).ExpectError(500, "FAILED_TO_CREATE_SESSION")
}

// TestUnknownHash checks that a hash of another library does not open the account.
func TestUnknownHash(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t, func(s *betterauth.Config) { s.EmailAndPassword.Password = plugin.PasswordHash{} })
	s.SignUp("user@example.com")
	if _, err := plugin.Accounts.UpdateMany(t.Context(), s.Store(), adapter.Changes{"password": "$2b$10$abcdefghijklmnopqrstuv"}); err != nil {
		t.Fatal(err)
	}
	s.Client().Post("/sign-in/email", body{"email": "user@example.com", "password": plugintest.Password}).ExpectError(401, "INVALID_EMAIL_OR_PASSWORD")
}

func TestSignOut(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t)
	c := s.SignUp("user@example.com")
	other := s.SignIn("user@example.com")
	thief := c.Replay()
	a := c.Post("/sign-out", nil).Expect(200)
	if a.Body != `{"success":true}` || len(c.CookieNames()) != 0 {
		t.Errorf("body %s, cookies %v", a.Body, c.CookieNames())
	}
	if thief.SignedIn() != "" {
		t.Error("the session survives sign-out")
	}
	if other.SignedIn() == "" {
		t.Error("another session ended too")
	}
	s.Client().Post("/sign-out", body{}).Expect(200)
}
