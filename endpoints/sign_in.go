package endpoints

import (
	"log/slog"
	"net/http"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/session"
)

// signInEmail answers INVALID_EMAIL_OR_PASSWORD alike, and after the same work, for an unknown address,
// a user without a password and a wrong password.
func signInEmail(c *plugin.Context, in api.SignInEmailInput) (*api.SignInEmailOutput, error) {
	if !c.Config.EmailAndPassword.Enabled {
		return nil, errors.EmailPasswordDisabled
	}
	if err := plugin.CheckEmail(in.Email); err != nil {
		return nil, err
	}
	if err := c.CheckPasswordLength(in.Password); err != nil {
		return nil, err
	}
	u, accounts, err := c.UserAccountsByEmail(in.Email)
	if err != nil {
		return nil, err
	}
	var account *api.Account
	if u != nil {
		account = plugin.Credential(u, accounts)
	}
	match, err := c.VerifyPassword(account, in.Password)
	if err != nil {
		return nil, err
	}
	if !match {
		return nil, errors.InvalidEmailOrPassword
	}
	if c.Config.EmailAndPassword.RequireEmailVerification && !u.EmailVerified {
		return nil, refuseUnverified(c, u, in.CallbackURL)
	}
	return signIn(c, u, in)
}

func refuseUnverified(c *plugin.Context, u *api.User, callbackURL string) error {
	cfg := &c.Config.EmailVerification
	if cfg.SendOnSignIn && cfg.SendVerificationEmail != nil {
		sendVerification(c, u, callbackURL)
	}
	return errors.EmailNotVerified
}

func signIn(c *plugin.Context, u *api.User, in api.SignInEmailInput) (*api.SignInEmailOutput, error) {
	remember := in.RememberMe == nil || *in.RememberMe
	s, err := createSession(c, u, session.CreateOptions{Forget: !remember})
	if err != nil {
		return nil, err
	}
	if err := session.SetCookie(c, &api.SessionData{Session: s, User: u}, &remember); err != nil {
		return nil, err
	}
	if in.CallbackURL != "" {
		c.SetHeader("Location", in.CallbackURL)
	}
	return &api.SignInEmailOutput{
		Redirect: in.CallbackURL != "", Token: s.Token, URL: in.CallbackURL,
		User: c.PublicUser(u), Session: additive(c, s),
	}, nil
}

// createSession stores a session; a hook's quiet refusal is FAILED_TO_CREATE_SESSION.
func createSession(c *plugin.Context, u *api.User, o session.CreateOptions) (*api.Session, error) {
	s, err := session.Create(c, u, o)
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
