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
	"time"
)

const basePath = "/api/auth"

// A Client is a browser: it keeps cookies until they expire by the Kit's clock and sends its origin. It
// belongs to one goroutine.
type Client struct {
	kit *Kit
	// Header is sent with every request. Delete "Origin" to be no browser.
	Header http.Header
	// RemoteAddr of its requests, "192.0.2.1:1234" at first.
	RemoteAddr string
	jar        map[string]stored
}

type stored struct {
	value   string    // as it was sent
	expires time.Time // zero: with the browser
}

// Client returns a new browser.
func (k *Kit) Client() *Client {
	return &Client{kit: k, Header: http.Header{"Origin": {Origin}}, RemoteAddr: "192.0.2.1:1234", jar: map[string]stored{}}
}

// SignUp returns a browser in which a new user is signed in, unless the configuration wants a verified
// address first. fields are names and values of additional members of the request.
func (k *Kit) SignUp(email string, fields ...any) *Client {
	k.T.Helper()
	body := map[string]any{"email": email, "password": Password, "name": "Name of " + email}
	for i := 0; i+1 < len(fields); i += 2 {
		name, _ := fields[i].(string)
		body[name] = fields[i+1]
	}
	c := k.Client()
	c.Post("/sign-up/email", body).Expect(http.StatusOK)
	return c
}

// SignIn returns a browser in which a user of SignUp is signed in.
func (k *Kit) SignIn(email string) *Client {
	k.T.Helper()
	c := k.Client()
	c.SignIn(email)
	return c
}

// SignIn signs a user of SignUp in.
func (c *Client) SignIn(email string) *Answer {
	c.kit.T.Helper()
	return c.Post("/sign-in/email", map[string]any{"email": email, "password": Password}).Expect(http.StatusOK)
}

// Get asks for a path below the base path, with its query.
func (c *Client) Get(path string) *Answer {
	c.kit.T.Helper()
	return c.Do(http.MethodGet, basePath+path, nil)
}

// Post sends a body as JSON; a string is sent as it is, nil sends none.
func (c *Client) Post(path string, body any) *Answer {
	c.kit.T.Helper()
	return c.Do(http.MethodPost, basePath+path, body)
}

// Do sends a request for any path of the site and keeps the cookies of the answer. The path is sent as it is,
// even if no browser would.
func (c *Client) Do(method, path string, body any) *Answer {
	t := c.kit.T
	t.Helper()
	target, err := url.Parse(Origin + path)
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(t.Context(), method, Origin, c.body(body))
	r.URL, r.RequestURI, r.RemoteAddr, r.Header = target, path, c.RemoteAddr, c.Headers()
	if body != nil && r.Header.Get("Content-Type") == "" {
		r.Header.Set("Content-Type", "application/json")
	}
	w := httptest.NewRecorder()
	c.kit.Site.ServeHTTP(w, r)
	res := w.Result()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	c.Keep(res.Header)
	return &Answer{t: t, Request: method + " " + path, Status: res.StatusCode, Header: res.Header, Body: string(text)}
}

func (c *Client) body(body any) io.Reader {
	c.kit.T.Helper()
	switch body := body.(type) {
	case nil:
		return nil
	case string:
		return strings.NewReader(body)
	}
	text, err := json.Marshal(body)
	if err != nil {
		c.kit.T.Fatal(err)
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
	r := c.kit.Client()
	r.Header, r.RemoteAddr = c.Headers(), c.RemoteAddr
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
	now := c.kit.Clock.Now()
	maps.DeleteFunc(c.jar, func(_ string, k stored) bool { return !k.expires.IsZero() && !k.expires.After(now) })
	return slices.Sorted(maps.Keys(c.jar))
}

// Cookie returns the decoded value of a cookie, or "".
func (c *Client) Cookie(name string) string {
	value, err := url.PathUnescape(c.jar[name].value)
	if err != nil {
		return c.jar[name].value
	}
	return value
}

// SetCookie puts a cookie into the browser, its value as it is to be sent.
func (c *Client) SetCookie(name, value string) { c.jar[name] = stored{value: value} }

// DropCookie takes a cookie away.
func (c *Client) DropCookie(name string) { delete(c.jar, name) }

// Keep takes over the cookies of response headers; Do does so by itself, calls in process capture them
// with api.CaptureHeaders.
func (c *Client) Keep(h http.Header) {
	for _, line := range h["Set-Cookie"] {
		pair, attributes, _ := strings.Cut(line, ";")
		name, value, _ := strings.Cut(pair, "=")
		k := stored{value: value}
		if parsed, err := http.ParseSetCookie("x=x;" + attributes); err == nil && parsed.MaxAge > 0 {
			k.expires = c.kit.Clock.Now().Add(time.Duration(parsed.MaxAge) * time.Second)
		} else if err == nil && parsed.MaxAge < 0 { // how net/http reads Max-Age=0
			delete(c.jar, name)
			continue
		}
		c.jar[name] = k
	}
}

// SignedIn returns the email address of the user that the browser is signed in as, or "".
func (c *Client) SignedIn() string {
	c.kit.T.Helper()
	return c.Get("/get-session").Expect(http.StatusOK).String("user.email")
}
