package oauthpopup_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter/memory"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/bearer"
	"github.com/betterauth-go/betterauth/plugin/oauthpopup"
	"github.com/betterauth-go/betterauth/plugin/social"
)

// A page of another origin opens the popup; the popup goes to the provider.
func Example() {
	auth, err := betterauth.New(betterauth.Config{
		BaseURL: "https://auth.example.com", Secret: "a-secret-that-is-long-enough-for-anyone-0123456789",
		Database: memory.New(), TrustedOrigins: []string{"https://widget.example"},
		SocialProviders: []plugin.SocialProvider{social.GitHub(social.Options{ClientID: "id", ClientSecret: "secret"})},
		Plugins:         []plugin.Plugin{oauthpopup.New(oauthpopup.Options{}), bearer.New(bearer.Options{})},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	popup := httptest.NewRequest(http.MethodGet,
		"https://auth.example.com/api/auth/oauth-popup/start?provider=github&popupOrigin=https://widget.example&popupNonce=5f2a", nil)
	answer := httptest.NewRecorder()
	auth.Handler().ServeHTTP(answer, popup)
	page, err := url.Parse(answer.Header().Get("Location"))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(answer.Code, page.Host, page.Query().Get("redirect_uri"))

	_, err = auth.API.Call(context.Background(), "oauthPopupStart", api.Request{
		Query: map[string]string{"provider": "github", "popupOrigin": "https://elsewhere.example"},
	})
	fmt.Println(err)
	// Output:
	// 302 github.com https://auth.example.com/api/auth/callback/github
	// Invalid origin (INVALID_ORIGIN)
}
