// OAuth signs people in with the accounts they have elsewhere: no passwords, no mail, no JavaScript. It knows
// the providers that the environment names; register http://localhost:3000/api/auth/callback/<id> with them,
// where <id> is github, google or oidc.
//
//	GITHUB_CLIENT_ID=… GITHUB_CLIENT_SECRET=… go run ./examples/oauth
//	GOOGLE_CLIENT_ID=… GOOGLE_CLIENT_SECRET=… go run ./examples/oauth
//	OIDC_ISSUER=https://id.example.com OIDC_CLIENT_ID=… OIDC_CLIENT_SECRET=… go run ./examples/oauth
package main

import (
	"crypto/rand"
	"flag"
	"log"
	"net/http"
	"os"
	"time"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter/memory"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/genericoauth"
	"github.com/betterauth-go/betterauth/plugin/social"
)

func main() {
	addr := flag.String("addr", "localhost:3000", "address to listen on")
	flag.Parse()

	handler, err := newHandler("http://"+*addr, os.Getenv)
	if err != nil {
		log.Fatal(err)
	}
	server := &http.Server{Addr: *addr, Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	log.Print("listening on http://", *addr)
	log.Fatal(server.ListenAndServe())
}

func newHandler(baseURL string, env func(string) string) (http.Handler, error) {
	config := betterauth.Config{
		BaseURL:         baseURL,
		Secret:          rand.Text() + rand.Text(), // a real server keeps its secret, see the quickstart
		Database:        memory.New(),
		SocialProviders: wellKnown(env),
		OnAPIError:      betterauth.OnAPIError{ErrorURL: "/"}, // the page shows its parameter error
	}
	// Who is signed in may link an account with another address, too.
	config.Account.AccountLinking.AllowDifferentEmails = true
	buttons := make([]button, 0, len(config.SocialProviders)+1)
	for _, p := range config.SocialProviders {
		buttons = append(buttons, button{p.ID(), p.Name()})
	}
	if issuer := env("OIDC_ISSUER"); issuer != "" {
		config.Plugins = append(config.Plugins, genericoauth.New(openID(issuer, env)))
		buttons = append(buttons, button{"oidc", issuer})
	}
	auth, err := betterauth.New(config)
	if err != nil {
		return nil, err
	}
	return newPages(auth, buttons), nil
}

// wellKnown are the providers that the library knows by name, as far as the application is registered there.
func wellKnown(env func(string) string) []plugin.SocialProvider {
	var list []plugin.SocialProvider
	if id := env("GITHUB_CLIENT_ID"); id != "" {
		list = append(list, social.GitHub(social.Options{ClientID: id, ClientSecret: env("GITHUB_CLIENT_SECRET")}))
	}
	if id := env("GOOGLE_CLIENT_ID"); id != "" {
		list = append(list, social.Google(social.Options{ClientID: id, ClientSecret: env("GOOGLE_CLIENT_SECRET")}))
	}
	return list
}

// openID is any other provider that speaks OpenID Connect; it tells its endpoints by itself.
func openID(issuer string, env func(string) string) genericoauth.Provider {
	return genericoauth.Provider{
		ID:           "oidc",
		ClientID:     env("OIDC_CLIENT_ID"),
		ClientSecret: env("OIDC_CLIENT_SECRET"),
		DiscoveryURL: issuer + "/.well-known/openid-configuration",
		Scopes:       []string{"openid", "profile", "email"},
	}
}
