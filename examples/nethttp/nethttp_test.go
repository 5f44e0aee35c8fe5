package main

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter/memory"
)

// start serves the API; the result of the second function is added to the clock.
func start(t *testing.T) (url string, advance func(time.Duration)) {
	t.Helper()
	var ahead atomic.Int64
	server := httptest.NewUnstartedServer(nil)
	url = "http://" + server.Listener.Addr().String()
	auth, err := betterauth.New(betterauth.Config{
		BaseURL:          url,
		Secret:           strings.Repeat("secret of a test ", 3),
		Database:         memory.New(),
		EmailAndPassword: betterauth.EmailAndPassword{Enabled: true},
		Now:              func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) },
	})
	if err != nil {
		t.Fatal(err)
	}
	server.Config.Handler = newHandler(auth)
	server.Start()
	t.Cleanup(server.Close)
	return url, func(d time.Duration) { ahead.Add(int64(d)) }
}

// client sends requests to one server and keeps its cookies.
type client struct {
	t    *testing.T
	base string
	http http.Client
}

func newClient(t *testing.T, base string) *client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &client{t, base, http.Client{Jar: jar}}
}

func (c *client) signUp(name string) {
	c.t.Helper()
	c.expect(200, `"token"`, "POST", "/api/auth/sign-up/email",
		`{"name":"`+name+`","email":"`+strings.ToLower(name)+`@example.com","password":"correct horse"}`)
}

// expect sends a request and checks the status and a part of the answer.
func (c *client) expect(status int, part, method, path, body string, header ...string) {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.base+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Origin", c.base)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	res, err := c.http.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	if res.StatusCode != status || !strings.Contains(string(text), part) {
		c.t.Errorf("%s %s answered %d %s, want %d with %s", method, path, res.StatusCode, text, status, part)
	}
}

func TestNotesBelongToTheirUser(t *testing.T) {
	t.Parallel()
	base, _ := start(t)
	ann, bob := newClient(t, base), newClient(t, base)
	ann.signUp("Ann")
	bob.signUp("Bob")
	ann.expect(200, "[]", "GET", "/api/notes", "")
	ann.expect(201, `{"text":"Buy milk"}`, "POST", "/api/notes", `{"text":"Buy milk"}`)
	ann.expect(400, "message", "POST", "/api/notes", `{"text":`)
	ann.expect(200, `[{"text":"Buy milk"}]`, "GET", "/api/notes", "")
	bob.expect(200, "[]", "GET", "/api/notes", "")
	bob.expect(204, "", "DELETE", "/api/notes", "")
	ann.expect(200, "Buy milk", "GET", "/api/notes", "")
	ann.expect(204, "", "DELETE", "/api/notes", "")
	ann.expect(200, "[]", "GET", "/api/notes", "")
}

func TestStrangers(t *testing.T) {
	t.Parallel()
	base, _ := start(t)
	c := newClient(t, base)
	c.expect(401, `"UNAUTHORIZED"`, "GET", "/api/notes", "", "Accept", "text/html")
	c.expect(401, `"UNAUTHORIZED"`, "POST", "/api/notes", `{"text":"x"}`)
	c.expect(401, `"UNAUTHORIZED"`, "DELETE", "/api/notes", "")
	c.expect(200, "Hello, stranger", "GET", "/api/greeting", "")
	c.signUp("Ann")
	c.expect(200, "Hello, Ann", "GET", "/api/greeting", "")
	c.expect(403, "", "POST", "/api/notes", `{"text":"x"}`, "Origin", "https://evil.example")
}

func TestOldSessionsDoNotDelete(t *testing.T) {
	t.Parallel()
	base, advance := start(t)
	c := newClient(t, base)
	c.signUp("Ann")
	advance(25 * time.Hour)
	c.expect(200, "[]", "GET", "/api/notes", "")
	c.expect(403, `"SESSION_NOT_FRESH"`, "DELETE", "/api/notes", "")
}
