package genericoauth

import (
	"cmp"
	"net/url"
	"strings"
)

// wellKnown is where the metadata of an issuer is (OpenID Connect Discovery 1.0, section 4).
const wellKnown = "/.well-known/openid-configuration"

// openID are the scopes of the standard profile.
func openID() []string { return []string{"openid", "profile", "email"} }

// with fills in what a helper knows where o says nothing.
func (o Provider) with(id, name string, scopes ...string) Provider {
	o.ID, o.Name = cmp.Or(o.ID, id), cmp.Or(o.Name, name)
	if o.Scopes == nil {
		o.Scopes = scopes
	}
	return o
}

// at fills in the endpoints.
func (o Provider) at(authorization, token, userInfo string) Provider {
	o.AuthorizationURL = cmp.Or(o.AuthorizationURL, authorization)
	o.TokenURL = cmp.Or(o.TokenURL, token)
	o.UserInfoURL = cmp.Or(o.UserInfoURL, userInfo)
	return o
}

// discoveredAt is a provider whose issuer publishes metadata.
func (o Provider) discoveredAt(issuer string) Provider {
	if issuer == "" {
		o.fault = "the issuer is missing; give its URL"
	}
	o.DiscoveryURL = cmp.Or(o.DiscoveryURL, strings.TrimSuffix(issuer, "/")+wellKnown)
	return o
}

// Okta completes p for Okta, provider id "okta". The issuer is the URL of an authorization server:
// "https://dev-1.okta.com/oauth2/default".
func Okta(issuer string, p Provider) Provider {
	return p.with("okta", "Okta", openID()...).discoveredAt(issuer)
}

// Keycloak completes p for Keycloak, provider id "keycloak". The issuer is the URL of a realm:
// "https://id.example.com/realms/main".
func Keycloak(issuer string, p Provider) Provider {
	return p.with("keycloak", "Keycloak", openID()...).discoveredAt(issuer)
}

// Auth0 completes p for Auth0, provider id "auth0". The domain is that of the tenant:
// "dev-1.eu.auth0.com".
func Auth0(domain string, p Provider) Provider {
	if !strings.HasPrefix(domain, "https://") && !strings.HasPrefix(domain, "http://") {
		domain = "https://" + domain
	}
	p = p.with("auth0", "Auth0", openID()...)
	u, err := url.Parse(domain)
	if err != nil || u.Host == "" {
		p.fault = "the domain is none; give the tenant's, such as \"dev-1.eu.auth0.com\""
		return p
	}
	return p.discoveredAt("https://" + u.Host)
}
