package plugintest

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

const basePath = "/api/auth"

// A Client is a browser: it keeps cookies until they expire by its clock and sends its origin. It belongs to
// one goroutine; Clone makes browsers for others.
type Client struct {
	T testing.TB
	// Header is sent with every request. Delete "Origin" to be no browser.
	Header http.Header
	// RemoteAddr of its requests, "192.0.2.1:1234" at first.
	RemoteAddr string
	origin     string
	site       func() http.Handler
	clock      *Clock
	jar        map[string]stored
}

type stored struct {
	value   string    // as it was sent
	expires time.Time // zero: with the browser
}

// Client returns a new browser, which talks to the Kit's Site and lives by its Clock.
func (k *Kit) Client() *Client {
	c := NewClient(k.T, Origin, nil)
	c.clock, c.site = k.Clock, func() http.Handler { return k.Site }
	return c
}

// NewClient returns a browser for a site that no Kit made. Its cookies stay until the site takes them away.
func NewClient(t testing.TB, origin string, site http.Handler) *Client {
	return &Client{
		T: t, Header: http.Header{"Origin": {origin}}, RemoteAddr: "192.0.2.1:1234",
		origin: origin, site: func() http.Handler { return site }, clock: NewClock(), jar: map[string]stored{},
	}
}

// Clone returns a browser with a copy of the cookies and headers.
func (c *Client) Clone() *Client {
	n := *c
	n.Header, n.jar = c.Header.Clone(), maps.Clone(c.jar)
	return &n
}

// At returns a clone that talks to another handler under the same origin: another instance, say.
func (c *Client) At(site http.Handler) *Client {
	n := c.Clone()
	n.site = func() http.Handler { return site }
	return n
}

// SignUp returns a browser in which a new user is signed in; see [Client.SignUp].
func (k *Kit) SignUp(email string, fields ...any) *Client {
	k.T.Helper()
	c := k.Client()
	c.SignUp(email, fields...)
	return c
}

// SignIn returns a browser in which a user of SignUp is signed in.
func (k *Kit) SignIn(email string) *Client {
	k.T.Helper()
	c := k.Client()
	c.SignIn(email)
	return c
}

// SignUp creates a user with [Password] and signs in, unless the configuration wants a verified address
// first. fields are names and values of additional members of the request.
func (c *Client) SignUp(email string, fields ...any) *Answer {
	c.T.Helper()
	body := map[string]any{"email": email, "password": Password, "name": "Name of " + email}
	for i := 0; i+1 < len(fields); i += 2 {
		name, _ := fields[i].(string)
		body[name] = fields[i+1]
	}
	return c.Post("/sign-up/email", body).Expect(http.StatusOK)
}

// SignIn signs a user of SignUp in.
func (c *Client) SignIn(email string) *Answer {
	c.T.Helper()
	return c.Post("/sign-in/email", map[string]any{"email": email, "password": Password}).Expect(http.StatusOK)
}

// Get asks for a path below the base path, with its query.
func (c *Client) Get(path string) *Answer {
	c.T.Helper()
	return c.Send(c.Request(http.MethodGet, path, nil))
}

// Post sends a body as JSON; a string is sent as it is, nil sends none.
func (c *Client) Post(path string, body any) *Answer {
	c.T.Helper()
	return c.Send(c.Request(http.MethodPost, path, body))
}

// Do sends a request for any path of the site. The path is sent as it is, even if no browser would.
func (c *Client) Do(method, path string, body any) *Answer {
	c.T.Helper()
	return c.Send(c.request(method, path, body))
}

// Request returns the request that Get and Post send, with headers and cookies, for tests that change it
// before they Send it.
func (c *Client) Request(method, path string, body any) *http.Request {
	c.T.Helper()
	return c.request(method, basePath+path, body)
}

func (c *Client) request(method, path string, body any) *http.Request {
	c.T.Helper()
	target, err := url.Parse(c.origin + path)
	if err != nil {
		c.T.Fatal(err)
	}
	target.Scheme, target.Host = "", "" // as a server hands it on
	r := httptest.NewRequestWithContext(c.T.Context(), method, c.origin, c.body(body))
	r.URL, r.RequestURI, r.RemoteAddr, r.Header = target, path, c.RemoteAddr, c.Headers()
	if body != nil && r.Header.Get("Content-Type") == "" {
		r.Header.Set("Content-Type", "application/json")
	}
	return r
}

