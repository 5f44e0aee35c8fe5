// Chi mounts the library in a router of github.com/go-chi/chi and guards a group of routes.
//
//	go run ./examples/chi
package main

import (
	"crypto/rand"
	"flag"
	"fmt"
	"log"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"

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
	server := &http.Server{Addr: *addr, Handler: newRouter(auth), ReadHeaderTimeout: 10 * time.Second}
	log.Print("listening on http://", *addr)
	log.Fatal(server.ListenAndServe())
}

func newRouter(auth *betterauth.Auth) http.Handler {
	r := chi.NewRouter()
	r.Handle("/api/auth/*", auth.Handler()) // Handle, not Mount: the library wants to see the whole path
	r.Group(func(r chi.Router) {
		r.Use(auth.LoadSession) // for everybody, signed in or not
		r.Get("/", home)
	})
	r.Route("/team", func(r chi.Router) {
		r.Use(func(next http.Handler) http.Handler { return auth.RequireSession(next) })
		r.Get("/{name}", team)
	})
	return r
}

func home(w http.ResponseWriter, r *http.Request) {
	if user := betterauth.UserFrom(r.Context()); user != nil {
		fmt.Fprintf(w, "Hello, %s\n", user.Name)
		return
	}
	fmt.Fprintln(w, "Hello, stranger")
}

func team(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintf(w, "%s looks at team %s\n", betterauth.UserFrom(r.Context()).Name, chi.URLParam(r, "name"))
}
