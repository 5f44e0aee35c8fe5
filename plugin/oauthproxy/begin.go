package oauthproxy

import (
	"strings"

	"github.com/betterauth-go/betterauth/internal/wire"
	"github.com/betterauth-go/betterauth/oauth"
	"github.com/betterauth-go/betterauth/plugin"
)

// The purposes that keys are derived for, so that nothing opens in place of another.
const (
	packagePurpose = "oauth-proxy-package"
	statePurpose   = "oauth-proxy-state"
	profilePurpose = "oauth-proxy-profile"
)

// A parcel is the parameter state of a flow that goes through production.
type parcel struct {
	// ID is the state of the deployment that began the flow.
	ID string `json:"state"`
	// Sealed is that state, encrypted for production.
	Sealed string `json:"stateCookie"`
	Proxy  bool   `json:"isOAuthProxy"`
}

// WireStruct marks the parcel for the wire encoder.
func (parcel) WireStruct() {}

// begin leads the flow that the call may begin through production, unless this is production.
func (p *Plugin) begin(c *plugin.Context) error {
	if c.Header.Get("X-Skip-OAuth-Proxy") != "" {
		return nil
	}
	current, production := p.current(c), p.production
	if production == "" {
		production = originOf(c.BaseURL())
	}
	if current == production {
		return nil
	}
	d := oauth.Detour{
		CallbackURL: func(sp plugin.SocialProvider, target string) string {
			if target == "" {
				target = c.BaseURL()
			}
			return current + c.Config.BasePath + "/callback/" + sp.ID() + "/oauth-proxy?callbackURL=" + plugin.EncodeURIComponent(target)
		},
		StateParam: func(s *oauth.State) (string, error) { return p.seal(c, s) },
	}
	if o := p.options.ProductionURL; o != "" {
		d.BaseURL = strings.TrimRight(o, "/") + c.Config.BasePath
	}
	oauth.SetDetour(c, d)
	return nil
}

// current is the origin of this deployment. That of the request counts only if it is trusted: the profile is
// sent there.
func (p *Plugin) current(c *plugin.Context) string {
	if p.configured != "" {
		return p.configured
	}
	if own := c.RequestOrigin(); own != "" && c.TrustedURL(own, false) {
		return own
	}
	if o := originOf(hosting(c.Config.Getenv)); o != "" {
		return o
	}
	return originOf(c.BaseURL())
}

// hosting is the address that the hosting environment gives the deployment.
func hosting(getenv func(string) string) string {
	if host := getenv("VERCEL_URL"); host != "" {
		return "https://" + host
	}
	for _, name := range []string{"NETLIFY_URL", "RENDER_URL"} {
		if address := getenv(name); address != "" {
			return address
		}
	}
	return ""
}

// seal packs a state for production.
func (p *Plugin) seal(c *plugin.Context, s *oauth.State) (string, error) {
	text, err := wire.Marshal(s)
	if err != nil {
		return "", err
	}
	sealed, err := p.keys(c).EncryptFor(statePurpose, string(text), c.Rand)
	if err != nil {
		return "", err
	}
	if text, err = wire.Marshal(parcel{ID: s.ID, Sealed: sealed, Proxy: true}); err != nil {
		return "", err
	}
	return p.keys(c).EncryptFor(packagePurpose, string(text), c.Rand)
}
