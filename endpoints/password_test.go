package endpoints_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
)

func TestChangePassword(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name   string
		in     body
		status int
		code   string
	}{
		{"wrong current", body{"currentPassword": "wrong-password", "newPassword": "newpassword123"}, 400, "INVALID_PASSWORD"},
		{"empty current", body{"currentPassword": "", "newPassword": "newpassword123"}, 400, "INVALID_PASSWORD"},
		{"too short", body{"currentPassword": plugintest.Password, "newPassword": "short"}, 400, "PASSWORD_TOO_SHORT"},
		{"too long", body{"currentPassword": plugintest.Password, "newPassword": strings.Repeat("x", 129)}, 400, "PASSWORD_TOO_LONG"},
		{"current too long", body{"currentPassword": strings.Repeat("x", 129), "newPassword": "newpassword123"}, 400, "PASSWORD_TOO_LONG"},
		{"missing", body{"newPassword": "newpassword123"}, 400, "VALIDATION_ERROR"},
		{"fine", body{"currentPassword": plugintest.Password, "newPassword": "newpassword123"}, 200, ""},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := plugintest.New(t)
			c, other := s.SignUp("user@example.com"), s.SignIn("user@example.com")
			c.Post("/change-password", tc.in).ExpectError(tc.status, tc.code)
			password := plugintest.Password
			if tc.status == 200 {
				password = "newpassword123"
				s.Client().Post("/sign-in/email", body{"email": "user@example.com", "password": plugintest.Password}).Expect(401)
			}
			s.Client().Post("/sign-in/email", body{"email": "user@example.com", "password": password}).Expect(200)
			if other.SignedIn() == "" {
				t.Error("the other session ended")
			}
		})
	}
	t.Run("signed out", func(t *testing.T) {
		t.Parallel()
		s := plugintest.New(t)
		s.Client().Post("/change-password", cases[len(cases)-1].in).ExpectError(401, "UNAUTHORIZED")
	})
}

func TestChangePasswordRevokes(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t)
	c, other := s.SignUp("user@example.com"), s.SignIn("user@example.com")
	stale := c.Replay()
	a := c.Post("/change-password", body{"currentPassword": plugintest.Password, "newPassword": "newpassword123", "revokeOtherSessions": true}).Expect(200)
	if a.String("token") == "" || c.Headers().Get("Cookie") == stale.Headers().Get("Cookie") {
		t.Errorf("no new session: %s", a.Body)
	}
	if c.SignedIn() == "" || other.SignedIn() != "" {
		t.Errorf("signed in: caller %t, other %t", c.SignedIn() != "", other.SignedIn() != "")
	}
	if stale.SignedIn() != "" {
		t.Error("the caller's old session survives")
	}
}

func TestVerifyPassword(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t)
	c := s.SignUp("user@example.com")
	c.Post("/verify-password", body{"password": plugintest.Password}).Expect(200)
	c.Post("/verify-password", body{"password": "wrong-password"}).ExpectError(400, "INVALID_PASSWORD")
	c.Post("/verify-password", body{"password": strings.Repeat("x", 129)}).ExpectError(400, "PASSWORD_TOO_LONG")
	s.Client().Post("/verify-password", body{"password": plugintest.Password}).ExpectError(401, "UNAUTHORIZED")
}

func TestSetPassword(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t)
	c := s.SignUp("user@example.com")
	set := func(password string) error {
		_, err := s.API.SetPassword(t.Context(), api.SetPasswordInput{NewPassword: password}, api.WithHeaders(c.Headers()))
		return err
	}
	wantError(t, set("newpassword123"), 400, "PASSWORD_ALREADY_SET")
	if _, err := plugin.Accounts.Delete(t.Context(), s.Store()); err != nil {
		t.Fatal(err)
	}
	wantError(t, set("short"), 400, "PASSWORD_TOO_SHORT")
	if err := set("newpassword123"); err != nil {
		t.Fatal(err)
	}
	s.Client().Post("/sign-in/email", body{"email": "user@example.com", "password": "newpassword123"}).Expect(200)
	c.Post("/set-password", body{"newPassword": "newpassword123"}).Expect(404)
	_, err := s.API.SetPassword(t.Context(), api.SetPasswordInput{NewPassword: "newpassword123"})
	wantError(t, err, 401, "UNAUTHORIZED")
}

