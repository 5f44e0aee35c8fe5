package oidc

import (
	"context"
	"encoding/json"
	"net/url"

	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/internal/oauth2"
	"github.com/betterauth-go/betterauth/plugin"
)

// Metadata is what a provider publishes about itself (OpenID Connect Discovery 1.0, RFC 8414).
type Metadata struct {
	Issuer                string   `json:"issuer"`
	AuthorizationEndpoint string   `json:"authorization_endpoint"`
	TokenEndpoint         string   `json:"token_endpoint"`
	UserInfoEndpoint      string   `json:"userinfo_endpoint"`
	EndSessionEndpoint    string   `json:"end_session_endpoint"`
	JWKSURI               string   `json:"jwks_uri"`
	IDTokenAlgorithms     []string `json:"id_token_signing_alg_values_supported"`
}

// ErrDiscovery says that a discovery document is unusable.
var ErrDiscovery = errors.New("oidc: the discovery document is malformed")

// Discover reads a discovery document. With a header, redirects to another origin are refused. The URLs in
// the document must be absolute ones of http or https; jwks_uri may be relative to the document.
func Discover(ctx context.Context, out plugin.Outbound, endpoint string, header map[string]string) (*Metadata, error) {
	a, err := oauth2.Send(ctx, out, oauth2.Request{URL: endpoint, Header: header, Follow: true, SameOrigin: len(header) > 0})
	if err != nil {
		return nil, err
	}
	return parseMetadata(endpoint, a.Body)
}

func parseMetadata(endpoint string, body []byte) (*Metadata, error) {
	var m Metadata
	if err := json.Unmarshal(body, &m); err != nil {
		return nil, ErrDiscovery
	}
	var err error
	if m.JWKSURI, err = resolve(endpoint, m.JWKSURI); err != nil {
		return nil, err
	}
	for _, u := range []string{m.Issuer, m.AuthorizationEndpoint, m.TokenEndpoint, m.UserInfoEndpoint, m.EndSessionEndpoint, m.JWKSURI} {
		if u != "" && !IsWebURL(u) {
			return nil, ErrDiscovery
		}
	}
	return &m, nil
}

// IsWebURL tells whether a URL is an absolute one of http or https.
func IsWebURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Hostname() != ""
}

func resolve(base, ref string) (string, error) {
	if ref == "" {
		return "", nil
	}
	b, err := url.Parse(base)
	if err != nil {
		return "", ErrDiscovery
	}
	u, err := b.Parse(ref)
	if err != nil {
		return "", ErrDiscovery
	}
	return u.String(), nil
}

// SameOrigin tells whether two URLs have scheme, host and port in common: secrets for one may be sent
// to the other.
func SameOrigin(a, b string) bool {
	x, err := url.Parse(a)
	if err != nil {
		return false
	}
	y, err := url.Parse(b)
	return err == nil && x.Scheme == y.Scheme && x.Host == y.Host && x.Host != ""
}
