package social

import (
	"github.com/betterauth-go/betterauth/internal/oauth2"
	"github.com/betterauth-go/betterauth/plugin"
)

// VercelOptions are the options of [Vercel].
type VercelOptions struct {
	Options
	// TokenEndpointAuth says how the client proves itself. Default: client_secret_post with a secret,
	// else none.
	TokenEndpointAuth plugin.TokenEndpointAuth
}

// Vercel signs in with Vercel, provider id "vercel". No scopes are asked for by default, and there are
// no refreshes.
func Vercel[O Options | VercelOptions](o O) plugin.SocialProvider {
	v := specific(o, func(o Options) VercelOptions { return VercelOptions{Options: o} })
	return v.provider(oauth2.Provider{
		ProviderID:    "vercel",
		Title:         "Vercel",
		Authorization: oauth2.Authorization{URL: "https://vercel.com/oauth/authorize", Challenge: true},
		Token: oauth2.Token{
			URL:       "https://api.vercel.com/login/oauth/token",
			Verifier:  true,
			Auth:      v.TokenEndpointAuth,
			NoRefresh: true,
		},
		UserInfo: oauth2.FromUserInfo("https://api.vercel.com/login/oauth/userinfo", nil),
		Subject:  oauth2.SubjectAt("sub"),
		User: func(c oauth2.Claims) plugin.OAuthUser {
			u := openIDUser(c)
			u.Name = c.Named("name", "preferred_username")
			return u
		},
	})
}
