package session

import (
	"log/slog"
	"net/http"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin"
)

// A PasswordSignIn is what all ways to sign in with a password have in common: by email address, by
// username, by phone number.
type PasswordSignIn struct {
	// User is whom the given name belongs to, nil when nobody has it; Accounts are the user's.
	User     *api.User
	Accounts []*api.Account
	Password string
	// RememberMe false makes a session of a day whose cookie ends with the browser. Default true.
	RememberMe *bool
	// CallbackURL is where the client goes afterwards, and where a verification mail leads.
	CallbackURL string
	// Wrong is the answer when there is no such user, no password or another one.
	Wrong error
}

// SignInPassword signs a user in who knows the password. It takes the same time whether or not the user
// exists, and answers errors.EmailNotVerified when the application asks for a verified address first.
// The password's length is the caller's to check: see plugin.Context.CheckPasswordLength.
func SignInPassword(c *plugin.Context, in PasswordSignIn) (*api.SignInEmailOutput, error) {
	var account *api.Account
	if in.User != nil {
		account = plugin.Credential(in.User, in.Accounts)
	}
	match, err := c.VerifyPassword(account, in.Password)
	if err != nil {
		return nil, err
	}
	if !match {
		return nil, in.Wrong
	}
	if c.Config.EmailAndPassword.RequireEmailVerification && !in.User.EmailVerified {
		return nil, refuseUnverified(c, in.User, in.CallbackURL)
	}
	return SignIn(c, in.User, in.RememberMe, in.CallbackURL)
}

func refuseUnverified(c *plugin.Context, u *api.User, callbackURL string) error {
	cfg := &c.Config.EmailVerification
	if cfg.SendOnSignIn && cfg.SendVerificationEmail != nil {
		c.SendVerification(u, callbackURL)
	}
	return errors.EmailNotVerified
}

// SignIn starts a session of a user, sets its cookies and returns the answer of a sign-in. remember nil
// means true; with a callbackURL the answer tells the client to go there.
func SignIn(c *plugin.Context, u *api.User, remember *bool, callbackURL string) (*api.SignInEmailOutput, error) {
	keep := remember == nil || *remember
	s, err := Start(c, u, CreateOptions{Forget: !keep})
	if err != nil {
		return nil, err
	}
	if err := SetCookie(c, &api.SessionData{Session: s, User: u}, &keep); err != nil {
		return nil, err
	}
	if callbackURL != "" {
		c.SetHeader("Location", callbackURL)
	}
	return &api.SignInEmailOutput{
		Redirect: callbackURL != "", Token: s.Token, URL: callbackURL,
		User: c.PublicUser(u), Session: Additive(c, s),
	}, nil
}

// Start is Create for endpoints: what goes wrong becomes errors.FailedToCreateSession, with status 401
// when a hook refuses quietly and 500 when the store fails.
func Start(c *plugin.Context, u *api.User, o CreateOptions) (*api.Session, error) {
	s, err := Create(c, u, o)
	switch {
	case err == nil:
		return s, nil
	case errors.IsAPIError(err):
		return nil, err
	case errors.Is(err, adapter.Abort):
		return nil, errors.FailedToCreateSession
	}
	c.Log.ErrorContext(c, "cannot create a session", slog.Any("error", err))
	return nil, errors.FailedToCreateSession.WithStatus(http.StatusInternalServerError).WithCause(err)
}

// Additive returns the session for answers that go beyond the reference's; nil with
// Advanced.StrictResponses.
func Additive(c *plugin.Context, s *api.Session) *api.Session {
	if c.Config.Advanced.StrictResponses {
		return nil
	}
	return c.PublicSession(s)
}
