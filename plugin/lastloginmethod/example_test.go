package lastloginmethod_test

import (
	"context"
	"fmt"
	"net/http"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter/memory"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/lastloginmethod"
)

// The browser's client reads the cookie with getLastUsedLoginMethod(); the user has the method too.
func Example() {
	auth, err := betterauth.New(betterauth.Config{
		BaseURL: "http://localhost:3000", Secret: "a-secret-that-is-long-enough-for-anyone-0123456789",
		Database: memory.New(), EmailAndPassword: betterauth.EmailAndPassword{Enabled: true},
		Plugins: []plugin.Plugin{lastloginmethod.New(lastloginmethod.Options{StoreInDatabase: true})},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	var h http.Header
	out, err := auth.API.SignUpEmail(context.Background(), api.SignUpEmailInput{
		Name: "Ann", Email: "ann@example.com", Password: "correct horse",
	}, api.CaptureHeaders(&h))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, k := range (&http.Response{Header: h}).Cookies() {
		if k.Name == "better-auth.last_used_login_method" {
			fmt.Println("cookie:", k.Value)
		}
	}
	method, _ := api.Field[string](out.User.Extra, "lastLoginMethod")
	fmt.Println("user:", method)
	// Output:
	// cookie: email
	// user: email
}
