package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/api"
)

func TestRun(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	if err := run(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	const want = `refused: 403 FOREIGN_ADDRESS
created: Ann, new here
signed in: ann@example.com by /sign-up/email
Ann of sales has 5 seats in eu, note visible: false
`
	if out.String() != want {
		t.Errorf("run prints\n%s\nwant\n%s", out.String(), want)
	}
}

// TestSignUpOverHTTP sends the additional fields as a client would.
func TestSignUpOverHTTP(t *testing.T) {
	t.Parallel()
	auth := open(t)
	for _, test := range []struct {
		name, body, part string
		status           int
	}{
		{"all is well", `"email":"a@example.com","department":"support"`, `"department":"support"`, 200},
		{"capitals", `"email":"B@EXAMPLE.COM","department":"sales"`, `"email":"b@example.com"`, 200},
		{"foreign address", `"email":"a@evil.example","department":"sales"`, `"FOREIGN_ADDRESS"`, 403},
		{"missing field", `"email":"c@example.com"`, `"MISSING_FIELD"`, 400},
		{"unknown department", `"email":"d@example.com","department":"spies"`, `"VALIDATION_ERROR"`, 400},
		{"forbidden field", `"email":"e@example.com","department":"sales","note":"let me in"`, `"FIELD_NOT_ALLOWED"`, 400},
		{"forbidden field with a default", `"email":"f@example.com","department":"sales","seats":99`, `"seats":5`, 200},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			body := strings.NewReader(`{"name":"Ann","password":"correct horse",` + test.body + `}`)
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/api/auth/sign-up/email", body)
			r.Header.Set("Content-Type", "application/json")
			r.RemoteAddr = "192.0.2." + string(rune('1'+len(test.name)%9)) + ":1234"
			w := httptest.NewRecorder()
			auth.Handler().ServeHTTP(w, r)
			if w.Code != test.status || !strings.Contains(w.Body.String(), test.part) {
				t.Errorf("answered %d %s, want %d with %s", w.Code, w.Body, test.status, test.part)
			}
			if strings.Contains(w.Body.String(), `"note"`) {
				t.Errorf("the answer shows the note: %s", w.Body)
			}
		})
	}
}

// TestTrustedCallersMaySetEverything creates a user as an administration tool would.
func TestTrustedCallersMaySetEverything(t *testing.T) {
	t.Parallel()
	var extra api.Fields
	extra.Set("department", "sales")
	extra.Set("seats", 100)
	out, err := open(t).API.CreateUser(t.Context(), api.CreateUserInput{Name: "Big", Email: "big@example.com", Extra: extra})
	if err != nil {
		t.Fatal(err)
	}
	if seats, ok := api.Field[float64](out.User.Extra, "seats"); !ok || seats != 100 {
		t.Errorf("seats = %v, %t", seats, ok)
	}
}

func open(t *testing.T) *betterauth.Auth {
	t.Helper()
	auth, err := newAuth(strings.Repeat("secret of a test ", 3), func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	return auth
}
