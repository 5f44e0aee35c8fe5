package endpoints_test

import (
	"strings"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
)

const (
	tokenCookie = "better-auth.session_token"
	cacheCookie = "better-auth.session_data"
)

func TestSessionRefresh(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	cases := []struct {
		name   string
		setup  setup
		later  time.Duration
		query  string
		extend bool
	}{
		{"young", nil, day - time.Millisecond, "", false},
		{"old", nil, day, "", true},
		{"old, refused by the request", nil, day, "?disableRefresh=true", false},
		{"own age", func(s *betterauth.Config) { s.Session.UpdateAge = time.Minute }, time.Minute, "", true},
		{"every read", func(s *betterauth.Config) { s.Session.UpdateAge = -1 }, 0, "", true},
		{"never", func(s *betterauth.Config) { s.Session.DisableRefresh = true }, 6 * day, "", false},
		{"deferred", func(s *betterauth.Config) { s.Session.DeferRefresh = true }, day, "", false},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := plugintest.New(t, tc.setup)
			c := s.SignUp("user@example.com")
			s.Clock.Advance(tc.later)
			a := c.Get("/get-session" + tc.query).Expect(200)
			want := plugintest.Start.Add(7 * day)
			if tc.extend {
				want = want.Add(tc.later)
			}
			if got := a.String("session.expiresAt"); got != want.Format("2006-01-02T15:04:05.000Z") {
				t.Errorf("expires at %s, want %s", got, want)
			}
			if got := a.Cookie(tokenCookie) != ""; got != tc.extend {
				t.Errorf("cookie renewed: %t", got)
			}
		})
	}
}

// TestForgottenSessionIsNotExtended checks rememberMe false.
func TestForgottenSessionIsNotExtended(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t, func(s *betterauth.Config) { s.Session.UpdateAge = time.Hour })
	s.SignUp("user@example.com")
	c := s.Client()
	c.Post("/sign-in/email", body{"email": "user@example.com", "password": plugintest.Password, "rememberMe": false}).Expect(200)
	s.Clock.Advance(23 * time.Hour)
	if a := c.Get("/get-session"); a.Get("") == nil || a.Cookie(tokenCookie) != "" {
		t.Errorf("after 23 hours: %s, cookies %q", a.Body, a.Header["Set-Cookie"])
	}
	s.Clock.Advance(time.Hour)
	if c.SignedIn() != "" {
		t.Error("the session lives longer than a day")
	}
}

func TestDeferredRefresh(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t, func(s *betterauth.Config) { s.Session.DeferRefresh = true })
	c := s.SignUp("user@example.com")
	s.Clock.Advance(48 * time.Hour)
	if a := c.Get("/get-session"); a.Get("needsRefresh") != true {
		t.Errorf("body %s", a.Body)
	}
	if a := c.Post("/get-session", nil).Expect(200); a.String("session.expiresAt") != "2026-01-11T03:04:05.678Z" || a.Cookie(tokenCookie) == "" {
		t.Errorf("body %s, cookies %q", a.Body, a.Header["Set-Cookie"])
	}
	late := c.Replay()
	s.Clock.Advance(8 * 24 * time.Hour)
	if a := late.Get("/get-session"); a.Body != "null" || s.Count("session") != 1 {
		t.Errorf("a read removed the expired session: %s, %d rows", a.Body, s.Count("session"))
	}
}

func TestExpiredSessionIsRemoved(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t)
	c := s.SignUp("user@example.com")
	late := c.Replay()
	s.Clock.Advance(7 * 24 * time.Hour)
	a := late.Get("/get-session").Expect(200)
	if a.Body != "null" || s.Count("session") != 0 || !strings.Contains(a.Cookie(tokenCookie), "=; Max-Age=0;") {
		t.Errorf("body %s, %d rows, cookies %q", a.Body, s.Count("session"), a.Header["Set-Cookie"])
	}
}

func TestListSessions(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t)
	c := s.SignUp("user@example.com")
	s.SignIn("user@example.com")
	s.SignUp("other@example.com")
	list, _ := c.Get("/list-sessions").Expect(200).Get("").([]any)
	if len(list) != 2 {
		t.Errorf("%d sessions, want 2", len(list))
	}
	s.Clock.Advance(24 * time.Hour)
	c.Get("/list-sessions").ExpectError(403, "SESSION_NOT_FRESH")
	s.Client().Get("/list-sessions").ExpectError(401, "UNAUTHORIZED")

	always := plugintest.New(t, func(s *betterauth.Config) { s.Session.FreshAge = -1 })
	c = always.SignUp("user@example.com")
	always.Clock.Advance(6 * 24 * time.Hour)
	c.Get("/list-sessions").Expect(200)
}

