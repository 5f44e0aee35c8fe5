package endpoints_test

import (
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
)

func TestVerifyEmailOptions(t *testing.T) {
	t.Parallel()
	var before, after recorder
	cases := []struct {
		name   string
		setup  setup
		signed bool
	}{
		{"defaults", nil, false},
		{"automatic sign-in", func(s *betterauth.Config) { s.EmailVerification.AutoSignInAfterVerification = true }, true},
		{"callbacks", func(s *betterauth.Config) {
			s.EmailVerification.BeforeEmailVerification = before.user
			s.EmailVerification.AfterEmailVerification = after.user
		}, false},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			s := plugintest.New(t, func(s *betterauth.Config) { s.EmailAndPassword.RequireEmailVerification = true }, tc.setup)
			s.SignUp("user@example.com", "callbackURL", "/welcome")
			link, err := url.Parse(s.Mail("verification").URL)
			if err != nil {
				t.Fatal(err)
			}
			c := s.Client()
			c.Do("GET", link.RequestURI(), nil).ExpectRedirect("/welcome")
			if (c.SignedIn() != "") != tc.signed {
				t.Errorf("signed in: %t, want %t", c.SignedIn() != "", tc.signed)
			}
			s.SignIn("user@example.com")
			again := c.Get("/verify-email?token=" + s.Mail("verification").Token).Expect(200)
			if again.Body != `{"status":true,"user":null}` {
				t.Errorf("a verified address again: %s", again.Body)
			}
		})
	}
	if before.calls() != 1 || after.calls() != 1 {
		t.Errorf("callbacks ran %d and %d times", before.calls(), after.calls())
	}
}

func TestVerifyEmailRefusedByCallback(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t, func(s *betterauth.Config) {
		s.EmailAndPassword.RequireEmailVerification = true
		s.EmailVerification.BeforeEmailVerification = refuse
	})
	s.SignUp("user@example.com")
	s.Client().Get("/verify-email?token="+s.Mail("verification").Token).ExpectError(500, "INTERNAL_SERVER_ERROR")
	s.Client().Post("/sign-in/email", body{"email": "user@example.com", "password": plugintest.Password}).ExpectError(403, "EMAIL_NOT_VERIFIED")
}

func TestVerifyEmailExpires(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t, func(s *betterauth.Config) {
		s.EmailVerification.SendOnSignUp = new(true)
		s.EmailVerification.ExpiresIn = time.Minute
	})
	s.SignUp("user@example.com")
	token := s.Mail("verification").Token
	s.Clock.Advance(time.Minute + time.Second)
	s.Client().Get("/verify-email?token="+token).ExpectError(401, "TOKEN_EXPIRED")
	s.Client().Get("/verify-email?token=" + token + "&callbackURL=/x?a=b").ExpectRedirect("/x?a=b&error=TOKEN_EXPIRED")
	s.Client().Get("/verify-email?token="+token+"&callbackURL=https://evil.example").ExpectError(403, "INVALID_CALLBACK_URL")
}

func TestVerifyEmailRefusals(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t, func(s *betterauth.Config) {
		s.EmailVerification.SendOnSignUp = new(true)
		s.User.DeleteUser.Enabled = true
	})
	c := s.SignUp("user@example.com")
	token := s.Mail("verification").Token
	c.Get("/verify-email?token="+token[:len(token)-2]+"xx").ExpectError(401, "INVALID_TOKEN")
	c.Get("/verify-email").ExpectError(400, "VALIDATION_ERROR")
	c.Post("/delete-user", body{}).Expect(200)
	c.Get("/verify-email?token="+token).ExpectError(401, "USER_NOT_FOUND")
	s.SignUp("user@example.com")
	c.Get("/verify-email?token="+token).ExpectError(401, "INVALID_TOKEN")
}

func TestSendVerificationEmail(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t)
	c := s.SignUp("user@example.com")
	c.Post("/send-verification-email", body{"email": "User@example.com"}).Expect(200)
	if mail := s.Mail("verification"); mail.URL != plugintest.Origin+"/api/auth/verify-email?token="+mail.Token+"&callbackURL=%2F" {
		t.Errorf("link %s", mail.URL)
	}
	c.Post("/send-verification-email", body{"email": "other@example.com"}).ExpectError(400, "EMAIL_MISMATCH")
	c.Post("/send-verification-email", body{"email": "user@example.com", "callbackURL": "https://evil.example"}).ExpectError(403, "INVALID_CALLBACK_URL")
	c.Get("/verify-email?token=" + s.Mail("verification").Token).Expect(200)
	c.Post("/send-verification-email", body{"email": "user@example.com"}).ExpectError(400, "EMAIL_ALREADY_VERIFIED")
	off := plugintest.New(t, func(s *betterauth.Config) { s.EmailVerification.SendVerificationEmail = nil })
	off.Client().Post("/send-verification-email", body{"email": "user@example.com"}).ExpectError(400, "VERIFICATION_EMAIL_NOT_ENABLED")
}

// TestSendVerificationEmailToStrangers checks that without a session known and unknown addresses answer
// alike, and after the same time.
func TestSendVerificationEmailToStrangers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := plugintest.New(t)
		s.SignUp("user@example.com")
		for mails, email := range []string{"nobody@example.com", "user@example.com"} {
			start := time.Now()
			a := s.Client().Post("/send-verification-email", body{"email": email}).Expect(200)
			if took := time.Since(start); took != 500*time.Millisecond || a.Body != `{"status":true}` {
				t.Errorf("%s: %s after %s", email, a.Body, took)
			}
			if n := len(s.Mails("verification")); n != mails {
				t.Errorf("%s: %d mails", email, n)
			}
		}
	})
}
