package oauth2_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth/internal/oauth2"
	"github.com/betterauth-go/betterauth/plugin"
)

func start(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

func TestSendErrors(t *testing.T) {
	t.Parallel()
	base := start(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/500":
			http.Error(w, "<html>boom s3cret</html>", 500)
		case "/400":
			w.WriteHeader(400)
			fmt.Fprint(w, `{"error":"invalid_grant","error_description":"code s3cret is bad"}`)
		case "/odd":
			w.WriteHeader(400)
			fmt.Fprint(w, `{"error":"s3cret with spaces"}`)
		case "/big":
			for range 11 {
				fmt.Fprint(w, strings.Repeat("x", 1<<20))
			}
		case "/html":
			fmt.Fprint(w, "<html>")
		case "/list":
			fmt.Fprint(w, "[]")
		case "/two":
			fmt.Fprint(w, "{}{}")
		case "/cut":
			w.Header().Set("Content-Length", "100")
			fmt.Fprint(w, "{")
		}
	})
	for _, c := range []struct {
		path   string
		status int
		code   string
		reason error
	}{
		{"/500", 500, "", oauth2.ErrStatus},
		{"/400", 400, "invalid_grant", oauth2.ErrStatus},
		{"/odd", 400, "", oauth2.ErrStatus},
		{"/big", 200, "", oauth2.ErrTooLarge},
		{"/html", 200, "", oauth2.ErrFormat},
		{"/list", 200, "", oauth2.ErrFormat},
		{"/two", 200, "", oauth2.ErrFormat},
		{"/cut", 200, "", nil},
	} {
		_, err := oauth2.SendJSON(t.Context(), plugin.Outbound{}, oauth2.Request{
			URL: base + c.path + "?token=s3cret", Header: oauth2.Bearer("s3cret"),
		})
		var e *oauth2.Error
		if !errors.As(err, &e) || e.Status != c.status || e.Code != c.code || c.reason != nil && !errors.Is(err, c.reason) {
			t.Errorf("%s: %v", c.path, err)
			continue
		}
		if strings.Contains(err.Error(), "s3cret") || !strings.Contains(err.Error(), base+c.path) {
			t.Errorf("%s: %v", c.path, err)
		}
	}
}

func TestSendUnreachable(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(nil)
	s.Close()
	for _, u := range []string{s.URL + "/x?secret=s3cret", "ftp://example.com/", "not a url s3cret", "https://", "http://[::1", "file:///etc/passwd"} {
		_, err := oauth2.Send(t.Context(), plugin.Outbound{}, oauth2.Request{URL: u})
		var e *oauth2.Error
		if !errors.As(err, &e) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: %v", u, err)
		}
	}
}

func TestSendDeadline(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	base := start(t, func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
	})
	t.Cleanup(func() { close(release) })
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err := oauth2.Send(ctx, plugin.Outbound{}, oauth2.Request{URL: base + "/hang?code=s3cret"})
	if !errors.Is(err, context.DeadlineExceeded) || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("hang: %v", err)
	}
}