func TestRevokeSession(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t)
	c, other := s.SignUp("user@example.com"), s.SignIn("user@example.com")
	stranger := s.SignUp("other@example.com")
	token := func(c *plugintest.Client) string { return c.Get("/get-session").String("session.token") }
	c.Post("/revoke-session", body{"token": token(stranger)}).Expect(200)
	if stranger.SignedIn() == "" {
		t.Fatal("somebody else's session was revoked")
	}
	c.Post("/revoke-session", body{"token": token(other)}).Expect(200)
	if other.SignedIn() != "" {
		t.Error("the session survives")
	}
	c.Post("/revoke-session", body{}).ExpectError(400, "VALIDATION_ERROR")
	c.Post("/revoke-session", body{"token": token(c)}).Expect(200)
	if len(c.CookieNames()) != 0 {
		t.Errorf("cookies of the revoked session left: %v", c.CookieNames())
	}
}

func TestRevokeSessions(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t)
	c, other, stranger := s.SignUp("user@example.com"), s.SignIn("user@example.com"), s.SignUp("other@example.com")
	c.Post("/revoke-other-sessions", body{}).Expect(200)
	if c.SignedIn() == "" || other.SignedIn() != "" || stranger.SignedIn() == "" {
		t.Error("revoke-other-sessions ended the wrong sessions")
	}
	other = s.SignIn("user@example.com")
	c.Post("/revoke-sessions", body{}).Expect(200)
	if c.SignedIn() != "" || other.SignedIn() != "" || stranger.SignedIn() == "" {
		t.Error("revoke-sessions ended the wrong sessions")
	}
	s.Client().Post("/revoke-sessions", body{}).ExpectError(401, "UNAUTHORIZED")
}

func TestUpdateSession(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t, func(s *betterauth.Config) {
		s.Session.AdditionalFields = []adapter.Field{
			{Name: "theme", Type: adapter.String, Optional: true},
			{Name: "level", Type: adapter.Number, Optional: true, Default: func() any { return 1.0 }},
			{Name: "locked", Type: adapter.Boolean, Optional: true, NoInput: true},
			{Name: "secret", Type: adapter.String, Optional: true, Hidden: true},
		}
	})
	c := s.SignUp("user@example.com")
	if a := c.Get("/get-session"); a.Get("session.level") != 1.0 || strings.Contains(a.Body, "secret") {
		t.Errorf("body %s", a.Body)
	}
	a := c.Post("/update-session", body{"theme": "dark", "secret": "s", "userId": "x", "token": "y"}).Expect(200)
	if a.String("session.theme") != "dark" || strings.Contains(a.Body, `"secret"`) || a.String("session.token") == "y" {
		t.Errorf("body %s", a.Body)
	}
	if got := c.Get("/get-session").String("session.theme"); got != "dark" {
		t.Errorf("theme %q", got)
	}
	row, err := plugin.Sessions.FindOne(t.Context(), s.Store())
	if err != nil {
		t.Fatal(err)
	}
	if secret, _ := api.Field[string](row.Extra, "secret"); secret != "s" {
		t.Errorf("secret %q", secret)
	}
	s.Clock.Advance(25 * time.Hour)
	if a := c.Get("/get-session"); strings.Contains(a.Body, `"secret"`) || a.Cookie(tokenCookie) == "" {
		t.Errorf("an extended session shows its hidden field: %s", a.Body)
	}
	c.Post("/update-session", body{"locked": true}).ExpectError(400, "FIELD_NOT_ALLOWED")
	c.Post("/update-session", body{"level": "high"}).ExpectError(400, "VALIDATION_ERROR")
	c.Post("/update-session", body{"userId": "x"}).ExpectError(400, "")
	s.Client().Post("/update-session", body{"theme": "x"}).ExpectError(401, "UNAUTHORIZED")
}

