package oauth2

import (
	"testing"
	"time"

	"github.com/betterauth-go/betterauth/plugin"
)

func FuzzTokens(f *testing.F) {
	for _, s := range []string{
		`{"access_token":"a","expires_in":3600,"scope":"x y"}`, `{"expires_in":"1e9","scope":["a",1]}`, "null", "[]",
		"access_token=a&scope=x%20y&expires_in=%zz", "<html>", `{"a":`, `{"expires_in":1e999}`, "",
	} {
		f.Add("application/x-www-form-urlencoded", []byte(s))
	}
	now := time.Unix(1_700_000_000, 0)
	out := plugin.Outbound{Now: func() time.Time { return now }}
	p := &Provider{ProviderID: "x", Token: Token{URL: "https://example.com/token"}}
	f.Fuzz(func(t *testing.T, contentType string, body []byte) {
		tokens, err := p.parse(out, &Answer{Status: 200, ContentType: contentType, Body: body})
		if (tokens == nil) == (err == nil) {
			t.Fatalf("tokens %v, error %v", tokens, err)
		}
		if err != nil {
			return
		}
		for _, at := range []*time.Time{tokens.AccessTokenExpiresAt, tokens.RefreshTokenExpiresAt} {
			if at != nil && (at.Year() < 1900 || at.Year() > 2200) {
				t.Fatalf("expiry %v", at)
			}
		}
		for _, s := range tokens.Scopes {
			if s == "" {
				t.Fatal("empty scope")
			}
		}
	})
}
