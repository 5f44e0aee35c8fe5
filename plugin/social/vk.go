package social

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/betterauth-go/betterauth/internal/oauth2"
	"github.com/betterauth-go/betterauth/plugin"
)

// VK signs in with VK, provider id "vk". The address is never taken as verified; a user without one is
// refused. The user also has first_name, last_name, birthday and sex.
func VK(o Options) plugin.SocialProvider {
	p := o.provider(oauth2.Provider{
		ProviderID: "vk",
		Title:      "VK",
		Authorization: oauth2.Authorization{
			URL:       "https://id.vk.com/authorize",
			Challenge: true,
		},
		Token: oauth2.Token{
			URL:      "https://id.vk.com/oauth2/auth",
			Verifier: true,
			DeviceID: true,
		},
		UserInfo: vkProfile(o.ClientID),
		Subject:  oauth2.SubjectAt("user", "user_id"),
		User:     vkUser,
	}, "email", "phone")
	p.RequireEmail = true
	return p
}

func vkProfile(clientID string) func(context.Context, plugin.Outbound, plugin.ProfileRequest) (oauth2.Claims, error) {
	return func(ctx context.Context, out plugin.Outbound, req plugin.ProfileRequest) (oauth2.Claims, error) {
		if req.Tokens.AccessToken == "" {
			return nil, oauth2.ErrNoToken
		}
		return oauth2.SendJSON(ctx, out, oauth2.Request{URL: "https://id.vk.com/oauth2/user_info", Form: plugin.Params{
			{Name: "access_token", Value: req.Tokens.AccessToken}, {Name: "client_id", Value: clientID},
		}})
	}
}

func vkUser(c oauth2.Claims) plugin.OAuthUser {
	account := c.Object("user")
	first, last := account.Named("first_name"), account.Named("last_name")
	u := plugin.OAuthUser{
		Name:  new(strings.TrimSpace(*first + " " + *last)),
		Email: account.String("email"),
		Image: account.String("avatar"),
	}
	for _, name := range []string{"first_name", "last_name", "birthday", "sex"} {
		switch v := account[name].(type) {
		case string:
			u.Fields.Set(name, v)
		case json.Number:
			if f, err := v.Float64(); err == nil {
				u.Fields.Set(name, f)
			}
		}
	}
	return u
}
