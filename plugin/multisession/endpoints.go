package multisession

import (
	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/session"
)

func list(c *plugin.Context, _ ListDeviceSessionsInput) ([]*api.SessionData, error) {
	all, err := session.FindMany(c, tokens(deviceCookies(c)))
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	sessions := make([]*api.SessionData, 0, len(all))
	for _, s := range all {
		if !seen[s.User.ID] {
			seen[s.User.ID] = true
			sessions = append(sessions, s)
		}
	}
	return sessions, nil
}

func setActive(c *plugin.Context, in SetActiveSessionInput) (*api.SessionData, error) {
	name := cookieName(c, in.SessionToken)
	token, _, ok := c.SignedCookie(name)
	if !ok {
		return nil, InvalidSessionToken
	}
	data, err := session.Find(c, token)
	if err != nil && !errors.Is(err, adapter.ErrNotFound) {
		return nil, err
	}
	if data == nil || !data.Session.ExpiresAt.After(c.Now()) {
		expire(c, name)
		return nil, InvalidSessionToken
	}
	return data, session.SetCookie(c, data, nil)
}

func revoke(c *plugin.Context, in RevokeDeviceSessionInput) (*api.StatusOutput, error) {
	name := cookieName(c, in.SessionToken)
	token, _, ok := c.SignedCookie(name)
	if !ok {
		return nil, InvalidSessionToken
	}
	if err := session.Delete(c, token); err != nil {
		return nil, err
	}
	expire(c, name)
	if session.From(c).Session.Token != token {
		return &api.StatusOutput{Status: true}, nil
	}
	return &api.StatusOutput{Status: true}, activateNext(c)
}

// activateNext makes the oldest session that is left the active one.
func activateNext(c *plugin.Context) error {
	rest, err := session.FindMany(c, tokens(deviceCookies(c)))
	if err != nil {
		return err
	}
	if len(rest) == 0 {
		session.DeleteCookies(c)
		return nil
	}
	return session.SetCookie(c, rest[0], nil)
}
