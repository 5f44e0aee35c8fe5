package bearer_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter/memory"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/bearer"
)

// A mobile app keeps the header set-auth-token of its sign-in and sends it with every request.
func Example() {
	auth, err := betterauth.New(betterauth.Config{
		BaseURL: "http://localhost:3000", Secret: "a-secret-that-is-long-enough-for-anyone-0123456789",
		Database: memory.New(), EmailAndPassword: betterauth.EmailAndPassword{Enabled: true},
		Plugins: []plugin.Plugin{bearer.New(bearer.Options{})},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	var h http.Header
	_, err = auth.API.SignUpEmail(context.Background(), api.SignUpEmailInput{
		Name: "Ann", Email: "ann@example.com", Password: "correct horse",
	}, api.CaptureHeaders(&h))
	if err != nil {
		fmt.Println(err)
		return
	}

	r := httptest.NewRequest(http.MethodPost, "/api/auth/update-user", strings.NewReader(`{"name":"Anna"}`))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+h.Get("set-auth-token"))
	w := httptest.NewRecorder()
	auth.Handler().ServeHTTP(w, r)
	fmt.Println(w.Code, w.Body)
	// Output: 200 {"status":true}
}
