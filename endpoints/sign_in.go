package endpoints

import (
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
	return session.SignInPassword(c, session.PasswordSignIn{
		User: u, Accounts: accounts, Password: in.Password,
		RememberMe: in.RememberMe, CallbackURL: in.CallbackURL, Wrong: errors.InvalidEmailOrPassword,
	})
}
