package social_test

import (
	"testing"

	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/social"
)

func BenchmarkAuthorizationURL(b *testing.B) {
	p := social.Google(options())
	req := plugin.AuthorizationRequest{State: "STATE", CodeVerifier: verifier, RedirectURI: callback("google")}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.AuthorizationURL(b.Context(), plugin.Outbound{}, req); err != nil {
			b.Fatal(err)
		}
	}
}
