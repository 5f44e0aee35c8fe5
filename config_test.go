package betterauth_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
)

func TestMisconfiguration(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name   string
		change func(*betterauth.Config)
		says   string // every word is in the error
	}{
		{"no secret", func(s *betterauth.Config) { s.Secret = "" }, "Config.Secret BETTER_AUTH_SECRET"},
		{"short secret", func(s *betterauth.Config) { s.Secret = "short" }, "32 AllowShortSecret"},
		{"the reference's default secret", func(s *betterauth.Config) { s.Secret = "better-auth-secret-12345678901234567890" }, "default openssl"},
		{"no base URL for mails", func(s *betterauth.Config) { s.BaseURL = "" }, "BaseURL BETTER_AUTH_URL"},
		{"base URL without scheme", func(s *betterauth.Config) { s.BaseURL = "example.com" }, "example.com"},
		{"two base URLs", func(s *betterauth.Config) {
			s.DynamicBaseURL = &betterauth.DynamicBaseURL{AllowedHosts: []string{"x"}}
		}, "both BaseURL DynamicBaseURL"},
		{"no hosts", func(s *betterauth.Config) { s.BaseURL = ""; s.DynamicBaseURL = &betterauth.DynamicBaseURL{} }, "AllowedHosts"},
		{"half a hash", func(s *betterauth.Config) { s.EmailAndPassword.Password.Verify = nil }, "Hash Verify"},
		{"no valid password", func(s *betterauth.Config) { s.EmailAndPassword.MinPasswordLength = 200 }, "MinPasswordLength 200 128"},
		{"negative life", func(s *betterauth.Config) { s.Session.ExpiresIn = -1 }, "Session.ExpiresIn"},
		{"unknown strategy", func(s *betterauth.Config) { s.Session.CookieCache.Strategy = "xml" }, "Strategy xml JWE"},
		{"unknown rate limit storage", func(s *betterauth.Config) { s.RateLimit.Storage = "disk" }, "RateLimit.Storage disk"},
		{"rate limit in no database", func(s *betterauth.Config) { s.RateLimit.Storage, s.Database = "database", nil }, "RateLimit.Storage Database"},
		{"rate limit in no storage", func(s *betterauth.Config) { s.RateLimit.Storage = "secondary-storage" }, "SecondaryStorage"},
		{"negative rate limit", func(s *betterauth.Config) { s.RateLimit.Max = -1 }, "RateLimit Max negative"},
		{"unknown ids", func(s *betterauth.Config) { s.Advanced.Database.IDs = "ulid" }, "IDs ulid uuid serial"},
		{"negative body", func(s *betterauth.Config) { s.Advanced.MaxBodySize = -1 }, "MaxBodySize"},
		{"proxies", func(s *betterauth.Config) { s.Advanced.IPAddress.TrustedProxies = []string{"nowhere"} }, "IPAddress nowhere"},
		{"nil plugin", func(s *betterauth.Config) { s.Plugins = []plugin.Plugin{nil} }, "nil plugin"},
		{"plugin twice", func(s *betterauth.Config) { s.Plugins = []plugin.Plugin{nothing("a"), nothing("a")} }, "a twice"},
		{"plugin fails", func(s *betterauth.Config) {
			s.Plugins = []plugin.Plugin{plugin.Func("a", func(*plugin.Registry) error { return errors.New("broken") })}
		}, "plugin a: broken"},
		{"endpoint taken", func(s *betterauth.Config) {
			s.Plugins = []plugin.Plugin{plugin.Func("a", func(r *plugin.Registry) error {
				plugin.Handle(r, plugin.Endpoint{ID: "ok", Method: "GET", Path: "/x"}, func(*plugin.Context, struct{}) (string, error) { return "", nil })
				return nil
			})}
		}, "ok taken core Override"},
		{"bad field", func(s *betterauth.Config) {
			s.User.AdditionalFields = []adapter.Field{{Name: "x", Type: "colour"}}
		}, "x colour"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			_, err := plugintest.TryNew(t, tc.change)
			if err == nil {
				t.Fatal("New accepted it")
			}
			for word := range strings.FieldsSeq(tc.says) {
				if !strings.Contains(err.Error(), word) {
					t.Errorf("%q does not mention %q", err, word)
				}
			}
			if strings.Contains(err.Error(), plugintest.Secret) {
				t.Errorf("the secret is in the error: %v", err)
			}
		})
	}
}

func nothing(id string) plugin.Plugin {
	return plugin.Func(id, func(*plugin.Registry) error { return nil })
}

// TestAllFaultsTogether checks that one error names every fault.
func TestAllFaultsTogether(t *testing.T) {
	t.Parallel()
	_, err := plugintest.TryNew(t, func(s *betterauth.Config) {
		s.Secret, s.Session.ExpiresIn, s.Plugins = "", -1, []plugin.Plugin{nil}
	})
	for _, word := range []string{"secret", "ExpiresIn", "nil plugin"} {
		if err == nil || !strings.Contains(err.Error(), word) {
			t.Errorf("%v does not mention %s", err, word)
		}
	}
}

