package social

import (
	"github.com/betterauth-go/betterauth/internal/oauth2"
	"github.com/betterauth-go/betterauth/plugin"
)

// Polar signs in with Polar, provider id "polar".
func Polar(o Options) plugin.SocialProvider {
	return o.provider(oauth2.Provider{
		ProviderID: "polar",
		Title:      "Polar",
		Authorization: oauth2.Authorization{
			URL:       "https://polar.sh/oauth2/authorize",
			Challenge: true,
		},
		Token: oauth2.Token{
			URL:      "https://api.polar.sh/v1/oauth2/token",
			Verifier: true,
		},
		UserInfo: oauth2.FromUserInfo("https://api.polar.sh/v1/oauth2/userinfo", nil),
		Subject:  oauth2.SubjectAt("id"),
		User:     polarUser,
	}, "openid", "profile", "email")
}

func polarUser(c oauth2.Claims) plugin.OAuthUser {
	return plugin.OAuthUser{
		Name:          c.Named("public_name", "username"),
		Email:         c.String("email"),
		Image:         c.String("avatar_url"),
		EmailVerified: c.True("email_verified"),
	}
}