func TestCookieCache(t *testing.T) {
	t.Parallel()
	for _, strategy := range []plugin.Strategy{plugin.Compact, plugin.JWT, plugin.JWE} {
		t.Run(string(strategy), func(t *testing.T) {
			t.Parallel()
			s := plugintest.New(t, func(s *betterauth.Config) {
				s.Session.CookieCache = plugin.CookieCache{Enabled: true, Strategy: strategy, MaxAge: time.Minute}
				s.User.AdditionalFields = []adapter.Field{{Name: "secret", Type: adapter.String, Optional: true, Hidden: true, Default: func() any { return "s-hidden-s" }}}
			})
			c := s.SignUp("user@example.com")
			if c.Cookie(cacheCookie) == "" {
				t.Fatal("sign-up set no copy")
			}
			fresh := c.Get("/get-session").Expect(200)
			if _, err := plugin.Sessions.Delete(t.Context(), s.Store()); err != nil {
				t.Fatal(err)
			}
			cached := c.Get("/get-session").Expect(200)
			if cached.Body != fresh.Body {
				t.Errorf("cached\n%s\nstored\n%s", cached.Body, fresh.Body)
			}
			if strings.Contains(cached.Body, "s-hidden-s") {
				t.Error("a hidden field is in the copy")
			}
			c.Post("/update-user", body{"name": "X"}).ExpectError(401, "UNAUTHORIZED")
		})
	}
}

// TestCookieCacheEnds lists what makes a copy worthless.
func TestCookieCacheEnds(t *testing.T) {
	t.Parallel()
	version := "1"
	cases := []struct {
		name  string
		spoil func(s *plugintest.Kit, c *plugintest.Client)
		query string
	}{
		{"age", func(s *plugintest.Kit, c *plugintest.Client) {
			*c = *c.Replay()
			s.Clock.Advance(5*time.Minute + time.Second)
		}, ""},
		{"refused by the request", func(*plugintest.Kit, *plugintest.Client) {}, "?disableCookieCache=true"},
		{"tampering", func(_ *plugintest.Kit, c *plugintest.Client) {
			c.SetCookie(cacheCookie, c.Cookie(cacheCookie)[:9]+"AAAA"+c.Cookie(cacheCookie)[13:])
		}, ""},
		{"copy of another session", func(s *plugintest.Kit, c *plugintest.Client) {
			c.SetCookie(cacheCookie, s.SignIn("user@example.com").Cookie(cacheCookie))
		}, ""},
		{"version", func(*plugintest.Kit, *plugintest.Client) { version = "2" }, ""},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			version = "1"
			s := plugintest.New(t, func(s *betterauth.Config) {
				s.Session.CookieCache = plugin.CookieCache{Enabled: true, VersionFunc: func(*api.Session, *api.User) string { return version }}
			})
			c := s.SignUp("user@example.com")
			tc.spoil(s, c)
			if _, err := plugin.Sessions.Delete(t.Context(), s.Store()); err != nil {
				t.Fatal(err)
			}
			if a := c.Get("/get-session" + tc.query); a.Body != "null" {
				t.Errorf("the copy still counts: %s", a.Body)
			}
		})
	}
}

// TestCookieCacheFollowsWrites checks that writes renew the copy.
func TestCookieCacheFollowsWrites(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t, func(s *betterauth.Config) { s.Session.CookieCache.Enabled = true })
	c := s.SignUp("user@example.com")
	c.Post("/update-user", body{"name": "New"}).Expect(200)
	if got := c.Get("/get-session").String("user.name"); got != "New" {
		t.Errorf("name %q", got)
	}
	c.Post("/sign-out", body{}).Expect(200)
	if len(c.CookieNames()) != 0 {
		t.Errorf("cookies left: %v", c.CookieNames())
	}
}

// TestCookieCacheTurnedOff checks that copies of an earlier configuration are dropped.
func TestCookieCacheTurnedOff(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t)
	c := s.SignUp("user@example.com")
	c.SetCookie(cacheCookie, "stale")
	if c.Get("/get-session").Expect(200); c.Cookie(cacheCookie) != "" {
		t.Error("the copy is left")
	}
}

// TestStateless lives without any store: the session is its cookies.
func TestStateless(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t, func(s *betterauth.Config) { s.Database = nil })
	c := s.SignUp("user@example.com")
	if !strings.Contains(c.Cookie(cacheCookie), ".") || c.SignedIn() == "" {
		t.Errorf("cookies %v", c.CookieNames())
	}
	c.Post("/update-user", body{"name": "New"}).Expect(200)
	if got := c.Get("/get-session").String("user.name"); got != "New" {
		t.Errorf("name %q", got)
	}
	s.Clock.Advance(6 * 24 * time.Hour)
	if a := c.Get("/get-session"); a.Get("") == nil || a.Cookie(cacheCookie) == "" {
		t.Errorf("not renewed near its end: %s, %q", a.Body, a.Header["Set-Cookie"])
	}
	c.Post("/sign-out", body{}).Expect(200)
	if c.SignedIn() != "" || len(c.CookieNames()) != 0 {
		t.Errorf("cookies after sign-out: %v", c.CookieNames())
	}
}
