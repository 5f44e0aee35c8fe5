package plugin_test

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
)

// bomb goes off while it is armed.
type bomb struct{ armed atomic.Bool }

func (b *bomb) tick() {
	if b.armed.Load() {
		panic("boom")
	}
}

func (b *bomb) hook(*plugin.Context) error { b.tick(); return nil }

// TestPanics shows that a panic anywhere answers 500 with a code, leaks nothing, and leaves the server
// alive.
func TestPanics(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		plant    func(*bomb, *plugin.Registry)
		httpOnly bool
	}{
		"OnRequest": {func(b *bomb, r *plugin.Registry) {
			r.OnRequest(func(*http.Request) (*http.Request, *http.Response, error) { b.tick(); return nil, nil, nil })
		}, true},
		"OnResponse": {func(b *bomb, r *plugin.Registry) {
			r.OnResponse(func(*plugin.Context, *http.Response) (*http.Response, error) { b.tick(); return nil, nil })
		}, true},
		"path middleware": {func(b *bomb, r *plugin.Registry) { r.Middleware("/**", b.hook) }, true},
		"before":          {func(b *bomb, r *plugin.Registry) { r.Before(nil, b.hook) }, false},
		"after":           {func(b *bomb, r *plugin.Registry) { r.After(nil, b.hook) }, false},
		"row hook": {func(b *bomb, r *plugin.Registry) {
			r.Rows(plugin.Users.Hook(adapter.Hooks[api.User]{BeforeCreate: func(context.Context, *api.User) error { b.tick(); return nil }}))
		}, false},
		"second row of a transaction": {func(b *bomb, r *plugin.Registry) {
			r.Rows(plugin.Accounts.Hook(adapter.Hooks[api.Account]{BeforeCreate: func(context.Context, *api.Account) error { b.tick(); return nil }}))
		}, false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := &bomb{}
			kit := plugintest.New(t, plugintest.With(plugin.Func("bomb", func(r *plugin.Registry) error { tc.plant(b, r); return nil })))
			kit.SignUp("before@example.com")
			b.armed.Store(true)
			a := kit.Client().Post("/sign-up/email", map[string]string{"email": "ann@example.com", "password": plugintest.Password, "name": "Ann"})
			a.ExpectError(http.StatusInternalServerError, "INTERNAL_SERVER_ERROR")
			if strings.Contains(a.Body, "boom") {
				t.Errorf("the answer tells: %s", a.Body)
			}
			if !tc.httpOnly {
				_, err := kit.API.SignUpEmail(t.Context(), api.SignUpEmailInput{Email: "ann@example.com", Password: plugintest.Password, Name: "Ann"})
				if e, ok := errors.AsType[*errors.APIError](err); !ok || e.Status != http.StatusInternalServerError && !errors.Is(e, errors.UserAlreadyExists) {
					t.Errorf("in process: %v", err)
				}
			}
			b.armed.Store(false)
			kit.SignUp("after@example.com")
			if strings.Contains(name, "row") && kit.Count("user") != 2 {
				t.Errorf("%d users, want 2", kit.Count("user"))
			}
		})
	}
}

// TestPanicInEndpoint is TestPanics for the endpoint itself, its middleware, and what reports errors.
func TestPanicInEndpoint(t *testing.T) {
	t.Parallel()
	kit := plugintest.New(t, plugintest.With(plugin.Func("bomb", func(r *plugin.Registry) error {
		boom := func(*plugin.Context) error { panic("boom") }
		plugin.Handle(r, plugin.Endpoint{ID: "use", Method: "GET", Path: "/use", Use: plugin.Use(boom)}, pong("x"))
		plugin.Handle(r, plugin.Endpoint{ID: "handler", Method: "GET", Path: "/handler"},
			func(c *plugin.Context, _ struct{}) (string, error) { return "", boom(c) })
		plugin.Handle(r, plugin.Endpoint{ID: "error", Method: "GET", Path: "/error", Override: true},
			func(*plugin.Context, struct{}) (string, error) { return "", errors.New("unexpected") })
		return nil
	})), func(c *betterauth.Config) {
		c.OnAPIError.OnError = func(error, *plugin.Context) { panic("boom in OnError") }
	})
	client := kit.Client()
	for _, path := range []string{"use", "handler", "error"} {
		client.Get("/"+path).ExpectError(http.StatusInternalServerError, "INTERNAL_SERVER_ERROR")
		if _, err := kit.API.Call(t.Context(), path, api.Request{}); !errors.Is(err, errors.InternalServerError) {
			t.Errorf("%s in process: %v", path, err)
		}
	}
	client.Get("/ok").Expect(http.StatusOK)
}

// TestCauseStaysInside shows that the cause of an unexpected error reaches OnError and typed callers, and
// never the wire.
func TestCauseStaysInside(t *testing.T) {
	t.Parallel()
	secret := errors.New("password of the database")
	var seen error
	kit := plugintest.New(t, plugintest.With(plugin.Func("leaky", func(r *plugin.Registry) error {
		plugin.Handle(r, plugin.Endpoint{ID: "leak", Method: "GET", Path: "/leak"},
			func(*plugin.Context, struct{}) (string, error) { return "", secret })
		return nil
	})), func(c *betterauth.Config) { c.OnAPIError.OnError = func(err error, _ *plugin.Context) { seen = err } })
	a := kit.Client().Get("/leak").ExpectError(http.StatusInternalServerError, "INTERNAL_SERVER_ERROR")
	if strings.Contains(a.Body, "password") || !errors.Is(seen, secret) {
		t.Errorf("body %s, OnError saw %v", a.Body, seen)
	}
	_, err := kit.API.Call(t.Context(), "leak", api.Request{})
	if !errors.Is(err, secret) || strings.Contains(err.Error(), "password") {
		t.Errorf("in process: %v", err)
	}
}
