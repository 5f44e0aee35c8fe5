package securitytest_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter/memory"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	. "github.com/betterauth-go/betterauth/internal/securitytest"
	"github.com/betterauth-go/betterauth/plugin"
)

// TestErrorPage reflects nothing raw (SEC-02).
func TestErrorPage(t *testing.T) {
	t.Parallel()
	c := NewClient(t, New(t, Config(memory.New())).Handler())
	a := c.Get("/error?error=%3Cscript%3Ealert(1)%3C/script%3E&error_description=%22%3E%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E%3Cscript%3E")
	for _, raw := range []string{"<script", "<img", "onerror=alert(1)>"} {
		if strings.Contains(a.Body, raw) {
			t.Errorf("the page holds %s", raw)
		}
	}
	if !strings.Contains(strings.ToLower(a.Header.Get("Content-Type")), "charset=utf-8") || a.Header.Get("X-Content-Type-Options") != "nosniff" ||
		!strings.Contains(a.Header.Get("Content-Security-Policy"), "default-src 'none'") {
		t.Errorf("headers %v", a.Header)
	}
}

// TestSpelling skips neither disabled paths nor limits by another spelling of the path (SEC-05).
func TestSpelling(t *testing.T) {
	t.Parallel()
	config := Config(memory.New())
	config.DisabledPaths = []string{"/sign-up/email"}
	config.RateLimit = betterauth.RateLimit{Max: 1, Window: time.Minute}
	c := NewClient(t, New(t, config).Handler())
	for _, path := range []string{
		"/sign-up/email", "//sign-up/email", "/sign-up//email", "/sign-up/email/", "/Sign-Up/email", "/sign-up/Email", "/sign-up/%65mail",
		"/sign%2Dup/email", "/sign-up%2Femail", "/./sign-up/email", "/x/../sign-up/email", "/sign-up/email%20", "/sign-up/email;x", "/sign-up/email%00",
	} {
		if a := c.Post(path, map[string]any{"email": "ann@example.com", "password": Password, "name": "Ann"}); a.Status != http.StatusNotFound && a.Status != http.StatusTooManyRequests {
			t.Errorf("%s: %d %s", path, a.Status, a.Body)
		}
	}
	if a := c.Get("/ok"); a.Status != http.StatusOK {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	for _, path := range []string{"/ok", "/./ok", "/%6fk", "/x/../ok", "/ok?x=1", "/ok#x"} {
		if a := c.Get(path); a.Status == http.StatusOK {
			t.Errorf("%s passes the limit", path)
		}
	}
}

// TestLimitKey counts every spelling of one client as one client (SEC-06).
func TestLimitKey(t *testing.T) {
	t.Parallel()
	subnet := make([]string, 30)
	for i := range subnet {
		subnet[i] = fmt.Sprintf("[2001:db8:1:2::%x]:1000", i+1)
	}
	for name, c := range map[string]struct {
		peers   []string
		headers []string
	}{
		"IPv6 /64": {peers: subnet},
		"spellings": {peers: []string{
			"[2001:db8::1]:1", "[2001:DB8::1]:2", "[2001:0db8:0000:0000:0000:0000:0000:0001]:3", "[2001:db8:0:0::1]:4",
			"[2001:db8::1%eth0]:5",
		}},
		"mapped":         {peers: []string{"203.0.113.9:1", "[::ffff:203.0.113.9]:2", "[::ffff:cb00:7109]:3", "[::FFFF:CB00:7109]:4"}},
		"forged headers": {peers: []string{"203.0.113.9:1"}, headers: []string{"198.51.100.1", "198.51.100.2", "unknown", "127.0.0.1", ""}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := Config(memory.New())
			config.RateLimit = betterauth.RateLimit{Max: 1, Window: time.Minute}
			client := NewClient(t, New(t, config).Handler())
			passed := 0
			for _, peer := range c.peers {
				for _, header := range append(c.headers, "none") {
					r := client.Request("GET", "/ok", nil)
					r.RemoteAddr = peer
					if header != "none" {
						r.Header.Set("X-Forwarded-For", header)
					}
					if client.Send(r).Status == http.StatusOK {
						passed++
					}
				}
			}
			if passed != 1 {
				t.Errorf("%d requests passed, want 1", passed)
			}
		})
	}
}

