package securitytest_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/adapter/memory"
	"github.com/betterauth-go/betterauth/api"
	. "github.com/betterauth-go/betterauth/internal/securitytest"
	"github.com/betterauth-go/betterauth/plugin"
)

// A trap is a hook that goes wrong once it is armed.
type trap struct {
	mode    string // "panic", "error" or "block"
	armed   atomic.Bool
	fired   atomic.Int64
	release chan struct{}
}

var errTrap = errors.New("the hook failed")

func (h *trap) spring(ctx context.Context) error {
	if !h.armed.Load() {
		return nil
	}
	h.fired.Add(1)
	switch h.mode {
	case "panic":
		panic("the hook panics")
	case "block":
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-h.release:
			return nil
		}
	}
	return errTrap
}

// snap is fail for hooks that return no error.
func (h *trap) snap() {
	_ = h.fail()
}

// fail is spring for hooks that have no context: they cannot block with a request.
func (h *trap) fail() error {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return h.spring(ctx)
}

func (h *trap) mail(ctx context.Context, _ betterauth.Mail) error { return h.spring(ctx) }

func (h *trap) user(ctx context.Context, _ *api.User) error { return h.spring(ctx) }

// set says where a trap goes.
type set func(c *betterauth.Config, h *trap)

// register sets a trap by way of a plugin.
func register(fn func(r *plugin.Registry, h *trap)) set {
	return func(c *betterauth.Config, h *trap) {
		c.Plugins = append(c.Plugins, plugin.Func("trap", func(r *plugin.Registry) error {
			fn(r, h)
			return nil
		}))
	}
}

// places are all kinds of hooks and callbacks of a configuration.
func places() map[string]set {
	all := map[string]set{
		"Hooks.Before": func(c *betterauth.Config, h *trap) {
			c.Hooks.Before = func(c *plugin.Context) error { return h.spring(c) }
		},
		"Hooks.After": func(c *betterauth.Config, h *trap) {
			c.Hooks.After = func(c *plugin.Context) error { return h.spring(c) }
		},
		"OnPasswordReset":         func(c *betterauth.Config, h *trap) { c.EmailAndPassword.OnPasswordReset = h.user },
		"SendResetPassword":       func(c *betterauth.Config, h *trap) { replaceMail(&c.EmailAndPassword.SendResetPassword, h) },
		"SendVerificationEmail":   func(c *betterauth.Config, h *trap) { replaceMail(&c.EmailVerification.SendVerificationEmail, h) },
		"BeforeEmailVerification": func(c *betterauth.Config, h *trap) { c.EmailVerification.BeforeEmailVerification = h.user },
		"AfterEmailVerification":  func(c *betterauth.Config, h *trap) { c.EmailVerification.AfterEmailVerification = h.user },
		"BeforeDelete":            func(c *betterauth.Config, h *trap) { c.User.DeleteUser.BeforeDelete = h.user },
		"AfterDelete":             func(c *betterauth.Config, h *trap) { c.User.DeleteUser.AfterDelete = h.user },
		"SendDeleteAccountVerification": func(c *betterauth.Config, h *trap) {
			c.User.DeleteUser.SendDeleteAccountVerification = h.mail
		},
		"OnExistingUserSignUp": func(c *betterauth.Config, h *trap) {
			c.EmailAndPassword.DisableAutoSignIn = true
			c.EmailAndPassword.OnExistingUserSignUp = h.user
		},
		"CustomSyntheticUser": func(c *betterauth.Config, h *trap) {
			c.EmailAndPassword.DisableAutoSignIn = true
			c.EmailAndPassword.CustomSyntheticUser = func(u *api.User) *api.User { h.snap(); return u }
		},
		"Password.Hash": func(c *betterauth.Config, h *trap) {
			hash := c.EmailAndPassword.Password.Hash
			c.EmailAndPassword.Password.Hash = func(ctx context.Context, password string) (string, error) {
				if err := h.spring(ctx); err != nil {
					return "", err
				}
				return hash(ctx, password)
			}
		},
		"Password.Verify": func(c *betterauth.Config, h *trap) {
			verify := c.EmailAndPassword.Password.Verify
			c.EmailAndPassword.Password.Verify = func(ctx context.Context, hash, password string) (bool, error) {
				if err := h.spring(ctx); err != nil {
					return false, err
				}
				return verify(ctx, hash, password)
			}
		},
		"CookieCache.VersionFunc": func(c *betterauth.Config, h *trap) {
			c.Session.CookieCache = betterauth.CookieCache{Enabled: true, VersionFunc: func(*api.Session, *api.User) string { h.snap(); return "1" }}
		},
		"StoreIdentifier.Hash": func(c *betterauth.Config, h *trap) {
			c.Verification.StoreIdentifier.Hash = func(name string) (string, error) { return name, h.fail() }
		},
		"TrustedOriginsFunc": func(c *betterauth.Config, h *trap) {
			c.TrustedOriginsFunc = func(*http.Request) []string { h.snap(); return nil }
		},
		"OnAPIError.OnError": func(c *betterauth.Config, h *trap) {
			c.Hooks.Before = func(*plugin.Context) error {
				if h.armed.Load() {
					return errTrap
				}
				return nil
			}
			c.OnAPIError.OnError = func(error, *plugin.Context) { h.snap() }
		},
		"Background": func(c *betterauth.Config, h *trap) {
			c.Background = func(task func()) { task(); h.snap() }
		},
		"GenerateID": func(c *betterauth.Config, h *trap) {
			var n atomic.Int64
			c.Advanced.Database.GenerateID = func(string) string { h.snap(); return "id" + time.Unix(n.Add(1), 0).UTC().Format("150405") }
		},
		"Logger": func(c *betterauth.Config, h *trap) {
			c.Hooks.Before = func(*plugin.Context) error {
				if h.armed.Load() {
					return errTrap
				}
				return nil
			}
			c.Logger = slog.New(trapLogger{h})
		},
	}
	for name, place := range limitPlaces() {
		all[name] = place
	}
	for name, place := range pluginPlaces() {
		all[name] = place
	}
	for name, place := range fieldPlaces() {
		all[name] = place
	}
	rowPlaces(all, "user", func(c *betterauth.Config) *adapter.Hooks[api.User] { return &c.DatabaseHooks.User })
	rowPlaces(all, "session", func(c *betterauth.Config) *adapter.Hooks[api.Session] { return &c.DatabaseHooks.Session })
	rowPlaces(all, "account", func(c *betterauth.Config) *adapter.Hooks[api.Account] { return &c.DatabaseHooks.Account })
	rowPlaces(all, "verification", func(c *betterauth.Config) *adapter.Hooks[api.Verification] { return &c.DatabaseHooks.Verification })
	// Nothing of the script updates a verification value.
	delete(all, "verification.BeforeUpdate")
	delete(all, "verification.AfterUpdate")
	return all
}

