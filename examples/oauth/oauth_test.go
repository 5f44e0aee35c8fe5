package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// newProvider starts a provider where everybody is Ann.
func newProvider(t *testing.T) string {
	t.Helper()
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	answer := func(v map[string]any) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			if err := json.NewEncoder(w).Encode(v); err != nil {
				t.Error(err)
			}
		}
	}
	mux.Handle("GET /.well-known/openid-configuration", answer(map[string]any{
		"issuer":                 server.URL,
		"authorization_endpoint": server.URL + "/auth",
		"token_endpoint":         server.URL + "/token",
		"userinfo_endpoint":      server.URL + "/me",
		"end_session_endpoint":   server.URL + "/bye",
	}))
	mux.HandleFunc("GET /auth", func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		back := url.Values{"code": {"the code"}, "state": {q.Get("state")}}
		http.Redirect(w, r, q.Get("redirect_uri")+"?"+back.Encode(), http.StatusFound)
	})
	mux.Handle("POST /token", answer(map[string]any{"access_token": "the token", "token_type": "bearer"}))
	mux.Handle("GET /me", answer(map[string]any{"id": "ann-1", "name": "Ann <b>", "email": "ann@example.com", "email_verified": true}))
	mux.HandleFunc("GET /bye", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, r.URL.Query().Get("post_logout_redirect_uri"), http.StatusFound)
	})
	return server.URL
}

// visitor is a browser at one application.
type visitor struct {
	t    *testing.T
	base string
	http *http.Client
}

func start(t *testing.T, environment map[string]string) *visitor {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	base := "http://" + server.Listener.Addr().String()
	handler, err := newHandler(base, func(name string) string { return environment[name] })
	if err != nil {
		t.Fatal(err)
	}
	server.Config.Handler = handler
	server.Start()
	t.Cleanup(server.Close)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &visitor{t, base, &http.Client{Jar: jar}}
}

// sees opens a page, or sends a form if there are values, and checks what it shows in the end.
func (v *visitor) sees(path string, form url.Values, status int, text string) string {
	v.t.Helper()
	res, err := v.send(path, form)
	if err != nil {
		v.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	if res.StatusCode != status || !strings.Contains(string(body), text) {
		v.t.Fatalf("%s answered %s without %q:\n%s", path, res.Status, text, body)
	}
	return string(body)
}

func (v *visitor) send(path string, form url.Values) (*http.Response, error) {
	if form == nil {
		return v.http.Get(v.base + path)
	}
	return v.http.PostForm(v.base+path, form)
}

func environment(issuer string) map[string]string {
	return map[string]string{
		"OIDC_ISSUER": issuer, "OIDC_CLIENT_ID": "id", "OIDC_CLIENT_SECRET": "secret",
		"GITHUB_CLIENT_ID": "id", "GITHUB_CLIENT_SECRET": "secret",
		"GOOGLE_CLIENT_ID": "id", "GOOGLE_CLIENT_SECRET": "secret",
	}
}

var account = regexp.MustCompile(`name="account" value="(\w+)"`)

func TestSignInAndOut(t *testing.T) {
	t.Parallel()
	ann := start(t, environment(newProvider(t)))
	for _, id := range []string{"github", "google", "oidc"} {
		ann.sees("/", nil, http.StatusOK, fmt.Sprintf(`href="/api/auth/sign-in/%s?callbackURL=/"`, id))
	}
	html := ann.sees("/api/auth/sign-in/oidc?callbackURL=/", nil, http.StatusOK, "Hello, Ann &lt;b&gt;")
	row := account.FindStringSubmatch(html)
	if row == nil || !strings.Contains(html, "oidc: ann-1") {
		t.Fatalf("the page does not list the account:\n%s", html)
	}
	ann.sees("/link", url.Values{"provider": {"oidc"}}, http.StatusOK, "oidc: ann-1") // linked already
	ann.sees("/unlink", url.Values{"account": {row[1]}}, http.StatusBadRequest, "last account")
	ann.sees("/sign-out", url.Values{}, http.StatusOK, "Sign in")
	ann.sees("/link", url.Values{"provider": {"oidc"}}, http.StatusUnauthorized, "")
}

func TestFailedSignIn(t *testing.T) {
	t.Parallel()
	ann := start(t, environment(newProvider(t)))
	ann.sees("/api/auth/callback/oidc?error=access_denied&state=unknown", nil, http.StatusOK, "That did not work: state_mismatch")
	ann.sees("/api/auth/sign-in/nobody?callbackURL=/", nil, http.StatusNotFound, "")
}

func TestProviderDoesNotAnswer(t *testing.T) {
	t.Parallel()
	ann := start(t, map[string]string{"OIDC_ISSUER": "http://127.0.0.1:1", "OIDC_CLIENT_ID": "id", "OIDC_CLIENT_SECRET": "secret"})
	ann.sees("/", nil, http.StatusOK, "Sign in with http://127.0.0.1:1")
	ann.sees("/api/auth/sign-in/oidc?callbackURL=/", nil, http.StatusNotFound, "")
}

func TestWithoutProviders(t *testing.T) {
	t.Parallel()
	start(t, nil).sees("/", nil, http.StatusOK, "No provider yet")
}
