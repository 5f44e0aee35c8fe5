package genericoauth_test

import (
	"context"
	"fmt"
	"net/url"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter/memory"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/genericoauth"
)

// A server without discovery, whose profile has names of its own.
func Example() {
	auth, err := betterauth.New(betterauth.Config{
		BaseURL: "http://localhost:3000", Secret: "a-secret-that-is-long-enough-for-anyone-0123456789", Database: memory.New(),
		Plugins: []plugin.Plugin{genericoauth.New(genericoauth.Provider{
			ID: "acme", ClientID: "app", ClientSecret: "secret", Scopes: []string{"profile"},
			AuthorizationURL: "https://id.acme.example/authorize",
			TokenURL:         "https://id.acme.example/token",
			UserInfoURL:      "https://id.acme.example/me",
			MapProfileToUser: func(_ context.Context, profile map[string]any, user *plugin.OAuthUser) error {
				if mail, ok := profile["mail"].(string); ok {
					user.Email = &mail
				}
				return nil
			},
		})},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	out, err := auth.API.SignInSocial(context.Background(), api.SignInSocialInput{Provider: "acme", CallbackURL: "/"})
	if err != nil {
		fmt.Println(err)
		return
	}
	u, err := url.Parse(out.URL)
	fmt.Println(u.Host, u.Query().Get("scope"), u.Query().Get("redirect_uri"), err)
	// Output:
	// id.acme.example profile http://localhost:3000/api/auth/callback/acme <nil>
}

// A helper fills in what is known of a server; all other options stay open.
func ExampleOkta() {
	p := genericoauth.Okta("https://dev-1.okta.com/oauth2/default", genericoauth.Provider{
		ClientID: "app", ClientSecret: "secret", PostLogoutRedirectURI: "/goodbye",
	})
	fmt.Println(p.ID, p.Scopes, p.DiscoveryURL)
	// Output:
	// okta [openid profile email] https://dev-1.okta.com/oauth2/default/.well-known/openid-configuration
}
