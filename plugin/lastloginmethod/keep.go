package lastloginmethod

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/internal/cookie"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/session"
)

// cookie has the attributes of the session cookie, but scripts may read it.
func (p *Plugin) cookie(app *plugin.App, method string) cookie.Cookie {
	k := app.SessionCookies.Token.With(method)
	k.Name, k.HTTPOnly = p.options.CookieName, false
	k.MaxAge = new(int(p.options.MaxAge / time.Second))
	return k
}

// keepCookie remembers the method in the browser, if the answer is about its session.
func (p *Plugin) keepCookie(c *plugin.Context) error {
	if !answersSession(c) {
		return nil
	}
	method := p.method(c)
	if method == "" {
		return nil
	}
	if ask := p.options.BeforeStoreCookie; ask != nil {
		store, err := ask(c, method)
		if err != nil {
			c.Log.ErrorContext(c, "BeforeStoreCookie failed", slog.Any("error", err))
		}
		if err != nil || !store {
			return nil
		}
	}
	c.SetCookie(p.cookie(c.App, method))
	return nil
}

// answersSession tells whether the answer sets a cookie of a session, or takes one back: the way to sign in is
// the same while a second factor is missing.
func answersSession(c *plugin.Context) bool {
	for _, line := range c.ResponseHeader()["Set-Cookie"] {
		if strings.Contains(line, c.SessionCookies.Token.Name) {
			return true
		}
	}
	return false
}

// beforeUser gives new users their first method.
func (p *Plugin) beforeUser(ctx context.Context, u *api.User) error {
	if c := callOf(ctx); c != nil {
		if method := p.method(c); method != "" {
			u.Extra.Set(field, method)
		}
	}
	return nil
}

// changed is the key of the user whose row a call has changed.
type changed struct{}

// afterSession remembers the method of a session that began.
func (p *Plugin) afterSession(ctx context.Context, s *api.Session) {
	c := callOf(ctx)
	if c == nil {
		return
	}
	method := p.method(c)
	if method == "" {
		return
	}
	u, err := plugin.Users.Update(ctx, c.DB, adapter.Changes{field: method}, adapter.Eq("id", s.UserID))
	if err != nil {
		c.Log.ErrorContext(ctx, "cannot store the login method", slog.Any("error", err))
		return
	}
	c.Set(changed{}, u)
}

// refreshCopies changes the copies of the user in secondary storage: after the endpoint, when the new session is
// there too.
func refreshCopies(c *plugin.Context) error {
	u, _ := c.Get(changed{}).(*api.User)
	if u == nil {
		return nil
	}
	if err := session.UserChanged(c, u); err != nil {
		c.Log.ErrorContext(c, "cannot store the login method with the sessions", slog.Any("error", err))
	}
	return nil
}
