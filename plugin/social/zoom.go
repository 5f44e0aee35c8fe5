package social

import (
	"github.com/betterauth-go/betterauth/internal/oauth2"
	"github.com/betterauth-go/betterauth/plugin"
)

// ZoomOptions are the options of [Zoom].
type ZoomOptions struct {
	Options
	// DisablePKCE sends no code challenge (reference: pkce false).
	DisablePKCE bool
}

// Zoom signs in with Zoom, provider id "zoom". Scopes are chosen in Zoom's marketplace: the options and
// requests for them have no effect.
func Zoom[O Options | ZoomOptions](o O) plugin.SocialProvider {
	z := specific(o, func(o Options) ZoomOptions { return ZoomOptions{Options: o} })
	p := z.provider(oauth2.Provider{
		ProviderID:    "zoom",
		Title:         "Zoom",
		Authorization: oauth2.Authorization{URL: "https://zoom.us/oauth/authorize", Challenge: !z.DisablePKCE},
		Token:         oauth2.Token{URL: "https://zoom.us/oauth/token", Verifier: !z.DisablePKCE},
		UserInfo:      oauth2.FromUserInfo("https://api.zoom.us/v2/users/me", nil),
		Subject:       oauth2.SubjectAt("id"),
		User: func(c oauth2.Claims) plugin.OAuthUser {
			return plugin.OAuthUser{
				Name:          c.String("display_name"),
				Email:         c.String("email"),
				Image:         c.String("pic_url"),
				EmailVerified: zoomVerified(c["verified"]),
			}
		},
	})
	p.Authorization.Scopes = nil
	return p
}

// zoomVerified reads Zoom's 1 and 0.
func zoomVerified(v any) bool { return oauth2.Claims{"v": v}.ID("v") == "1" || v == true }
