package securitytest_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/adapter/memory"
	"github.com/betterauth-go/betterauth/api"
	. "github.com/betterauth-go/betterauth/internal/securitytest"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
)

// TestStateless runs without any store: the session lives in its encrypted cookie.
func TestStateless(t *testing.T) {
	t.Parallel()
	clock := NewClock()
	config := Config(nil)
	config.Now = clock.Now
	config.Session.ExpiresIn = 10 * time.Hour
	config.Session.CookieCache.MaxAge = time.Hour
	c := NewClient(t, New(t, config).Handler())
	c.SignUp("ann@example.com")
	// Another instance knows the secret and nothing else.
	c = c.At(New(t, config).Handler())
	issued := c.RawCookie("better-auth.session_data")
	if parts := strings.Count(issued, "."); parts != 4 {
		t.Errorf("the cookie has %d dots, want a JWE's 4", parts)
	}
	if c.SignedIn() == "" {
		t.Fatal("the cookie alone is no session")
	}
	clock.Advance(47 * time.Minute)
	c.SignedIn()
	if c.RawCookie("better-auth.session_data") != issued {
		t.Error("the cookie was renewed too early")
	}
	clock.Advance(2 * time.Minute) // within a fifth of its life
	if c.SignedIn() == "" || c.RawCookie("better-auth.session_data") == issued {
		t.Error("the cookie was not renewed")
	}
	old := c.Clone()
	clock.Advance(61 * time.Minute)
	if old.SignedIn() != "" {
		t.Error("a cookie that nobody renewed is still good")
	}
	fresh := c.Clone()
	fresh.SetCookie("better-auth.session_data", tamper(fresh.RawCookie("better-auth.session_data")))
	if fresh.SignedIn() != "" {
		t.Error("a changed cookie is good")
	}
}

func tamper(s string) string {
	b := []byte(s)
	i := len(b) / 2
	if b[i] == 'A' {
		b[i] = 'B'
	} else {
		b[i] = 'A'
	}
	return string(b)
}

// counted starts an instance whose database calls are counted.
func counted(t *testing.T, change func(c *betterauth.Config)) (*Client, *Tally, *Clock) {
	t.Helper()
	clock, db, tally := NewClock(), NewGated(memory.New()), &Tally{}
	config := Config(db)
	config.Now = clock.Now
	change(&config)
	auth := New(t, config)
	db.Set(tally.Gate)
	return NewClient(t, auth.Handler()), tally, clock
}

// TestCookieCache reads sessions from the cookie alone while it is good, in each encoding.
func TestCookieCache(t *testing.T) {
	t.Parallel()
	for _, strategy := range []struct {
		name string
		c    betterauth.CookieCache
	}{
		{"compact", betterauth.CookieCache{Strategy: betterauth.Compact}},
		{"jwt", betterauth.CookieCache{Strategy: betterauth.JWT}},
		{"jwe", betterauth.CookieCache{Strategy: betterauth.JWE}},
	} {
		t.Run(strategy.name, func(t *testing.T) {
			t.Parallel()
			version := "1"
			c, tally, clock := counted(t, func(c *betterauth.Config) {
				c.Session.CookieCache = strategy.c
				c.Session.CookieCache.Enabled = true
				c.Session.CookieCache.VersionFunc = func(*api.Session, *api.User) string { return version }
			})
			c.SignUp("ann@example.com")
			reads := func(client *Client) int {
				before := tally.Total()
				if client.SignedIn() == "" {
					t.Error("signed out")
				}
				return tally.Total() - before
			}
			if n := reads(c); n != 0 {
				t.Errorf("%d calls of the database with a good cookie", n)
			}
			changed := c.Clone()
			changed.SetCookie("better-auth.session_data", tamper(changed.RawCookie("better-auth.session_data")))
			if n := reads(changed); n == 0 {
				t.Error("a changed cookie was believed")
			}
			stolen := c.Clone()
			stolen.SignIn("ann@example.com")
			stolen.SetCookie("better-auth.session_data", c.RawCookie("better-auth.session_data"))
			if n := reads(stolen); n == 0 {
				t.Error("the cookie of another session was believed")
			}
			version = "2"
			if n := reads(c.Clone()); n == 0 {
				t.Error("a cookie of another version was believed")
			}
			version = "1"
			clock.Advance(5*time.Minute + time.Second)
			if n := reads(c); n == 0 {
				t.Error("a cookie past its end was believed")
			}
			if n := reads(c); n != 0 {
				t.Error("the cookie was not renewed")
			}
		})
	}
}