// TestEndings ends all sessions with what they rest on (SEC-08, SEC-24).
func TestEndings(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(c *Client, clock *Clock){
		"deletion": func(c *Client, _ *Clock) {
			c.Post("/delete-user", map[string]any{"password": Password}).Expect(http.StatusOK)
		},
		"sign-out": func(c *Client, _ *Clock) { c.Post("/sign-out", map[string]any{}).Expect(http.StatusOK) },
		"revoke":   func(c *Client, _ *Clock) { c.Post("/revoke-sessions", map[string]any{}).Expect(http.StatusOK) },
		"expiry":   func(_ *Client, clock *Clock) { clock.Advance(7*24*time.Hour + time.Second) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clock := NewClock()
			config := Config(memory.New())
			config.Now, config.User.DeleteUser.Enabled = clock.Now, true
			auth := New(t, config)
			c := NewClient(t, auth.Handler())
			c.SignUp("ann@example.com")
			replay := c.Clone()
			end(c, clock)
			if replay.SignedIn() != "" {
				t.Error("the session is alive")
			}
			if n, err := auth.Store().Count(t.Context(), "session"); n != 0 || err != nil {
				t.Errorf("%d rows are left, error %v", n, err)
			}
		})
	}
}

// TestChangeEmailRace asks for two targets in turn, many times at once: a token sent to an address only
// ever confirms that address (SEC-23).
func TestChangeEmailRace(t *testing.T) {
	t.Parallel()
	box := &Mailbox{}
	config := Config(memory.New())
	box.Connect(&config)
	auth := New(t, config)
	c := NewClient(t, auth.Handler())
	c.SignUp("ann@example.com")
	targets := []string{"own@example.com", "victim@example.com"}
	AtOnce(50, c, func(c *Client, i int) *http.Request {
		return c.Request("POST", "/change-email", map[string]any{"newEmail": targets[i%2]})
	})
	Wait(t, auth)
	mails := box.List()
	if len(mails) != 50 {
		t.Fatalf("%d mails", len(mails))
	}
	good := 0
	for _, m := range mails {
		before := c.Get("/get-session").Body
		a := c.Clone().Get(PathOf(m.URL))
		after := c.Get("/get-session").Body
		switch {
		case before == after:
		case !strings.Contains(after, `"email":"`+m.User.Email+`"`):
			t.Fatalf("the token for %s made %s", m.User.Email, after)
		default:
			good++
		}
		if a.Status >= 500 {
			t.Errorf("%d %s", a.Status, a.Body)
		}
	}
	if good != 1 {
		t.Errorf("%d tokens were good, want the last alone", good)
	}
}

// TestMalformed sends headers and URLs that are broken: each is answered fast, as signed out (SEC-26).
func TestMalformed(t *testing.T) {
	t.Parallel()
	c := NewClient(t, New(t, Config(memory.New())).Handler())
	long := strings.Repeat("%", 60_000)
	for _, h := range []struct{ name, value string }{
		{"Authorization", "Bearer %zz"},
		{"Authorization", "Bearer"},
		{"Authorization", "Basic ::"},
		{"Authorization", long},
		{"Cookie", sessionCookie + "=%"},
		{"Cookie", long},
		{"Cookie", strings.Repeat("a=b;", 20_000)},
		{"Cookie", sessionCookie + "=" + strings.Repeat(".", 50_000)},
		{"Cookie", "better-auth.session_data.99999999999=x; better-auth.session_data.-1=y"},
		{"X-Forwarded-For", strings.Repeat("1.1.1.1,", 9000)},
		{"User-Agent", strings.Repeat("x", 60_000)},
		{"Origin", long},
		{"Referer", long},
		{"Content-Type", long},
	} {
		r := c.Request("GET", "/get-session", nil)
		r.Header.Set(h.name, h.value)
		start := time.Now()
		if a := c.Send(r); a.Body != "null" || a.Status != http.StatusOK {
			t.Errorf("%s: %d %.100s", h.name, a.Status, a.Body)
		}
		if took := time.Since(start); took > time.Second {
			t.Errorf("%s %.30q took %s", h.name, h.value, took)
		}
	}
}

// TestNoStore looks at every answer that sets a cookie or tells about a session (SEC-34).
func TestNoStore(t *testing.T) {
	t.Parallel()
	box := &Mailbox{}
	config := Config(memory.New())
	box.Connect(&config)
	s := newScript(t, New(t, config), box)
	seen := 0
	s.seen = func(step string, a *Answer, _ time.Duration) {
		if len(a.Header["Set-Cookie"]) == 0 && step != "GET /get-session" {
			return
		}
		seen++
		if a.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: Cache-Control %q", step, a.Header.Get("Cache-Control"))
		}
	}
	s.play()
	if seen < 5 {
		t.Errorf("only %d answers set cookies", seen)
	}
}

