package multisession_test

import (
	"context"
	"fmt"
	"net/http"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter/memory"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/multisession"
)

// Two people share a browser, and the first takes over again.
func Example() {
	multi := multisession.New(multisession.Options{})
	auth, err := betterauth.New(betterauth.Config{
		BaseURL: "http://localhost:3000", Secret: "a-secret-that-is-long-enough-for-anyone-0123456789",
		Database: memory.New(), EmailAndPassword: betterauth.EmailAndPassword{Enabled: true},
		Plugins: []plugin.Plugin{multi},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx, browser := context.Background(), http.Header{}
	var tokens []string
	for _, name := range []string{"ann", "bob"} {
		var h http.Header
		out, err := auth.API.SignUpEmail(ctx, api.SignUpEmailInput{
			Name: name, Email: name + "@example.com", Password: "correct horse",
		}, api.WithHeaders(browser), api.CaptureHeaders(&h))
		if err != nil {
			fmt.Println(err)
			return
		}
		tokens = append(tokens, *out.Token)
		for _, k := range (&http.Response{Header: h}).Cookies() {
			browser.Set("Cookie", browser.Get("Cookie")+"; "+k.Name+"="+k.Value)
		}
	}

	list, err := multi.API.ListDeviceSessions(ctx, multisession.ListDeviceSessionsInput{}, api.WithHeaders(browser))
	for _, s := range list {
		fmt.Println(s.User.Name)
	}
	fmt.Println(err)

	s, err := multi.API.SetActiveSession(ctx, multisession.SetActiveSessionInput{SessionToken: tokens[0]}, api.WithHeaders(browser))
	fmt.Println("active:", s.User.Name, err)
	// Output:
	// ann
	// bob
	// <nil>
	// active: ann <nil>
}
