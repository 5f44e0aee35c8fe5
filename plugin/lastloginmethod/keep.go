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

// signedIn is the key of the user whose session a call created.
type signedIn struct{}

func (p *Plugin) afterSession(ctx context.Context, s *api.Session) {
	if c := callOf(ctx); c != nil {
		c.Set(signedIn{}, s.UserID)
	}
}

// keepRow remembers the method of a session that began. It runs after the endpoint, when copies of the user in
// secondary storage are there to be changed too.
func (p *Plugin) keepRow(c *plugin.Context) error {
	userID, _ := c.Get(signedIn{}).(string)
	if userID == "" {
		return nil
	}
	method := p.method(c)
	if method == "" {
		return nil
	}
	u, err := plugin.Users.Update(c, c.DB, adapter.Changes{field: method}, adapter.Eq("id", userID))
	if err == nil {
		err = session.UserChanged(c, u)
	}
	if err != nil {
		c.Log.ErrorContext(c, "cannot store the login method", slog.Any("error", err))
	}
	return nil
}
