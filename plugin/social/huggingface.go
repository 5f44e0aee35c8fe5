package social

import (
	"github.com/betterauth-go/betterauth/internal/oauth2"
	"github.com/betterauth-go/betterauth/plugin"
)

// HuggingFace signs in with Hugging Face, provider id "huggingface".
func HuggingFace(o Options) plugin.SocialProvider {
	return o.provider(oauth2.Provider{
		ProviderID: "huggingface",
		Title:      "Hugging Face",
		Authorization: oauth2.Authorization{
			URL:       "https://huggingface.co/oauth/authorize",
			Challenge: true,
		},
		Token: oauth2.Token{
			URL:      "https://huggingface.co/oauth/token",
			Verifier: true,
		},
		UserInfo: oauth2.FromUserInfo("https://huggingface.co/oauth/userinfo", nil),
		Subject:  oauth2.SubjectAt("sub"),
		User:     huggingFaceUser,
	}, "openid", "profile", "email")
}

func huggingFaceUser(c oauth2.Claims) plugin.OAuthUser {
	return plugin.OAuthUser{
		Name:          c.Named("name", "preferred_username"),
		Email:         c.String("email"),
		Image:         c.String("picture"),
		EmailVerified: c.True("email_verified"),
	}
}
