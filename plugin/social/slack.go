package social

import (
	"github.com/betterauth-go/betterauth/internal/oauth2"
	"github.com/betterauth-go/betterauth/plugin"
)

// Slack signs in with Slack, provider id "slack".
func Slack(o Options) plugin.SocialProvider {
	p := o.provider(oauth2.Provider{
		ProviderID: "slack",
		Title:      "Slack",
		Authorization: oauth2.Authorization{
			URL: "https://slack.com/openid/connect/authorize",
		},
		Token: oauth2.Token{
			URL: "https://slack.com/api/openid.connect.token",
		},
		UserInfo: oauth2.FromUserInfo("https://slack.com/api/openid.connect.userInfo", nil),
		Subject:  oauth2.SubjectAt("https://slack.com/user_id"),
		User:     slackUser,
	})
	p.Authorization.Scopes = o.requestedFirst("openid", "profile", "email")
	return p
}

func slackUser(c oauth2.Claims) plugin.OAuthUser {
	return plugin.OAuthUser{
		Name:          c.Named("name"),
		Email:         c.String("email"),
		Image:         c.First("picture", "https://slack.com/user_image_512"),
		EmailVerified: c.True("email_verified"),
	}
}
