package main

import (
	"context"
	"net/http"
	"strings"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/adapter/memory"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin"
)

// userFields are the columns that this application adds to users. Auth.Migrate makes them in a database.
var userFields = []adapter.Field{
	// Asked for at sign-up: required, and one of these.
	{Name: "department", Type: adapter.String, Enum: []string{"sales", "support"}},
	// Ours to decide: no client may set it.
	{Name: "seats", Type: adapter.Number, NoInput: true, Default: func() any { return 5 }},
	// Ours alone: no client sees it.
	{Name: "note", Type: adapter.String, Optional: true, NoInput: true, Hidden: true},
}

// sessionFields are the columns that it adds to sessions.
var sessionFields = []adapter.Field{
	{Name: "region", Type: adapter.String, NoInput: true, Default: func() any { return "eu" }},
}

// errForeignAddress is an error of the application: clients see its status, code and message.
var errForeignAddress = errors.Define(http.StatusForbidden, "FOREIGN_ADDRESS", "Use your address at example.com")

// newAuth configures the library; audit gets a line for each event.
func newAuth(secret string, audit func(line string)) (*betterauth.Auth, error) {
	return betterauth.New(betterauth.Config{
		BaseURL:          "http://localhost:3000",
		Secret:           secret,
		Database:         memory.New(),
		EmailAndPassword: betterauth.EmailAndPassword{Enabled: true},
		User:             betterauth.UserConfig{Model: betterauth.Model{AdditionalFields: userFields}},
		Session:          betterauth.SessionConfig{Model: betterauth.Model{AdditionalFields: sessionFields}},
		Hooks:            betterauth.Hooks{Before: onlyOurAddresses, After: auditSignIns(audit)},
		DatabaseHooks:    betterauth.DatabaseHooks{User: userHooks(audit)},
	})
}

// onlyOurAddresses runs before every endpoint.
func onlyOurAddresses(c *plugin.Context) error {
	if c.Endpoint.Path != "/sign-up/email" {
		return nil
	}
	email, _ := api.Field[string](c.Body(), "email")
	if !strings.HasSuffix(strings.ToLower(email), "@example.com") {
		return errForeignAddress
	}
	return nil
}

// auditSignIns runs after every endpoint and looks for new sessions.
func auditSignIns(audit func(string)) plugin.HookFunc {
	return func(c *plugin.Context) error {
		if s := c.NewSession(); s != nil {
			audit("signed in: " + s.User.Email + " by " + c.Endpoint.Path)
		}
		return nil
	}
}

// userHooks run around the writes of users, whatever causes them.
func userHooks(audit func(string)) adapter.Hooks[api.User] {
	return adapter.Hooks[api.User]{
		BeforeCreate: func(_ context.Context, u *api.User) error {
			u.Name = strings.TrimSpace(u.Name)
			u.Extra.Set("note", "new here")
			return nil
		},
		AfterCreate: func(_ context.Context, u *api.User) {
			note, _ := api.Field[string](u.Extra, "note")
			audit("created: " + u.Name + ", " + note)
		},
	}
}
