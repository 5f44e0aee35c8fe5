// Command postgresapp is the usual application: users in PostgreSQL.
package main

import (
	"context"
	"log"
	"net/http"
	"os"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter/postgres"
)

func main() {
	ctx := context.Background()
	pool, err := pgxpool.New(ctx, os.Getenv("DATABASE_URL"))
	if err != nil {
		log.Fatal(err)
	}
	auth, err := betterauth.New(betterauth.Config{
		BaseURL:          "http://localhost:3000",
		Secret:           os.Getenv("BETTER_AUTH_SECRET"),
		Database:         postgres.New(pool),
		EmailAndPassword: betterauth.EmailAndPassword{Enabled: true},
	})
	if err != nil {
		log.Fatal(err)
	}
	if err := auth.Migrate(ctx); err != nil {
		log.Fatal(err)
	}
	http.Handle("/api/auth/", auth.Handler())
	log.Fatal(http.ListenAndServe("127.0.0.1:3000", nil))
}
