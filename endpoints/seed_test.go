package endpoints_test

import (
	"testing"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
)

// aliases are the routes beyond the reference.
var aliases = []struct{ method, path string }{
	{"GET", "/session"},
	{"POST", "/forget-password"},
	{"POST", "/forgot-password"},
	{"GET", "/user"},
	{"PATCH", "/user"},
	{"DELETE", "/user"},
	{"PATCH", "/update-user"},
	{"POST", "/verify-email"},
	{"GET", "/sign-in/fake"},
}

func TestAliasesCanBeTurnedOff(t *testing.T) {
	t.Parallel()
	off := plugintest.New(t, with(&fake{}), func(s *betterauth.Config) { s.Advanced.DisableAliases = true })
	on := plugintest.New(t, with(&fake{}))
	for _, route := range aliases {
		if a := off.Client().Do(route.method, "/api/auth"+route.path, nil).Expect(404); a.Body != "" {
			t.Errorf("%s: body %q", a.Request, a.Body)
		}
		if a := on.Client().Do(route.method, "/api/auth"+route.path, nil); a.Status == 404 {
			t.Errorf("%s: no such route", a.Request)
		}
	}
}

func TestSessionAlias(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t)
	if a := s.Client().Get("/session").Expect(200); a.Body != `{"user":null,"session":null}` || a.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("signed out: %s, %v", a.Body, a.Header)
	}
	c := s.SignUp("user@example.com")
	a, official := c.Get("/session").Expect(200), c.Get("/get-session")
	if a.String("user.id") != official.String("user.id") || a.String("session.token") != official.String("session.token") {
		t.Errorf("alias %s\nofficial %s", a.Body, official.Body)
	}
}

func TestForgetPasswordAliases(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/forget-password", "/forgot-password"} {
		s := plugintest.New(t)
		s.SignUp("user@example.com")
		c := s.Client()
		a := c.Post(path, body{"email": "user@example.com", "redirectTo": "/reset"}).Expect(200)
		if a.Get("success") != true || a.Get("status") != true {
			t.Errorf("%s: %s", path, a.Body)
		}
		c.Post(path, body{"email": "user@example.com", "redirectTo": "https://evil.example"}).ExpectError(403, "INVALID_REDIRECT_URL")
		c.Post("/reset-password", body{"token": s.Mail("reset").Token, "newPassword": "newpassword123"}).Expect(200)
	}
}

// TestForgetPasswordLimits checks that the aliases are as limited as the official route.
func TestForgetPasswordLimits(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t, func(s *betterauth.Config) { s.RateLimit.Disabled = false })
	for _, path := range []string{"/request-password-reset", "/forget-password", "/forgot-password"} {
		c := s.Client()
		c.RemoteAddr = "203.0.113.1:1"
		for range 3 {
			c.Post(path, body{"email": "user@example.com"}).Expect(200)
		}
		c.Post(path, body{"email": "user@example.com"}).ExpectError(429, "RATE_LIMIT_EXCEEDED")
	}
}

func TestUserAlias(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t, func(s *betterauth.Config) { s.User.DeleteUser.Enabled = true })
	s.Client().Get("/user").ExpectError(401, "UNAUTHORIZED")
	c := s.SignUp("user@example.com")
	if a := c.Get("/user").Expect(200); a.String("email") != "user@example.com" {
		t.Errorf("body %s", a.Body)
	}
	a := c.Do("PATCH", "/api/auth/user", body{"name": "New"}).Expect(200)
	if a.Get("status") != true || a.String("user.name") != "New" || a.Cookie(tokenCookie) == "" {
		t.Errorf("body %s", a.Body)
	}
	c.Do("PATCH", "/api/auth/user", body{"email": "x@example.com"}).ExpectError(400, "EMAIL_CAN_NOT_BE_UPDATED")
	if a := c.Do("PATCH", "/api/auth/update-user", body{"name": "Newer"}).Expect(200); a.Body != `{"status":true}` {
		t.Errorf("body %s", a.Body)
	}
	c.Do("DELETE", "/api/auth/user", body{"password": "wrong-password"}).ExpectError(400, "INVALID_PASSWORD")
	c.Header.Set("Origin", "https://evil.example")
	c.Do("DELETE", "/api/auth/user", nil).ExpectError(403, "INVALID_ORIGIN")
	c.Header.Set("Origin", plugintest.Origin)
	c.Do("DELETE", "/api/auth/user", nil).Expect(200)
	wantGone(t, s, c)
}

