package betterauth_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/adapter/memory"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
)

// countingAdapter counts reads and can be made to fail.
type countingAdapter struct {
	*memory.Adapter
	reads  atomic.Int64
	broken atomic.Bool
}

func (a *countingAdapter) Find(ctx context.Context, q adapter.Query) ([]adapter.Record, error) {
	a.reads.Add(1)
	if a.broken.Load() {
		return nil, fmt.Errorf("the database is down")
	}
	return a.Adapter.Find(ctx, q)
}

func (a *countingAdapter) FindJoined(ctx context.Context, q adapter.Query) ([]adapter.Joined, error) {
	a.reads.Add(1)
	if a.broken.Load() {
		return nil, fmt.Errorf("the database is down")
	}
	return a.Adapter.FindJoined(ctx, q)
}

// counted starts a server whose reads are counted.
func counted(t *testing.T, change ...func(*betterauth.Config)) (*plugintest.Kit, *countingAdapter) {
	db := &countingAdapter{Adapter: memory.New()}
	return plugintest.New(t, append(change, func(s *betterauth.Config) { s.Database = db })...), db
}

// page shows who is signed in.
var page = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	if u := betterauth.UserFrom(r.Context()); u != nil {
		fmt.Fprint(w, u.Email, " ", betterauth.SessionFrom(r.Context()).Session.UserID == u.ID)
		return
	}
	fmt.Fprint(w, "nobody")
})

func TestLoadSession(t *testing.T) {
	t.Parallel()
	s, db := counted(t)
	c := s.SignUp("user@example.com")
	s.Site = s.LoadSession(s.LoadSession(s.RequireSession(s.RequireSession(page))))
	before := db.reads.Load()
	if a := c.Do("GET", "/", nil).Expect(200); a.Body != "user@example.com true" {
		t.Errorf("body %q", a.Body)
	}
	if n := db.reads.Load() - before; n != 1 {
		t.Errorf("%d reads for one request", n)
	}
	s.Site = s.LoadSession(page)
	if a := s.Client().Do("GET", "/", nil).Expect(200); a.Body != "nobody" {
		t.Errorf("body %q", a.Body)
	}
	if u := betterauth.UserFrom(t.Context()); u != nil || betterauth.SessionFrom(t.Context()) != nil {
		t.Error("a user without a request")
	}
}

// TestLoadSessionOfAnother checks that the session of one Auth is not taken for one of another.
func TestLoadSessionOfAnother(t *testing.T) {
	t.Parallel()
	a, b := plugintest.New(t), plugintest.New(t)
	c := a.SignUp("user@example.com")
	a.Site = a.LoadSession(b.RequireSession(page))
	c.Do("GET", "/", nil).ExpectError(401, "UNAUTHORIZED")
}

func TestRequireSession(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t)
	c := s.SignUp("user@example.com")
	s.Site = s.RequireSession(page)
	c.Do("GET", "/", nil).Expect(200)
	a := s.Client().Do("GET", "/", nil).ExpectError(401, "UNAUTHORIZED")
	if a.Body != `{"message":"Unauthorized","code":"UNAUTHORIZED","status":401}` {
		t.Errorf("body %s", a.Body)
	}
}

func TestOrRedirect(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, method, accept, target, location string
	}{
		{"a page", "GET", "text/html,*/*", "/login", "/login?callbackURL=%2Faccount%3Ftab%3D1%26x%3D2"},
		{"target with a query", "GET", "text/html", "/login?from=app", "/login?from=app&callbackURL=%2Faccount%3Ftab%3D1%26x%3D2"},
		{"a script", "GET", "application/json", "/login", ""},
		{"a form", "POST", "text/html", "/login", ""},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := plugintest.New(t)
			s.Site = s.RequireSession(page, betterauth.OrRedirect(tc.target))
			c := s.Client()
			c.Header.Set("Accept", tc.accept)
			a := c.Do(tc.method, "/account?tab=1&x=2", nil)
			if tc.location == "" {
				a.ExpectError(401, "UNAUTHORIZED")
			} else {
				a.ExpectRedirect(tc.location)
			}
		})
	}
}

