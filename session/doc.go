// Package session creates, finds, extends and ends sessions, and keeps their cookies.
//
// Endpoints put one of its middlewares into plugin.Endpoint.Use and then call [From]:
//
//	Use: plugin.Use(session.Required)
//	…
//	user := session.From(c).User
//
// [Required] may be satisfied by the cookie cache; [Confirmed], [Sensitive] and [Fresh] read the store.
package session
