package social

import (
	"context"

	"github.com/betterauth-go/betterauth/internal/oauth2"
	"github.com/betterauth-go/betterauth/plugin"
)

// Linear signs in with Linear, provider id "linear". The address is never taken as verified.
func Linear(o Options) plugin.SocialProvider {
	return o.provider(oauth2.Provider{
		ProviderID: "linear",
		Title:      "Linear",
		Authorization: oauth2.Authorization{
			URL:       "https://linear.app/oauth/authorize",
			LoginHint: true,
		},
		Token: oauth2.Token{
			URL: "https://api.linear.app/oauth/token",
		},
		UserInfo: linearProfile,
		Subject:  oauth2.SubjectAt("id"),
		User:     linearUser,
	}, "read")
}

const linearQuery = `{"query":"query { viewer { id name email avatarUrl active createdAt updatedAt } }"}`

func linearProfile(ctx context.Context, out plugin.Outbound, req plugin.ProfileRequest) (oauth2.Claims, error) {
	r, err := oauth2.WithToken(oauth2.Request{URL: "https://api.linear.app/graphql", JSON: linearQuery}, req)
	if err != nil {
		return nil, err
	}
	answer, err := oauth2.SendJSON(ctx, out, r)
	return oauth2.Claims(answer).Object("data", "viewer"), err
}

func linearUser(c oauth2.Claims) plugin.OAuthUser {
	return plugin.OAuthUser{
		Name:  c.String("name"),
		Email: c.String("email"),
		Image: c.String("avatarUrl"),
	}
}
