// Nethttp is a JSON API with accounts on the standard library alone. Everything lives in memory.
//
//	go run ./examples/nethttp
//	curl -c jar -H 'Content-Type: application/json' localhost:3000/api/auth/sign-up/email \
//	  -d '{"name":"Ann","email":"ann@example.com","password":"correct horse"}'
//	curl -b jar -H 'Content-Type: application/json' localhost:3000/api/notes -d '{"text":"Buy milk"}'
//	curl -b jar localhost:3000/api/notes
package main

import (
	"crypto/rand"
	"flag"
	"log"
	"net/http"
	"time"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter/memory"
)

func main() {
	addr := flag.String("addr", "localhost:3000", "address to listen on")
	flag.Parse()

	auth, err := betterauth.New(betterauth.Config{
		BaseURL:          "http://" + *addr,
		Secret:           rand.Text() + rand.Text(), // a real server keeps its secret, see the quickstart
		Database:         memory.New(),
		EmailAndPassword: betterauth.EmailAndPassword{Enabled: true},
	})
	if err != nil {
		log.Fatal(err)
	}
	server := &http.Server{Addr: *addr, Handler: newHandler(auth), ReadHeaderTimeout: 10 * time.Second}
	log.Print("listening on http://", *addr)
	log.Fatal(server.ListenAndServe())
}

func newHandler(auth *betterauth.Auth) http.Handler {
	notes := new(notebook)
	mux := http.NewServeMux()
	mux.Handle("/api/auth/", auth.Handler())
	// Whoever is not signed in gets 401 with {"message", "code"}, as from the endpoints above.
	mux.Handle("GET /api/notes", auth.RequireSession(http.HandlerFunc(notes.list)))
	mux.Handle("POST /api/notes", auth.RequireSession(http.HandlerFunc(notes.add)))
	// Deleting needs a session that began within Session.FreshAge, a day by default.
	mux.Handle("DELETE /api/notes", auth.RequireFresh(http.HandlerFunc(notes.clear)))
	// Everybody may ask this; the answer depends on who does.
	mux.Handle("GET /api/greeting", auth.LoadSession(http.HandlerFunc(greet)))
	// Other sites must not act with our visitors' cookies; the endpoints of the library see to it themselves.
	return http.NewCrossOriginProtection().Handler(mux)
}