func TestEnvironment(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"BETTER_AUTH_SECRET", "AUTH_SECRET"} {
		s := plugintest.New(t, func(s *betterauth.Config) {
			s.Secret, s.BaseURL = "", ""
			s.Getenv = func(asked string) string {
				return map[string]string{name: plugintest.Secret, "BETTER_AUTH_URL": plugintest.Origin}[asked]
			}
		})
		c := s.SignUp("user@example.com")
		c.Post("/request-password-reset", map[string]any{"email": "user@example.com"}).Expect(200)
		if link := s.Mail("reset").URL; !strings.HasPrefix(link, plugintest.Origin) {
			t.Errorf("link %s", link)
		}
	}
}

// TestSecretRotation checks that sessions survive a change of the secret and get the new signature.
func TestSecretRotation(t *testing.T) {
	t.Parallel()
	other := strings.Repeat("another-secret", 4)
	before := plugintest.New(t)
	c := before.SignUp("user@example.com")
	after := plugintest.New(t, func(s *betterauth.Config) {
		s.Secret = ""
		s.Database = before.Store().Adapter()
		s.Secrets = []betterauth.Secret{{Version: 2, Value: other}, {Version: 1, Value: plugintest.Secret}}
	})
	const cookie = "better-auth.session_token"
	moved := after.Client()
	moved.SetCookie(cookie, url.PathEscape(c.Cookie(cookie)))
	if moved.SignedIn() == "" || moved.Cookie(cookie) == c.Cookie(cookie) {
		t.Errorf("cookie %s, before %s", moved.Cookie(cookie), c.Cookie(cookie))
	}
	env := plugintest.New(t, func(s *betterauth.Config) {
		s.Secret, s.Database = "", before.Store().Adapter()
		s.Getenv = func(name string) string {
			return map[string]string{"BETTER_AUTH_SECRETS": "3:" + strings.Repeat("x7", 20) + ",2:" + other}[name]
		}
	})
	again := env.Client()
	again.SetCookie(cookie, url.PathEscape(moved.Cookie(cookie)))
	if again.SignedIn() == "" {
		t.Error("the session is lost with secrets from the environment")
	}
	gone := plugintest.New(t, func(s *betterauth.Config) {
		s.Secret, s.Database = strings.Repeat("unrelated secret ", 3), before.Store().Adapter()
	})
	lost := gone.Client()
	lost.SetCookie(cookie, url.PathEscape(again.Cookie(cookie)))
	if lost.SignedIn() != "" {
		t.Error("a cookie of unknown signature counts")
	}
}

func TestShortSecretAllowed(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t, func(s *betterauth.Config) { s.Secret, s.Advanced.AllowShortSecret = "short", true })
	if s.SignUp("user@example.com").SignedIn() == "" {
		t.Error("not signed in")
	}
}

// TestZeroConfig runs with a secret alone: in memory, base URL from the request.
func TestZeroConfig(t *testing.T) {
	t.Parallel()
	auth, err := betterauth.New(betterauth.Config{Secret: plugintest.Secret, Getenv: func(string) string { return "" }})
	if err != nil {
		t.Fatal(err)
	}
	out, err := auth.API.GetSession(t.Context(), api.GetSessionInput{}, api.WithHeaders(http.Header{}))
	if err != nil || out != nil {
		t.Errorf("%+v, %v", out, err)
	}
	_, err = auth.API.SignUpEmail(t.Context(), api.SignUpEmailInput{Email: "user@example.com", Password: "password1234"})
	if !errors.Is(err, errors.EmailPasswordSignUpDisabled) {
		t.Errorf("sign-up without EmailAndPassword.Enabled: %v", err)
	}
	if err := auth.Migrate(t.Context()); err != nil {
		t.Errorf("Migrate: %v", err)
	}
	if plan, err := auth.MigrationSQL(t.Context()); err != nil || plan != nil {
		t.Errorf("MigrationSQL: %v, %v", plan, err)
	}
	if err := auth.Close(context.Background()); err != nil {
		t.Error(err)
	}
}

// TestSecretIsHidden prints and logs a list of secrets in every way.
func TestSecretIsHidden(t *testing.T) {
	t.Parallel()
	secret := betterauth.Secret{Version: 2, Value: "hidden-value"}
	var out strings.Builder
	fmt.Fprintf(&out, "%v %+v %#v %s", secret, []betterauth.Secret{secret}, &secret, secret)
	for _, handler := range []slog.Handler{slog.NewJSONHandler(&out, nil), slog.NewTextHandler(&out, nil)} {
		slog.New(handler).Info("rotated", "secret", secret)
	}
	if text := out.String(); strings.Contains(text, "hidden") || !strings.Contains(text, "secret version 2") {
		t.Error(text)
	}
}
