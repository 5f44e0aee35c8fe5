package social

import (
	"context"

	"github.com/betterauth-go/betterauth/internal/oauth2"
	"github.com/betterauth-go/betterauth/plugin"
)

// Notion signs in with Notion, provider id "notion". The address is never taken as verified.
func Notion(o Options) plugin.SocialProvider {
	return o.provider(oauth2.Provider{
		ProviderID: "notion",
		Title:      "Notion",
		Authorization: oauth2.Authorization{
			URL:       "https://api.notion.com/v1/oauth/authorize",
			LoginHint: true,
			Fixed:     plugin.Params{{Name: "owner", Value: "user"}},
		},
		Token: oauth2.Token{
			URL:         "https://api.notion.com/v1/oauth/token",
			Auth:        plugin.TokenEndpointAuth{Method: oauth2.SecretBasic},
			RefreshAuth: &plugin.TokenEndpointAuth{},
		},
		UserInfo: notionProfile,
		Subject:  oauth2.SubjectAt("id"),
		User:     notionUser,
	})
}

func notionProfile(ctx context.Context, out plugin.Outbound, req plugin.ProfileRequest) (oauth2.Claims, error) {
	version := map[string]string{"Notion-Version": "2022-06-28"}
	c, err := oauth2.FromUserInfo("https://api.notion.com/v1/users/me", version)(ctx, out, req)
	return c.Object("bot", "owner", "user"), err
}

func notionUser(c oauth2.Claims) plugin.OAuthUser {
	return plugin.OAuthUser{
		Name:  c.Named("name"),
		Email: c.String("person", "email"),
		Image: c.String("avatar_url"),
	}
}
