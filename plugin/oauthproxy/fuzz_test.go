package oauthproxy

import (
	"strings"
	"testing"

	"github.com/betterauth-go/betterauth/internal/origin"
	"github.com/betterauth-go/betterauth/plugin"
)

// FuzzParsePayload reads any text: what it accepts has all that a sign-in needs.
func FuzzParsePayload(f *testing.F) {
	f.Add(`{"userInfo":{"id":"1","email":"a@b.co","name":""},"account":{"providerId":"p","accountId":"1","scope":"a,b"},"state":"s","callbackURL":"/","timestamp":1}`)
	f.Add(`{"userInfo":{"id":"1","email":"","name":"","image":null},"account":{"providerId":"p","accountId":"1","accessTokenExpiresAt":"2026-01-02T03:04:05.678Z"},"profile":{"a":[1e400]},"scopes":[],"state":"s","callbackURL":"x","timestamp":-1e300}`)
	f.Add(`{"account":{}}`)
	f.Add(`null`)
	f.Fuzz(func(t *testing.T, text string) {
		p, err := parsePayload(text)
		if (p == nil) == (err == nil) {
			t.Fatalf("payload %v, error %v", p, err)
		}
		if p == nil {
			return
		}
		i := p.identity()
		if i.Profile.User.Email == nil || i.Profile.User.Name == nil || i.Profile.Data == nil || p.State == "" || p.CallbackURL == "" {
			t.Errorf("accepted %q", text)
		}
	})
}

// FuzzCallbackOf finds every page again that a callback address is made for.
func FuzzCallbackOf(f *testing.F) {
	f.Add("/dash")
	f.Add("https://app.example/x?y=1&z=ü#h")
	f.Add("%zz+ &=")
	f.Fuzz(func(t *testing.T, page string) {
		address := "http://a.example/api/auth/callback/p/oauth-proxy?callbackURL=" + plugin.EncodeURIComponent(page)
		want := strings.ToValidUTF8(page, "\uFFFD")
		if got := callbackOf(address); got != want {
			t.Errorf("%q: %q from %s", page, got, address)
		}
		resolved, err := origin.Resolve(address, "", "profile", "x")
		if got := callbackOf(resolved); err != nil || got != want {
			t.Errorf("%q: %q from %s, %v", page, got, resolved, err)
		}
	})
}