func TestDeleteAliasKeepsTheGate(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t)
	s.SignUp("user@example.com").Do("DELETE", "/api/auth/user", nil).Expect(404)
}

// TestExpiredSessionOnAliases checks the reason that tells an ended session from none.
func TestExpiredSessionOnAliases(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t)
	c := s.SignUp("user@example.com")
	late := c.Replay()
	s.Clock.Advance(8 * 24 * 3600e9)
	if a := late.Get("/user").ExpectError(401, "UNAUTHORIZED"); a.String("reason") != "SESSION_EXPIRED" {
		t.Errorf("body %s", a.Body)
	}
	if a := s.Client().Get("/user").ExpectError(401, "UNAUTHORIZED"); a.Get("reason") != nil {
		t.Errorf("body %s", a.Body)
	}
}

func TestVerifyEmailAlias(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t, func(s *betterauth.Config) { s.EmailVerification.SendOnSignUp = new(true) })
	c := s.SignUp("user@example.com")
	token := s.Mail("verification").Token
	c.Post("/verify-email", body{}).ExpectError(400, "VALIDATION_ERROR")
	c.Post("/verify-email", body{"token": "bad", "callbackURL": "/x"}).ExpectError(401, "INVALID_TOKEN")
	if a := c.Post("/verify-email", body{"token": token, "callbackURL": "/x"}).Expect(200); a.Body != `{"status":true,"user":null}` {
		t.Errorf("body %s", a.Body)
	}
	c.Post("/verify-email?token="+token, nil).Expect(200)
	if got := c.Get("/get-session").Get("user.emailVerified"); got != true {
		t.Error("the address is not verified")
	}
}

// TestAdditions checks the members beyond the reference and their switch.
func TestAdditions(t *testing.T) {
	t.Parallel()
	for name, strict := range map[string]bool{"default": false, "strict": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := plugintest.New(t, func(s *betterauth.Config) {
				s.Advanced.StrictResponses = strict
				s.RateLimit.Disabled = false
			})
			c := s.Client()
			c.RemoteAddr = "203.0.113.1:1"
			up := c.Post("/sign-up/email", signUpBody("user@example.com")).Expect(200)
			in := c.Post("/sign-in/email", body{"email": "user@example.com", "password": plugintest.Password}).Expect(200)
			c.Post("/request-password-reset", body{"email": "user@example.com"}).Expect(200)
			reset := c.Post("/reset-password", body{"token": s.Mail("reset").Token, "newPassword": "newpassword123"}).Expect(200)
			bad := c.Post("/reset-password", body{"token": "bad", "newPassword": "newpassword123"}).Expect(400)
			c.Post("/sign-in/email", body{}).Expect(400)
			c.Post("/sign-in/email", body{}).Expect(400)
			limited := c.Post("/sign-in/email", body{}).Expect(429)
			if limited.Header.Get("X-Retry-After") != "10" {
				t.Errorf("X-Retry-After %q", limited.Header.Get("X-Retry-After"))
			}
			for what, there := range map[string]bool{
				"sign-up session": up.String("session.id") != "", "sign-in session": in.String("session.id") != "" && in.String("session.expiresAt") != "",
				"success": reset.Get("success") == true, "status of an error": bad.Get("status") == 400.0,
				"code of a 429": limited.Get("code") == "RATE_LIMIT_EXCEEDED", "status of a 429": limited.Get("status") == 429.0,
			} {
				if there == strict {
					t.Errorf("%s is there: %t", what, there)
				}
			}
			if in.Get("redirect") != false || reset.Get("status") != true {
				t.Error("official members changed")
			}
		})
	}
}

