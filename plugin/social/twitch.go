package social

import (
	"github.com/betterauth-go/betterauth/internal/oauth2"
	"github.com/betterauth-go/betterauth/plugin"
)

// TwitchOptions are the options of [Twitch].
type TwitchOptions struct {
	Options
	// Claims are asked for in the ID token, besides the address. Default: preferred_username, picture.
	Claims []string
}

// Twitch signs in with Twitch, provider id "twitch".
func Twitch[O Options | TwitchOptions](o O) plugin.SocialProvider {
	t := specific(o, func(o Options) TwitchOptions { return TwitchOptions{Options: o} })
	claims := t.Claims
	if claims == nil {
		claims = []string{"preferred_username", "picture"}
	}
	return t.provider(oauth2.Provider{
		ProviderID:    "twitch",
		Title:         "Twitch",
		Authorization: oauth2.Authorization{URL: "https://id.twitch.tv/oauth2/authorize", Claims: claims},
		Token:         oauth2.Token{URL: "https://id.twitch.tv/oauth2/token"},
		UserInfo:      oauth2.FromIDToken,
		Subject:       oauth2.SubjectAt("sub"),
		User: func(c oauth2.Claims) plugin.OAuthUser {
			u := openIDUser(c)
			u.Name = c.String("preferred_username")
			return u
		},
	}, "user:read:email", "openid")
}
