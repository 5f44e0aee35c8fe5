package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// start serves the application on a database file for as long as the test, or until stop is called.
func start(t *testing.T, file string) (url string, stop func()) {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	url = "http://" + server.Listener.Addr().String()
	app, err := open(t.Context(), url, file)
	if err != nil {
		t.Fatal(err)
	}
	server.Config.Handler = app.handler
	server.Start()
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		server.Close()
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 5*time.Second)
		defer cancel()
		if err := app.close(ctx); err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(stop)
	return url, stop
}

// visitor is a browser without JavaScript.
type visitor struct {
	t    *testing.T
	base string
	http http.Client
}

func newVisitor(t *testing.T, base string) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &visitor{t, base, http.Client{Jar: jar, Timeout: 20 * time.Second}}
}

// page opens a page, follows redirects, and returns the answer with its text.
func (v *visitor) page(target string) (*http.Response, string) {
	v.t.Helper()
	if strings.HasPrefix(target, "/") {
		target = v.base + target
	}
	r, err := http.NewRequestWithContext(v.t.Context(), http.MethodGet, target, nil)
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header.Set("Accept", "text/html")
	return v.do(r)
}

// post sends a form as app.js does and expects success.
func (v *visitor) post(endpoint string, values map[string]any) string {
	v.t.Helper()
	body, err := json.Marshal(values)
	if err != nil {
		v.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(v.t.Context(), http.MethodPost, v.base+"/api/auth"+endpoint, strings.NewReader(string(body)))
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Origin", v.base)
	res, text := v.do(r)
	if res.StatusCode != http.StatusOK {
		v.t.Fatalf("%s answered %s: %s", endpoint, res.Status, text)
	}
	return text
}

func (v *visitor) do(r *http.Request) (*http.Response, string) {
	v.t.Helper()
	res, err := v.http.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return res, string(text)
}

// signUp makes an account and is signed in afterwards.
func (v *visitor) signUp(email string) {
	v.t.Helper()
	v.post("/sign-up/email", map[string]any{
		"name": "Ann <Example>", "email": email, "password": "correct horse", "callbackURL": "/account",
	})
}

// mail waits for the newest mail of a kind: mails are sent in the background.
func (v *visitor) mail(to, kind string) mail {
	v.t.Helper()
	for range 100 {
		_, text := v.page("/dev/inbox.json")
		var mails []mail
		if err := json.Unmarshal([]byte(text), &mails); err != nil {
			v.t.Fatalf("inbox.json: %v in %s", err, text)
		}
		for i := len(mails) - 1; i >= 0; i-- {
			if mails[i].To == to && mails[i].Kind == kind {
				return mails[i]
			}
		}
		time.Sleep(20 * time.Millisecond)
	}
	v.t.Fatalf("no %s mail for %s", kind, to)
	return mail{}
}

// at checks that the visitor has arrived at a path and sees each of the texts.
func at(t *testing.T, path string, texts ...string) func(*http.Response, string) {
	return func(res *http.Response, html string) {
		t.Helper()
		if res.StatusCode != http.StatusOK || res.Request.URL.Path != path {
			t.Fatalf("arrived at %s with %s, want %s", res.Request.URL, res.Status, path)
		}
		for _, text := range texts {
			if !strings.Contains(html, text) {
				t.Errorf("%s does not show %q:\n%s", path, text, html)
			}
		}
	}
}
