package social

import (
	"github.com/betterauth-go/betterauth/internal/oauth2"
	"github.com/betterauth-go/betterauth/plugin"
)

// Atlassian signs in with Atlassian, provider id "atlassian". The address is never taken as verified.
func Atlassian(o Options) plugin.SocialProvider {
	return o.provider(oauth2.Provider{
		ProviderID: "atlassian",
		Title:      "Atlassian",
		NeedSecret: true,
		Authorization: oauth2.Authorization{
			URL:       "https://auth.atlassian.com/authorize",
			Challenge: true,
			Fixed:     plugin.Params{{Name: "audience", Value: "api.atlassian.com"}},
		},
		Token: oauth2.Token{
			URL:      "https://auth.atlassian.com/oauth/token",
			Verifier: true,
		},
		UserInfo: oauth2.FromUserInfo("https://api.atlassian.com/me", nil),
		Subject:  oauth2.SubjectAt("account_id"),
		User:     atlassianUser,
	}, "read:jira-user", "offline_access")
}

func atlassianUser(c oauth2.Claims) plugin.OAuthUser {
	return plugin.OAuthUser{
		Name:  c.String("name"),
		Email: c.String("email"),
		Image: c.String("picture"),
	}
}
