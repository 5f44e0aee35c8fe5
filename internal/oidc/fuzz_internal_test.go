package oidc

import (
	"net/url"
	"testing"
)

// FuzzMetadata shows that what is accepted has only URLs that browsers and clients may be sent to.
func FuzzMetadata(f *testing.F) {
	for _, s := range []string{
		`{"issuer":"https://op.example.com","jwks_uri":"/keys","id_token_signing_alg_values_supported":["RS256"]}`,
		`{"authorization_endpoint":"javascript://x/%0aalert(1)"}`, `{"token_endpoint":"http://"}`, `{"jwks_uri":"//h/k"}`,
		`{"jwks_uri":"file:///k"}`, `{"end_session_endpoint":7}`, "null", "[]", "", `{"ISSUER":"x"}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		m, err := parseMetadata("https://op.example.com/.well-known/openid-configuration", body)
		if (m == nil) == (err == nil) {
			t.Fatalf("%v, %v", m, err)
		}
		if err != nil {
			return
		}
		for _, s := range []string{m.Issuer, m.AuthorizationEndpoint, m.TokenEndpoint, m.UserInfoEndpoint, m.EndSessionEndpoint, m.JWKSURI} {
			if u, err := url.Parse(s); s != "" && (err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "") {
				t.Fatalf("accepted %q", s)
			}
		}
	})
}

// FuzzKeys shows that a set of keys holds public keys only, and not too many.
func FuzzKeys(f *testing.F) {
	for _, s := range []string{
		`{"keys":[]}`, `{"keys":[{"kty":"oct","k":"AAAA"}]}`, `{"keys":[{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}]}`,
		`{"keys":null}`, "[]", "", `{"keys":[1,null,{}]}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		keys, err := parseKeys(body)
		if err != nil && keys != nil || len(keys) > maxKeys {
			t.Fatalf("%d keys, %v", len(keys), err)
		}
		for _, k := range keys {
			if !k.Valid() || !k.IsPublic() {
				t.Fatalf("key %v", k)
			}
		}
	})
}
