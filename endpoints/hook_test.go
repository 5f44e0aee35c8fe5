package endpoints_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
)

func TestBeforeHook(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t, func(s *betterauth.Config) {
		s.Hooks.Before = func(c *plugin.Context) error {
			switch c.Endpoint.Path {
			case "/sign-up/email":
				if email, _ := api.Field[string](c.Body(), "email"); !strings.HasSuffix(email, "@example.com") {
					return errors.Define(400, "WRONG_COMPANY", "Only our own people")
				}
				c.SetBody("name", "From the hook")
			case "/ok":
				c.Reply(map[string]any{"hooked": true})
			}
			return nil
		}
	})
	s.Client().Post("/sign-up/email", signUpBody("user@example.org")).ExpectError(400, "WRONG_COMPANY")
	if a := s.Client().Post("/sign-up/email", signUpBody("user@example.com")).Expect(200); a.String("user.name") != "From the hook" {
		t.Errorf("body %s", a.Body)
	}
	if a := s.Client().Get("/ok").Expect(200); a.Body != `{"hooked":true}` {
		t.Errorf("body %s", a.Body)
	}
	_, err := s.API.SignUpEmail(t.Context(), api.SignUpEmailInput{Email: "user@example.org", Password: plugintest.Password})
	wantError(t, err, 400, "WRONG_COMPANY")
	out, err := s.API.SignUpEmail(t.Context(), api.SignUpEmailInput{Email: "second@example.com", Password: plugintest.Password})
	if err != nil || out.User.Name != "From the hook" {
		t.Errorf("in process: %+v, %v", out, err)
	}
	_, err = s.API.OK(t.Context(), api.OKInput{})
	if _, ok := errors.AsType[*api.ReplacedError](err); !ok {
		t.Errorf("a replaced answer in process: %v", err)
	}
}

func TestAfterHook(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var seen []string
	s := plugintest.New(t, func(s *betterauth.Config) {
		s.Hooks.After = func(c *plugin.Context) error {
			value, err := c.Returned()
			mu.Lock()
			seen = append(seen, fmt.Sprintf("%s %t %v", c.Endpoint.Path, value != nil, c.NewSession() != nil))
			mu.Unlock()
			c.SetHeader("X-Hook", "yes")
			if errors.Is(err, errors.InvalidEmailOrPassword) {
				return errors.Define(418, "NICE_TRY", "Nice try")
			}
			if _, ok := value.(*api.OKOutput); ok {
				c.Reply(map[string]any{"ok": "changed"})
			}
			return nil
		}
	})
	c := s.SignUp("user@example.com")
	if a := c.Post("/sign-in/email", body{"email": "user@example.com", "password": "wrong"}).ExpectError(418, "NICE_TRY"); a.Header.Get("X-Hook") != "yes" {
		t.Errorf("header %v", a.Header)
	}
	if a := c.Get("/ok").Expect(200); a.Body != `{"ok":"changed"}` {
		t.Errorf("body %s", a.Body)
	}
	want := []string{"/sign-up/email true true", "/sign-in/email false false", "/ok true false"}
	if !slices.Equal(seen, want) {
		t.Errorf("seen %q, want %q", seen, want)
	}
}

