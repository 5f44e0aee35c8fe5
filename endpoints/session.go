package endpoints

import (
	"net/http"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/session"
)

func getSession(c *plugin.Context, in api.GetSessionInput) (*api.SessionData, error) {
	post := c.Method == http.MethodPost
	if post && !c.Config.Session.DeferRefresh {
		return nil, errors.MethodNotAllowedDeferSessionRequired
	}
	return session.Load(c, session.Options{
		DisableCookieCache: in.DisableCookieCache, DisableRefresh: in.DisableRefresh, Write: post || in.Write,
	})
}

// listSessions lists the sessions of the caller, who needs a fresh one, or, for a trusted caller in
// process, of any user.
func listSessions(c *plugin.Context, in api.ListSessionsInput) ([]*api.Session, error) {
	userID := in.UserID
	if trusted, err := isTrusted(c, in.UserID); err != nil {
		return nil, err
	} else if !trusted {
		if err := requireHeaders(c); err != nil {
			return nil, err
		}
		if err := session.Fresh(c); err != nil {
			return nil, err
		}
		userID = session.From(c).User.ID
	}
	list, err := session.List(c, userID)
	if err != nil {
		return nil, errors.Status(http.StatusInternalServerError).WithCause(err)
	}
	return list, nil
}

// isTrusted reports whether a caller in process selects a user itself. That and a session of its own
// cannot go together: it would be unclear whose rights count.
func isTrusted(c *plugin.Context, selector string) (bool, error) {
	if selector == "" {
		return false, nil
	}
	if c.IsHTTP() || c.Header != nil {
		return false, errors.ValidationError.WithMessage("A user cannot be selected in a call with request headers")
	}
	return true, nil
}

func requireHeaders(c *plugin.Context) error {
	if c.Header == nil {
		return errors.ValidationError.WithMessage("Headers is required")
	}
	return nil
}

// revokeSession ends a session of the caller's, by token or id. One that is not theirs is ignored.
// A trusted caller in process ends any session.
func revokeSession(c *plugin.Context, in api.RevokeSessionInput) (*api.StatusOutput, error) {
	if _, sent := c.Body().Get("token"); in.Token == "" && in.SessionID == "" && !sent {
		return nil, errors.ValidationError.WithMessage("[body.token] Invalid input: expected string, received undefined")
	}
	if c.Header == nil && !c.IsHTTP() {
		return revokeTrusted(c, in)
	}
	if err := session.Sensitive(c); err != nil {
		return nil, err
	}
	current := session.From(c)
	token, err := in.Token, error(nil)
	if token == "" {
		if token, err = ownToken(c, current.User.ID, in.SessionID); err != nil {
			return nil, err
		}
	}
	if err := session.DeleteOwn(c, current.User.ID, token); err != nil {
		return nil, errors.InternalServerError.WithCause(err)
	}
	if token == current.Session.Token {
		session.DeleteCookies(c)
	}
	return &api.StatusOutput{Status: true}, nil
}

// ownToken finds the token of one of the user's sessions by its id; "" when there is none.
func ownToken(c *plugin.Context, userID, id string) (string, error) {
	list, err := session.List(c, userID)
	if err != nil {
		return "", err
	}
	for _, s := range list {
		if s.ID == id {
			return s.Token, nil
		}
	}
	return "", nil
}

func revokeTrusted(c *plugin.Context, in api.RevokeSessionInput) (*api.StatusOutput, error) {
	if c.Config.SecondaryStorage != nil && in.Token == "" && !c.Config.Session.StoreInDatabase {
		return nil, errors.ValidationError.WithMessage("Sessions in secondary storage are revoked by token")
	}
	token := in.Token
	if token == "" {
		s, err := plugin.Sessions.FindOne(c, c.DB, adapter.Eq("id", in.SessionID))
		if errors.Is(err, adapter.ErrNotFound) {
			return &api.StatusOutput{Status: true}, nil
		}
		if err != nil {
			return nil, err
		}
		token = s.Token
	}
	if err := session.Delete(c, token); err != nil {
		return nil, errors.InternalServerError.WithCause(err)
	}
	return &api.StatusOutput{Status: true}, nil
}

func revokeSessions(c *plugin.Context, _ api.RevokeSessionsInput) (*api.StatusOutput, error) {
	if err := session.DeleteAll(c, session.From(c).User.ID); err != nil {
		return nil, errors.InternalServerError.WithCause(err)
	}
	session.DeleteCookies(c)
	return &api.StatusOutput{Status: true}, nil
}

func revokeOtherSessions(c *plugin.Context, _ api.RevokeOtherSessionsInput) (*api.StatusOutput, error) {
	current := session.From(c)
	if err := session.DeleteOthers(c, current.User.ID, current.Session.Token); err != nil {
		return nil, errors.InternalServerError.WithCause(err)
	}
	return &api.StatusOutput{Status: true}, nil
}

func updateSession(c *plugin.Context, in api.UpdateSessionInput) (*api.UpdateSessionOutput, error) {
	current := session.From(c)
	fields, err := c.Input("session", in.Extra, plugin.ForUpdate)
	if err != nil {
		return nil, err
	}
	if len(fields) == 0 {
		return nil, errors.Message(http.StatusBadRequest, "No fields to update")
	}
	set := adapter.Changes{"updatedAt": c.Now()}
	for name, value := range fields.All() {
		set[name] = value
	}
	s, err := changeSession(c, current, set)
	if err != nil {
		return nil, err
	}
	if err := session.SetCookie(c, &api.SessionData{Session: s, User: current.User}, nil); err != nil {
		return nil, err
	}
	return &api.UpdateSessionOutput{Session: c.PublicSession(s)}, nil
}

// changeSession updates the stored session; without a store the cookie is the session.
func changeSession(c *plugin.Context, current *api.SessionData, set adapter.Changes) (*api.Session, error) {
	s, err := session.Update(c, current, set)
	gone := errors.Is(err, adapter.ErrNotFound) || errors.Is(err, adapter.Abort)
	switch {
	case gone && c.Stateful():
		session.DeleteCookies(c)
		return nil, errors.FailedToGetSession
	case gone:
		return plugin.Sessions.Apply(c.DB, current.Session, set)
	}
	return s, err
}
