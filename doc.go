// Package betterauth is an authentication library for Go web applications, wire- and database-compatible
// with Better Auth 1.7 (npm better-auth).
//
// New builds an Auth from a Config. Its Handler serves the endpoints over HTTP, its API calls the same
// endpoints in process, and its middlewares protect the application's own pages:
//
//	auth, err := betterauth.New(betterauth.Config{
//		BaseURL:          "https://example.com",
//		Secret:           os.Getenv("BETTER_AUTH_SECRET"),
//		Database:         postgres.New(pool),
//		EmailAndPassword: betterauth.EmailAndPassword{Enabled: true},
//	})
//	mux.Handle("/api/auth/", auth.Handler())
//	mux.Handle("/account", auth.RequireSession(account))
package betterauth
