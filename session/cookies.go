package session

import (
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/internal/cookie"
	"github.com/betterauth-go/betterauth/plugin"
)

// SetCookie gives the browser the session: token cookie, dont_remember marker and cookie cache.
// remember nil keeps what the request's cookies say. Afterwards c.NewSession returns data.
func SetCookie(c *plugin.Context, data *api.SessionData, remember *bool) error {
	_, _, marked := c.SignedCookie(c.SessionCookies.DontRemember.Name)
	forget := marked
	if remember != nil {
		forget = !*remember
	}
	k := c.SessionCookies.Token.With(data.Session.Token)
	if forget {
		k = k.Session()
	}
	c.SetSignedCookie(k)
	switch {
	case forget:
		c.SetSignedCookie(c.SessionCookies.DontRemember.With("true"))
	case marked:
		c.ExpireCookie(c.SessionCookies.DontRemember)
	}
	if err := SetCache(c, data, forget); err != nil {
		return err
	}
	c.SetNewSession(data)
	return nil
}

// DeleteCookies tells the browser to drop everything about the session.
func DeleteCookies(c *plugin.Context) {
	s := &c.SessionCookies
	c.ExpireCookie(s.Token)
	c.ExpireCookie(s.Data)
	if c.Config.Account.StoreAccountCookie {
		c.ExpireCookie(s.Account)
		clearChunks(c, s.Account)
	}
	if c.Config.Account.StoreStateStrategy == plugin.StateInCookie {
		c.ExpireCookie(c.Cookies.Cookie("oauth_state"))
	}
	clearChunks(c, s.Data)
	c.ExpireCookie(s.DontRemember)
}

// clearChunks drops what the request has of a cookie: its chunks and, once more and so last, the cookie itself.
func clearChunks(c *plugin.Context, k cookie.Cookie) {
	for _, chunk := range cookie.Clear(c.Header, k) {
		c.ExpireCookie(chunk)
	}
}
