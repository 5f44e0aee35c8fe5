package social

import (
	"github.com/betterauth-go/betterauth/internal/oauth2"
	"github.com/betterauth-go/betterauth/plugin"
)

// Railway signs in with Railway, provider id "railway". The address is never taken as verified.
func Railway(o Options) plugin.SocialProvider {
	return o.provider(oauth2.Provider{
		ProviderID: "railway",
		Title:      "Railway",
		Authorization: oauth2.Authorization{
			URL:       "https://backboard.railway.com/oauth/auth",
			Challenge: true,
		},
		Token: oauth2.Token{
			URL:      "https://backboard.railway.com/oauth/token",
			Verifier: true,
			Auth:     plugin.TokenEndpointAuth{Method: oauth2.SecretBasic},
		},
		UserInfo: oauth2.FromUserInfo("https://backboard.railway.com/oauth/me", nil),
		Subject:  oauth2.SubjectAt("sub"),
		User:     railwayUser,
	}, "openid", "email", "profile")
}

func railwayUser(c oauth2.Claims) plugin.OAuthUser {
	return plugin.OAuthUser{
		Name:  c.String("name"),
		Email: c.String("email"),
		Image: c.String("picture"),
	}
}
