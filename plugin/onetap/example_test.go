package onetap_test

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter/memory"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/onetap"
)

// The browser's client calls the endpoint with the credential that Google's script hands over. A call in
// process takes the same token.
func Example() {
	tap := onetap.New(onetap.Options{ClientID: "123.apps.googleusercontent.com"})
	_, err := betterauth.New(betterauth.Config{
		BaseURL: "http://localhost:3000", Secret: "a-secret-that-is-long-enough-for-anyone-0123456789",
		Database: memory.New(), Logger: slog.New(slog.DiscardHandler), Plugins: []plugin.Plugin{tap},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = tap.API.OneTapCallback(context.Background(), onetap.CallbackInput{IDToken: "no token of Google"})
	fmt.Println(err, errors.Is(err, onetap.InvalidIDToken))
	// Output: invalid id token true
}
