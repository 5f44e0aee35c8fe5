package memory_test

import (
	"context"
	"fmt"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter/memory"
	"github.com/betterauth-go/betterauth/api"
)

// Two instances that share a database in memory, as two servers share a real one.
func Example() {
	ctx := context.Background()
	db := memory.New()
	var auths []*betterauth.Auth
	for range 2 {
		auth, err := betterauth.New(betterauth.Config{
			BaseURL: "http://localhost:3000", Secret: "a-secret-that-is-long-enough-for-anyone-0123456789",
			Database: db, EmailAndPassword: betterauth.EmailAndPassword{Enabled: true},
		})
		if err != nil {
			fmt.Println(err)
			return
		}
		auths = append(auths, auth)
	}
	_, err := auths[0].API.SignUpEmail(ctx, api.SignUpEmailInput{Name: "Ann", Email: "ann@example.com", Password: "correct horse"})
	fmt.Println(err)
	out, err := auths[1].API.SignInEmail(ctx, api.SignInEmailInput{Email: "ann@example.com", Password: "correct horse"})
	fmt.Println(out.User.Name, err)
	// Output:
	// <nil>
	// Ann <nil>
}