// TestCookieCacheWrites revokes a session that a cookie still vouches for: writes and what guards an
// account ask the store (SEC-20).
func TestCookieCacheWrites(t *testing.T) {
	t.Parallel()
	c, _, _ := counted(t, func(c *betterauth.Config) {
		c.Session.CookieCache.Enabled = true
		c.User.DeleteUser.Enabled = true
		c.User.ChangeEmail = betterauth.ChangeEmail{Enabled: true, UpdateEmailWithoutVerification: true}
		c.Session.AdditionalFields = []adapter.Field{{Name: "theme", Type: adapter.String, Optional: true}}
	})
	c.SignUp("ann@example.com")
	stolen := c.Clone()
	c.Post("/revoke-sessions", map[string]any{}).Expect(http.StatusOK)
	for path, body := range map[string]map[string]any{
		"/update-user": {"name": "Eve"}, "/update-session": {"theme": "x"}, "/change-email": {"newEmail": "eve@example.com"},
		"/change-password": {"currentPassword": Password, "newPassword": "password5678"}, "/delete-user": {"password": Password},
		"/verify-password": {"password": Password}, "/revoke-session": {"token": "x"}, "/revoke-sessions": {}, "/revoke-other-sessions": {},
	} {
		if a := stolen.Clone().Post(path, body); a.Status != http.StatusUnauthorized {
			t.Errorf("%s: %d %s", path, a.Status, a.Body)
		}
	}
	if a := stolen.Clone().Get("/list-sessions"); a.Status != http.StatusUnauthorized {
		t.Errorf("/list-sessions: %d %s", a.Status, a.Body)
	}
	if a := stolen.Clone().Get("/get-session?disableCookieCache=true"); a.Body != "null" {
		t.Errorf("get-session past the cache: %s", a.Body)
	}
}

// TestCookieChunks has a user too large for one cookie, who then becomes small again.
func TestCookieChunks(t *testing.T) {
	t.Parallel()
	c, tally, _ := counted(t, func(c *betterauth.Config) {
		c.Session.CookieCache.Enabled = true
		c.User.AdditionalFields = []adapter.Field{{Name: "bio", Type: adapter.String, Optional: true}}
	})
	c.SignUp("ann@example.com")
	c.Post("/update-user", map[string]any{"bio": strings.Repeat("long text ", 700)}).Expect(http.StatusOK)
	chunks := 0
	for _, name := range c.CookieNames() {
		if strings.HasPrefix(name, "better-auth.session_data.") {
			chunks++
		}
		if size := len(name) + len(c.RawCookie(name)); size > 4096 {
			t.Errorf("the cookie %s is %d bytes", name, size)
		}
	}
	if chunks < 2 || c.RawCookie("better-auth.session_data") != "" {
		t.Errorf("%d chunks beside %q", chunks, c.RawCookie("better-auth.session_data"))
	}
	before := tally.Total()
	if a := c.Get("/get-session"); !strings.Contains(a.Body, "long text long") || tally.Total() != before {
		t.Errorf("%d calls of the database, %.80s", tally.Total()-before, a.Body)
	}
	torn := c.Clone()
	torn.DropCookie("better-auth.session_data.1")
	if torn.SignedIn() == "" || tally.Total() == before {
		t.Error("a missing chunk went unnoticed")
	}
	c.Post("/update-user", map[string]any{"bio": "short"}).Expect(http.StatusOK)
	for _, name := range c.CookieNames() {
		if strings.HasPrefix(name, "better-auth.session_data.") {
			t.Errorf("the chunk %s is left", name)
		}
	}
	c.Post("/sign-out", map[string]any{}).Expect(http.StatusOK)
	if left := c.CookieNames(); len(left) != 0 {
		t.Errorf("left after sign-out: %v", left)
	}
}

// TestRotation replaces the secret: sessions and cached cookies of the older one are good and made anew.
func TestRotation(t *testing.T) {
	t.Parallel()
	const newer = "M4tK8xQ1wZ6rV3bN9yH2gD7sL5cJ0fPe"
	for _, strategy := range []betterauth.CookieCache{{}, {Enabled: true, Strategy: betterauth.Compact}, {Enabled: true, Strategy: betterauth.JWT}, {Enabled: true, Strategy: betterauth.JWE}} {
		t.Run(string(strategy.Strategy), func(t *testing.T) {
			t.Parallel()
			config := Config(memory.New())
			config.Secret, config.Secrets = "", []betterauth.Secret{{Version: 1, Value: Secret}}
			config.Session.CookieCache = strategy
			c := NewClient(t, New(t, config).Handler())
			c.SignUp("ann@example.com")
			config.Secrets = []betterauth.Secret{{Version: 2, Value: newer}, {Version: 1, Value: Secret}}
			both := c.At(New(t, config).Handler())
			if both.SignedIn() == "" {
				t.Fatal("the older secret's session is refused")
			}
			if both.RawCookie(sessionCookie) == c.RawCookie(sessionCookie) {
				t.Error("the session cookie was not signed anew")
			}
			config.Secrets = []betterauth.Secret{{Version: 2, Value: newer}}
			only := New(t, config).Handler()
			if both.At(only).SignedIn() == "" {
				t.Error("the newer secret does not open the renewed cookie")
			}
			if c.At(only).SignedIn() != "" {
				t.Error("a secret that is gone still signs in")
			}
		})
	}
}

