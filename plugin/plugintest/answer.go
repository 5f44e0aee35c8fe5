package plugintest

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"
)

// An Answer is a response.
type Answer struct {
	T testing.TB
	// Request is method and path, for messages.
	Request string
	Status  int
	Header  http.Header
	Body    string
}

// Expect ends the test if the status is another.
func (a *Answer) Expect(status int) *Answer {
	a.T.Helper()
	if a.Status != status {
		a.T.Fatalf("%s: status %d, want %d: %s", a.Request, a.Status, status, a.Body)
	}
	return a
}

// ExpectError ends the test if the answer is not this error; an empty code means that there is none.
func (a *Answer) ExpectError(status int, code string) *Answer {
	a.T.Helper()
	a.Expect(status)
	if got := a.String("code"); got != code {
		a.T.Fatalf("%s: code %q, want %q: %s", a.Request, got, code, a.Body)
	}
	return a
}

// Into decodes the JSON body.
func (a *Answer) Into(v any) {
	a.T.Helper()
	if err := json.Unmarshal([]byte(a.Body), v); err != nil {
		a.T.Fatalf("%s: %v in %s", a.Request, err, a.Body)
	}
}

// Get returns a member of the JSON body by its path, "user.email" or "0.session.token", as encoding/json
// decodes it into an any. An absent member is nil, and so is all of a body that is not JSON; "" is the whole body.
func (a *Answer) Get(path string) any {
	a.T.Helper()
	if a.Body == "" || a.Header.Get("Content-Type") != "application/json" {
		return nil
	}
	var v any
	a.Into(&v)
	if path == "" {
		return v
	}
	for name := range strings.SplitSeq(path, ".") {
		v = member(v, name)
	}
	return v
}

func member(v any, name string) any {
	switch v := v.(type) {
	case map[string]any:
		return v[name]
	case []any:
		if i, err := strconv.Atoi(name); err == nil && i >= 0 && i < len(v) {
			return v[i]
		}
	}
	return nil
}

// ExpectRedirect ends the test if the answer does not redirect to target.
func (a *Answer) ExpectRedirect(target string) *Answer {
	a.T.Helper()
	a.Expect(http.StatusFound)
	if got := a.Header.Get("Location"); got != target {
		a.T.Fatalf("%s: redirects to %q, want %q", a.Request, got, target)
	}
	return a
}

// String is Get for strings; "" for anything else.
func (a *Answer) String(path string) string {
	a.T.Helper()
	s, _ := a.Get(path).(string)
	return s
}

// Cookie returns the last Set-Cookie line of a cookie, or "".
func (a *Answer) Cookie(name string) string {
	last := ""
	for _, line := range a.Header["Set-Cookie"] {
		if strings.HasPrefix(line, name+"=") {
			last = line
		}
	}
	return last
}
