package social

import (
	"github.com/betterauth-go/betterauth/internal/oauth2"
	"github.com/betterauth-go/betterauth/plugin"
)

// SalesforceOptions are the options of [Salesforce].
type SalesforceOptions struct {
	Options
	// Environment is "production" (the default) or "sandbox".
	Environment string
	// LoginURL is the host of the organization's own domain: "acme.my.salesforce.com".
	LoginURL string
}

// Salesforce signs in with Salesforce, provider id "salesforce".
func Salesforce[O Options | SalesforceOptions](o O) plugin.SocialProvider {
	f := specific(o, func(o Options) SalesforceOptions { return SalesforceOptions{Options: o} })
	host := "login.salesforce.com"
	if f.Environment == "sandbox" {
		host = "test.salesforce.com"
	}
	base := "https://" + or(f.LoginURL, host) + "/services/oauth2"
	return f.provider(oauth2.Provider{
		ProviderID:    "salesforce",
		Title:         "Salesforce",
		NeedSecret:    true,
		Authorization: oauth2.Authorization{URL: base + "/authorize", Challenge: true},
		Token:         oauth2.Token{URL: base + "/token", Verifier: true},
		UserInfo:      oauth2.FromUserInfo(base+"/userinfo", nil),
		Subject:       oauth2.SubjectAt("user_id"),
		User: func(c oauth2.Claims) plugin.OAuthUser {
			u := openIDUser(c)
			u.Image = c.Object("photos").First("picture", "thumbnail")
			return u
		},
	}, "openid", "email", "profile")
}
