// Package securitytest holds the security and reliability tests of the whole library, driven through its
// public surfaces: the HTTP handler, the typed calls and the adapters.
//
// The files without _test are what tests of several databases share:
//
//   - [Client], a browser that talks to a handler without a network;
//   - [Gated], an adapter whose calls can be observed, failed or held up;
//   - [Dump], the content of a database as text, for "nothing has changed";
//   - [Storage], a plugin.SecondaryStorage in memory that records what is done to it;
//   - [Run], the tests that every database has to pass.
package securitytest
