package lastloginmethod

import (
	"strings"

	"github.com/betterauth-go/betterauth/plugin"
)

// concerns tells whether the method of an endpoint may be known.
func (p *Plugin) concerns(e *plugin.Endpoint) bool {
	return p.options.ResolveMethod != nil || methodAt(e.Path, "any") != ""
}

// method returns how a call signs in, or "".
func (p *Plugin) method(c *plugin.Context) string {
	if p.options.ResolveMethod != nil {
		if method, ok := p.options.ResolveMethod(c); ok {
			return method
		}
	}
	return methodAt(c.Endpoint.Path, c.Param("id"))
}

// methodAt returns what signing in at the path of an endpoint is called; provider is the id in a callback's
// path.
func methodAt(path, provider string) string {
	switch {
	case strings.HasPrefix(path, "/callback/"):
		return provider
	case path == "/one-tap/callback":
		return "google"
	case path == "/sign-in/email", path == "/sign-up/email":
		return "email"
	case strings.Contains(path, "siwe"):
		return "siwe"
	case strings.Contains(path, "/passkey/verify-authentication"):
		return "passkey"
	case strings.HasPrefix(path, "/magic-link/verify"):
		return "magic-link"
	case path == "/sign-in/email-otp":
		return "email-otp"
	}
	return ""
}
