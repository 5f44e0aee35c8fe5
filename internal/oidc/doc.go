// Package oidc verifies ID tokens of OpenID Connect providers: it fetches and caches their keys
// ([KeySet]), checks signature and claims ([Verifier]), and reads their metadata ([Discover]).
package oidc
