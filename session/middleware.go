package session

import (
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin"
)

// Required lets a call pass that has a session, be it from the cookie cache. For reads.
func Required(c *plugin.Context) error {
	data, err := Get(c)
	return need(data, err)
}

// Sensitive lets a call pass whose session is alive in the store; without a store the signed cookie is
// the session. For writes and whatever guards an account.
func Sensitive(c *plugin.Context) error {
	data, err := Authoritative(c)
	return need(data, err)
}

// Confirmed is Required for calls that write or tell secrets: the session must be alive in the store as
// well, but as long as the cookie cache is good the cookies stay as they are.
func Confirmed(c *plugin.Context) error {
	if s := c.Session(); s != nil && c.Get(fromStore{}) == s {
		return nil
	}
	c.SetSession(nil)
	data, err := optional(c, Options{Confirm: c.Stateful()})
	return need(data, err)
}

// Fresh is Confirmed for sessions that began within Session.FreshAge; errors.SessionNotFresh otherwise.
func Fresh(c *plugin.Context) error {
	if err := Confirmed(c); err != nil {
		return err
	}
	if !IsFresh(c.App, From(c).Session) {
		return errors.SessionNotFresh
	}
	return nil
}

func need(data *api.SessionData, err error) error {
	if err != nil {
		return err
	}
	if data == nil {
		return errors.Unauthorized
	}
	return nil
}

// IsFresh reports whether a session began within Session.FreshAge.
func IsFresh(a *plugin.App, s *api.Session) bool {
	age := a.Config.Session.FreshAge
	return age == 0 || a.Now().Sub(s.CreatedAt) < age
}

// From returns the session that a middleware found. It is nil without one.
func From(c *plugin.Context) *api.SessionData { return c.Session() }

// Get returns the session of the call, or nil when signed out. It is read once per call.
func Get(c *plugin.Context) (*api.SessionData, error) {
	if s := c.Session(); s != nil {
		return s, nil
	}
	return optional(c, Options{})
}

// Authoritative is Get past the cookie cache: it asks the store, if there is one.
func Authoritative(c *plugin.Context) (*api.SessionData, error) {
	if !c.Stateful() {
		return Get(c)
	}
	if s := c.Session(); s != nil && c.Get(fromStore{}) == s {
		return s, nil
	}
	c.SetSession(nil)
	return optional(c, Options{DisableCookieCache: true})
}

// fromStore is the context key of the session that was read from the store in this call.
type fromStore struct{}

// optional loads the session; one that ended while being read counts as none. A store that fails is an
// error: a call must never pass for want of an answer.
func optional(c *plugin.Context, o Options) (*api.SessionData, error) {
	// The reference heeds the queries of get-session at every endpoint; any text counts.
	o.DisableRefresh = c.Query("disableRefresh") != ""
	o.DisableCookieCache = o.DisableCookieCache || c.Query("disableCookieCache") != ""
	data, err := Load(c, o)
	if e, ok := errors.AsType[*errors.APIError](err); ok && e.Status < 500 {
		return nil, nil
	}
	return data, err
}
