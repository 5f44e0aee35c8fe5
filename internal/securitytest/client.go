package securitytest

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// BaseURL is the public origin that the tests configure.
const BaseURL = "http://auth.test"

// A Client is a browser: it keeps cookies and sends an Origin header with them. It belongs to one
// goroutine; see [Client.Clone].
type Client struct {
	TB      testing.TB
	Handler http.Handler
	// Cookies by name, as sent.
	Cookies map[string]string
	// Address is the peer of the connection: host and port.
	Address string
}

// NewClient returns a client without cookies.
func NewClient(tb testing.TB, handler http.Handler) *Client {
	return &Client{TB: tb, Handler: handler, Cookies: map[string]string{}, Address: "192.0.2.1:1234"}
}

// Clone returns a client with a copy of the cookies.
func (c *Client) Clone() *Client {
	n := *c
	n.Cookies = maps.Clone(c.Cookies)
	return &n
}

// At returns a client with a copy of the cookies that talks to another handler.
func (c *Client) At(handler http.Handler) *Client {
	n := c.Clone()
	n.Handler = handler
	return n
}

// An Answer is what a handler answered.
type Answer struct {
	Status int
	Header http.Header
	Body   string
}

// Code is the member "code" of a JSON body, or "".
func (a *Answer) Code() string { return a.text("code") }

// Message is the member "message" of a JSON body, or "".
func (a *Answer) Message() string { return a.text("message") }

func (a *Answer) text(name string) string {
	s, _ := a.JSON()[name].(string)
	return s
}

// JSON is the body as an object; nil if it is none.
func (a *Answer) JSON() map[string]any {
	var o map[string]any
	if json.Unmarshal([]byte(a.Body), &o) != nil {
		return nil
	}
	return o
}

// Get sends a GET request to a path below /api/auth.
func (c *Client) Get(path string) *Answer { return c.Do(c.Request(http.MethodGet, path, nil)) }

// Post sends v as JSON to a path below /api/auth.
func (c *Client) Post(path string, v any) *Answer { return c.Do(c.Request(http.MethodPost, path, v)) }

// Request builds a request to a path below /api/auth; v is written as JSON unless it is nil or a string.
// It carries the cookies.
func (c *Client) Request(method, path string, v any) *http.Request {
	c.TB.Helper()
	text, isText := v.(string)
	if v != nil && !isText {
		b, err := json.Marshal(v)
		if err != nil {
			c.TB.Fatal(err)
		}
		text = string(b)
	}
	r := httptest.NewRequestWithContext(c.TB.Context(), method, "/api/auth"+path, strings.NewReader(text))
	r.Host, r.RemoteAddr = strings.TrimPrefix(BaseURL, "http://"), c.Address
	if v != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if len(c.Cookies) > 0 {
		r.Header.Set("Cookie", c.CookieHeader())
		r.Header.Set("Origin", BaseURL)
	}
	return r
}

// CookieHeader is the Cookie header that the client sends.
func (c *Client) CookieHeader() string {
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(c.Cookies)) {
		pairs = append(pairs, name+"="+c.Cookies[name])
	}
	return strings.Join(pairs, "; ")
}

// Do sends a request and keeps the cookies of the answer.
func (c *Client) Do(r *http.Request) *Answer {
	w := httptest.NewRecorder()
	c.Handler.ServeHTTP(w, r)
	res := w.Result()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		c.TB.Error(err)
	}
	for _, k := range res.Cookies() {
		if k.MaxAge < 0 || k.Value == "" {
			delete(c.Cookies, k.Name)
		} else {
			c.Cookies[k.Name] = k.Value
		}
	}
	return &Answer{Status: res.StatusCode, Header: res.Header, Body: string(bytes.TrimSpace(body))}
}

// Must is Do for requests that have to be answered 200.
func (c *Client) Must(r *http.Request) *Answer {
	c.TB.Helper()
	a := c.Do(r)
	if a.Status != http.StatusOK {
		c.TB.Fatalf("%s %s: %d %s", r.Method, r.URL.Path, a.Status, a.Body)
	}
	return a
}

// SignUp creates a user with the password "password1234" and keeps the session.
func (c *Client) SignUp(email string) *Answer {
	c.TB.Helper()
	return c.Must(c.Request(http.MethodPost, "/sign-up/email", map[string]any{"email": email, "password": Password, "name": "Ann"}))
}

// Password is the password of users that SignUp creates.
const Password = "password1234"

// SignIn signs in as a user that SignUp created.
func (c *Client) SignIn(email string) *Answer {
	c.TB.Helper()
	return c.Must(c.Request(http.MethodPost, "/sign-in/email", map[string]any{"email": email, "password": Password}))
}

// SignedIn reports whether get-session answers with a session.
func (c *Client) SignedIn() bool {
	c.TB.Helper()
	return c.Must(c.Request(http.MethodGet, "/get-session", nil)).Body != "null"
}
