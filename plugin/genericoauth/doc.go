// Package genericoauth lets users sign in with any OAuth 2 or OpenID Connect server, by configuration alone.
//
//	Plugins: []plugin.Plugin{genericoauth.New(
//		genericoauth.Provider{
//			ID: "acme", ClientID: "…", ClientSecret: "…", Scopes: []string{"openid", "profile", "email"},
//			DiscoveryURL: "https://id.acme.example/.well-known/openid-configuration",
//		},
//		genericoauth.Okta("https://dev-1.okta.com/oauth2/default", genericoauth.Provider{
//			ClientID: "…", ClientSecret: "…",
//		}),
//	)}
//
// The plugin has no endpoints of its own: its providers stand beside those of package social, in
// /sign-in/social, /link-social and /callback/<id>. Register <base URL>/callback/<id> with the server as
// redirect URI: https://example.com/api/auth/callback/acme.
//
// # Discovery
//
// A provider with a DiscoveryURL reads it when it is first needed, once for all requests that wait for it,
// and keeps it for the life of the Auth. As long as the document cannot be had (10 s, 1 MiB) or names no
// authorization or token endpoint, the provider answers as one that is not configured, and the next request
// tries again: signing in never falls back to fewer checks.
//
// With an issuer and keys in the document, ID tokens are verified against them: signature, issuer,
// audience, expiry, and a nonce that ties them to the browser's request. The parameter iss of callbacks must
// name the same issuer (RFC 9207).
package genericoauth
