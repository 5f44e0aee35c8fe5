package oauthproxy_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter/memory"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/oauthproxy"
	"github.com/betterauth-go/betterauth/plugin/social"
)

// A preview sends its visitors to the provider with the redirect URI of production.
func Example() {
	auth, err := betterauth.New(betterauth.Config{
		BaseURL: "https://pr-7.example.dev", Secret: "a-secret-that-is-long-enough-for-anyone-0123456789",
		Database:        memory.New(),
		SocialProviders: []plugin.SocialProvider{social.GitHub(social.Options{ClientID: "id", ClientSecret: "secret"})},
		Plugins:         []plugin.Plugin{oauthproxy.New(oauthproxy.Options{ProductionURL: "https://example.com"})},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	out, err := auth.API.SignInSocial(context.Background(), api.SignInSocialInput{Provider: "github", CallbackURL: "/dashboard"})
	if err != nil {
		fmt.Println(err)
		return
	}
	page, err := url.Parse(out.URL)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(page.Host, page.Query().Get("redirect_uri"))
	// Output: github.com https://example.com/api/auth/callback/github
}

// What production hands on is good for a minute, or for as long as the options say.
func ExampleNew() {
	proxy := oauthproxy.New(oauthproxy.Options{Secret: "a-secret-of-all-deployments-0123456789-abcdef"})
	auth, err := betterauth.New(betterauth.Config{
		BaseURL: "https://example.com", Secret: "a-secret-that-is-long-enough-for-anyone-0123456789",
		Database: memory.New(), Plugins: []plugin.Plugin{proxy},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer auth.Close(context.Background())

	var answer http.Header
	_, err = proxy.API.OAuthProxyCompletion(context.Background(), oauthproxy.CompletionInput{
		Provider: "github", CallbackInput: oauthproxy.CallbackInput{CallbackURL: "/dashboard", Profile: "made up"},
	}, api.CaptureHeaders(&answer))
	fmt.Println(err, answer.Get("Location"))
	// Output: redirect https://example.com/api/auth/error?error=invalid_profile
}
