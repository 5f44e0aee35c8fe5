package dbtest

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter/sqlite"
	"github.com/betterauth-go/betterauth/api"
)

// A whole application on SQLite: make the tables, sign somebody up, find the row.
func Example_sqlite() {
	ctx := context.Background()
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer db.Close()
	db.SetMaxOpenConns(1) // each connection to :memory: is a database of its own
	auth, err := betterauth.New(betterauth.Config{
		BaseURL: "http://localhost:3000", Secret: "a-secret-that-is-long-enough-for-anyone-0123456789",
		Database: sqlite.New(db), EmailAndPassword: betterauth.EmailAndPassword{Enabled: true},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("migrated:", auth.Migrate(ctx))
	_, err = auth.API.SignUpEmail(ctx, api.SignUpEmailInput{Name: "Ann", Email: "ann@example.com", Password: "correct horse"})
	fmt.Println("signed up:", err)
	var name string
	err = db.QueryRowContext(ctx, `SELECT name FROM "user"`).Scan(&name)
	fmt.Println(name, err)
	// Output:
	// migrated: <nil>
	// signed up: <nil>
	// Ann <nil>
}
