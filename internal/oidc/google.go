package oidc

import (
	"time"

	"github.com/betterauth-go/betterauth/internal/oauth2"
)

// Google returns a verifier of Google's ID tokens that are at most an hour old. The token must be for one of
// the client ids; for the domain see [OfGoogleDomain].
func Google(clientIDs []string, domain string) *Verifier {
	return &Verifier{
		Keys:       &KeySet{URL: "https://www.googleapis.com/oauth2/v3/certs"},
		Issuers:    []string{"https://accounts.google.com", "accounts.google.com"},
		Audiences:  clientIDs,
		Algorithms: []string{"RS256"},
		MaxAge:     time.Hour,
		Claims:     func(c oauth2.Claims) bool { return OfGoogleDomain(c, domain) },
	}
}

// OfGoogleDomain tells whether an account is of a Google Workspace domain: of any with "*". An empty domain
// stands for all accounts.
func OfGoogleDomain(c oauth2.Claims, domain string) bool {
	hd := c.First("hd")
	return domain == "" || hd != nil && (domain == "*" || domain == *hd)
}
