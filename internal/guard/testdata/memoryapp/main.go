// Command memoryapp is the smallest application: everything in memory.
package main

import (
	"log"
	"net/http"
	"os"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter/memory"
)

func main() {
	auth, err := betterauth.New(betterauth.Config{
		BaseURL:          "http://localhost:3000",
		Secret:           os.Getenv("BETTER_AUTH_SECRET"),
		Database:         memory.New(),
		EmailAndPassword: betterauth.EmailAndPassword{Enabled: true},
	})
	if err != nil {
		log.Fatal(err)
	}
	http.Handle("/api/auth/", auth.Handler())
	log.Fatal(http.ListenAndServe("127.0.0.1:3000", nil))
}
