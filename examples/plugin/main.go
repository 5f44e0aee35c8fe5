// Plugin is a server that only invited people can join, by a plugin of its own: see package invite.
// Everything lives in memory. The first person needs no invitation.
//
//	go run ./examples/plugin
//	curl -c jar -H 'Content-Type: application/json' localhost:3000/api/auth/sign-up/email \
//	  -d '{"name":"Ann","email":"ann@example.com","password":"correct horse"}'
//	curl -b jar -H 'Content-Type: application/json' -H 'Origin: http://localhost:3000' \
//	  localhost:3000/api/auth/invite/create -d '{"email":"bob@example.com"}'
//	curl -H 'Content-Type: application/json' localhost:3000/api/auth/sign-up/email \
//	  -d '{"name":"Bob","email":"bob@example.com","password":"correct horse","inviteCode":"…"}'
package main

import (
	"crypto/rand"
	"flag"
	"log"
	"net/http"
	"time"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter/memory"
	"github.com/betterauth-go/betterauth/examples/plugin/invite"
	"github.com/betterauth-go/betterauth/plugin"
)

func main() {
	addr := flag.String("addr", "localhost:3000", "address to listen on")
	flag.Parse()

	auth, err := betterauth.New(betterauth.Config{
		BaseURL:          "http://" + *addr,
		Secret:           rand.Text() + rand.Text(), // a real server keeps its secret, see the quickstart
		Database:         memory.New(),
		EmailAndPassword: betterauth.EmailAndPassword{Enabled: true},
		Plugins:          []plugin.Plugin{invite.New(invite.Options{ExpiresIn: 24 * time.Hour})},
	})
	if err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/api/auth/", auth.Handler())
	server := &http.Server{Addr: *addr, Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	log.Print("listening on http://", *addr)
	log.Fatal(server.ListenAndServe())
}
