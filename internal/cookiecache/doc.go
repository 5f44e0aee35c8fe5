// Package cookiecache encodes the session cookie cache: the session and user
// a browser carries so that most reads need no storage.
//
// It works on JSON text and leaves the structs to its callers, because the
// compact form is signed over the exact text: the order of members and the
// digits of numbers must survive. The three forms are those of better-auth.
package cookiecache
