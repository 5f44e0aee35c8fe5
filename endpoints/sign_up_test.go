package endpoints_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
)

func signUpBody(email string) body {
	return body{"email": email, "password": plugintest.Password, "name": "User One"}
}

func TestSignUpOptions(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name   string
		setup  setup
		change body
		status int
		code   string
		signed bool
	}{
		{"defaults", nil, nil, 200, "", true},
		{"disabled", func(s *betterauth.Config) { s.EmailAndPassword.Enabled = false }, nil, 400, "EMAIL_PASSWORD_SIGN_UP_DISABLED", false},
		{"sign-up disabled", func(s *betterauth.Config) { s.EmailAndPassword.DisableSignUp = true }, nil, 400, "EMAIL_PASSWORD_SIGN_UP_DISABLED", false},
		{"no automatic sign-in", func(s *betterauth.Config) { s.EmailAndPassword.DisableAutoSignIn = true }, nil, 200, "", false},
		{"verification required", func(s *betterauth.Config) { s.EmailAndPassword.RequireEmailVerification = true }, nil, 200, "", false},
		{"shortest password", nil, body{"password": "12345678"}, 200, "", true},
		{"password too short", nil, body{"password": "1234567"}, 400, "PASSWORD_TOO_SHORT", false},
		{"longest password", nil, body{"password": strings.Repeat("x", 128)}, 200, "", true},
		{"password too long", nil, body{"password": strings.Repeat("x", 129)}, 400, "PASSWORD_TOO_LONG", false},
		{"length counts UTF-16 units", nil, body{"password": "😀😀😀😀"}, 200, "", true},
		{"own minimum", func(s *betterauth.Config) { s.EmailAndPassword.MinPasswordLength = 3 }, body{"password": "abc"}, 200, "", true},
		{"below own minimum", func(s *betterauth.Config) { s.EmailAndPassword.MinPasswordLength = 3 }, body{"password": "ab"}, 400, "PASSWORD_TOO_SHORT", false},
		{"above own maximum", func(s *betterauth.Config) { s.EmailAndPassword.MaxPasswordLength = 11 }, nil, 400, "PASSWORD_TOO_LONG", false},
		{"empty name", nil, body{"name": ""}, 200, "", true},
		{"name of another type", nil, body{"name": 1}, 400, "VALIDATION_ERROR", false},
		{"address with a space", nil, body{"email": "a b@example.com"}, 400, "VALIDATION_ERROR", false},
		{"address too long", nil, body{"email": strings.Repeat("a", 250) + "@example.com"}, 400, "INVALID_EMAIL", false},
		{"NUL in the name", nil, body{"name": "a\x00b"}, 400, "VALIDATION_ERROR", false},
		{"rememberMe of another type", nil, body{"rememberMe": "yes"}, 400, "VALIDATION_ERROR", false},
		{"foreign callbackURL", nil, body{"callbackURL": "https://evil.example"}, 403, "INVALID_CALLBACK_URL", false},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := plugintest.New(t, tc.setup)
			in := signUpBody("user@example.com")
			for name, value := range tc.change {
				in[name] = value
			}
			c := s.Client()
			c.Post("/sign-up/email", in).ExpectError(tc.status, tc.code)
			if got := c.SignedIn() != ""; got != tc.signed {
				t.Errorf("signed in: %t, want %t", got, tc.signed)
			}
			if created := s.Count("user") == 1; created != (tc.status == 200) {
				t.Errorf("user created: %t", created)
			}
		})
	}
}

func TestSignUpForgotten(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t)
	a := s.Client().Post("/sign-up/email", body{"email": "a@example.com", "password": plugintest.Password, "name": "", "rememberMe": false}).Expect(200)
	if strings.Contains(a.Cookie("better-auth.session_token"), "Max-Age") || a.Cookie("better-auth.dont_remember") == "" {
		t.Errorf("cookies: %q", a.Header["Set-Cookie"])
	}
	if got := a.String("session.expiresAt"); got != "2026-01-03T03:04:05.678Z" {
		t.Errorf("expires at %s, want a day later", got)
	}
}