func TestDatabaseHooks(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var log []string
	note := func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		log = append(log, fmt.Sprintf(format, args...))
	}
	var s *plugintest.Kit
	s = plugintest.New(t, func(c *betterauth.Config) {
		c.User.DeleteUser.Enabled = true
		c.DatabaseHooks = plugin.DatabaseHooks{
			User: adapter.Hooks[api.User]{
				BeforeCreate: func(_ context.Context, u *api.User) error {
					u.Name = strings.ToUpper(u.Name)
					return nil
				},
				AfterCreate: func(ctx context.Context, u *api.User) {
					note("created %s, committed %t, in a transaction %t", u.Name, s.Count("user") == 1, s.Store().InTransaction(ctx))
				},
				BeforeUpdate: func(_ context.Context, set adapter.Changes) error {
					if set["name"] == "refused" {
						return errors.Define(http.StatusConflict, "REFUSED", "No")
					}
					if set["name"] == "changed" {
						set["image"] = "by the hook"
					}
					return nil
				},
				AfterUpdate:  func(_ context.Context, u *api.User) { note("updated %s", u.Name) },
				BeforeDelete: func(_ context.Context, u *api.User) error { note("deleting %s", u.Name); return nil },
				AfterDelete:  func(_ context.Context, u *api.User) { note("deleted %s", u.Name) },
			},
			Account:      adapter.Hooks[api.Account]{AfterCreate: func(_ context.Context, a *api.Account) { note("account %s", a.ProviderID) }},
			Session:      adapter.Hooks[api.Session]{AfterCreate: func(context.Context, *api.Session) { note("session") }},
			Verification: adapter.Hooks[api.Verification]{AfterCreate: func(_ context.Context, v *api.Verification) { note("verification %.15s", v.Identifier) }},
		}
	})
	c := s.SignUp("user@example.com")
	c.Post("/update-user", body{"name": "refused"}).ExpectError(409, "REFUSED")
	c.Post("/update-user", body{"name": "changed"}).Expect(200)
	if got := c.Get("/get-session").String("user.image"); got != "by the hook" {
		t.Errorf("image %q", got)
	}
	c.Post("/request-password-reset", body{"email": "user@example.com"}).Expect(200)
	wait(t, s)
	c.Post("/delete-user", body{}).Expect(200)
	want := []string{
		"created NAME OF USER@EXAMPLE.COM, committed true, in a transaction false", "account credential", "session",
		"updated changed", "verification reset-password:", "deleting changed", "deleted changed",
	}
	if !slices.Equal(log, want) {
		t.Errorf("log\n%s\nwant\n%s", strings.Join(log, "\n"), strings.Join(want, "\n"))
	}
}

// TestDatabaseHookAbort checks the quiet refusal of an update and of a deletion.
func TestDatabaseHookAbort(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t, func(c *betterauth.Config) {
		c.User.DeleteUser.Enabled = true
		c.DatabaseHooks.User = adapter.Hooks[api.User]{
			BeforeUpdate: func(context.Context, adapter.Changes) error { return adapter.Abort },
			BeforeDelete: func(context.Context, *api.User) error { return errCallback },
		}
	})
	c := s.SignUp("user@example.com")
	c.Post("/update-user", body{"name": "X"}).Expect(200)
	if got := c.Get("/get-session").String("user.name"); got != "Name of user@example.com" {
		t.Errorf("stored name %q", got)
	}
	c.Post("/delete-user", body{}).Expect(500)
	for _, table := range []string{"user", "account", "session"} {
		if s.Count(table) != 1 {
			t.Errorf("%d rows in %s after a refused deletion", s.Count(table), table)
		}
	}
}