// replaceMail lets a callback work until the trap is armed: the script needs the first mails.
func replaceMail(field *func(context.Context, betterauth.Mail) error, h *trap) {
	send := *field
	*field = func(ctx context.Context, m betterauth.Mail) error {
		if err := h.mail(ctx, m); err != nil {
			return err
		}
		return send(ctx, m)
	}
}

type trapLogger struct{ h *trap }

func (l trapLogger) Enabled(context.Context, slog.Level) bool { return true }
func (l trapLogger) Handle(ctx context.Context, _ slog.Record) error {
	l.h.snap()
	return nil
}
func (l trapLogger) WithAttrs([]slog.Attr) slog.Handler { return l }
func (l trapLogger) WithGroup(string) slog.Handler      { return l }

type trapLimits struct{ h *trap }

func (l trapLimits) Consume(ctx context.Context, _ string, _ time.Duration, _ int) (bool, time.Duration, error) {
	return true, 0, l.h.spring(ctx)
}

func limitPlaces() map[string]set {
	return map[string]set{
		"RateLimit.Custom": func(c *betterauth.Config, h *trap) { c.RateLimit = betterauth.RateLimit{Custom: trapLimits{h}} },
		"RateLimitRule.Func": func(c *betterauth.Config, h *trap) {
			c.RateLimit = betterauth.RateLimit{Rules: []betterauth.RateLimitRule{{Path: "/**", Func: func(_ *http.Request, window time.Duration, max int) (time.Duration, int, bool) {
				h.snap()
				return window, max, false
			}}}}
		},
		"RateLimitRule.Match": register(func(r *plugin.Registry, h *trap) {
			r.Config.RateLimit.Disabled = false
			r.RateLimit(plugin.RateLimitRule{Match: func(string) bool { h.snap(); return false }, Window: time.Second, Max: 1})
		}),
	}
}

func pluginPlaces() map[string]set {
	return map[string]set{
		"plugin before": register(func(r *plugin.Registry, h *trap) {
			r.Before(nil, func(c *plugin.Context) error { return h.spring(c) })
		}),
		"plugin after": register(func(r *plugin.Registry, h *trap) {
			r.After(plugin.Path("/get-session"), func(c *plugin.Context) error { return h.spring(c) })
		}),
		"plugin middleware": register(func(r *plugin.Registry, h *trap) {
			r.Middleware("/**", func(c *plugin.Context) error { return h.spring(c) })
		}),
		"plugin OnRequest": register(func(r *plugin.Registry, h *trap) {
			r.OnRequest(func(req *http.Request) (*http.Request, *http.Response, error) {
				return nil, nil, h.spring(req.Context())
			})
		}),
		"plugin OnResponse": register(func(r *plugin.Registry, h *trap) {
			r.OnResponse(func(c *plugin.Context, _ *http.Response) (*http.Response, error) { return nil, h.spring(c) })
		}),
		"plugin endpoint": register(func(r *plugin.Registry, h *trap) {
			plugin.Handle(r, plugin.Endpoint{ID: "getSession", Method: "GET", Path: "/get-session", Override: true},
				func(c *plugin.Context, _ struct{}) (*api.SessionData, error) { return nil, h.spring(c) })
		}),
	}
}

