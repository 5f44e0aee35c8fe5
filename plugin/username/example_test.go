package username_test

import (
	"context"
	"fmt"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter/memory"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/username"
)

// Sign up with a username and sign in with it.
func Example() {
	names := username.New(username.Options{MinLength: 2, Immutable: true})
	auth, err := betterauth.New(betterauth.Config{
		BaseURL: "http://localhost:3000", Secret: "a-secret-that-is-long-enough-for-anyone-0123456789",
		Database: memory.New(), EmailAndPassword: betterauth.EmailAndPassword{Enabled: true},
		Plugins: []plugin.Plugin{names},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	in := api.SignUpEmailInput{Name: "Ann", Email: "ann@example.com", Password: "correct horse"}
	in.Extra.Set("username", "Ann_1")
	if _, err := auth.API.SignUpEmail(ctx, in); err != nil {
		fmt.Println(err)
		return
	}

	out, err := names.API.SignInUsername(ctx, username.SignInInput{Username: "ANN_1", Password: "correct horse"})
	if err != nil {
		fmt.Println(err)
		return
	}
	name, _ := api.Field[string](out.User.Extra, "username")
	display, _ := api.Field[string](out.User.Extra, "displayUsername")
	fmt.Println(out.User.Email, name, display)

	_, err = names.API.SignInUsername(ctx, username.SignInInput{Username: "ann_1", Password: "wrong"})
	fmt.Println(errors.Is(err, username.InvalidUsernameOrPassword))

	free, err := names.API.IsUsernameAvailable(ctx, username.AvailableInput{Username: "Ann_1"})
	fmt.Println(free.Available, err)
	// Output:
	// ann@example.com ann_1 Ann_1
	// true
	// false <nil>
}
