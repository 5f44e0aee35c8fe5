package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter/memory"
)

func TestRouter(t *testing.T) {
	t.Parallel()
	auth, err := betterauth.New(betterauth.Config{
		BaseURL:          "http://example.com",
		Secret:           strings.Repeat("secret of a test ", 3),
		Database:         memory.New(),
		EmailAndPassword: betterauth.EmailAndPassword{Enabled: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	router := newRouter(auth)
	var cookies []*http.Cookie
	expect := func(status int, part, method, path, body string) *http.Response {
		t.Helper()
		r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Origin", "http://example.com")
		for _, cookie := range cookies {
			r.AddCookie(cookie)
		}
		w := httptest.NewRecorder()
		router.ServeHTTP(w, r)
		if w.Code != status || !strings.Contains(w.Body.String(), part) {
			t.Errorf("%s %s answered %d %s, want %d with %s", method, path, w.Code, w.Body, status, part)
		}
		return w.Result()
	}

	expect(200, "Hello, stranger", "GET", "/", "")
	expect(401, `"UNAUTHORIZED"`, "GET", "/team/red", "")
	cookies = expect(200, `"token"`, "POST", "/api/auth/sign-up/email",
		`{"name":"Ann","email":"ann@example.com","password":"correct horse"}`).Cookies()
	expect(200, "Hello, Ann", "GET", "/", "")
	expect(200, "Ann looks at team red", "GET", "/team/red", "")
	cookies = expect(200, `{"success":true}`, "POST", "/api/auth/sign-out", "{}").Cookies()
	expect(401, `"UNAUTHORIZED"`, "GET", "/team/red", "")
	expect(404, "", "GET", "/nowhere", "")
}
