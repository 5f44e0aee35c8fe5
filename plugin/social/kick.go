package social

import (
	"context"

	"github.com/betterauth-go/betterauth/internal/oauth2"
	"github.com/betterauth-go/betterauth/plugin"
)

// Kick signs in with Kick, provider id "kick". The address is never taken as verified.
func Kick(o Options) plugin.SocialProvider {
	return o.provider(oauth2.Provider{
		ProviderID: "kick",
		Title:      "Kick",
		Authorization: oauth2.Authorization{
			URL:       "https://id.kick.com/oauth/authorize",
			Challenge: true,
		},
		Token: oauth2.Token{
			URL:      "https://id.kick.com/oauth/token",
			Verifier: true,
		},
		UserInfo: kickProfile,
		Subject:  oauth2.SubjectAt("user_id"),
		User:     kickUser,
	}, "user:read")
}

func kickProfile(ctx context.Context, out plugin.Outbound, req plugin.ProfileRequest) (oauth2.Claims, error) {
	c, err := oauth2.FromUserInfo("https://api.kick.com/public/v1/users", nil)(ctx, out, req)
	if err != nil {
		return nil, err
	}
	users, _ := c["data"].([]any)
	if len(users) == 0 {
		return nil, oauth2.ErrNoProfile
	}
	first, _ := users[0].(map[string]any)
	return first, nil
}

func kickUser(c oauth2.Claims) plugin.OAuthUser {
	return plugin.OAuthUser{
		Name:  c.String("name"),
		Email: c.String("email"),
		Image: c.String("profile_picture"),
	}
}
