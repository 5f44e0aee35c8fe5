package betterauth_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter/memory"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin"
)

// TestHooksOfTheConfiguration checks that Config.Hooks run around every endpoint, before those of plugins.
func TestHooksOfTheConfiguration(t *testing.T) {
	t.Parallel()
	refused := errors.Define(403, "NOT_TODAY", "Not today")
	var seen []string
	note := func(name string) plugin.HookFunc {
		return func(c *plugin.Context) error {
			seen = append(seen, name+" "+c.Endpoint.Path)
			if name == "before" && c.Endpoint.Path == "/sign-out" {
				return refused
			}
			return nil
		}
	}
	auth, err := betterauth.New(betterauth.Config{
		BaseURL:  "http://localhost:3000",
		Secret:   strings.Repeat("secret of a test ", 3),
		Database: memory.New(),
		Hooks:    betterauth.Hooks{Before: note("before"), After: note("after")},
		Plugins: []plugin.Plugin{plugin.Func("probe", func(r *plugin.Registry) error {
			r.Before(nil, note("plugin before"))
			r.After(nil, note("plugin after"))
			return nil
		})},
	})
	if err != nil {
		t.Fatal(err)
	}

	if _, err := auth.API.OK(t.Context(), api.OKInput{}); err != nil {
		t.Fatal(err)
	}
	want := []string{"before /ok", "plugin before /ok", "after /ok", "plugin after /ok"}
	if !slices.Equal(seen, want) {
		t.Errorf("in process ran %q, want %q", seen, want)
	}

	seen = nil
	w := httptest.NewRecorder()
	auth.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "GET", "/api/auth/ok", nil))
	if !slices.Equal(seen, want) || w.Code != 200 {
		t.Errorf("over HTTP ran %q with status %d, want %q", seen, w.Code, want)
	}

	_, err = auth.API.SignOut(t.Context(), api.SignOutInput{}, api.WithHeaders(http.Header{}))
	if !errors.Is(err, refused) {
		t.Errorf("a before hook that refuses: %v", err)
	}
}
