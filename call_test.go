package betterauth_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
)

func TestCaptureOptions(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t)
	s.SignUp("user@example.com")
	ctx := t.Context()
	var h http.Header
	var status int
	capture := []api.Option{api.CaptureHeaders(&h), api.CaptureStatus(&status)}
	out, err := s.API.SignInEmail(ctx, api.SignInEmailInput{Email: "user@example.com", Password: plugintest.Password, CallbackURL: "/x"}, capture...)
	if err != nil || out.User.Email != "user@example.com" {
		t.Fatalf("%+v, %v", out, err)
	}
	if status != 200 || h.Get("Location") != "/x" || !strings.HasPrefix(h.Get("Set-Cookie"), "better-auth.session_token="+out.Token) || h.Get("Cache-Control") != "no-store" {
		t.Errorf("status %d, headers %v", status, h)
	}
	h, status = nil, 0
	_, err = s.API.SignInEmail(ctx, api.SignInEmailInput{Email: "user@example.com", Password: "wrong"}, capture...)
	if !errors.Is(err, errors.InvalidEmailOrPassword) || status != 401 || len(h["Set-Cookie"]) != 0 {
		t.Errorf("%v, status %d, headers %v", err, status, h)
	}
	_, err = s.API.VerifyEmail(ctx, api.VerifyEmailInput{Token: "bad", CallbackURL: "/y"}, capture...)
	if e, ok := errors.AsType[*errors.APIError](err); !ok || !e.IsRedirect() || status != 302 || h.Get("Location") != "/y?error=INVALID_TOKEN" {
		t.Errorf("%v, status %d, headers %v", err, status, h)
	}
}

func TestResponse(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t)
	cases := []struct {
		name   string
		call   func() (*http.Response, error)
		status int
		body   string
	}{
		{"success", func() (*http.Response, error) { return s.API.OK.Response(t.Context(), api.OKInput{}) }, 200, `{"ok":true}`},
		{"error", func() (*http.Response, error) {
			return s.API.SignInEmail.Response(t.Context(), api.SignInEmailInput{Email: "a@example.com", Password: "x"})
		}, 401, `{"message":"Invalid email or password","code":"INVALID_EMAIL_OR_PASSWORD","status":401}`},
		{"invalid input", func() (*http.Response, error) {
			return s.API.SignUpEmail.Response(t.Context(), api.SignUpEmailInput{Email: "a@example.com"})
		}, 400, `{"message":"[body.password] Too small: expected string to have >=1 characters","code":"VALIDATION_ERROR","status":400}`},
		{"null", func() (*http.Response, error) {
			return s.API.GetSession.Response(t.Context(), api.GetSessionInput{}, api.WithHeaders(http.Header{}))
		}, 200, "null"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			res, err := tc.call()
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			text, err := io.ReadAll(res.Body)
			if err != nil || res.StatusCode != tc.status || string(text) != tc.body || res.Header.Get("Content-Type") != "application/json" || res.ContentLength != int64(len(text)) {
				t.Errorf("%d %s %s, %v", res.StatusCode, text, res.Header, err)
			}
		})
	}
}

// TestWithRequest checks what a call learns from the request being served.
func TestWithRequest(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t)
	s.SignUp("user@example.com")
	r := httptest.NewRequestWithContext(t.Context(), "POST", "https://app.example.com/own-login", strings.NewReader("untouched"))
	r.RemoteAddr = "203.0.113.9:1"
	r.Header.Set("User-Agent", "browser/1")
	out, err := s.API.SignInEmail(t.Context(), api.SignInEmailInput{Email: "user@example.com", Password: plugintest.Password}, api.WithRequest(r))
	if err != nil {
		t.Fatal(err)
	}
	if *out.Session.IPAddress != "203.0.113.9" || *out.Session.UserAgent != "browser/1" {
		t.Errorf("session %+v", out.Session)
	}
	if text, err := io.ReadAll(r.Body); err != nil || string(text) != "untouched" {
		t.Errorf("the body was read: %q, %v", text, err)
	}
	if _, err := s.API.RequestPasswordReset(t.Context(), api.RequestPasswordResetInput{Email: "user@example.com"}, api.WithRequest(r)); err != nil {
		t.Fatal(err)
	}
	if m := s.Mail("reset"); m.Request == nil || m.Request.Header.Get("User-Agent") != "browser/1" || m.Request.Body != nil {
		t.Errorf("the mail's request: %+v", m.Request)
	}
	h := http.Header{"User-Agent": {"other/1"}}
	out, err = s.API.SignInEmail(t.Context(), api.SignInEmailInput{Email: "user@example.com", Password: plugintest.Password}, api.WithRequest(r), api.WithHeaders(h))
	if err != nil || *out.Session.UserAgent != "other/1" {
		t.Errorf("WithHeaders over WithRequest: %+v, %v", out, err)
	}
	if len(h) != 1 || r.Header.Get("User-Agent") != "browser/1" {
		t.Error("the caller's headers were changed")
	}
}

// TestInProcessIsTrusted checks that calls in process need no origin.
func TestInProcessIsTrusted(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t)
	c := s.SignUp("user@example.com")
	h := c.Headers()
	h.Set("Origin", "https://evil.example")
	if _, err := s.API.UpdateUser(t.Context(), api.UpdateUserInput{Name: new("New")}, api.WithHeaders(h)); err != nil {
		t.Error(err)
	}
}

// TestMount checks that the handler works in a mux beside other routes.
func TestMount(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t)
	mux := http.NewServeMux()
	mux.Handle("/api/auth/", s.Auth.Handler())
	mux.Handle("/account", s.RequireSession(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, betterauth.UserFrom(r.Context()).Email)
	})))
	s.Site = mux
	c := s.SignUp("user@example.com")
	if a := c.Do("GET", "/account", nil).Expect(200); a.Body != "user@example.com" {
		t.Errorf("body %s", a.Body)
	}
	c.Post("/sign-out", nil).Expect(200)
	c.Do("GET", "/account", nil).ExpectError(401, "UNAUTHORIZED")
}