func TestRedirects(t *testing.T) {
	t.Parallel()
	other := start(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"other":true}`) })
	base := start(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/end":
			fmt.Fprintf(w, `{"authorization":%q}`, r.Header.Get("Authorization"))
		case "/here":
			http.Redirect(w, r, "/end", http.StatusFound)
		case "/loop":
			http.Redirect(w, r, "/loop", http.StatusTemporaryRedirect)
		case "/private":
			http.Redirect(w, r, other, http.StatusMovedPermanently)
		case "/file":
			w.Header().Set("Location", "file:///etc/passwd")
			w.WriteHeader(http.StatusFound)
		case "/user":
			w.Header().Set("Location", "http://user:password@"+r.Host+"/end")
			w.WriteHeader(http.StatusSeeOther)
		case "/nowhere":
			w.WriteHeader(http.StatusPermanentRedirect)
		}
	})
	send := func(path string, follow bool, form plugin.Params) (map[string]any, error) {
		return oauth2.SendJSON(t.Context(), plugin.Outbound{}, oauth2.Request{
			URL: base + path, Header: oauth2.Bearer("at"), Follow: follow, Form: form,
		})
	}
	if m, err := send("/here", true, nil); err != nil || m["authorization"] != "Bearer at" {
		t.Errorf("same host: %v, %v", m, err)
	}
	for _, path := range []string{"/loop", "/private", "/file", "/user", "/nowhere"} {
		if m, err := send(path, true, nil); !errors.Is(err, oauth2.ErrRedirect) {
			t.Errorf("%s: %v, %v", path, m, err)
		}
	}
	if m, err := send("/here", false, nil); !errors.Is(err, oauth2.ErrRedirect) {
		t.Errorf("not allowed: %v, %v", m, err)
	}
	if m, err := send("/here", true, plugin.Params{{Name: "code", Value: "c"}}); !errors.Is(err, oauth2.ErrRedirect) {
		t.Errorf("POST: %v, %v", m, err)
	}
}

// TestSameOrigin shows that a redirect may stay at its origin only, if the request says so.
func TestSameOrigin(t *testing.T) {
	t.Parallel()
	base := start(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/here":
			http.Redirect(w, r, "/end", http.StatusFound)
		case "/secure":
			http.Redirect(w, r, "https://"+r.Host+"/end", http.StatusFound)
		default:
			fmt.Fprint(w, "{}")
		}
	})
	for path, ok := range map[string]bool{"/here": true, "/secure": false} {
		_, err := oauth2.Send(t.Context(), plugin.Outbound{}, oauth2.Request{URL: base + path, Follow: true, SameOrigin: true})
		if ok != (err == nil) || !ok && !errors.Is(err, oauth2.ErrRedirect) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

type tripper struct{ http.RoundTripper }

// A transport of a type that we do not know cannot be told where not to connect to.
func TestRedirectWithForeignTransport(t *testing.T) {
	t.Parallel()
	base := start(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "https://example.com/", http.StatusFound)
	})
	out := plugin.Outbound{HTTP: &http.Client{Transport: tripper{http.DefaultTransport}}}
	if _, err := oauth2.Send(t.Context(), out, oauth2.Request{URL: base, Follow: true}); !errors.Is(err, oauth2.ErrRedirect) {
		t.Error(err)
	}
}

// A client is whatever sends requests.
func TestForeignClient(t *testing.T) {
	t.Parallel()
	base := start(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, `{"from":"`+r.Header.Get("X-Via")+`"}`) })
	for want, client := range map[string]plugin.HTTPClient{"": (*http.Client)(nil), "mine": via("mine")} {
		m, err := oauth2.SendJSON(t.Context(), plugin.Outbound{HTTP: client}, oauth2.Request{URL: base})
		if err != nil || m["from"] != want {
			t.Errorf("%q: %v, %v", want, m, err)
		}
	}
}

// TestNestedURL shows that a client which wraps another's error does not leak the query.
func TestNestedURL(t *testing.T) {
	t.Parallel()
	client := failing{&url.Error{Op: "Get", URL: "https://x.example/?code=s3cret", Err: errors.New("no such host")}}
	_, err := oauth2.Send(t.Context(), plugin.Outbound{HTTP: client}, oauth2.Request{URL: "https://x.example/?code=s3cret"})
	if err == nil || strings.Contains(err.Error(), "s3cret") || !strings.Contains(err.Error(), "no such host") {
		t.Error(err)
	}
}

type failing struct{ err error }

func (f failing) Do(*http.Request) (*http.Response, error) { return nil, f.err }

type via string

func (v via) Do(r *http.Request) (*http.Response, error) {
	r.Header.Set("X-Via", string(v))
	return http.DefaultTransport.RoundTrip(r)
}
