package session_test

import (
	"context"
	"fmt"
	"net/http"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter/memory"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/session"
)

// An endpoint of a plugin for people who are signed in, and one that signs a new guest in.
func Example() {
	guests := plugin.Func("guests", func(r *plugin.Registry) error {
		plugin.Handle(r, plugin.Endpoint{ID: "whoAmI", Method: "GET", Path: "/who-am-i", Use: plugin.Use(session.Required)},
			func(c *plugin.Context, _ struct{}) (string, error) { return session.From(c).User.Name, nil })
		plugin.Handle(r, plugin.Endpoint{ID: "beGuest", Method: "POST", Path: "/be-guest"}, beGuest)
		return nil
	})
	auth, err := betterauth.New(betterauth.Config{
		BaseURL: "http://localhost:3000", Secret: "a-secret-that-is-long-enough-for-anyone-0123456789",
		Database: memory.New(), Plugins: []plugin.Plugin{guests},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	_, err = auth.API.Call(ctx, "whoAmI", api.Request{})
	fmt.Println(err)

	var set http.Header
	_, err = auth.API.Call(ctx, "beGuest", api.Request{}, api.CaptureHeaders(&set))
	cookie := (&http.Response{Header: set}).Cookies()[0]
	fmt.Println(cookie.Name, err)

	name, err := auth.API.Call(ctx, "whoAmI", api.Request{}, api.WithHeaders(http.Header{"Cookie": {cookie.Name + "=" + cookie.Value}}))
	fmt.Println(name, err)
	// Output:
	// Unauthorized (UNAUTHORIZED)
	// better-auth.session_token <nil>
	// Guest <nil>
}

func beGuest(c *plugin.Context, _ struct{}) (string, error) {
	u, err := plugin.Users.Create(c, c.DB, &api.User{Name: "Guest", Email: "guest@example.com"})
	if err != nil {
		return "", err
	}
	_, err = session.SignIn(c, u, nil, "")
	return "welcome", err
}
