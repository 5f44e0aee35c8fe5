package bearer

import (
	"net/url"
	"slices"
	"strings"

	"github.com/betterauth-go/betterauth/plugin"
)

// Options of the plugin. The zero value is good.
type Options struct {
	// RequireSignature accepts only signed tokens, those of set-auth-token, and not the session tokens
	// in bodies. A signed token is refused without asking the store when it was made up.
	RequireSignature bool
}

// A Plugin adds bearer tokens to one Auth.
type Plugin struct{ options Options }

// New returns the plugin.
func New(options Options) *Plugin { return &Plugin{options: options} }

// ID implements plugin.Plugin.
func (*Plugin) ID() string { return "bearer" }

// Register implements plugin.Plugin.
func (p *Plugin) Register(r *plugin.Registry) error {
	r.Before(nil, p.readToken)
	r.After(nil, writeToken)
	return nil
}

// readToken puts the session of the header into the cookies of the request. What is no token of ours is
// left to the application, which may use the header for something else.
func (p *Plugin) readToken(c *plugin.Context) error {
	token, ok := bearerToken(c.Header.Get("Authorization"))
	if !ok {
		return nil
	}
	if !strings.Contains(token, ".") {
		if p.options.RequireSignature {
			return nil
		}
		token = c.Keys.SignValue(token)
	} else if decoded, err := url.PathUnescape(token); err == nil {
		token = decoded
	}
	if _, _, ok := c.Keys.OpenValue(token); ok {
		c.SetRequestCookie(c.SessionCookies.Token.Name, token)
	}
	return nil
}

// bearerToken returns the token of an Authorization header (RFC 6750, section 2.1); the scheme may be in
// any case (RFC 9110, section 11.1).
func bearerToken(header string) (token string, ok bool) {
	const scheme = "Bearer "
	if len(header) < len(scheme) || !strings.EqualFold(header[:len(scheme)], scheme) {
		return "", false
	}
	token = strings.TrimSpace(header[len(scheme):])
	return token, token != ""
}

// writeToken repeats a session cookie of the answer where scripts of other origins may read it.
func writeToken(c *plugin.Context) error {
	token, ok := c.ResponseCookie(c.SessionCookies.Token.Name)
	if !ok {
		return nil
	}
	const header, exposed = "Set-Auth-Token", "Access-Control-Expose-Headers"
	c.SetHeader(header, token)
	c.SetHeader(exposed, addToList(c.ResponseHeader().Get(exposed), strings.ToLower(header)))
	return nil
}

// addToList adds an element to a comma-separated list that lacks it.
func addToList(list, element string) string {
	var elements []string
	for e := range strings.SplitSeq(list, ",") {
		if e = strings.TrimSpace(e); e != "" && !slices.Contains(elements, e) {
			elements = append(elements, e)
		}
	}
	if !slices.Contains(elements, element) {
		elements = append(elements, element)
	}
	return strings.Join(elements, ", ")
}
