package authtest

import (
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/betterauth-go/betterauth/internal/wire"
)

// Password of the users that SignUp makes.
const Password = "password1234"

// A Client is a browser: it keeps cookies and sends its origin. It belongs to one goroutine.
type Client struct {
	s *Server
	// Jar holds the cookies by name, as they were sent.
	Jar map[string]string
	// Header is sent with every request; a value may be removed with Del.
	Header http.Header
	// RemoteAddr of its requests; unknown when empty.
	RemoteAddr string
}

// Client returns a new browser.
func (s *Server) Client() *Client {
	return &Client{s: s, Jar: map[string]string{}, Header: http.Header{"Origin": {Origin}}}
}

// SignUp returns a browser in which a new user is signed in, or is not when the configuration does not
// sign in at sign-up.
func (s *Server) SignUp(email string, more ...string) *Client {
	s.T.Helper()
	c := s.Client()
	body := wire.Object{{Name: "email", Value: email}, {Name: "password", Value: Password}, {Name: "name", Value: "User One"}}
	for i := 0; i+1 < len(more); i += 2 {
		body.Set(more[i], more[i+1])
	}
	c.Post("/sign-up/email", body).Expect(http.StatusOK)
	return c
}

// SignIn returns a browser in which a user of SignUp is signed in.
func (s *Server) SignIn(email string) *Client {
	s.T.Helper()
	c := s.Client()
	c.Post("/sign-in/email", map[string]any{"email": email, "password": Password}).Expect(http.StatusOK)
	return c
}

// Get asks for a path below the base path.
func (c *Client) Get(path string) *Answer { c.s.T.Helper(); return c.Do("GET", "/api/auth"+path, nil) }

// Post sends a body as JSON; a string is sent as it is.
func (c *Client) Post(path string, body any) *Answer {
	c.s.T.Helper()
	return c.Do("POST", "/api/auth"+path, body)
}

// Do sends a request for a path of the site. A nil body sends none.
func (c *Client) Do(method, path string, body any) *Answer {
	c.s.T.Helper()
	r := c.request(method, path, body)
	w := httptest.NewRecorder()
	c.s.Handler.ServeHTTP(w, r)
	res := w.Result()
	c.keep(res)
	text, err := io.ReadAll(res.Body)
	if err != nil {
		c.s.T.Fatal(err)
	}
	a := &Answer{s: c.s, Request: method + " " + path, Status: res.StatusCode, Header: res.Header, Body: string(text)}
	if res.Header.Get("Content-Type") == "application/json" && a.Body != "" {
		if a.JSON, err = wire.Parse(text); err != nil {
			c.s.T.Fatalf("%s: %v in %s", a.Request, err, text)
		}
	}
	return a
}

func (c *Client) request(method, path string, body any) *http.Request {
	c.s.T.Helper()
	var reader io.Reader
	if body != nil {
		text, isText := body.(string)
		if !isText {
			encoded, err := wire.Marshal(body)
			if err != nil {
				c.s.T.Fatal(err)
			}
			text = string(encoded)
		}
		reader = strings.NewReader(text)
	}
	r := httptest.NewRequestWithContext(c.s.T.Context(), method, Origin+"/", reader)
	target, err := url.Parse(Origin + path)
	if err != nil {
		c.s.T.Fatal(err)
	}
	r.URL, r.RequestURI, r.RemoteAddr = target, path, c.RemoteAddr
	maps.Copy(r.Header, c.Header.Clone())
	if _, set := c.Header["Content-Type"]; body != nil && !set {
		r.Header.Set("Content-Type", "application/json")
	}
	if cookie := c.Cookies(); cookie != "" && r.Header.Get("Cookie") == "" {
		r.Header.Set("Cookie", cookie)
	}
	return r
}

// Cookies is the Cookie header of the browser.
func (c *Client) Cookies() string {
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(c.Jar)) {
		pairs = append(pairs, name+"="+c.Jar[name])
	}
	return strings.Join(pairs, "; ")
}

// Headers are those of the browser's requests, for calls in process.
func (c *Client) Headers() http.Header {
	h := c.Header.Clone()
	h.Set("Cookie", c.Cookies())
	return h
}

func (c *Client) keep(res *http.Response) {
	for _, line := range res.Header["Set-Cookie"] {
		pair, attributes, _ := strings.Cut(line, ";")
		name, value, _ := strings.Cut(pair, "=")
		if strings.Contains(attributes, "Max-Age=0") {
			delete(c.Jar, name)
		} else {
			c.Jar[name] = value
		}
	}
}

// SignedIn reports whether the browser is signed in.
func (c *Client) SignedIn() bool {
	c.s.T.Helper()
	return c.Get("/get-session").Expect(http.StatusOK).JSON != nil
}

// An Answer is a response.
type Answer struct {
	s       *Server
	Request string
	Status  int
	Header  http.Header
	Body    string
	// JSON is the decoded body, a wire value; nil for null and for other types.
	JSON any
}

// Expect ends the test if the status is another.
func (a *Answer) Expect(status int) *Answer {
	a.s.T.Helper()
	if a.Status != status {
		a.s.T.Fatalf("%s: %d, want %d: %s", a.Request, a.Status, status, a.Body)
	}
	return a
}

// ExpectError ends the test if the answer is not this error.
func (a *Answer) ExpectError(status int, code string) *Answer {
	a.s.T.Helper()
	a.Expect(status)
	if got := a.Get("code"); got != code && !(got == nil && code == "") {
		a.s.T.Fatalf("%s: code %v, want %q: %s", a.Request, got, code, a.Body)
	}
	return a
}

// ExpectRedirect ends the test if the answer does not redirect to target.
func (a *Answer) ExpectRedirect(target string) *Answer {
	a.s.T.Helper()
	a.Expect(http.StatusFound)
	if got := a.Header.Get("Location"); got != target {
		a.s.T.Fatalf("%s: redirects to %q, want %q", a.Request, got, target)
	}
	return a
}

// Get returns a member of the body by its path: "user.email", "0.token". Absent members are nil.
func (a *Answer) Get(path string) any {
	v := a.JSON
	for name := range strings.SplitSeq(path, ".") {
		switch node := v.(type) {
		case wire.Object:
			v, _ = node.Get(name)
		case []any:
			i, err := strconv.Atoi(name)
			if err != nil || i < 0 || i >= len(node) {
				return nil
			}
			v = node[i]
		default:
			return nil
		}
	}
	return v
}

// String is Get for strings.
func (a *Answer) String(path string) string { s, _ := a.Get(path).(string); return s }

// Cookie returns the Set-Cookie line of a cookie, or "".
func (a *Answer) Cookie(name string) string {
	for _, line := range a.Header["Set-Cookie"] {
		if strings.HasPrefix(line, name+"=") {
			return line
		}
	}
	return ""
}
