// Oidcserver is a client of the OpenID provider of the end-to-end tests (internal/e2e/provider.mjs), which it
// knows three times: as "basic", "post" and "jwt", by how it proves itself there. What differs else is that
// "post" gets its answers as forms. /app/ has the files of a directory. Everything lives in memory.
//
//	go run ./internal/e2e/oidcserver PORT ISSUER PAGES
package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"log"
	"net/http"
	"os"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter/memory"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/bearer"
	"github.com/betterauth-go/betterauth/plugin/genericoauth"
	"github.com/betterauth-go/betterauth/plugin/lastloginmethod"
	"github.com/betterauth-go/betterauth/plugin/oauthpopup"
)

func main() {
	if len(os.Args) != 4 {
		log.Fatal("usage: oidcserver PORT ISSUER PAGES")
	}
	addr := "127.0.0.1:" + os.Args[1]
	handler, err := newHandler("http://"+addr, os.Args[2], os.Args[3])
	if err != nil {
		log.Fatal(err)
	}
	server := &http.Server{Addr: addr, Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	log.Print("listening on http://", addr)
	log.Fatal(server.ListenAndServe())
}

func newHandler(baseURL, issuer, pages string) (http.Handler, error) {
	key, err := newKey()
	if err != nil {
		return nil, err
	}
	auth, err := betterauth.New(betterauth.Config{
		BaseURL:          baseURL,
		Secret:           rand.Text() + rand.Text(),
		Database:         memory.New(),
		RateLimit:        betterauth.RateLimit{Disabled: true},
		EmailAndPassword: betterauth.EmailAndPassword{Enabled: true},
		Plugins: []plugin.Plugin{
			genericoauth.New(providers(issuer, key)...), bearer.New(bearer.Options{}),
			oauthpopup.New(oauthpopup.Options{}), lastloginmethod.New(lastloginmethod.Options{}),
		},
	})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/api/auth/", auth.Handler())
	mux.Handle("/app/", http.StripPrefix("/app", http.FileServer(http.Dir(pages))))
	mux.HandleFunc("GET /jwks.json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{key.Public()}}) // the client may be gone
	})
	return mux, nil
}

// providers are the registrations of provider.mjs.
func providers(issuer string, key *jose.JSONWebKey) []genericoauth.Provider {
	common := genericoauth.Provider{
		DiscoveryURL: issuer + "/.well-known/openid-configuration",
		Scopes:       []string{"openid", "email", "profile", "offline_access"},
		Prompt:       "consent", // without it the provider gives no refresh token
	}
	basic, post, signed := common, common, common
	basic.ID, basic.ClientID, basic.ClientSecret = "basic", "basic", "secret-of-basic"
	basic.TokenEndpointAuth.Method = "client_secret_basic"
	post.ID, post.ClientID, post.ClientSecret = "post", "post", "secret-of-post"
	post.TokenEndpointAuth.Method = "client_secret_post"
	post.ResponseMode = "form_post"
	signed.ID, signed.ClientID = "jwt", "jwt"
	signed.TokenEndpointAuth = plugin.TokenEndpointAuth{Method: "private_key_jwt", ClientAssertion: assertion(key)}
	return []genericoauth.Provider{basic, post, signed}
}

func newKey() (*jose.JSONWebKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	return &jose.JSONWebKey{Key: key, KeyID: "application", Algorithm: "ES256", Use: "sig"}, nil
}

// assertion makes the JWTs by which a client without a secret proves itself (RFC 7523 section 3).
func assertion(key *jose.JSONWebKey) func(context.Context, plugin.AssertionRequest) (string, error) {
	return func(_ context.Context, req plugin.AssertionRequest) (string, error) {
		signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: key}, nil)
		if err != nil {
			return "", err
		}
		now := time.Now()
		return jwt.Signed(signer).Claims(jwt.Claims{
			Issuer:   req.ClientID,
			Subject:  req.ClientID,
			Audience: jwt.Audience{req.TokenEndpoint},
			IssuedAt: jwt.NewNumericDate(now),
			Expiry:   jwt.NewNumericDate(now.Add(time.Minute)),
			ID:       rand.Text(),
		}).Serialize()
	}
}
