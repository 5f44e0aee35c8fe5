// Package oauth is what every way to sign in through somebody else has in common: the state of a flow
// between the redirect and the callback, the rules by which accounts at providers and users come together,
// and the tokens of accounts. The core endpoints use it, and so do plugins with flows of their own.
package oauth
