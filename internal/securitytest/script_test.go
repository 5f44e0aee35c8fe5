package securitytest_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth"
	. "github.com/betterauth-go/betterauth/internal/securitytest"
)

// A script sends one request of every kind that the core answers, as a signed-in user.
type script struct {
	*Client
	auth *betterauth.Auth
	box  *Mailbox
	// limit is how long the client waits for one answer; zero: for ever.
	limit time.Duration
	reset string // token
	link  string // of a verification mail
	// seen is called with every answer.
	seen func(name string, a *Answer, took time.Duration)
}

// newScript signs a user up and collects the links that the requests will redeem.
func newScript(t *testing.T, auth *betterauth.Auth, box *Mailbox) *script {
	t.Helper()
	s := &script{Client: NewClient(t, auth.Handler()), auth: auth, box: box}
	s.SignUp("ann@example.com")
	other := s.Clone()
	other.DropCookies()
	other.SignUp("ben@example.com")
	s.Post("/request-password-reset", map[string]any{"email": "ann@example.com"}).Expect(http.StatusOK)
	Wait(t, auth)
	s.reset = box.Last(t).Token
	s.Post("/send-verification-email", map[string]any{"email": "ann@example.com"}).Expect(http.StatusOK)
	Wait(t, auth)
	s.link = PathOf(box.Last(t).URL)
	return s
}

func (s *script) play() {
	const pass, next = "password1234", "password5678"
	obj := func(pairs ...string) map[string]any {
		o := map[string]any{}
		for i := 0; i < len(pairs); i += 2 {
			o[pairs[i]] = pairs[i+1]
		}
		return o
	}
	s.step("GET", "/get-session", nil)
	s.step("POST", "/sign-in/email", obj("email", "ann@example.com", "password", pass))
	s.step("POST", "/sign-up/email", obj("email", "new@example.com", "password", pass, "name", "New", "nick", "n"))
	s.step("POST", "/sign-up/email", obj("email", "ann@example.com", "password", pass, "name", "New"))
	s.step("POST", "/update-user", obj("name", "Anna", "nick", "x"))
	s.step("POST", "/update-session", obj("theme", "dark"))
	s.step("POST", "/verify-password", obj("password", pass))
	s.step("GET", "/list-sessions", nil)
	s.step("POST", "/request-password-reset", obj("email", "ann@example.com"))
	s.step("GET", "/reset-password/"+s.reset+"?callbackURL=/x", nil)
	s.step("POST", "/change-password", obj("currentPassword", pass, "newPassword", next))
	s.step("POST", "/reset-password", obj("token", s.reset, "newPassword", next))
	s.step("GET", s.link, nil)
	s.step("POST", "/change-email", obj("newEmail", "anna@example.com"))
	s.step("POST", "/revoke-other-sessions", obj())
	s.step("POST", "/delete-user", obj())
	s.step("POST", "/sign-out", obj())
	s.step("POST", "/revoke-session", obj("token", "x"))
}

func (s *script) step(method, path string, body any) {
	ctx, cancel := s.T.Context(), context.CancelFunc(func() {})
	if s.limit > 0 {
		ctx, cancel = context.WithTimeout(ctx, s.limit)
	}
	defer cancel()
	start := time.Now()
	// Each step has the cookies of the beginning, so that none depends on an earlier one.
	a := s.Clone().Send(s.Request(method, path, body).WithContext(ctx))
	name := method + " " + path
	if i := strings.IndexAny(path, "?"); i > 0 {
		name = method + " " + path[:i]
	}
	s.seen(name, a, time.Since(start))
}

// proper reports an error unless a is an answer that a client can understand.
func proper(t *testing.T, name string, a *Answer) {
	t.Helper()
	if a.Status < 200 || a.Status > 599 {
		t.Errorf("%s: status %d", name, a.Status)
	}
	if strings.HasPrefix(a.Header.Get("Content-Type"), "application/json") && a.Body != "" && !json.Valid([]byte(a.Body)) {
		t.Errorf("%s: %d with broken JSON %.200q", name, a.Status, a.Body)
	}
	// Answers without a code: unknown routes, and two refusals that the reference words without one.
	noCode := a.Status == http.StatusNotFound || a.String("message") == "No fields to update" || a.String("message") == "Email is the same"
	if a.Status >= 400 && a.String("code") == "" && !noCode {
		t.Errorf("%s: %d %.200q without a code", name, a.Status, a.Body)
	}
}

// alive reports an error unless an instance answers.
func alive(t *testing.T, handler http.Handler) {
	t.Helper()
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/auth/ok", nil))
	if w.Code != http.StatusOK {
		t.Errorf("GET /ok: %d", w.Code)
	}
}
