package social

import (
	"github.com/betterauth-go/betterauth/internal/oauth2"
	"github.com/betterauth-go/betterauth/plugin"
)

// Kakao signs in with Kakao, provider id "kakao".
func Kakao(o Options) plugin.SocialProvider {
	return o.provider(oauth2.Provider{
		ProviderID: "kakao",
		Title:      "Kakao",
		Authorization: oauth2.Authorization{
			URL:       "https://kauth.kakao.com/oauth/authorize",
			LoginHint: true,
		},
		Token: oauth2.Token{
			URL: "https://kauth.kakao.com/oauth/token",
		},
		UserInfo: oauth2.FromUserInfo("https://kapi.kakao.com/v2/user/me", nil),
		Subject:  oauth2.SubjectAt("id"),
		User:     kakaoUser,
	}, "account_email", "profile_image", "profile_nickname")
}

func kakaoUser(c oauth2.Claims) plugin.OAuthUser {
	account, profile := c.Object("kakao_account"), c.Object("kakao_account", "profile")
	name := profile.First("nickname")
	if name == nil {
		name = account.Named("name")
	}
	return plugin.OAuthUser{
		Name:          name,
		Email:         account.String("email"),
		Image:         profile.First("profile_image_url", "thumbnail_image_url"),
		EmailVerified: account.True("is_email_valid") && account.True("is_email_verified"),
	}
}
