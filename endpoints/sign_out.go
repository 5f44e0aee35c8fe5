package endpoints

import (
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/session"
)

// signOut ends the session and clears the cookies, whether or not there was a session.
func signOut(c *plugin.Context, _ api.SignOutInput) (*api.SignOutOutput, error) {
	token, _, ok := c.SignedCookie(c.SessionCookies.Token.Name)
	if ok {
		if err := session.Delete(c, token); err != nil {
			return nil, errors.InternalServerError.WithCause(err)
		}
	}
	session.DeleteCookies(c)
	return &api.SignOutOutput{Success: true}, nil
}
