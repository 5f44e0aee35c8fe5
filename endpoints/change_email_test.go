package endpoints_test

import (
	"strings"
	"testing"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
)

// changeSetup turns the change of addresses on; mails that ask the old address go to asked, if there is one.
func changeSetup(asked *plugintest.Mailbox, atOnce bool) setup {
	return func(s *betterauth.Config) {
		s.User.ChangeEmail.Enabled = true
		s.User.ChangeEmail.UpdateEmailWithoutVerification = atOnce
		if asked != nil {
			s.User.ChangeEmail.SendChangeEmailConfirmation = asked.Keep
		}
	}
}

// verified returns a browser whose user's address is proven.
func verified(t *testing.T, s *plugintest.Kit) *plugintest.Client {
	t.Helper()
	c := s.SignUp("old@example.com")
	c.Post("/send-verification-email", body{"email": "old@example.com"}).Expect(200)
	c.Get("/verify-email?token=" + s.Mail("verification").Token).Expect(200)
	return c
}

func wantUser(t *testing.T, c *plugintest.Client, email string, verified bool) {
	t.Helper()
	a := c.Get("/get-session")
	if a.String("user.email") != email || a.Get("user.emailVerified") != verified {
		t.Fatalf("user %v %v, want %s %t", a.Get("user.email"), a.Get("user.emailVerified"), email, verified)
	}
}

func TestChangeEmailAtOnce(t *testing.T) {
	t.Parallel()
	var asked plugintest.Mailbox
	s := plugintest.New(t, changeSetup(&asked, true))
	c := s.SignUp("old@example.com")
	c.Post("/change-email", body{"newEmail": "NEW@example.com", "callbackURL": "/done"}).Expect(200)
	wantUser(t, c, "new@example.com", false)
	mail := s.Mail("verification")
	if mail.User.Email != "new@example.com" || !strings.HasSuffix(mail.URL, "&callbackURL=%2Fdone") {
		t.Errorf("mail to %s: %s", mail.User.Email, mail.URL)
	}
	c.Get("/verify-email?token=" + mail.Token + "&callbackURL=/done").ExpectRedirect("/done")
	wantUser(t, c, "new@example.com", true)
}

// TestChangeEmailAtOnceQuietly is the same without a way to mail.
func TestChangeEmailAtOnceQuietly(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t, changeSetup(nil, true), func(s *betterauth.Config) { s.EmailVerification.SendVerificationEmail = nil })
	c := s.SignUp("old@example.com")
	c.Post("/change-email", body{"newEmail": "new@example.com"}).Expect(200)
	wantUser(t, c, "new@example.com", false)
}

func TestChangeEmailOfUnverified(t *testing.T) {
	t.Parallel()
	var asked plugintest.Mailbox
	s := plugintest.New(t, changeSetup(&asked, false))
	c := s.SignUp("old@example.com")
	c.Post("/change-email", body{"newEmail": "new@example.com"}).Expect(200)
	wait(t, s)
	if len(asked.List()) != 0 {
		t.Error("an unproven address was asked")
	}
	mail := s.Mail("verification")
	if mail.User.Email != "new@example.com" {
		t.Errorf("mail to %s", mail.User.Email)
	}
	wantUser(t, c, "old@example.com", false)
	c.Get("/verify-email?token=" + mail.Token).Expect(200)
	if got := c.Get("/get-session").String("user.email"); got != "new@example.com" {
		t.Errorf("the address is %s", got)
	}
}

func TestChangeEmailConfirmed(t *testing.T) {
	t.Parallel()
	var asked plugintest.Mailbox
	s := plugintest.New(t, changeSetup(&asked, true))
	c := verified(t, s)
	c.Post("/change-email", body{"newEmail": "new@example.com", "callbackURL": "/done"}).Expect(200)
	ask := last(t, s, &asked)
	if ask.User.Email != "old@example.com" || ask.NewEmail != "new@example.com" {
		t.Errorf("asked %s about %s", ask.User.Email, ask.NewEmail)
	}
	before := len(s.Mails("verification"))
	c.Get("/verify-email?token=" + ask.Token + "&callbackURL=/done").ExpectRedirect("/done")
	wantUser(t, c, "old@example.com", true)
	mail := s.Mail("verification")
	if len(s.Mails("verification")) != before+1 || mail.User.Email != "new@example.com" {
		t.Fatalf("%d mails, the last to %s", len(s.Mails("verification"))-before, mail.User.Email)
	}
	a := c.Get("/verify-email?token=" + mail.Token).Expect(200)
	if a.String("user.email") != "new@example.com" {
		t.Errorf("body %s", a.Body)
	}
	wantUser(t, c, "new@example.com", true)
	c.Get("/verify-email?token="+mail.Token).ExpectError(401, "INVALID_TOKEN")
}

