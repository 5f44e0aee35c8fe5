package social

import (
	"context"

	"github.com/betterauth-go/betterauth/internal/oauth2"
	"github.com/betterauth-go/betterauth/plugin"
)

// Twitter signs in with X, formerly Twitter, provider id "twitter". A user whose address X does not
// tell gets a placeholder.
func Twitter(o Options) plugin.SocialProvider {
	return o.provider(oauth2.Provider{
		ProviderID: "twitter",
		Title:      "Twitter",
		Authorization: oauth2.Authorization{
			URL:       "https://x.com/i/oauth2/authorize",
			Challenge: true,
		},
		Token: oauth2.Token{
			URL:      "https://api.x.com/2/oauth2/token",
			Verifier: true,
			Auth:     plugin.TokenEndpointAuth{Method: oauth2.SecretBasic},
		},
		Read:    readTwitter,
		Subject: oauth2.SubjectAt("data", "id"),
	}, "users.read", "tweet.read", "offline.access", "users.email")
}

// readTwitter reads the profile, and in a second request the address, which applications need a
// permission of their own for: its failure is not one of the sign-in.
func readTwitter(ctx context.Context, out plugin.Outbound, req plugin.ProfileRequest) (*plugin.OAuthProfile, error) {
	const me = "https://api.x.com/2/users/me?user.fields="
	c, err := oauth2.FromUserInfo(me+"profile_image_url", nil)(ctx, out, req)
	if err != nil {
		return nil, err
	}
	data := c.Object("data")
	if data == nil {
		return nil, oauth2.ErrNoProfile
	}
	verified := false
	if confirmed, err := oauth2.FromUserInfo(me+"confirmed_email", nil)(ctx, out, req); err == nil {
		if email := confirmed.Object("data").First("confirmed_email"); email != nil {
			data["email"], verified = *email, true
		}
	}
	email := data.First("email")
	if email == nil {
		email = oauth2.Placeholder(data.ID("id"), "twitter")
	}
	return &plugin.OAuthProfile{Data: c, User: plugin.OAuthUser{
		Name:          data.String("name"),
		Email:         email,
		Image:         data.String("profile_image_url"),
		EmailVerified: verified,
	}}, nil
}