func TestPasswordReset(t *testing.T) {
	t.Parallel()
	var done recorder
	s := plugintest.New(t, func(s *betterauth.Config) {
		s.EmailAndPassword.OnPasswordReset = done.user
		s.EmailAndPassword.RevokeSessionsOnPasswordReset = true
	})
	c := s.SignUp("user@example.com")
	visitor := s.Client()
	visitor.Post("/request-password-reset", body{"email": "USER@example.com", "redirectTo": "/reset?x=1"}).Expect(200)
	mail := s.Mail("reset")
	if want := plugintest.Origin + "/api/auth/reset-password/" + mail.Token + "?callbackURL=%2Freset%3Fx%3D1"; mail.URL != want {
		t.Errorf("link %s, want %s", mail.URL, want)
	}
	link, err := url.Parse(mail.URL)
	if err != nil {
		t.Fatal(err)
	}
	visitor.Do("GET", link.RequestURI(), nil).ExpectRedirect(plugintest.Origin + "/reset?x=1&token=" + mail.Token)
	visitor.Post("/request-password-reset", body{"email": "user@example.com"}).Expect(200)
	second := s.Mail("reset").Token
	visitor.Post("/reset-password", body{"token": mail.Token, "newPassword": "short"}).ExpectError(400, "PASSWORD_TOO_SHORT")
	visitor.Post("/reset-password?token="+mail.Token, body{"newPassword": "newpassword123"}).Expect(200)
	if done.calls() != 1 || c.SignedIn() != "" {
		t.Errorf("OnPasswordReset ran %d times; sessions revoked: %t", done.calls(), c.SignedIn() == "")
	}
	for name, token := range map[string]string{"used": mail.Token, "of the same user": second} {
		a := visitor.Post("/reset-password", body{"token": token, "newPassword": "otherpassword1"})
		if a.Status != 400 || a.String("code") != "INVALID_TOKEN" {
			t.Errorf("a token %s: %d %s", name, a.Status, a.Body)
		}
	}
	visitor.Post("/sign-in/email", body{"email": "user@example.com", "password": "newpassword123"}).Expect(200)
}

func TestPasswordResetKeepsSessions(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t, func(s *betterauth.Config) { s.EmailAndPassword.OnPasswordReset = refuse })
	c := s.SignUp("user@example.com")
	c.Post("/request-password-reset", body{"email": "user@example.com"}).Expect(200)
	c.Post("/reset-password", body{"token": s.Mail("reset").Token, "newPassword": "newpassword123"}).Expect(200)
	if c.SignedIn() == "" {
		t.Error("the session ended without RevokeSessionsOnPasswordReset")
	}
}

// TestPasswordResetGivesPassword checks that a user without a password gets one.
func TestPasswordResetGivesPassword(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t)
	if _, err := s.API.CreateUser(t.Context(), api.CreateUserInput{Email: "user@example.com", Name: "U"}); err != nil {
		t.Fatal(err)
	}
	c := s.Client()
	c.Post("/request-password-reset", body{"email": "user@example.com"}).Expect(200)
	c.Post("/reset-password", body{"token": s.Mail("reset").Token, "newPassword": plugintest.Password}).Expect(200)
	s.SignIn("user@example.com")
}

func TestPasswordResetExpires(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name  string
		setup setup
		life  time.Duration
	}{
		{"default", nil, time.Hour},
		{"own", func(s *betterauth.Config) { s.EmailAndPassword.ResetPasswordTokenExpiresIn = time.Minute }, time.Minute},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := plugintest.New(t, tc.setup)
			c := s.SignUp("user@example.com")
			c.Post("/request-password-reset", body{"email": "user@example.com"}).Expect(200)
			token := s.Mail("reset").Token
			s.Clock.Advance(tc.life - time.Millisecond)
			c.Get("/reset-password/" + token + "?callbackURL=/r").ExpectRedirect(plugintest.Origin + "/r?token=" + token)
			s.Clock.Advance(time.Millisecond)
			c.Get("/reset-password/" + token + "?callbackURL=/r").ExpectRedirect(plugintest.Origin + "/r?error=INVALID_TOKEN")
			c.Post("/reset-password", body{"token": token, "newPassword": "newpassword123"}).ExpectError(400, "INVALID_TOKEN")
		})
	}
}

func TestPasswordResetRefusals(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t)
	c := s.SignUp("user@example.com")
	c.Post("/request-password-reset", body{"email": "nobody@example.com"}).Expect(200)
	if len(s.Mails("reset")) != 0 || s.Count("verification") != 0 {
		t.Error("something was made for an unknown address")
	}
	c.Post("/request-password-reset", body{"email": "nope"}).ExpectError(400, "VALIDATION_ERROR")
	c.Post("/request-password-reset", body{"email": "user@example.com", "redirectTo": "https://evil.example"}).ExpectError(403, "INVALID_REDIRECT_URL")
	c.Post("/reset-password", body{"newPassword": "newpassword123"}).ExpectError(400, "INVALID_TOKEN")
	c.Get("/reset-password/x?callbackURL=https://evil.example").ExpectError(403, "INVALID_CALLBACK_URL")
	off := plugintest.New(t, func(s *betterauth.Config) { s.EmailAndPassword.SendResetPassword = nil })
	off.Client().Post("/request-password-reset", body{"email": "user@example.com"}).ExpectError(400, "RESET_PASSWORD_DISABLED")
}
