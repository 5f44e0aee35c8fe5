package multisession

import (
	"strings"

	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/session"
)

// A deviceCookie is one of the plugin's cookies in a request. Its token is empty unless the signature is
// good.
type deviceCookie struct{ name, token string }

func prefix(c *plugin.Context) string { return c.SessionCookies.Token.Name + "_multi-" }

func cookieName(c *plugin.Context, token string) string { return prefix(c) + strings.ToLower(token) }

// deviceCookies returns the plugin's cookies of the request, the forged among them.
func deviceCookies(c *plugin.Context) []deviceCookie {
	var found []deviceCookie
	for name := range c.RequestCookies() {
		if strings.HasPrefix(name, prefix(c)) {
			token, _, _ := c.SignedCookie(name)
			found = append(found, deviceCookie{name, token})
		}
	}
	return found
}

// tokens returns those with a good signature.
func tokens(cookies []deviceCookie) []string {
	var list []string
	for _, k := range cookies {
		if k.token != "" {
			list = append(list, k.token)
		}
	}
	return list
}

// keep sets the cookie of a session: for as long, and with the same attributes, as the session cookie.
func keep(c *plugin.Context, token string) {
	k := c.SessionCookies.Token.With(token)
	k.Name = cookieName(c, token)
	c.SetSignedCookie(k)
}

func expire(c *plugin.Context, name string) {
	k := c.SessionCookies.Token
	k.Name = name
	c.ExpireCookie(k)
}

// remember gives a session that has begun a cookie of its own, and ends the other sessions that its user
// has in this browser.
func (p *Plugin) remember(c *plugin.Context) error {
	begun := c.NewSession()
	if begun == nil || len(c.ResponseHeader()["Set-Cookie"]) == 0 {
		return nil
	}
	name := cookieName(c, begun.Session.Token)
	if _, known := c.Cookie(name); known || c.PendingCookie(name) {
		return nil
	}
	cookies := deviceCookies(c)
	replaced, err := replace(c, cookies, begun.User.ID)
	if err != nil {
		return err
	}
	if len(cookies)-replaced+1 > p.options.MaximumSessions {
		return nil
	}
	keep(c, begun.Session.Token)
	return nil
}

// replace ends the sessions of a user among the browser's, the expired too, and returns how many there were.
func replace(c *plugin.Context, cookies []deviceCookie, userID string) (int, error) {
	known, err := session.FindKept(c, tokens(cookies))
	if err != nil {
		return 0, err
	}
	old := map[string]bool{}
	var ended []string
	for _, s := range known {
		if s.User.ID == userID {
			old[s.Session.Token] = true
			ended = append(ended, s.Session.Token)
		}
	}
	for _, k := range cookies {
		if old[k.token] {
			expire(c, k.name)
		}
	}
	return len(ended), session.DeleteMany(c, ended)
}

// forgetAll ends all sessions of the browser.
func forgetAll(c *plugin.Context) error {
	cookies := deviceCookies(c)
	for _, k := range cookies {
		if k.token != "" {
			expire(c, k.name)
		}
	}
	return session.DeleteMany(c, tokens(cookies))
}