func TestRequireFresh(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t)
	c := s.SignUp("user@example.com")
	s.Site = s.RequireFresh(page)
	c.Do("GET", "/", nil).Expect(200)
	s.Client().Do("GET", "/", nil).ExpectError(401, "UNAUTHORIZED")
	s.Clock.Advance(24 * time.Hour)
	c.Do("GET", "/", nil).ExpectError(403, "SESSION_NOT_FRESH")

	s = plugintest.New(t, func(s *betterauth.Config) { s.Session.FreshAge = -1 })
	c = s.SignUp("user@example.com")
	s.Clock.Advance(6 * 24 * time.Hour)
	s.Site = s.RequireFresh(page)
	c.Do("GET", "/", nil).Expect(200)
}

// TestRequireFreshAsksTheStore checks that a revoked session in the cookie cache opens no guarded page.
func TestRequireFreshAsksTheStore(t *testing.T) {
	t.Parallel()
	s, db := counted(t, func(s *betterauth.Config) { s.Session.CookieCache.Enabled = true })
	c := s.SignUp("user@example.com")
	thief := c.Replay()
	c.Post("/sign-out", map[string]any{}).Expect(200)
	before := db.reads.Load()
	s.Site = s.LoadSession(page)
	if a := thief.Do("GET", "/", nil); a.Body != "user@example.com true" || db.reads.Load() != before {
		t.Errorf("the copy does not count for reads: %s, %d reads", a.Body, db.reads.Load()-before)
	}
	s.Site = s.LoadSession(s.RequireFresh(page))
	thief.Do("GET", "/", nil).ExpectError(401, "UNAUTHORIZED")
}

func TestBrokenStore(t *testing.T) {
	t.Parallel()
	s, db := counted(t)
	c := s.SignUp("user@example.com")
	db.broken.Store(true)
	s.Site = s.LoadSession(page)
	if a := c.Do("GET", "/", nil).ExpectError(500, "FAILED_TO_GET_SESSION"); strings.Contains(a.Body, "down") || len(c.CookieNames()) == 0 {
		t.Errorf("body %s, cookies %v", a.Body, c.CookieNames())
	}
	if a := s.Client().Do("GET", "/", nil).Expect(200); a.Body != "nobody" {
		t.Errorf("body %s", a.Body)
	}
}

// TestCookiesBeforeTheHandler checks that a renewed cookie is set before the page writes anything, so that
// pages may stream.
func TestCookiesBeforeTheHandler(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t)
	c := s.SignUp("user@example.com")
	s.Clock.Advance(25 * time.Hour)
	release := make(chan struct{})
	server := httptest.NewServer(s.LoadSession(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if w.Header().Get("Set-Cookie") == "" {
			t.Error("the cookie is not set yet")
		}
		w.Header().Add("Set-Cookie", "own=1")
		fmt.Fprint(w, "first,")
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Error(err)
		}
		<-release
		fmt.Fprint(w, "second")
	})))
	defer server.Close()
	r, err := http.NewRequestWithContext(t.Context(), "GET", server.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Cookie", c.Headers().Get("Cookie"))
	res, err := server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if lines := res.Header["Set-Cookie"]; len(lines) != 2 || !strings.HasPrefix(lines[0], "better-auth.session_token=") || lines[1] != "own=1" {
		t.Errorf("cookies %q", lines)
	}
	if got := res.Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("cache-control %q", got)
	}
	first := make([]byte, 6)
	if _, err := io.ReadFull(res.Body, first); err != nil || string(first) != "first," {
		t.Errorf("%q, %v", first, err)
	}
	close(release)
	if rest, err := io.ReadAll(res.Body); err != nil || string(rest) != "second" {
		t.Errorf("%q, %v", rest, err)
	}
}
