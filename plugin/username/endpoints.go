package username

import (
	"context"
	"net/http"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/session"
)

// signIn answers INVALID_USERNAME_OR_PASSWORD alike, and after the same work, for an unknown username, a
// user without a password and a wrong password.
func (p *Plugin) signIn(c *plugin.Context, in SignInInput) (*api.SignInEmailOutput, error) {
	if in.Username == "" || in.Password == "" {
		return nil, InvalidUsernameOrPassword
	}
	if err := p.options.check(c, in.Username); err != nil {
		return nil, unprocessable(err)
	}
	if err := c.CheckPasswordLength(in.Password); err != nil {
		return nil, err
	}
	u, accounts, err := c.UserAccounts(adapter.Eq(username, p.options.Normalize(in.Username)))
	if err != nil {
		return nil, err
	}
	out, err := session.SignInPassword(c, session.PasswordSignIn{
		User: u, Accounts: accounts, Password: in.Password,
		RememberMe: in.RememberMe, CallbackURL: in.CallbackURL, Wrong: InvalidUsernameOrPassword,
	})
	if errors.Is(err, errors.FailedToCreateSession) {
		err = errors.FailedToCreateSession.WithStatus(http.StatusInternalServerError).WithCause(err)
	}
	return out, err
}

func (p *Plugin) isAvailable(c *plugin.Context, in AvailableInput) (*AvailableOutput, error) {
	if in.Username == "" {
		return nil, unprocessable(Invalid)
	}
	if err := p.options.check(c, in.Username); err != nil {
		return nil, unprocessable(err)
	}
	u, err := p.find(c, in.Username)
	if err != nil {
		return nil, err
	}
	return &AvailableOutput{Available: u == nil}, nil
}

func unprocessable(err error) error {
	if e, ok := errors.AsType[*errors.APIError](err); ok && isFault(err) {
		return e.WithStatus(http.StatusUnprocessableEntity)
	}
	return err
}

// find returns the user with a username, as it was given, or nil.
func (p *Plugin) find(ctx context.Context, name string) (*api.User, error) {
	return p.findNormalized(ctx, p.options.Normalize(name))
}

func (p *Plugin) findNormalized(ctx context.Context, name string) (*api.User, error) {
	u, err := plugin.Users.FindOne(ctx, p.app.DB, adapter.Eq(username, name))
	if errors.Is(err, adapter.ErrNotFound) {
		return nil, nil
	}
	return u, err
}