// TestTrustedMethods covers what callers in process do in the name of anybody.
func TestTrustedMethods(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t)
	ctx := t.Context()
	a, err := s.API.CreateUser(ctx, api.CreateUserInput{Email: "A@example.com", Password: plugintest.Password, Name: "A", EmailVerified: true, Image: new("i")})
	if err != nil || a.User.Email != "a@example.com" || !a.User.EmailVerified || *a.User.Image != "i" {
		t.Fatalf("%+v, %v", a, err)
	}
	s.Clock.Advance(1e9)
	b, err := s.API.CreateUser(ctx, api.CreateUserInput{Email: "b@example.com", Name: "B"})
	if err != nil {
		t.Fatal(err)
	}
	c, other := s.SignIn("a@example.com"), s.SignIn("a@example.com")

	users, err := s.API.ListUsers(ctx, api.ListUsersInput{Limit: 1, Offset: 1})
	if err != nil || users.Total != 2 || len(users.Users) != 1 || users.Users[0].ID != b.User.ID || users.Limit != 1 || users.Offset != 1 {
		t.Errorf("%+v, %v", users, err)
	}
	list, err := s.API.ListSessions(ctx, api.ListSessionsInput{UserID: a.User.ID})
	if err != nil || len(list) != 2 {
		t.Fatalf("%d sessions, %v", len(list), err)
	}
	if _, err := s.API.RevokeSession(ctx, api.RevokeSessionInput{SessionID: list[0].ID}); err != nil || c.SignedIn() != "" || other.SignedIn() == "" {
		t.Errorf("RevokeSession: %v, signed in %t and %t", err, c.SignedIn() != "", other.SignedIn() != "")
	}
	if _, err := s.API.RevokeAllSessions(ctx, api.RevokeAllSessionsInput{UserID: a.User.ID}); err != nil || other.SignedIn() != "" {
		t.Errorf("RevokeAllSessions: %v", err)
	}
	changed, err := s.API.UpdateUser(ctx, api.UpdateUserInput{UserID: b.User.ID, Name: new("New")})
	if err != nil || changed.User.Name != "New" || changed.User.ID != b.User.ID {
		t.Errorf("%+v, %v", changed, err)
	}
	if out, err := s.API.DeleteUser(ctx, api.DeleteUserInput{UserID: b.User.ID}); err != nil || !out.Success || s.Count("user") != 1 {
		t.Errorf("%+v, %v, %d users", out, err, s.Count("user"))
	}
}

func TestTrustedRefusals(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t)
	ctx := t.Context()
	c := s.SignUp("user@example.com")
	id := c.Get("/get-session").String("user.id")
	headers := api.WithHeaders(c.Headers())
	cases := []struct {
		name   string
		call   func() error
		status int
		code   string
	}{
		{"taken address", func() error {
			_, err := s.API.CreateUser(ctx, api.CreateUserInput{Email: "User@example.com"})
			return err
		}, 400, "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL"},
		{"short password", func() error {
			_, err := s.API.CreateUser(ctx, api.CreateUserInput{Email: "b@example.com", Password: "x"})
			return err
		}, 400, "PASSWORD_TOO_SHORT"},
		{"no address", func() error { _, err := s.API.CreateUser(ctx, api.CreateUserInput{Email: "b"}); return err }, 400, "VALIDATION_ERROR"},
		{"update of nobody", func() error {
			_, err := s.API.UpdateUser(ctx, api.UpdateUserInput{UserID: "x", Name: new("N")})
			return err
		}, 404, "USER_NOT_FOUND"},
		{"deletion of nobody", func() error { _, err := s.API.DeleteUser(ctx, api.DeleteUserInput{UserID: "x"}); return err }, 404, "USER_NOT_FOUND"},
		{"update with headers", func() error {
			_, err := s.API.UpdateUser(ctx, api.UpdateUserInput{UserID: id, Name: new("N")}, headers)
			return err
		}, 400, "VALIDATION_ERROR"},
		{"deletion with headers", func() error {
			_, err := s.API.DeleteUser(ctx, api.DeleteUserInput{UserID: id}, headers)
			return err
		}, 400, "VALIDATION_ERROR"},
		{"list with headers", func() error {
			_, err := s.API.ListSessions(ctx, api.ListSessionsInput{UserID: id}, headers)
			return err
		}, 400, "VALIDATION_ERROR"},
		{"list without user and headers", func() error { _, err := s.API.ListSessions(ctx, api.ListSessionsInput{}); return err }, 400, "VALIDATION_ERROR"},
		{"negative offset", func() error { _, err := s.API.ListUsers(ctx, api.ListUsersInput{Offset: -1}); return err }, 400, "VALIDATION_ERROR"},
		{"no user", func() error { _, err := s.API.RevokeAllSessions(ctx, api.RevokeAllSessionsInput{}); return err }, 400, "VALIDATION_ERROR"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) { wantError(t, tc.call(), tc.status, tc.code) })
	}
}

