package endpoints_test

import (
	"net/url"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
)

func deletion(change ...setup) []func(*betterauth.Config) {
	return append([]func(*betterauth.Config){func(s *betterauth.Config) { s.User.DeleteUser.Enabled = true }}, change...)
}

// byMail asks the users by mails to a box.
func byMail(box *plugintest.Mailbox) setup {
	return func(s *betterauth.Config) { s.User.DeleteUser.SendDeleteAccountVerification = box.Keep }
}

// wantGone checks that nothing of a user is left.
func wantGone(t *testing.T, s *plugintest.Kit, c *plugintest.Client) {
	t.Helper()
	for _, table := range []string{"user", "account", "session"} {
		if n := s.Count(table); n != 0 {
			t.Errorf("%d rows left in %s", n, table)
		}
	}
	if len(c.CookieNames()) != 0 {
		t.Errorf("cookies left: %v", c.CookieNames())
	}
}

func TestDeleteUser(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name   string
		later  time.Duration
		in     body
		status int
		code   string
	}{
		{"fresh", 0, body{}, 200, ""},
		{"stale", 24 * time.Hour, body{}, 400, "SESSION_EXPIRED"},
		{"stale with the password", 24 * time.Hour, body{"password": plugintest.Password}, 200, ""},
		{"wrong password", 0, body{"password": "wrong-password"}, 400, "INVALID_PASSWORD"},
		{"unknown token", 0, body{"token": "unknown"}, 404, "INVALID_TOKEN"},
		{"foreign callbackURL", 0, body{"callbackURL": "https://evil.example"}, 403, "INVALID_CALLBACK_URL"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := plugintest.New(t, deletion()...)
			c := s.SignUp("user@example.com")
			s.Clock.Advance(tc.later)
			c.Post("/delete-user", tc.in).ExpectError(tc.status, tc.code)
			if tc.status != 200 {
				if s.Count("user") != 1 {
					t.Error("the user is gone")
				}
				return
			}
			wantGone(t, s, c)
		})
	}
}

func TestDeleteUserFreshness(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		age    time.Duration
		status int
	}{"own age": {time.Minute, 400}, "any age": {-1, 200}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := plugintest.New(t, deletion(func(s *betterauth.Config) { s.Session.FreshAge = tc.age })...)
			c := s.SignUp("user@example.com")
			s.Clock.Advance(time.Minute)
			c.Post("/delete-user", body{}).Expect(tc.status)
		})
	}
}

func TestDeleteUserDisabled(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t)
	c := s.SignUp("user@example.com")
	if a := c.Post("/delete-user", body{}).Expect(404); a.Body != "" {
		t.Errorf("body %q", a.Body)
	}
	c.Get("/delete-user/callback?token=x").ExpectError(404, "NOT_FOUND")
	s.Client().Post("/delete-user", body{}).ExpectError(401, "UNAUTHORIZED")
}

func TestDeleteUserByMail(t *testing.T) {
	t.Parallel()
	var box plugintest.Mailbox
	s := plugintest.New(t, deletion(byMail(&box))...)
	c := s.SignUp("user@example.com")
	if a := c.Post("/delete-user", body{"callbackURL": "/bye"}).Expect(200); a.Body != `{"success":true,"message":"Verification email sent"}` {
		t.Errorf("body %s", a.Body)
	}
	mail := last(t, s, &box)
	link, err := url.Parse(mail.URL)
	if err != nil {
		t.Fatal(err)
	}
	s.Client().Do("GET", link.RequestURI(), nil).ExpectError(404, "FAILED_TO_GET_USER_INFO")
	other := s.SignUp("other@example.com")
	other.Do("GET", link.RequestURI(), nil).ExpectError(404, "INVALID_TOKEN")
	other.Post("/delete-user", body{}).Expect(200)
	other.Post("/delete-user", body{"token": last(t, s, &box).Token}).Expect(200)
	c.Get("/delete-user/callback?token="+mail.Token+"&callbackURL=https://evil.example").ExpectError(403, "INVALID_CALLBACK_URL")
	c.Do("GET", link.RequestURI(), nil).ExpectRedirect("/bye")
	wantGone(t, s, c)
}

func TestDeleteUserMailExpires(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		setup setup
		life  time.Duration
	}{
		"default": {nil, 24 * time.Hour},
		"own":     {func(s *betterauth.Config) { s.User.DeleteUser.DeleteTokenExpiresIn = time.Minute }, time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var box plugintest.Mailbox
			s := plugintest.New(t, deletion(byMail(&box), tc.setup)...)
			c := s.SignUp("user@example.com")
			c.Post("/delete-user", body{}).Expect(200)
			s.Clock.Advance(tc.life)
			c.Get("/delete-user/callback?token="+last(t, s, &box).Token).ExpectError(404, "INVALID_TOKEN")
		})
	}
}

func TestDeleteUserCallbacks(t *testing.T) {
	t.Parallel()
	var before, after recorder
	s := plugintest.New(t, deletion(func(s *betterauth.Config) {
		s.User.DeleteUser.BeforeDelete, s.User.DeleteUser.AfterDelete = before.user, after.user
	})...)
	s.SignUp("user@example.com").Post("/delete-user", body{}).Expect(200)
	if before.calls() != 1 || after.calls() != 1 {
		t.Errorf("callbacks ran %d and %d times", before.calls(), after.calls())
	}

	s = plugintest.New(t, deletion(func(s *betterauth.Config) {
		s.User.DeleteUser.BeforeDelete, s.User.DeleteUser.AfterDelete = refuse, after.user
	})...)
	c := s.SignUp("user@example.com")
	c.Post("/delete-user", body{}).Expect(500)
	if s.Count("user") != 1 || after.calls() != 1 || c.SignedIn() == "" {
		t.Error("BeforeDelete did not stop the deletion")
	}

	s = plugintest.New(t, deletion(func(s *betterauth.Config) { s.User.DeleteUser.AfterDelete = refuse })...)
	c = s.SignUp("user@example.com")
	c.Post("/delete-user", body{}).Expect(200)
	wantGone(t, s, c)
}
