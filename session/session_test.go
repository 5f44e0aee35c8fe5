package session_test

import (
	"testing"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
	"github.com/betterauth-go/betterauth/session"
)

type who struct {
	Name string `json:"name"`
}

// guarded adds an endpoint behind each middleware of the package.
func guarded(s *betterauth.Config) {
	answer := func(c *plugin.Context, _ struct{}) (*who, error) { return &who{session.From(c).User.Name}, nil }
	s.Plugins = append(s.Plugins, plugin.Func("guarded", func(r *plugin.Registry) error {
		for path, guard := range map[string]plugin.Middleware{"/required": session.Required, "/sensitive": session.Sensitive, "/fresh": session.Fresh} {
			plugin.Handle(r, plugin.Endpoint{ID: path, Method: "GET", Path: path, Use: plugin.Use(guard)}, answer)
		}
		return nil
	}))
}

func TestMiddlewares(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t, guarded, func(s *betterauth.Config) { s.Session.CookieCache.Enabled = true })
	c := s.SignUp("user@example.com")
	for _, path := range []string{"/required", "/sensitive", "/fresh"} {
		s.Client().Get(path).ExpectError(401, "UNAUTHORIZED")
		if a := c.Get(path).Expect(200); a.String("name") != "Name of user@example.com" {
			t.Errorf("%s: %s", path, a.Body)
		}
	}
	thief := c.Replay()
	c.Post("/sign-out", nil).Expect(200)
	thief.Get("/required").Expect(200)
	thief.Get("/sensitive").ExpectError(401, "UNAUTHORIZED")
	thief.Get("/fresh").ExpectError(401, "UNAUTHORIZED")
	c = s.SignIn("user@example.com")
	s.Clock.Advance(24 * 3600e9)
	c.Get("/sensitive").Expect(200)
	c.Get("/fresh").ExpectError(403, "SESSION_NOT_FRESH")
}

// withInside adds an endpoint that runs fn.
func withInside(fn func(c *plugin.Context) error) func(*betterauth.Config) {
	return func(s *betterauth.Config) {
		s.Plugins = []plugin.Plugin{plugin.Func("inside", func(r *plugin.Registry) error {
			plugin.Handle(r, plugin.Endpoint{ID: "inside", Method: "POST"}, func(c *plugin.Context, _ struct{}) (string, error) { return "", fn(c) })
			return nil
		})}
	}
}

// TestStore creates, finds, lists and ends sessions as plugins do.
func TestStore(t *testing.T) {
	t.Parallel()
	life := func(c *plugin.Context) error {
		u, err := plugin.Users.Create(c, c.DB, &api.User{Name: "U", Email: "u@example.com"})
		if err != nil {
			return err
		}
		first, err := session.Create(c, u, session.CreateOptions{})
		if err != nil {
			return err
		}
		short, err := session.Create(c, u, session.CreateOptions{Forget: true})
		if err != nil {
			return err
		}
		if got := short.ExpiresAt.Sub(c.Now()).Hours(); got != 24 {
			t.Errorf("a session that is not remembered lives %v hours", got)
		}
		data, err := session.Find(c, first.Token)
		if err != nil || data.User.ID != u.ID || data.Session.ID != first.ID {
			t.Errorf("Find: %+v, %v", data, err)
		}
		if err := session.DeleteOwn(c, "somebody else", first.Token); err != nil {
			return err
		}
		if list, err := session.List(c, u.ID); err != nil || len(list) != 2 {
			t.Errorf("List: %d, %v", len(list), err)
		}
		if err := session.DeleteOthers(c, u.ID, short.Token); err != nil {
			return err
		}
		if _, err := session.Find(c, first.Token); !errors.Is(err, adapter.ErrNotFound) {
			t.Errorf("a deleted session: %v", err)
		}
		if _, err := session.Update(c, &api.SessionData{Session: first, User: u}, adapter.Changes{"expiresAt": c.Now()}); !errors.Is(err, adapter.ErrNotFound) {
			t.Errorf("an update of a deleted session: %v", err)
		}
		if err := session.DeleteOwn(c, u.ID, short.Token); err != nil {
			return err
		}
		list, err := session.List(c, u.ID)
		if err != nil || len(list) != 0 {
			t.Errorf("at the end: %d sessions, %v", len(list), err)
		}
		return session.Delete(c, "unknown")
	}
	run := func(name string, start func() *plugintest.Kit) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := start().API.Call(t.Context(), "inside", api.Request{}); err != nil {
				t.Error(err)
			}
		})
	}
	run("database", func() *plugintest.Kit { return plugintest.New(t, withInside(life)) })
	run("storage", func() *plugintest.Kit { s, _ := stored(t, withInside(life)); return s })
	run("both", func() *plugintest.Kit { s, _ := stored(t, withInside(life), inDatabase); return s })
}