// Send sends a request of [Client.Request] and keeps the cookies of the answer.
func (c *Client) Send(r *http.Request) *Answer {
	c.T.Helper()
	w := httptest.NewRecorder()
	c.site().ServeHTTP(w, r)
	res := w.Result()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		c.T.Fatal(err)
	}
	c.Keep(res.Header)
	return &Answer{T: c.T, Request: r.Method + " " + r.RequestURI, Status: res.StatusCode, Header: res.Header, Body: string(text)}
}

func (c *Client) body(body any) io.Reader {
	c.T.Helper()
	switch body := body.(type) {
	case nil:
		return nil
	case string:
		return strings.NewReader(body)
	}
	text, err := json.Marshal(body)
	if err != nil {
		c.T.Fatal(err)
	}
	return strings.NewReader(string(text))
}

// Headers returns the headers of the browser's requests, for calls in process:
//
//	auth.API.GetSession(ctx, api.GetSessionInput{}, api.WithHeaders(c.Headers()))
func (c *Client) Headers() http.Header {
	h := c.Header.Clone()
	if line := c.cookieLine(); line != "" && h.Get("Cookie") == "" {
		h.Set("Cookie", line)
	}
	return h
}

// Replay returns a browser that sends the cookies which c has now with every request, whatever becomes of
// them: what a thief does, and how a test shows that the server checks their end by itself.
func (c *Client) Replay() *Client {
	r := c.Clone()
	r.Header = c.Headers()
	r.DropCookies()
	return r
}

func (c *Client) cookieLine() string {
	var pairs []string
	for _, name := range c.CookieNames() {
		pairs = append(pairs, name+"="+c.jar[name].value)
	}
	return strings.Join(pairs, "; ")
}

// CookieNames returns the names of the cookies that the browser has, sorted.
func (c *Client) CookieNames() []string {
	now := c.clock.Now()
	maps.DeleteFunc(c.jar, func(_ string, k stored) bool { return !k.expires.IsZero() && !k.expires.After(now) })
	return slices.Sorted(maps.Keys(c.jar))
}

// Cookie returns the decoded value of a cookie, or "".
func (c *Client) Cookie(name string) string {
	value, err := url.PathUnescape(c.RawCookie(name))
	if err != nil {
		return c.RawCookie(name)
	}
	return value
}

// RawCookie returns the value of a cookie as it is sent, or "".
func (c *Client) RawCookie(name string) string { return c.jar[name].value }

// SetCookie puts a cookie into the browser, its value as it is to be sent.
func (c *Client) SetCookie(name, value string) { c.jar[name] = stored{value: value} }

// DropCookie takes a cookie away.
func (c *Client) DropCookie(name string) { delete(c.jar, name) }

// DropCookies takes all cookies away.
func (c *Client) DropCookies() { clear(c.jar) }

// Keep takes over the cookies of response headers. Send does so by itself; calls in process capture them
// with api.CaptureHeaders.
func (c *Client) Keep(h http.Header) {
	for _, line := range h["Set-Cookie"] {
		pair, attributes, _ := strings.Cut(line, ";")
		name, value, _ := strings.Cut(pair, "=")
		k := stored{value: value}
		if parsed, err := http.ParseSetCookie("x=x;" + attributes); err == nil && parsed.MaxAge > 0 {
			k.expires = c.clock.Now().Add(time.Duration(parsed.MaxAge) * time.Second)
		} else if err == nil && parsed.MaxAge < 0 { // how net/http reads Max-Age=0
			delete(c.jar, name)
			continue
		}
		c.jar[name] = k
	}
}

// SignedIn returns the email address of the user that the browser is signed in as, or "".
func (c *Client) SignedIn() string {
	c.T.Helper()
	return c.Get("/get-session").Expect(http.StatusOK).String("user.email")
}