// TestLongPassword refuses before it hashes (SEC-35).
func TestLongPassword(t *testing.T) {
	t.Parallel()
	config := Config(memory.New())
	box := &Mailbox{}
	box.Connect(&config)
	hashes := 0
	config.EmailAndPassword.Password = betterauth.PasswordHash{
		Hash:   func(context.Context, string) (string, error) { hashes++; return "x", nil },
		Verify: func(context.Context, string, string) (bool, error) { hashes++; return true, nil },
	}
	auth := New(t, config)
	c := NewClient(t, auth.Handler())
	c.SignUp("ann@example.com")
	c.Post("/request-password-reset", map[string]any{"email": "ann@example.com"}).Expect(http.StatusOK)
	Wait(t, auth)
	hashes = 0
	for _, n := range []int{129, 500_000, 12 << 20} {
		long := strings.Repeat("x", n)
		for path, body := range map[string]map[string]any{
			"/sign-in/email":   {"email": "ann@example.com", "password": long},
			"/sign-up/email":   {"email": "ben@example.com", "password": long, "name": "Ben"},
			"/change-password": {"currentPassword": Password, "newPassword": long},
			"/reset-password":  {"token": box.Last(t).Token, "newPassword": long},
			"/verify-password": {"password": long},
		} {
			a := c.Clone().Post(path, body)
			if !(a.Status == 400 && a.String("code") == "PASSWORD_TOO_LONG") && !(n > 1<<20 && a.Status == http.StatusRequestEntityTooLarge) {
				t.Errorf("%s with %d: %d %.100s", path, n, a.Status, a.Body)
			}
		}
	}
	if hashes != 0 {
		t.Errorf("%d passwords were hashed", hashes)
	}
}

// TestOtherResetTokens end with the first that is redeemed (SEC-36).
func TestOtherResetTokens(t *testing.T) {
	t.Parallel()
	box := &Mailbox{}
	config := Config(memory.New())
	box.Connect(&config)
	auth := New(t, config)
	c := NewClient(t, auth.Handler())
	c.SignUp("ann@example.com")
	c.Clone().SignUp("ben@example.com")
	c.DropCookies()
	for _, email := range []string{"ann@example.com", "ann@example.com", "ann@example.com", "ben@example.com"} {
		c.Post("/request-password-reset", map[string]any{"email": email}).Expect(http.StatusOK)
		Wait(t, auth)
	}
	var codes []string
	for _, m := range box.List() {
		codes = append(codes, c.Post("/reset-password", map[string]any{"token": m.Token, "newPassword": "password5678"}).String("code"))
	}
	if want := []string{"", "INVALID_TOKEN", "INVALID_TOKEN", ""}; !slices.Equal(codes, want) {
		t.Errorf("codes %q, want %q", codes, want)
	}
}

// TestHooksDoNotTell compares the answers for known and unknown addresses while the mail hook fails,
// panics or blocks (SEC-38).
func TestHooksDoNotTell(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"error", "panic", "block"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			h := &trap{mode: mode, release: make(chan struct{})}
			config := Config(memory.New())
			config.EmailAndPassword.SendResetPassword = h.mail
			config.EmailAndPassword.RequireEmailVerification = true
			config.EmailAndPassword.OnExistingUserSignUp = h.user
			config.EmailVerification.SendVerificationEmail = h.mail
			auth := New(t, config)
			c := NewClient(t, auth.Handler())
			c.SignUp("ann@example.com")
			Wait(t, auth)
			h.armed.Store(true)
			for path, body := range map[string]func(email string) map[string]any{
				"/request-password-reset":  func(e string) map[string]any { return map[string]any{"email": e} },
				"/send-verification-email": func(e string) map[string]any { return map[string]any{"email": e} },
				"/sign-up/email": func(e string) map[string]any {
					return map[string]any{"email": e, "password": Password, "name": "Ann"}
				},
			} {
				start := time.Now()
				known, unknown := c.Clone().Post(path, body("ann@example.com")), c.Clone().Post(path, body("eve@example.com"))
				if known.Status != unknown.Status || mask(known.Body) != mask(unknown.Body) {
					t.Errorf("%s: known %d %s\nunknown %d %s", path, known.Status, known.Body, unknown.Status, unknown.Body)
				}
				if took := time.Since(start); took > 5*time.Second {
					t.Errorf("%s took %s", path, took)
				}
			}
			close(h.release)
			Wait(t, auth)
			if h.fired.Load() < 3 {
				t.Errorf("the hooks ran %d times", h.fired.Load())
			}
		})
	}
}

