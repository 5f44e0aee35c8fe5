package endpoints_test

import (
	"encoding/base64"
	"net/url"
	"strings"
	"testing"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/internal/wire"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
)

// secretText is the value of every hidden field.
const secretText = "never-to-be-seen"

// leaks reports whether an answer shows a hidden field: in its body or in a readable cookie.
func leaks(a *plugintest.Answer) bool {
	text := a.Body
	for _, line := range a.Header["Set-Cookie"] {
		value, _, _ := strings.Cut(line[strings.Index(line, "=")+1:], ";")
		if plain, err := url.QueryUnescape(value); err == nil {
			value = plain
		}
		for part := range strings.SplitSeq(value, ".") {
			if decoded, err := base64.RawURLEncoding.DecodeString(part); err == nil {
				text += string(decoded)
			}
		}
	}
	return strings.Contains(text, secretText)
}

// TestHiddenFieldsStayHidden calls every endpoint that answers with a user or a session.
func TestHiddenFieldsStayHidden(t *testing.T) {
	t.Parallel()
	hidden := []adapter.Field{{Name: "hush", Type: adapter.String, Optional: true, Hidden: true, Default: func() any { return secretText }}}
	for name, change := range map[string]setup{
		"plain":   nil,
		"compact": func(s *betterauth.Config) { s.Session.CookieCache = plugin.CookieCache{Enabled: true} },
		"jwt": func(s *betterauth.Config) {
			s.Session.CookieCache = plugin.CookieCache{Enabled: true, Strategy: plugin.JWT}
		},
		"deferred": func(s *betterauth.Config) { s.Session.DeferRefresh = true },
		"hiding":   func(s *betterauth.Config) { s.EmailVerification.AutoSignInAfterVerification = true },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := plugintest.New(t, change, func(s *betterauth.Config) {
				s.User.ChangeEmail.Enabled, s.User.ChangeEmail.UpdateEmailWithoutVerification = true, true
				s.User.AdditionalFields, s.Session.AdditionalFields = hidden, append(hidden, adapter.Field{Name: "theme", Type: adapter.String, Optional: true})
			})
			c := s.Client()
			answers := []*plugintest.Answer{
				c.Post("/sign-up/email", signUpBody("user@example.com")),
				c.Get("/get-session"), c.Get("/session"), c.Get("/user"), c.Get("/list-sessions"),
				c.Post("/update-session", body{"theme": "dark"}),
				c.Do("PATCH", "/api/auth/user", body{"name": "New"}),
				c.Post("/change-email", body{"newEmail": "new@example.com"}),
				c.Get("/verify-email?token=" + s.Mail("verification").Token),
				c.Post("/change-password", body{"currentPassword": plugintest.Password, "newPassword": "newpassword123", "revokeOtherSessions": true}),
				c.Post("/sign-in/email", body{"email": "new@example.com", "password": "newpassword123"}),
			}
			s.Clock.Advance(25 * 3600e9)
			answers = append(answers, c.Get("/get-session"))
			if name == "deferred" {
				answers = append(answers, c.Post("/get-session", nil))
			}
			for _, a := range answers {
				if a.Expect(200); leaks(a) {
					t.Errorf("%s: %s %q", a.Request, a.Body, a.Header["Set-Cookie"])
				}
			}
			wantHiddenStored(t, s)
		})
	}
}

// wantHiddenStored checks that the values are there and that trusted callers do not see them either.
func wantHiddenStored(t *testing.T, s *plugintest.Kit) {
	t.Helper()
	u, err := plugin.Users.FindOne(t.Context(), s.Store())
	if err != nil {
		t.Fatal(err)
	}
	if v, _ := api.Field[string](u.Extra, "hush"); v != secretText {
		t.Errorf("stored %+v", u)
	}
	users, err := s.API.ListUsers(t.Context(), api.ListUsersInput{})
	if err != nil {
		t.Fatal(err)
	}
	sessions, err := s.API.ListSessions(t.Context(), api.ListSessionsInput{UserID: u.ID})
	if err != nil {
		t.Fatal(err)
	}
	updated, err := s.API.UpdateUser(t.Context(), api.UpdateUserInput{UserID: u.ID, Name: new("N")})
	if err != nil {
		t.Fatal(err)
	}
	text, err := wire.Marshal([]any{users, sessions, updated})
	if err != nil || strings.Contains(string(text), secretText) {
		t.Errorf("%s, %v", text, err)
	}
}
