package securitytest_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/adapter/memory"
	. "github.com/betterauth-go/betterauth/internal/securitytest"
)

// FuzzHandler sends any request at all, with and without a good session: it is answered within a second,
// with a status, and with JSON where it says so. No redirect leads to another site.
func FuzzHandler(f *testing.F) {
	for _, path := range []string{
		"/ok", "/get-session", "/sign-up/email", "/sign-in/email", "/sign-out", "/update-user", "/update-session", "/change-password",
		"/change-email", "/delete-user", "/delete-user/callback?token=x&callbackURL=/x", "/verify-email?token=x&callbackURL=/x",
		"/reset-password/x?callbackURL=//x", "/reset-password", "/request-password-reset", "/revoke-session", "/list-sessions", "/error?error=x",
	} {
		f.Add("POST", path, "application/json", `{"email":"ann@example.com","password":"password1234","name":"n","token":"t","newEmail":"a@b.co"}`, "", "a=b", true)
		f.Add("GET", path, "", "", "https://evil.example", sessionCookie+"=%zz", false)
	}
	f.Add("POST", "/sign-in/email", "application/x-www-form-urlencoded", "email=a%40b.co&password=%zz", "null", "", false)
	f.Add("PATCH", "/user", "application/json", `{"name":[{"a":1e999}]}`, BaseURL, "", true)
	box := &Mailbox{}
	config := badConfig(box)
	config.User.DeleteUser.SendDeleteAccountVerification = box.Keep // so that the user stays
	config.Session.AdditionalFields = []adapter.Field{{Name: "theme", Type: adapter.String, Optional: true}}
	config.Database = memory.New()
	auth := New(f, config)
	c := NewClient(f, auth.Handler())
	c.SignUp("ann@example.com")
	good := c.Headers().Get("Cookie")
	f.Fuzz(func(t *testing.T, method, path, contentType, body, origin, cookies string, signedIn bool) {
		r, err := http.NewRequestWithContext(t.Context(), method, "http://auth.test/api/auth"+path, strings.NewReader(body))
		if err != nil {
			return // no server would hand this request on
		}
		r.RequestURI, r.RemoteAddr = r.URL.RequestURI(), "192.0.2.1:1"
		r.Header = http.Header{"Content-Type": {contentType}, "Origin": {origin}, "Cookie": {cookies}}
		if signedIn {
			r.Header["Cookie"] = []string{good, cookies}
		}
		w := httptest.NewRecorder()
		start := time.Now()
		auth.Handler().ServeHTTP(w, r)
		if took := time.Since(start); took > time.Second {
			t.Errorf("took %s", took)
		}
		judge(t, w.Result())
	})
}

func judge(t *testing.T, res *http.Response) {
	t.Helper()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode < 200 || res.StatusCode >= 500 {
		t.Errorf("status %d %.200s", res.StatusCode, text)
	}
	if strings.HasPrefix(res.Header.Get("Content-Type"), "application/json") && len(text) > 0 && !json.Valid(text) {
		t.Errorf("broken JSON %.200q", text)
	}
	if target := res.Header.Get("Location"); target != "" && !strings.HasPrefix(target, "/") && !strings.HasPrefix(target, BaseURL+"/") {
		for _, trusted := range []string{"https://app.example.com", "https://", "myapp:"} {
			if strings.HasPrefix(strings.ToLower(target), trusted) && (trusted != "https://" || strings.Contains(target, ".wild.example.com")) {
				return
			}
		}
		t.Errorf("redirects to %q", target)
	}
	for name, values := range res.Header {
		if strings.ContainsAny(strings.Join(values, ""), "\r\n\x00") {
			t.Errorf("the header %s holds control characters: %q", name, values)
		}
	}
}
