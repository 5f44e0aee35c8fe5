// Package endpoints holds the core endpoints: email and password, sessions, the user, and what belongs
// to them. endpoints.go is the route table; each area has a file of its own.
package endpoints