// TestManyBlockedMails has more mails hang than run at once: no request waits for them.
func TestManyBlockedMails(t *testing.T) {
	t.Parallel()
	h := &trap{mode: "block", release: make(chan struct{})}
	config := Config(memory.New())
	config.EmailAndPassword.SendResetPassword = h.mail
	auth := New(t, config)
	c := NewClient(t, auth.Handler())
	c.SignUp("ann@example.com")
	c.DropCookies()
	h.armed.Store(true)
	start := time.Now()
	for range 400 {
		c.Post("/request-password-reset", map[string]any{"email": "ann@example.com"}).Expect(http.StatusOK)
	}
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("took %s", took)
	}
	close(h.release)
	Wait(t, auth)
}

// TestInProcess turns a panic into an error of the call, as it does over HTTP.
func TestInProcess(t *testing.T) {
	t.Parallel()
	config := Config(memory.New())
	config.Hooks.Before = func(*plugin.Context) error { panic("the hook panics") }
	auth := New(t, config)
	_, typed := auth.API.OK(t.Context(), api.OKInput{})
	_, dynamic := auth.API.Call(t.Context(), "ok", api.Request{})
	for _, err := range []error{typed, dynamic} {
		if e, ok := errors.AsType[*errors.APIError](err); !ok || e.Status != http.StatusInternalServerError || e.Code == "" {
			t.Errorf("error %v", err)
		}
	}
}

var varying = regexp.MustCompile(`(ann|eve)@|"id":"[^"]+"|\d{4}-\d\d-\d\dT[\d:.]+Z`)

func mask(body string) string { return varying.ReplaceAllString(body, "?") }

// A safeBuffer is written to by several goroutines.
type safeBuffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(p)
}

// TestNoSecretsInLogs plays every request with everything logged, in health, with failing hooks and with
// a failing database: no password, token, cookie or secret is written (ground rule 10).
func TestNoSecretsInLogs(t *testing.T) {
	t.Parallel()
	var out safeBuffer
	box, db := &Mailbox{}, NewGated(memory.New())
	config := Config(db)
	box.Connect(&config)
	config.Logger = slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))
	auth := New(t, config)
	s := newScript(t, auth, box)
	s.seen = func(string, *Answer, time.Duration) {}
	secrets := []string{Secret, Password, "password5678", s.reset, s.RawCookie(sessionCookie), s.RawCookie(sessionCookie)[:32]}
	for _, m := range box.List() {
		secrets = append(secrets, m.Token)
	}
	db.Set(Fail)
	s.play()
	db.Set(nil)
	s.play()
	Wait(t, auth)
	if out.Len() == 0 {
		t.Fatal("nothing was logged")
	}
	for _, secret := range secrets {
		if strings.Contains(out.String(), secret) {
			i := strings.Index(out.String(), secret)
			t.Errorf("the log holds a secret: …%.200s", out.String()[max(0, i-100):])
		}
	}
}

// TestForwarded believes forwarded headers of trusted proxies alone (ground rules 8 and 9).
func TestForwarded(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		peer, header, want string
	}{
		"stranger":        {"203.0.113.7:1", "198.51.100.1", "203.0.113.7"},
		"proxy":           {"127.0.0.1:1", "198.51.100.1", "198.51.100.1"},
		"from the right":  {"127.0.0.1:1", "8.8.8.8, 198.51.100.1, 10.0.0.3", "198.51.100.1"},
		"broken":          {"127.0.0.1:1", "8.8.8.8, not an address", "127.0.0.1"},
		"IPv6 by its /64": {"[2001:db8:1:2:3::4]:1", "", "2001:0db8:0001:0002:0000:0000:0000:0000"},
		"an IPv4 in IPv6": {"[::ffff:203.0.113.7]:1", "", "203.0.113.7"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := NewClient(t, New(t, Config(memory.New())).Handler())
			client.RemoteAddr = c.peer
			r := client.Request("POST", "/sign-up/email", map[string]any{"email": "ann@example.com", "password": Password, "name": "Ann"})
			if c.header != "" {
				r.Header.Set("X-Forwarded-For", c.header)
			}
			client.Send(r).Expect(http.StatusOK)
			if got := client.Get("/get-session").String("session.ipAddress"); got != c.want {
				t.Errorf("address %q, want %s", got, c.want)
			}
		})
	}
}
