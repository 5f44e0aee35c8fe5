package social

import (
	"context"

	"github.com/betterauth-go/betterauth/internal/oauth2"
	"github.com/betterauth-go/betterauth/plugin"
)

// Naver signs in with Naver, provider id "naver". The address is never taken as verified.
func Naver(o Options) plugin.SocialProvider {
	return o.provider(oauth2.Provider{
		ProviderID: "naver",
		Title:      "Naver",
		Authorization: oauth2.Authorization{
			URL: "https://nid.naver.com/oauth2.0/authorize",
		},
		Token: oauth2.Token{
			URL: "https://nid.naver.com/oauth2.0/token",
		},
		UserInfo: naverProfile,
		Subject:  oauth2.SubjectAt("response", "id"),
		User:     naverUser,
	}, "profile", "email")
}

func naverProfile(ctx context.Context, out plugin.Outbound, req plugin.ProfileRequest) (oauth2.Claims, error) {
	c, err := oauth2.FromUserInfo("https://openapi.naver.com/v1/nid/me", nil)(ctx, out, req)
	if err == nil && c["resultcode"] != "00" {
		err = oauth2.ErrNoProfile
	}
	return c, err
}

func naverUser(c oauth2.Claims) plugin.OAuthUser {
	account := c.Object("response")
	return plugin.OAuthUser{
		Name:  account.Named("name", "nickname"),
		Email: account.String("email"),
		Image: account.String("profile_image"),
	}
}
