package social

import (
	"context"

	"github.com/betterauth-go/betterauth/internal/oauth2"
	"github.com/betterauth-go/betterauth/plugin"
)

// PayPalOptions are the options of [PayPal].
type PayPalOptions struct {
	Options
	// Environment is "sandbox" (the default) or "live".
	Environment string
}

// PayPal signs in with PayPal, provider id "paypal". Scopes are chosen in PayPal's dashboard: the
// options and requests for them have no effect.
func PayPal[O Options | PayPalOptions](o O) plugin.SocialProvider {
	y := specific(o, func(o Options) PayPalOptions { return PayPalOptions{Options: o} })
	site, api := "https://www.sandbox.paypal.com", "https://api-m.sandbox.paypal.com"
	if y.Environment != "" && y.Environment != "sandbox" {
		site, api = "https://www.paypal.com", "https://api-m.paypal.com"
	}
	p := y.provider(oauth2.Provider{
		ProviderID:    "paypal",
		Title:         "PayPal",
		NeedSecret:    true,
		Authorization: oauth2.Authorization{URL: site + "/signin/authorize", Challenge: true},
		Token: oauth2.Token{
			URL:      api + "/v1/oauth2/token",
			Verifier: true,
			Auth:     plugin.TokenEndpointAuth{Method: oauth2.SecretBasic},
		},
		UserInfo: paypalProfile(api + "/v1/identity/oauth2/userinfo?schema=paypalv1.1"),
		Subject:  oauth2.SubjectAt("user_id"),
		User:     openIDUser,
	})
	p.Authorization.Scopes = nil
	return p
}

// paypalProfile refuses a profile of somebody other than the ID token's subject.
func paypalProfile(endpoint string) func(context.Context, plugin.Outbound, plugin.ProfileRequest) (oauth2.Claims, error) {
	read := oauth2.FromUserInfo(endpoint, map[string]string{"Accept": "application/json"})
	return func(ctx context.Context, out plugin.Outbound, req plugin.ProfileRequest) (oauth2.Claims, error) {
		c, err := read(ctx, out, req)
		if err != nil || req.Tokens.IDToken == "" {
			return c, err
		}
		token, err := oauth2.FromIDToken(ctx, out, req)
		if err != nil {
			return nil, err
		}
		subject := c.ID("sub")
		if c["sub"] == nil {
			subject = c.ID("user_id")
		}
		if subject == "" || token.ID("sub") != subject {
			return nil, oauth2.ErrNoProfile
		}
		return c, nil
	}
}