func fieldPlaces() map[string]set {
	field := func(change func(f *adapter.Field, h *trap)) set {
		return func(c *betterauth.Config, h *trap) {
			f := adapter.Field{Name: "nick", Type: adapter.String, Optional: true}
			change(&f, h)
			c.User.AdditionalFields = []adapter.Field{f}
		}
	}
	return map[string]set{
		"Field.Default": field(func(f *adapter.Field, h *trap) { f.Default = func() any { h.snap(); return "d" } }),
		"Field.OnUpdate": field(func(f *adapter.Field, h *trap) {
			f.NoInput = true
			f.OnUpdate = func() any { h.snap(); return "u" }
		}),
		"Field.Validate": field(func(f *adapter.Field, h *trap) {
			f.Validate = func(any) error { return h.fail() }
		}),
		"Field.Input": field(func(f *adapter.Field, h *trap) {
			f.Input = func(v any) (any, error) { return v, h.fail() }
		}),
		"Field.Output": field(func(f *adapter.Field, h *trap) {
			f.Output = func(v any) (any, error) { return v, h.fail() }
		}),
	}
}

func rowPlaces[T any](all map[string]set, table string, of func(c *betterauth.Config) *adapter.Hooks[T]) {
	row := func(h *trap) func(context.Context, *T) error {
		return func(ctx context.Context, _ *T) error { return h.spring(ctx) }
	}
	quiet := func(h *trap) func(context.Context, *T) {
		return func(ctx context.Context, _ *T) { _ = h.spring(ctx) }
	}
	all[table+".BeforeCreate"] = func(c *betterauth.Config, h *trap) { of(c).BeforeCreate = row(h) }
	all[table+".AfterCreate"] = func(c *betterauth.Config, h *trap) { of(c).AfterCreate = quiet(h) }
	all[table+".BeforeUpdate"] = func(c *betterauth.Config, h *trap) {
		of(c).BeforeUpdate = func(ctx context.Context, _ adapter.Changes) error { return h.spring(ctx) }
	}
	all[table+".AfterUpdate"] = func(c *betterauth.Config, h *trap) { of(c).AfterUpdate = quiet(h) }
	all[table+".BeforeDelete"] = func(c *betterauth.Config, h *trap) { of(c).BeforeDelete = row(h) }
	all[table+".AfterDelete"] = func(c *betterauth.Config, h *trap) { of(c).AfterDelete = quiet(h) }
}

// TestHooks has every kind of hook and callback panic, fail, and block while every kind of request is
// sent: each is answered in a form that clients understand, and the instance lives on.
func TestHooks(t *testing.T) {
	t.Parallel()
	for name, place := range places() {
		for _, mode := range []string{"panic", "error", "block"} {
			t.Run(name+"/"+mode, func(t *testing.T) {
				t.Parallel()
				tryHook(t, place, mode)
			})
		}
	}
}

func tryHook(t *testing.T, place set, mode string) {
	h := &trap{mode: mode, release: make(chan struct{})}
	box := &Mailbox{}
	config := Config(memory.New(memory.WithWait(100 * time.Millisecond)))
	box.Connect(&config)
	config.Session.AdditionalFields = []adapter.Field{{Name: "theme", Type: adapter.String, Optional: true}}
	place(&config, h)
	auth := New(t, config)
	s := &script{Client: NewClient(t, auth.Handler()), auth: auth, box: box}
	if !config.EmailAndPassword.DisableAutoSignIn {
		s = newScript(t, auth, box)
	} else {
		s.SignUp("ann@example.com")
		s.SignIn("ann@example.com")
	}
	if mode == "block" {
		s.limit = 40 * time.Millisecond
	}
	s.seen = func(step string, a *Answer, took time.Duration) {
		proper(t, step, a)
		if took > 2*time.Second {
			t.Errorf("%s took %s", step, took)
		}
	}
	h.armed.Store(true)
	s.play()
	close(h.release)
	Wait(t, auth)
	h.armed.Store(false)
	if h.fired.Load() == 0 {
		t.Error("no request reached the hook")
	}
	alive(t, auth.Handler())
}
