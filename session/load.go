package session

import (
	"log/slog"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin"
)

// Options of Load.
type Options struct {
	// DisableCookieCache reads the store even if the cookie cache is good.
	DisableCookieCache bool
	// DisableRefresh never extends the session.
	DisableRefresh bool
	// Confirm asks the store whether the session of a good cookie cache is still alive.
	Confirm bool
	// Write allows what Session.DeferRefresh keeps from reads: extending and removing rows.
	Write bool
}

// Load reads the session that the request's cookies name, extends it when it is due, and sets or clears
// cookies accordingly. It returns nil when there is none, errors.FailedToGetSession when the session
// ended meanwhile (401) or the store failed (500).
func Load(c *plugin.Context, o Options) (*api.SessionData, error) {
	l := loader{Context: c, Options: o}
	data, err := l.load()
	if err != nil {
		c.SetSession(nil)
		if errors.IsAPIError(err) {
			return nil, err
		}
		c.Log.ErrorContext(c, "cannot read the session", slog.Any("error", err))
		return nil, errors.FailedToGetSession.WithStatus(500).WithCause(err)
	}
	c.SetSession(data)
	return data, nil
}

// loader is one read of the session.
type loader struct {
	*plugin.Context
	Options
	token string
	// stale: the cookie was signed with an older secret and is to be set again.
	stale bool
	// dontRemember: the session ends with the browser and is never extended.
	dontRemember bool
}

func (l *loader) load() (*api.SessionData, error) {
	token, current, ok := l.SignedCookie(l.SessionCookies.Token.Name)
	cached := l.Config.Session.CookieCache.Enabled
	if !cached {
		clearCache(l.Context)
	}
	if !ok {
		return nil, nil
	}
	l.token, l.stale = token, !current
	_, _, l.dontRemember = l.SignedCookie(l.SessionCookies.DontRemember.Name)
	if cached {
		if data := l.fromCache(); data != nil && l.Confirm {
			return l.confirm()
		} else if data != nil {
			return data, nil
		}
	}
	return l.fromStore()
}

// confirm reads the session that the cookie cache vouched for. One that is alive changes no cookies.
func (l *loader) confirm() (*api.SessionData, error) {
	data, err := find(l.Context, l.token)
	if err != nil && !errors.Is(err, adapter.ErrNotFound) {
		return nil, err
	}
	if data == nil || !data.Session.ExpiresAt.After(l.Now()) {
		DeleteCookies(l.Context)
		return nil, nil
	}
	l.Set(fromStore{}, data)
	return data, nil
}

func (l *loader) fromStore() (*api.SessionData, error) {
	data, err := find(l.Context, l.token)
	if err != nil && !errors.Is(err, adapter.ErrNotFound) {
		return nil, err
	}
	deferred := l.Config.Session.DeferRefresh && !l.Write
	if data == nil || !data.Session.ExpiresAt.After(l.Now()) {
		DeleteCookies(l.Context)
		if data == nil || deferred {
			return nil, nil
		}
		return nil, Delete(l.Context, l.token)
	}
	if l.Config.Session.CookieCache.Enabled {
		l.Set(fromStore{}, data)
	}
	if l.dontRemember || l.DisableRefresh {
		l.resign(data)
		return data, nil
	}
	due := l.refreshDue(data.Session)
	switch {
	case deferred:
		data.NeedsRefresh = &due
	case due:
		return l.refresh(data)
	}
	l.resign(data)
	return data, SetCache(l.Context, data, false)
}

// refreshDue reports whether the session is old enough to be extended: UpdateAge after it was last.
func (l *loader) refreshDue(s *api.Session) bool {
	cfg := &l.Config.Session
	return !cfg.DisableRefresh && !s.ExpiresAt.Add(cfg.UpdateAge-cfg.ExpiresIn).After(l.Now())
}

func (l *loader) refresh(data *api.SessionData) (*api.SessionData, error) {
	now := l.Now()
	s, err := Update(l.Context, data, adapter.Changes{"expiresAt": now.Add(l.Config.Session.ExpiresIn), "updatedAt": now})
	if errors.Is(err, adapter.ErrNotFound) || errors.Is(err, adapter.Abort) {
		DeleteCookies(l.Context)
		return nil, errors.FailedToGetSession
	}
	if err != nil {
		return nil, err
	}
	data = &api.SessionData{Session: l.PublicSession(s), User: data.User}
	remember := true
	return data, SetCookie(l.Context, data, &remember)
}

// resign sets a session cookie again that an older secret signed, so that it outlives that secret.
func (l *loader) resign(data *api.SessionData) {
	if !l.stale {
		return
	}
	k := l.SessionCookies.Token.With(data.Session.Token)
	if l.dontRemember {
		l.SetSignedCookie(l.SessionCookies.DontRemember.With("true"))
		k = k.Session()
	} else {
		k.MaxAge = new(int(data.Session.ExpiresAt.Sub(l.Now()).Seconds()))
	}
	l.SetSignedCookie(k)
}