// TestCookieNames checks prefix, names, domain and attributes as configured, and that sessions work so.
func TestCookieNames(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(c *betterauth.Config)
		cookie string
		has    []string
	}{
		"default":       {func(*betterauth.Config) {}, "better-auth.session_token", []string{"HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=604800"}},
		"prefix":        {func(c *betterauth.Config) { c.Advanced.CookiePrefix = "app" }, "app.session_token", nil},
		"secure":        {func(c *betterauth.Config) { c.BaseURL = "https://auth.test" }, "__Secure-better-auth.session_token", []string{"Secure"}},
		"forced secure": {func(c *betterauth.Config) { c.Advanced.UseSecureCookies = new(true) }, "__Secure-better-auth.session_token", []string{"Secure"}},
		"custom": {func(c *betterauth.Config) {
			c.Advanced.Cookies = map[string]betterauth.Cookie{"session_token": {Name: "sid", Attributes: betterauth.CookieAttributes{SameSite: http.SameSiteStrictMode}}}
		}, "sid", []string{"SameSite=Strict"}},
		"subdomains": {func(c *betterauth.Config) {
			c.Advanced.CrossSubDomainCookies = betterauth.CrossSubDomainCookies{Enabled: true, Domain: ".auth.test"}
		}, "better-auth.session_token", []string{"Domain=auth.test"}},
		"subdomains of the base URL": {func(c *betterauth.Config) {
			c.Advanced.CrossSubDomainCookies.Enabled = true
		}, "better-auth.session_token", []string{"Domain=auth.test"}},
		"partitioned": {func(c *betterauth.Config) {
			c.Advanced.DefaultCookieAttributes = betterauth.CookieAttributes{SameSite: http.SameSiteNoneMode, Secure: new(true), Partitioned: new(true)}
		}, "better-auth.session_token", []string{"SameSite=None", "Secure", "Partitioned"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := Config(memory.New())
			c.change(&config)
			client := plugintest.NewClient(t, config.BaseURL, New(t, config).Handler())
			a := client.SignUp("ann@example.com")
			line := ""
			for _, l := range a.Header["Set-Cookie"] {
				if strings.HasPrefix(l, c.cookie+"=") {
					line = l
				}
			}
			for _, attribute := range c.has {
				if !strings.Contains(strings.ReplaceAll(line, "Domain=.", "Domain="), attribute) {
					t.Errorf("%q lacks %s", line, attribute)
				}
			}
			if client.RawCookie(c.cookie) == "" || client.SignedIn() == "" {
				t.Errorf("cookies %v", client.CookieNames())
			}
		})
	}
}

// TestDynamicBaseURL serves two hosts and no other.
func TestDynamicBaseURL(t *testing.T) {
	t.Parallel()
	box := &Mailbox{}
	config := Config(memory.New())
	box.Connect(&config)
	config.BaseURL, config.DynamicBaseURL = "", &betterauth.DynamicBaseURL{AllowedHosts: []string{"*.tenant.test", "one.test"}, Protocol: "http"}
	auth := New(t, config)
	c := NewClient(t, auth.Handler())
	c.Header.Del("Origin")
	at := func(host, method, path string, body any) *Answer {
		r := c.Request(method, path, body)
		r.Host = host
		return c.Send(r)
	}
	if a := at("one.test", "POST", "/sign-up/email", map[string]any{"email": "ann@example.com", "password": Password, "name": "Ann"}); a.Status != http.StatusOK {
		t.Fatal(a.Status, a.Body)
	}
	c.DropCookies()
	for _, host := range []string{"one.test", "a.tenant.test"} {
		at(host, "POST", "/request-password-reset", map[string]any{"email": "ann@example.com"})
		Wait(t, auth)
		if link := box.Last(t).URL; !strings.HasPrefix(link, "http://"+host+"/api/auth/reset-password/") {
			t.Errorf("link of %s: %s", host, link)
		}
	}
	sent := len(box.List())
	for _, host := range []string{"evil.test", "tenant.test.evil.test", "one.test@evil.test", "", "one.test:9999"} {
		if a := at(host, "POST", "/request-password-reset", map[string]any{"email": "ann@example.com"}); a.Status < 400 {
			t.Errorf("host %q: %d %s", host, a.Status, a.Body)
		}
	}
	Wait(t, auth)
	if len(box.List()) != sent {
		t.Error("a mail was sent for a host that is not served")
	}
}