func TestRateLimit(t *testing.T) {
	t.Parallel()
	limited := func(change func(*plugin.RateLimit)) setup {
		return func(s *betterauth.Config) {
			s.RateLimit.Disabled = false
			if change != nil {
				change(&s.RateLimit)
			}
		}
	}
	cases := []struct {
		name   string
		setup  setup
		method string
		path   string
		passes int // of 110 requests
		retry  string
	}{
		{"off", nil, "GET", "/ok", 110, ""},
		{"default", limited(nil), "GET", "/ok", 100, "10"},
		{"own", limited(func(r *plugin.RateLimit) { r.Max, r.Window = 5, time.Minute }), "GET", "/ok", 5, "60"},
		{"special", limited(nil), "POST", "/sign-in/email", 3, "10"},
		{"rule", limited(func(r *plugin.RateLimit) {
			r.Rules = []plugin.RateLimitRule{{Path: "/sign-in/*", Max: 7, Window: 30 * time.Second}}
		}), "POST", "/sign-in/email", 7, "30"},
		{"unlimited rule", limited(func(r *plugin.RateLimit) { r.Rules = []plugin.RateLimitRule{{Path: "/sign-in/email", Unlimited: true}} }), "POST", "/sign-in/email", 110, ""},
		{"rule by function", limited(func(r *plugin.RateLimit) {
			r.Rules = []plugin.RateLimitRule{{Path: "/ok", Func: func(*http.Request, time.Duration, int) (time.Duration, int, bool) { return time.Minute, 2, true }}}
		}), "GET", "/ok", 2, "60"},
		{"unlimited by function", limited(func(r *plugin.RateLimit) {
			r.Rules = []plugin.RateLimitRule{{Path: "/ok", Func: func(*http.Request, time.Duration, int) (time.Duration, int, bool) { return 0, 0, false }}}
		}), "GET", "/ok", 110, ""},
		{"own store", limited(func(r *plugin.RateLimit) { r.Custom = &fewStore{left: 4} }), "GET", "/ok", 4, "5"},
		{"failing store", limited(func(r *plugin.RateLimit) { r.Custom = &fewStore{left: 4, err: errCallback} }), "GET", "/ok", 110, ""},
		{"database", limited(func(r *plugin.RateLimit) { r.Storage = "database" }), "GET", "/ok", 100, "10"},
		{"no address", func(s *betterauth.Config) { s.RateLimit.Disabled = false; s.Advanced.IPAddress.DisableTracking = true }, "GET", "/ok", 110, ""},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := plugintest.New(t, tc.setup)
			c := s.Client()
			c.RemoteAddr = "203.0.113.1:1"
			passes, retry := 0, ""
			for range 110 {
				if a := c.Do(tc.method, "/api/auth"+tc.path, nil); a.Status == 429 {
					retry = a.Header.Get("X-Retry-After")
				} else {
					passes++
				}
			}
			if passes != tc.passes || retry != tc.retry {
				t.Errorf("%d passed, want %d; retry after %q, want %q", passes, tc.passes, retry, tc.retry)
			}
			c.RemoteAddr = "203.0.113.2:1"
			if a := c.Do(tc.method, "/api/auth"+tc.path, nil); a.Status == 429 && tc.name != "own store" {
				t.Error("another client is limited too")
			}
			s.Clock.Advance(time.Minute)
			c.RemoteAddr = "203.0.113.1:1"
			if a := c.Do(tc.method, "/api/auth"+tc.path, nil); a.Status == 429 && tc.name != "own store" {
				t.Error("still limited after the window")
			}
		})
	}
}

// fewStore allows a number of requests in all.
type fewStore struct {
	mu   sync.Mutex
	left int
	err  error
}

func (f *fewStore) Consume(context.Context, string, time.Duration, int) (bool, time.Duration, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.left--
	return f.left >= 0, 5 * time.Second, f.err
}

// TestRateLimitIsHTTPOnly checks that calls in process are not counted.
func TestRateLimitIsHTTPOnly(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t, func(s *betterauth.Config) { s.RateLimit.Disabled, s.RateLimit.Max = false, 1 })
	for range 5 {
		if _, err := s.API.OK(t.Context(), api.OKInput{}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestOnError(t *testing.T) {
	t.Parallel()
	var got []string
	s := plugintest.New(t, func(s *betterauth.Config) {
		s.OnAPIError.OnError = func(err error, c *plugin.Context) {
			got = append(got, fmt.Sprint(c.Endpoint != nil && c.Endpoint.ID == "ok", " ", errors.Is(err, errCallback)))
			panic("must not take the request down")
		}
		s.Hooks.Before = func(c *plugin.Context) error {
			if c.Endpoint.ID == "ok" {
				return errCallback
			}
			return nil
		}
	})
	a := s.Client().Get("/ok").ExpectError(500, "INTERNAL_SERVER_ERROR")
	if strings.Contains(a.Body, errCallback.Error()) {
		t.Errorf("the cause is in the answer: %s", a.Body)
	}
	s.Client().Post("/sign-in/email", body{"email": "x@example.com", "password": "x"}).Expect(401)
	if !slices.Equal(got, []string{"true true"}) {
		t.Errorf("OnError saw %q", got)
	}
}

func TestPanic(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t, func(s *betterauth.Config) {
		s.Hooks.Before = func(*plugin.Context) error { panic("secret") }
	})
	if a := s.Client().Get("/ok").ExpectError(500, "INTERNAL_SERVER_ERROR"); strings.Contains(a.Body, "secret") {
		t.Errorf("body %s", a.Body)
	}
	_, err := s.API.OK(t.Context(), api.OKInput{})
	wantError(t, err, 500, "INTERNAL_SERVER_ERROR")
}
