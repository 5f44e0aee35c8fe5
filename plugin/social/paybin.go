package social

import (
	"github.com/betterauth-go/betterauth/internal/oauth2"
	"github.com/betterauth-go/betterauth/plugin"
)

// PaybinOptions are the options of [Paybin].
type PaybinOptions struct {
	Options
	// Issuer is the URL of the server. Default "https://idp.paybin.io".
	Issuer string
}

// Paybin signs in with Paybin, provider id "paybin".
func Paybin[O Options | PaybinOptions](o O) plugin.SocialProvider {
	b := specific(o, func(o Options) PaybinOptions { return PaybinOptions{Options: o} })
	issuer := or(b.Issuer, "https://idp.paybin.io")
	return b.provider(oauth2.Provider{
		ProviderID:    "paybin",
		Title:         "Paybin",
		NeedSecret:    true,
		Authorization: oauth2.Authorization{URL: issuer + "/oauth2/authorize", Challenge: true, LoginHint: true},
		Token:         oauth2.Token{URL: issuer + "/oauth2/token", Verifier: true},
		UserInfo:      oauth2.FromIDToken,
		Subject:       oauth2.SubjectAt("sub"),
		User: func(c oauth2.Claims) plugin.OAuthUser {
			u := openIDUser(c)
			u.Name = c.Named("name", "preferred_username")
			return u
		},
	}, "openid", "email", "profile")
}