// TestSignUpHidesUsers checks that with either option nobody learns whether an address is known.
func TestSignUpHidesUsers(t *testing.T) {
	t.Parallel()
	for name, set := range map[string]setup{
		"verification":    func(s *betterauth.Config) { s.EmailAndPassword.RequireEmailVerification = true },
		"no auto sign-in": func(s *betterauth.Config) { s.EmailAndPassword.DisableAutoSignIn = true },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var told recorder
			s := plugintest.New(t, set, func(s *betterauth.Config) {
				s.EmailAndPassword.OnExistingUserSignUp = told.user
				s.User.AdditionalFields = []adapter.Field{
					{Name: "plan", Type: adapter.String, Optional: true},
					{Name: "score", Type: adapter.Number, Optional: true, Default: func() any { return 7.0 }},
				}
			})
			in := signUpBody("user@example.com")
			first := s.Client().Post("/sign-up/email", in).Expect(200)
			if told.calls() != 0 {
				t.Error("OnExistingUserSignUp was called for a new user")
			}
			in["email"] = "USER@example.com"
			second := s.Client().Post("/sign-up/email", in).Expect(200)
			wait(t, s)
			if told.calls() != 1 || s.Count("user") != 1 {
				t.Errorf("%d calls, %d users", told.calls(), s.Count("user"))
			}
			if a, b := shape(first), shape(second); a != b {
				t.Errorf("a known address looks different:\n%s\n%s", a, b)
			}
		})
	}
}

// shape is the body without the id.
func shape(a *plugintest.Answer) string {
	return strings.ReplaceAll(a.Body, a.String("user.id"), strings.Repeat("x", len(a.String("user.id"))))
}

func TestSignUpTold(t *testing.T) {
	t.Parallel()
	var told recorder
	s := plugintest.New(t, func(s *betterauth.Config) { s.EmailAndPassword.OnExistingUserSignUp = told.user })
	s.SignUp("user@example.com")
	s.Client().Post("/sign-up/email", signUpBody("user@example.com")).ExpectError(422, "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL")
	wait(t, s)
	if told.calls() != 0 {
		t.Error("OnExistingUserSignUp was called although the caller was told")
	}
}

func TestCustomSyntheticUser(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t, func(s *betterauth.Config) {
		s.EmailAndPassword.RequireEmailVerification = true
		s.EmailAndPassword.CustomSyntheticUser = func(u *api.User) *api.User {
			u.Extra.Set("badge", "new")
			return u
		}
	})
	s.Client().Post("/sign-up/email", signUpBody("user@example.com")).Expect(200)
	a := s.Client().Post("/sign-up/email", signUpBody("user@example.com")).Expect(200)
	if a.String("user.badge") != "new" || a.String("user.email") != "user@example.com" {
		t.Errorf("body: %s", a.Body)
	}
}

func TestSignUpMails(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name     string
		send     *bool
		required bool
		mails    int
	}{
		{"default", nil, false, 0},
		{"required", nil, true, 1},
		{"on", new(true), false, 1},
		{"off though required", new(false), true, 0},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := plugintest.New(t, func(s *betterauth.Config) {
				s.EmailVerification.SendOnSignUp = tc.send
				s.EmailAndPassword.RequireEmailVerification = tc.required
			})
			s.SignUp("user@example.com", "callbackURL", "/welcome?a=b c")
			mails := s.Mails("verification")
			if len(mails) != tc.mails {
				t.Fatalf("%d mails, want %d", len(mails), tc.mails)
			}
			if len(mails) > 0 {
				want := plugintest.Origin + "/api/auth/verify-email?token=" + mails[0].Token + "&callbackURL=%2Fwelcome%3Fa%3Db%20c"
				if mails[0].URL != want || mails[0].User.Email != "user@example.com" || mails[0].Request == nil {
					t.Errorf("mail: %+v, want the link %s", mails[0], want)
				}
			}
		})
	}
}

var forbidden = errors.Define(http.StatusForbidden, "NO_ENTRY", "No entry")