func TestChangeEmailOfVerifiedWithoutConfirmation(t *testing.T) {
	t.Parallel()
	var after recorder
	s := plugintest.New(t, changeSetup(nil, true), func(s *betterauth.Config) { s.EmailVerification.AfterEmailVerification = after.user })
	c := verified(t, s)
	c.Post("/change-email", body{"newEmail": "new@example.com"}).Expect(200)
	wantUser(t, c, "old@example.com", true)
	c.Get("/verify-email?token=" + s.Mail("verification").Token).Expect(200)
	wantUser(t, c, "new@example.com", true)
	if after.calls() != 2 {
		t.Errorf("AfterEmailVerification ran %d times, want 2", after.calls())
	}
}

// TestChangeEmailLastRequestCounts checks that a later request voids earlier mails.
func TestChangeEmailLastRequestCounts(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t, changeSetup(nil, false))
	c := s.SignUp("old@example.com")
	c.Post("/change-email", body{"newEmail": "first@example.com"}).Expect(200)
	first := s.Mail("verification").Token
	s.Clock.Advance(1e9)
	c.Post("/change-email", body{"newEmail": "second@example.com"}).Expect(200)
	second := s.Mail("verification").Token
	c.Get("/verify-email?token="+first).ExpectError(401, "INVALID_TOKEN")
	c.Get("/verify-email?token=" + second).Expect(200)
}

func TestChangeEmailRefusals(t *testing.T) {
	t.Parallel()
	off := plugintest.New(t)
	off.SignUp("old@example.com").Post("/change-email", body{"newEmail": "new@example.com"}).ExpectError(400, "CHANGE_EMAIL_DISABLED")

	s := plugintest.New(t, changeSetup(nil, false))
	s.SignUp("taken@example.com")
	c := s.SignUp("old@example.com")
	a := c.Post("/change-email", body{"newEmail": "OLD@example.com"}).ExpectError(400, "")
	if a.String("message") != "Email is the same" {
		t.Errorf("body %s", a.Body)
	}
	c.Post("/change-email", body{"newEmail": "nope"}).ExpectError(400, "VALIDATION_ERROR")
	c.Post("/change-email", body{"newEmail": "new@example.com", "callbackURL": "https://evil.example"}).ExpectError(403, "INVALID_CALLBACK_URL")
	c.Post("/change-email", body{"newEmail": "taken@example.com"}).Expect(200)
	if n := len(s.Mails("verification")); n != 0 {
		t.Errorf("%d mails for an address that is taken", n)
	}
	s.Client().Post("/change-email", body{"newEmail": "new@example.com"}).ExpectError(401, "UNAUTHORIZED")

	mute := plugintest.New(t, changeSetup(nil, false), func(s *betterauth.Config) { s.EmailVerification.SendVerificationEmail = nil })
	a = mute.SignUp("old@example.com").Post("/change-email", body{"newEmail": "new@example.com"}).ExpectError(400, "")
	if a.String("message") != "Verification email isn't enabled" {
		t.Errorf("body %s", a.Body)
	}
}

// TestChangeEmailTokenOfAnother checks that a token does nothing in the browser of somebody else.
func TestChangeEmailTokenOfAnother(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t, changeSetup(nil, false))
	c := s.SignUp("old@example.com")
	c.Post("/change-email", body{"newEmail": "new@example.com"}).Expect(200)
	token := s.Mail("verification").Token
	other := s.SignUp("other@example.com")
	other.Get("/verify-email?token="+token).ExpectError(401, "INVALID_USER")
	s.SignUp("new@example.com")
	c.Get("/verify-email?token="+token).ExpectError(422, "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL")
	wantUser(t, c, "old@example.com", false)
}