// TestNoSelectionOverHTTP checks that no request names somebody else.
func TestNoSelectionOverHTTP(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t, func(s *betterauth.Config) { s.User.DeleteUser.Enabled = true })
	victim, c := s.SignUp("victim@example.com"), s.SignUp("user@example.com")
	before := victim.Get("/get-session")
	id, session := before.String("user.id"), before.String("session.id")
	c.Post("/update-user", body{"userId": id, "UserID": id, "data": body{"name": "X"}}).ExpectError(400, "")
	c.Post("/update-user", body{"userId": id, "name": "Mine"}).Expect(200)
	c.Post("/revoke-session", body{"sessionId": session}).Expect(200)
	c.Post("/revoke-sessions", body{"userId": id}).Expect(200)
	c = s.SignIn("user@example.com")
	if list, _ := c.Get("/list-sessions?userId=" + id).Expect(200).Get("").([]any); len(list) != 1 {
		t.Errorf("%d sessions", len(list))
	}
	c.Post("/delete-user", body{"userId": id}).Expect(200)
	if after := victim.Get("/get-session"); after.Body != before.Body {
		t.Errorf("the victim is now %s", after.Body)
	}
	for _, path := range []string{"/create-user", "/list-users", "/revoke-all-sessions", "/admin/create-user"} {
		victim.Post(path, body{"userId": id, "email": "x@example.com", "name": "x"}).Expect(404)
	}
}

// TestRevokeOwnSessionByID checks the alias member sessionId.
func TestRevokeOwnSessionByID(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t)
	c, other := s.SignUp("user@example.com"), s.SignIn("user@example.com")
	c.Post("/revoke-session", body{"sessionId": other.Get("/get-session").String("session.id")}).Expect(200)
	if other.SignedIn() != "" || c.SignedIn() == "" {
		t.Error("the wrong session ended")
	}
}

func TestErrorNames(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t)
	c := s.SignUp("user@example.com")
	_, err := s.API.SignInEmail(t.Context(), api.SignInEmailInput{Email: "user@example.com", Password: "wrong"})
	if !errors.Is(err, errors.InvalidCredentials) || !errors.Is(err, errors.InvalidEmailOrPassword) || errors.Is(err, errors.UserAlreadyExists) {
		t.Errorf("sign-in: %v", err)
	}
	_, err = s.API.SignUpEmail(t.Context(), api.SignUpEmailInput{Email: "user@example.com", Password: plugintest.Password})
	if !errors.Is(err, errors.UserAlreadyExists) || !errors.Is(err, errors.UserAlreadyExistsUseAnotherEmail) {
		t.Errorf("sign-up: %v", err)
	}
	late := c.Replay().Headers()
	s.Clock.Advance(8 * 24 * 3600e9)
	_, err = s.API.Call(t.Context(), "getUser", api.Request{}, api.WithHeaders(late))
	if !errors.Is(err, errors.SessionExpired) || !errors.Is(err, errors.Unauthorized) {
		t.Errorf("expired: %v", err)
	}
}