// TestSignUpRefused covers what database hooks do to a sign-up; none may leave half a user.
func TestSignUpRefused(t *testing.T) {
	t.Parallel()
	abort := func(err error) func(context.Context, *api.User) error {
		return func(context.Context, *api.User) error { return err }
	}
	cases := []struct {
		name   string
		setup  setup
		status int
		code   string
	}{
		{"user aborted", func(s *betterauth.Config) { s.DatabaseHooks.User.BeforeCreate = abort(adapter.Abort) }, 400, "FAILED_TO_CREATE_USER"},
		{"user refused", func(s *betterauth.Config) { s.DatabaseHooks.User.BeforeCreate = abort(forbidden) }, 403, "NO_ENTRY"},
		{"user hook fails", func(s *betterauth.Config) { s.DatabaseHooks.User.BeforeCreate = abort(errCallback) }, 500, "FAILED_TO_CREATE_USER"},
		{"account fails", func(s *betterauth.Config) {
			s.DatabaseHooks.Account.BeforeCreate = func(context.Context, *api.Account) error { return errCallback }
		}, 500, "FAILED_TO_CREATE_USER"},
		{"session fails", func(s *betterauth.Config) {
			s.DatabaseHooks.Session.BeforeCreate = func(context.Context, *api.Session) error { return errCallback }
		}, 500, "FAILED_TO_CREATE_USER"},
		{"session aborted", func(s *betterauth.Config) {
			s.DatabaseHooks.Session.BeforeCreate = func(context.Context, *api.Session) error { return adapter.Abort }
		}, 400, "FAILED_TO_CREATE_SESSION"},
		{"session refused", func(s *betterauth.Config) {
			s.DatabaseHooks.Session.BeforeCreate = func(context.Context, *api.Session) error { return forbidden }
		}, 403, "NO_ENTRY"},
		{"account aborted", func(s *betterauth.Config) {
			s.DatabaseHooks.Account.BeforeCreate = func(context.Context, *api.Account) error { return adapter.Abort }
		}, 400, "FAILED_TO_CREATE_USER"},
		{"hash fails", func(s *betterauth.Config) {
			s.EmailAndPassword.Password.Hash = func(context.Context, string) (string, error) { return "", errCallback }
		}, 500, "INTERNAL_SERVER_ERROR"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := plugintest.New(t, tc.setup)
			a := s.Client().Post("/sign-up/email", signUpBody("user@example.com")).ExpectError(tc.status, tc.code)
			if len(a.Header["Set-Cookie"]) > 0 {
				t.Errorf("cookies: %q", a.Header["Set-Cookie"])
			}
			if strings.Contains(a.Body, errCallback.Error()) {
				t.Errorf("the cause is in the answer: %s", a.Body)
			}
			for _, table := range []string{"user", "account", "session"} {
				if n := s.Count(table); n != 0 {
					t.Errorf("%d rows in %s", n, table)
				}
			}
		})
	}
}

// TestSignUpCustomHash checks that an application's own hash is what is stored and asked.
func TestSignUpCustomHash(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t, func(s *betterauth.Config) {
		s.EmailAndPassword.Password = plugin.PasswordHash{
			Hash:   func(_ context.Context, p string) (string, error) { return "own:" + strings.ToUpper(p), nil },
			Verify: func(_ context.Context, h, p string) (bool, error) { return h == "own:"+strings.ToUpper(p), nil },
		}
	})
	s.SignUp("user@example.com")
	account, err := plugin.Accounts.FindOne(t.Context(), s.Store())
	if err != nil || *account.Password != "own:PASSWORD1234" {
		t.Fatalf("account %+v, %v", account, err)
	}
	s.Client().Post("/sign-in/email", body{"email": "user@example.com", "password": "PassWord1234"}).Expect(200)
}

// TestDefaultHash signs up and in with the real hash.
func TestDefaultHash(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t, func(s *betterauth.Config) { s.EmailAndPassword.Password = plugin.PasswordHash{} })
	s.SignUp("user@example.com")
	account, err := plugin.Accounts.FindOne(t.Context(), s.Store())
	if err != nil {
		t.Fatal(err)
	}
	if salt, key, ok := strings.Cut(*account.Password, ":"); !ok || len(salt) != 32 || len(key) != 128 {
		t.Errorf("stored form: %d and %d characters", len(salt), len(key))
	}
	s.SignIn("user@example.com")
	s.Client().Post("/sign-in/email", body{"email": "user@example.com", "password": "password1235"}).ExpectError(401, "INVALID_EMAIL_OR_PASSWORD")
}
