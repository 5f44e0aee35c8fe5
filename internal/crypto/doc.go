// Package crypto holds the secrets of an auth instance and everything made
// from them: password hashes, signed values, encrypted values, JWTs and JWEs,
// plus the random strings and token digests that are stored beside them.
//
// Every format is the one better-auth writes, so a database or a cookie made
// by either implementation is read by the other. The package keeps no global
// state: time and randomness are parameters.
package crypto
