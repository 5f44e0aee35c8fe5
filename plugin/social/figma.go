package social

import (
	"github.com/betterauth-go/betterauth/internal/oauth2"
	"github.com/betterauth-go/betterauth/plugin"
)

// Figma signs in with Figma, provider id "figma". The address is never taken as verified.
func Figma(o Options) plugin.SocialProvider {
	return o.provider(oauth2.Provider{
		ProviderID: "figma",
		Title:      "Figma",
		NeedSecret: true,
		Authorization: oauth2.Authorization{
			URL:       "https://www.figma.com/oauth",
			Challenge: true,
		},
		Token: oauth2.Token{
			URL:      "https://api.figma.com/v1/oauth/token",
			Verifier: true,
			Auth:     plugin.TokenEndpointAuth{Method: oauth2.SecretBasic},
		},
		UserInfo: oauth2.FromUserInfo("https://api.figma.com/v1/me", nil),
		Subject:  oauth2.SubjectAt("id"),
		User:     figmaUser,
	}, "current_user:read")
}

func figmaUser(c oauth2.Claims) plugin.OAuthUser {
	return plugin.OAuthUser{
		Name:  c.String("handle"),
		Email: c.String("email"),
		Image: c.String("img_url"),
	}
}
