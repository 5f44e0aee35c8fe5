package lastloginmethod_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/lastloginmethod"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
)

var stored = lastloginmethod.Options{StoreInDatabase: true}

func TestStored(t *testing.T) {
	t.Parallel()
	kit := start(t, stored, plugintest.With(door()))
	c := kit.Client()
	if a := c.SignUp(ann); a.String("user.lastLoginMethod") != "email" {
		t.Errorf("sign-up %s", a.Body)
	}
	c.Post("/siwe/verify", nil).Expect(http.StatusOK)
	// The answer of a sign-in shows the method before.
	if a := c.SignIn(ann); a.String("user.lastLoginMethod") != "siwe" {
		t.Errorf("sign-in %s", a.Body)
	}
	if a := c.Get("/get-session"); a.String("user.lastLoginMethod") != "email" {
		t.Errorf("session %s", a.Body)
	}
	c.Post("/update-user", map[string]any{"lastLoginMethod": "passkey"}).ExpectError(http.StatusBadRequest, "FIELD_NOT_ALLOWED")
	if a := kit.Client().Post("/sign-up/email", map[string]any{"name": "B", "email": "b@example.com", "password": plugintest.Password, "lastLoginMethod": "x"}); a.Status != http.StatusBadRequest {
		t.Errorf("sign-up with a method: %d %s", a.Status, a.Body)
	}
}

// TestNotStored shows that there is no column without the option.
func TestNotStored(t *testing.T) {
	t.Parallel()
	kit := start(t, lastloginmethod.Options{Column: "ignored"})
	if kit.SignUp(ann); kit.Store().Schema().Table("user").Field("lastLoginMethod") != nil {
		t.Error("the user has a column")
	}
}

// TestNoSignIn shows that users and sessions that no sign-in makes have no method.
func TestNoSignIn(t *testing.T) {
	t.Parallel()
	kit := start(t, stored, func(c *betterauth.Config) { c.EmailAndPassword.DisableAutoSignIn = true })
	if _, err := kit.API.CreateUser(t.Context(), api.CreateUserInput{Email: "made@example.com", Name: "M"}); err != nil {
		t.Fatal(err)
	}
	if method, ok := api.Field[string](kit.User("made@example.com").Extra, "lastLoginMethod"); ok && method != "" {
		t.Errorf("method %q", method)
	}
	a := kit.Client().Post("/sign-up/email", map[string]any{"name": "Ann", "email": ann, "password": plugintest.Password}).Expect(http.StatusOK)
	if a.String("user.lastLoginMethod") != "email" || a.Cookie(cookie) != "" {
		t.Errorf("%s, %v", a.Body, a.Header)
	}
}

// TestSecondaryStorage shows that the copies of the user in secondary storage follow.
func TestSecondaryStorage(t *testing.T) {
	t.Parallel()
	kit := start(t, stored, plugintest.With(door()), func(c *betterauth.Config) { c.SecondaryStorage = &storage{values: map[string]string{}} })
	first := kit.SignUp(ann)
	second := kit.Client()
	second.Post("/siwe/verify", nil).Expect(http.StatusOK)
	for _, c := range []*plugintest.Client{first, second} {
		if a := c.Get("/get-session"); a.String("user.lastLoginMethod") != "siwe" {
			t.Errorf("session %s", a.Body)
		}
	}
}

// TestFailures shows that a method that cannot be stored keeps nobody out.
func TestFailures(t *testing.T) {
	t.Parallel()
	kit := start(t, stored, func(c *betterauth.Config) {
		c.DatabaseHooks.User.BeforeUpdate = func(context.Context, adapter.Changes) error { return errors.New("read only") }
	})
	if c := kit.SignUp(ann); c.SignedIn() != ann {
		t.Error("nobody is signed in")
	}
	broken := &storage{values: map[string]string{}}
	kit = start(t, stored, func(c *betterauth.Config) { c.SecondaryStorage = broken })
	kit.SignUp(ann)
	broken.failAfter("active-sessions-")
	if c := kit.Client(); c.SignIn(ann).Status != http.StatusOK {
		t.Error("nobody can sign in")
	}
}

// TestHooks shows that the update runs the application's hooks, before those of the session.
func TestHooks(t *testing.T) {
	t.Parallel()
	var seen []string
	kit := start(t, stored, func(c *betterauth.Config) {
		c.DatabaseHooks.User.BeforeUpdate = func(_ context.Context, set adapter.Changes) error {
			seen = append(seen, "update "+set["lastLoginMethod"].(string))
			return nil
		}
		c.DatabaseHooks.Session.AfterCreate = func(context.Context, *api.Session) { seen = append(seen, "session") }
	})
	kit.SignUp(ann)
	if got := strings.Join(seen, ", "); got != "update email, session" {
		t.Errorf("hooks %s", got)
	}
}

// TestRace signs in many times at once.
func TestRace(t *testing.T) {
	t.Parallel()
	kit := start(t, stored)
	kit.SignUp(ann)
	var calls sync.WaitGroup
	for range 8 {
		calls.Go(func() {
			if _, err := kit.API.SignInEmail(t.Context(), api.SignInEmailInput{Email: ann, Password: plugintest.Password}); err != nil {
				t.Error(err)
			}
		})
	}
	calls.Wait()
	if kit.Count("session") != 9 || kit.Count("user", adapter.Eq("lastLoginMethod", "email")) != 1 {
		t.Errorf("%d sessions", kit.Count("session"))
	}
}

// TestTransaction shows that a sign-in within the application's transaction leaves nothing when that fails.
func TestTransaction(t *testing.T) {
	t.Parallel()
	failing := plugin.Func("failing", func(r *plugin.Registry) error {
		plugin.Handle(r, plugin.Endpoint{ID: "failing", Method: http.MethodPost, Path: "/siwe/failing"}, func(c *plugin.Context, in struct{}) (out *api.SignInEmailOutput, err error) {
			return nil, c.Tx(func() error {
				if _, err := signIn(c, in); err != nil {
					return err
				}
				return errors.Status(http.StatusTeapot)
			})
		})
		return nil
	})
	kit := start(t, stored, plugintest.With(failing))
	kit.SignUp(ann)
	kit.Client().Post("/siwe/failing", nil).Expect(http.StatusTeapot)
	if got, _ := api.Field[string](kit.User(ann).Extra, "lastLoginMethod"); got != "email" || kit.Count("session") != 1 {
		t.Errorf("column %q, %d sessions", got, kit.Count("session"))
	}
}

// storage is a secondary storage in memory.
type storage struct {
	mu     sync.Mutex
	values map[string]string
	broken string // keys that begin so are not read
	reads  int
}

// failAfter lets the second read of such keys fail.
func (s *storage) failAfter(prefix string) { s.broken, s.reads = prefix, 0 }

func (s *storage) Get(_ context.Context, key string) (string, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken != "" && strings.HasPrefix(key, s.broken) {
		if s.reads++; s.reads > 1 {
			return "", false, errors.New("storage is down")
		}
	}
	v, ok := s.values[key]
	return v, ok, nil
}

func (s *storage) Set(_ context.Context, key, value string, _ time.Duration) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.values[key] = value
	return nil
}

func (s *storage) Delete(_ context.Context, key string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.values, key)
	return nil
}

func (s *storage) GetAndDelete(ctx context.Context, key string) (string, bool, error) {
	v, ok, err := s.Get(ctx, key)
	return v, ok, errors.Join(err, s.Delete(ctx, key))
}

func (s *storage) Increment(_ context.Context, key string, _ time.Duration) (int64, error) {
	return 0, errors.New(key + ": nothing counts here")
}
