package social

import (
	"github.com/betterauth-go/betterauth/internal/oauth2"
	"github.com/betterauth-go/betterauth/plugin"
)

// Roblox signs in with Roblox, provider id "roblox". Roblox tells no address: users get a placeholder.
func Roblox(o Options) plugin.SocialProvider {
	return o.provider(oauth2.Provider{
		ProviderID: "roblox",
		Title:      "Roblox",
		Authorization: oauth2.Authorization{
			URL:    "https://apis.roblox.com/oauth/v1/authorize",
			Prompt: "select_account consent",
		},
		Token: oauth2.Token{
			URL: "https://apis.roblox.com/oauth/v1/token",
		},
		UserInfo: oauth2.FromUserInfo("https://apis.roblox.com/oauth/v1/userinfo", nil),
		Subject:  oauth2.SubjectAt("sub"),
		User:     robloxUser,
	}, "openid", "profile")
}

func robloxUser(c oauth2.Claims) plugin.OAuthUser {
	return plugin.OAuthUser{
		Name:  c.Named("nickname", "preferred_username"),
		Email: oauth2.Placeholder(c.ID("sub"), "roblox"),
		Image: c.String("picture"),
	}
}
