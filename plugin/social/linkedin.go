package social

import (
	"github.com/betterauth-go/betterauth/internal/oauth2"
	"github.com/betterauth-go/betterauth/plugin"
)

// LinkedIn signs in with LinkedIn, provider id "linkedin".
func LinkedIn(o Options) plugin.SocialProvider {
	return o.provider(oauth2.Provider{
		ProviderID: "linkedin",
		Title:      "Linkedin",
		Authorization: oauth2.Authorization{
			URL:       "https://www.linkedin.com/oauth/v2/authorization",
			LoginHint: true,
		},
		Token: oauth2.Token{
			URL: "https://www.linkedin.com/oauth/v2/accessToken",
		},
		UserInfo: oauth2.FromUserInfo("https://api.linkedin.com/v2/userinfo", nil),
		Subject:  oauth2.SubjectAt("sub"),
		User:     linkedInUser,
	}, "profile", "email", "openid")
}

func linkedInUser(c oauth2.Claims) plugin.OAuthUser {
	return plugin.OAuthUser{
		Name:          c.String("name"),
		Email:         c.String("email"),
		Image:         c.String("picture"),
		EmailVerified: c.True("email_verified"),
	}
}
