package session

import (
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/internal/cookie"
	"github.com/betterauth-go/betterauth/internal/cookiecache"
	"github.com/betterauth-go/betterauth/internal/wire"
	"github.com/betterauth-go/betterauth/plugin"
)

// cachePayload is what the cookie cache carries.
type cachePayload struct {
	Session   *api.Session `json:"session"`
	User      *api.User    `json:"user"`
	UpdatedAt int64        `json:"updatedAt"` // Unix milliseconds
	Version   string       `json:"version"`
}

// jweDefault is the life of a cache that has no Max-Age of its own, in the token strategies and in the
// compact one (reference).
const (
	tokenCacheLife   = 300 * time.Second
	compactCacheLife = 60 * time.Second
)

// fromCache returns the session that the cookie cache holds if it is still good. A bad copy is dropped.
func (l *loader) fromCache() *api.SessionData {
	value, ok := cookie.Join(l.Header, l.SessionCookies.Data.Name)
	if !ok || l.DisableCookieCache {
		return nil
	}
	p, expiresAt, ok := decodeCache(l.Context, value)
	if !ok || p.Session.Token != l.token || p.Version != cacheVersion(l.Context, p.Session, p.User) ||
		expiresAt.Before(l.Now()) || p.Session.ExpiresAt.Before(l.Now()) {
		l.ExpireCookie(l.SessionCookies.Data)
		return nil
	}
	data := &api.SessionData{Session: p.Session, User: p.User}
	cfg := &l.Config.Session.CookieCache
	if cfg.RefreshCache && expiresAt.Sub(l.Now()) < cfg.RefreshUpdateAge {
		l.renewCache(data)
	} else {
		l.resign(data)
	}
	return data
}

// renewCache issues the cache and the session cookie anew: without a store this is how a session lives on.
func (l *loader) renewCache(data *api.SessionData) {
	if err := SetCache(l.Context, data, false); err != nil {
		l.Log.ErrorContext(l, "cannot renew the cookie cache", slog.Any("error", err))
		return
	}
	k := l.SessionCookies.Token.With(data.Session.Token)
	if l.dontRemember {
		k = k.Session()
	}
	l.SetSignedCookie(k)
}

func decodeCache(c *plugin.Context, value string) (p cachePayload, expiresAt time.Time, ok bool) {
	text, expiresAt, err := cookiecache.Decode(cookiecache.Strategy(c.Config.Session.CookieCache.Strategy), c.Keys, value, c.Now())
	if err != nil || wire.Unmarshal(text, &p) != nil {
		return p, expiresAt, false
	}
	if p.Session == nil || p.User == nil || p.Session.ID == "" || p.Session.Token == "" || p.Session.UserID == "" ||
		p.User.ID == "" || p.Session.ExpiresAt.IsZero() {
		return p, expiresAt, false
	}
	if p.Version == "" {
		p.Version = "1"
	}
	return p, expiresAt, true
}

func cacheVersion(c *plugin.Context, s *api.Session, u *api.User) string {
	if fn := c.Config.Session.CookieCache.VersionFunc; fn != nil {
		return fn(s, u)
	}
	return c.Config.Session.CookieCache.Version
}

// SetCache writes the session to the cookie cache, if that is on. A session too large for cookies is
// left out.
func SetCache(c *plugin.Context, data *api.SessionData, dontRemember bool) error {
	cfg := &c.Config.Session.CookieCache
	if !cfg.Enabled {
		return nil
	}
	text, err := wire.Marshal(cachePayload{
		Session: c.PublicSession(data.Session), User: c.PublicUser(data.User),
		UpdatedAt: c.Now().UnixMilli(), Version: cacheVersion(c, data.Session, data.User),
	})
	if err != nil {
		return err
	}
	k, life := c.SessionCookies.Data, cfg.MaxAge
	if dontRemember {
		k, life = k.Session(), tokenCacheLife
		if cfg.Strategy == plugin.Compact {
			life = compactCacheLife
		}
	}
	k.Value, err = cookiecache.Encode(cookiecache.Strategy(cfg.Strategy), c.Keys, text, c.Now(), life, c.Rand)
	if err != nil {
		return err
	}
	set, _ := cookie.Store(c.Header, k)
	for _, chunk := range set {
		c.SetCookie(chunk)
	}
	return keepAccount(c, data.User)
}

// clearCache drops chunks of a cache that is no longer in use.
func clearCache(c *plugin.Context) {
	name := c.SessionCookies.Data.Name
	if !slices.ContainsFunc(c.Header["Cookie"], func(line string) bool { return strings.Contains(line, name) }) {
		return
	}
	if _, ok := cookie.Join(c.Header, c.SessionCookies.Data.Name); !ok {
		return
	}
	for _, k := range cookie.Clear(c.Header, c.SessionCookies.Data) {
		c.SetCookie(k)
	}
}
