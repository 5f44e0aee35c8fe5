// Customfields adds columns of the application to users and sessions, and rules of the application to the
// endpoints and the database. It signs two people up and prints what happens.
//
//	go run ./examples/customfields
package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"

	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
)

func main() {
	if err := run(context.Background(), os.Stdout); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, out io.Writer) error {
	auth, err := newAuth(rand.Text()+rand.Text(), func(line string) { fmt.Fprintln(out, line) })
	if err != nil {
		return err
	}

	// The before hook refuses addresses of other companies.
	_, err = auth.API.SignUpEmail(ctx, api.SignUpEmailInput{
		Name: "Mallory", Email: "mallory@evil.example", Password: "correct horse",
	})
	var refused *errors.APIError
	if !errors.As(err, &refused) {
		return fmt.Errorf("mallory signed up: %w", err)
	}
	fmt.Fprintln(out, "refused:", refused.Status, refused.Code)

	// Additional fields travel in Extra; over HTTP they are members like any other.
	var extra api.Fields
	extra.Set("department", "sales")
	var header http.Header
	_, err = auth.API.SignUpEmail(ctx, api.SignUpEmailInput{
		Name: "  Ann ", Email: "ann@example.com", Password: "correct horse", Extra: extra,
	}, api.CaptureHeaders(&header))
	if err != nil {
		return err
	}

	session, err := auth.API.GetSession(ctx, api.GetSessionInput{}, api.WithHeaders(cookies(header)))
	if err != nil {
		return err
	}
	fmt.Fprintln(out, describe(session))
	return nil
}

// describe reads the fields of the application with their types.
func describe(s *api.SessionData) string {
	department, _ := api.Field[string](s.User.Extra, "department")
	seats, _ := api.Field[float64](s.User.Extra, "seats")
	region, _ := api.Field[string](s.Session.Extra, "region")
	_, visible := s.User.Extra.Get("note")
	return fmt.Sprintf("%s of %s has %.0f seats in %s, note visible: %t", s.User.Name, department, seats, region, visible)
}

// cookies makes the header that a browser would send after a response with these headers.
func cookies(response http.Header) http.Header {
	request := &http.Request{Header: http.Header{}}
	for _, cookie := range (&http.Response{Header: response}).Cookies() {
		request.AddCookie(cookie)
	}
	return request.Header
}
