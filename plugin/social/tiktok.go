package social

import (
	"github.com/betterauth-go/betterauth/internal/oauth2"
	"github.com/betterauth-go/betterauth/plugin"
)

// TikTokOptions are the options of [TikTok]. ClientKey takes the place of ClientID.
type TikTokOptions struct {
	Options
	// ClientKey is the id that TikTok gave to the application.
	ClientKey string
}

// TikTok signs in with TikTok, provider id "tiktok". TikTok rarely tells an address: users get a
// placeholder, and none is taken as verified.
func TikTok(o TikTokOptions) plugin.SocialProvider {
	o.ClientID = o.ClientKey
	return o.provider(oauth2.Provider{
		ProviderID: "tiktok",
		Title:      "TikTok",
		NeedSecret: true,
		Authorization: oauth2.Authorization{
			URL:            "https://www.tiktok.com/v2/auth/authorize",
			ScopeSeparator: ",",
			Standard: func(req plugin.AuthorizationRequest, redirectURI, scope string) plugin.Params {
				return plugin.Params{
					{Name: "scope", Value: scope},
					{Name: "response_type", Value: "code"},
					{Name: "client_key", Value: o.ClientKey},
					{Name: "redirect_uri", Value: redirectURI},
					{Name: "state", Value: req.State},
				}
			},
		},
		Token: oauth2.Token{
			URL:      "https://open.tiktokapis.com/v2/oauth/token/",
			Verifier: true,
			Credentials: plugin.Params{
				{Name: "client_key", Value: o.ClientKey}, {Name: "client_secret", Value: o.ClientSecret},
			},
		},
		UserInfo: oauth2.FromUserInfo("https://open.tiktokapis.com/v2/user/info/?fields="+
			"open_id%2Cavatar_large_url%2Cdisplay_name%2Cusername", nil),
		Subject: oauth2.SubjectAt("data", "user", "open_id"),
		User:    tiktokUser,
	}, "user.info.profile")
}

func tiktokUser(c oauth2.Claims) plugin.OAuthUser {
	user := c.Object("data", "user")
	email := user.First("email")
	if email == nil {
		email = oauth2.Placeholder(user.ID("open_id"), "tiktok")
	}
	return plugin.OAuthUser{
		Name:  user.Named("display_name", "username"),
		Email: email,
		Image: user.String("avatar_large_url"),
	}
}
