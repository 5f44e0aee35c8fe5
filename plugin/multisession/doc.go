// Package multisession lets several people be signed in to one browser and switch between them, without
// signing out.
//
// Every session that begins gets a cookie of its own beside the session cookie, which names the active one.
// Signing in again as the same user replaces that user's cookie; signing out ends all sessions of the browser.
//
// The endpoints belong to whoever holds the cookies: no request can reach a session whose signed cookie it
// does not carry.
package multisession
