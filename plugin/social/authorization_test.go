package social_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/social"
)

var (
	verifier = strings.Repeat("v", 64)
	// foreign are parameters that a caller may set, and those that it may not.
	foreign = plugin.Params{
		{Name: "custom", Value: "1 +~*'()!"},
		{Name: "state", Value: "evil"},
		{Name: "client_id", Value: "evil"},
		{Name: "prompt", Value: "login"},
		{Name: "audience", Value: "evil"},
		{Name: "owner", Value: "evil"},
		{Name: "lang", Value: "en"},
		{Name: "appid", Value: "evil"},
		{Name: "client_key", Value: "evil"},
		{Name: "include_granted_scopes", Value: "false"},
	}
)

func callback(id string) string { return "https://app.example.com/api/auth/callback/" + id }

func authorizationURL(t *testing.T, p plugin.SocialProvider, req plugin.AuthorizationRequest) string {
	t.Helper()
	req.State, req.CodeVerifier, req.RedirectURI = "STATE", verifier, callback(p.ID())
	u, err := p.AuthorizationURL(t.Context(), plugin.Outbound{}, req)
	if err != nil {
		t.Fatalf("%s: %v", p.ID(), err)
	}
	return u
}

// The URLs are equal byte for byte, so that parameters, their order and their encoding are.
func TestAuthorizationURL(t *testing.T) {
	t.Parallel()
	providers := reference(t)
	for _, r := range providers {
		c, o := constructors[r.ID], options()
		got := map[string]string{
			"default": authorizationURL(t, c.make(o), plugin.AuthorizationRequest{LoginHint: "hint@example.com", Nonce: "NONCE"}),
			"requested": authorizationURL(t, c.make(o), plugin.AuthorizationRequest{
				Scopes: []string{"extra.scope", "a b"}, Params: foreign,
			}),
		}
		scoped := o
		scoped.Scopes, scoped.RedirectURI = []string{"opt.scope"}, "https://cb.example.com/x"
		got["scoped"] = authorizationURL(t, c.make(scoped), plugin.AuthorizationRequest{Scopes: []string{"extra.scope"}})
		bare := o
		bare.DisableDefaultScope = true
		got["bare"] = authorizationURL(t, c.make(bare), plugin.AuthorizationRequest{})
		if c.special != nil {
			got["special"] = authorizationURL(t, c.special(o), plugin.AuthorizationRequest{LoginHint: "hint@example.com"})
		}
		for variant, u := range got {
			if u != r.Authorization[variant] {
				t.Errorf("%s, %s:\n got %s\nwant %s", r.ID, variant, u, r.Authorization[variant])
			}
		}
	}
}

func TestAuthorizationEndpoint(t *testing.T) {
	t.Parallel()
	providers := reference(t)
	for _, r := range providers {
		o := options()
		o.AuthorizationEndpoint = "https://sso.example.com/authorize?keep=a%20b&scope=old&x"
		got, want := authorizationURL(t, constructors[r.ID].make(o), plugin.AuthorizationRequest{}), r.Authorization["endpoint"]
		switch r.ID {
		case "tiktok", "wechat": // the reference ignores the option
			if !strings.HasPrefix(got, "https://sso.example.com/authorize?keep=a%20b&x&scope=") {
				t.Errorf("%s: %s", r.ID, got)
			}
			continue
		case "cognito": // the reference encodes the endpoint's own query anew
			want = strings.Replace(want, "keep=a+b&x=&", "keep=a%20b&x&", 1)
		}
		if got != want {
			t.Errorf("%s:\n got %s\nwant %s", r.ID, got, want)
		}
	}
}

// Prompt and ResponseMode are options of every provider; the reference passes them on for some only.
func TestPromptAndResponseMode(t *testing.T) {
	t.Parallel()
	for id, c := range constructors {
		o := options()
		o.Prompt, o.ResponseMode = "none", "query"
		u, err := url.Parse(authorizationURL(t, c.make(o), plugin.AuthorizationRequest{}))
		if err != nil {
			t.Fatal(err)
		}
		q, want := u.Query(), "none"
		if id == "tiktok" || id == "wechat" { // these speak a dialect without the two
			want = ""
		}
		mode := map[string]string{"none": "query"}[want]
		if q.Get("prompt") != want || q.Get("response_mode") != mode {
			t.Errorf("%s: %s", id, u)
		}
	}
}

func TestMisconfiguration(t *testing.T) {
	t.Parallel()
	for id, c := range constructors {
		o := options()
		o.ClientID = ""
		if id == "tiktok" {
			continue
		}
		p := c.make(o)
		if p.Validate() == nil {
			t.Errorf("%s accepts no client id", id)
		}
		if _, err := p.AuthorizationURL(t.Context(), plugin.Outbound{}, plugin.AuthorizationRequest{CodeVerifier: verifier}); err == nil {
			t.Errorf("%s: URL without client id", id)
		}
	}
	assertion := social.MicrosoftOptions{Options: options(), ClientAssertion: sign}
	for name, p := range map[string]plugin.SocialProvider{
		"google without secret":    social.Google(social.Options{ClientID: "c"}),
		"twitter without secret":   social.Twitter(social.Options{ClientID: "c"}),
		"tiktok without key":       social.TikTok(social.TikTokOptions{Options: options()}),
		"cognito without pool":     social.Cognito(social.CognitoOptions{Options: options(), Domain: "d", Region: "r"}),
		"cognito without secret":   social.Cognito(social.CognitoOptions{Options: social.Options{ClientID: "c"}, Domain: "d", Region: "r", UserPoolID: "p", RequireClientSecret: true}),
		"assertion and secret":     social.Microsoft(assertion),
		"vercel, none and secret":  social.Vercel(social.VercelOptions{Options: options(), TokenEndpointAuth: plugin.TokenEndpointAuth{Method: "none"}}),
		"vercel, unknown method":   social.Vercel(social.VercelOptions{Options: options(), TokenEndpointAuth: plugin.TokenEndpointAuth{Method: "magic"}}),
		"vercel, missing function": social.Vercel(social.VercelOptions{Options: social.Options{ClientID: "c"}, TokenEndpointAuth: plugin.TokenEndpointAuth{Method: "private_key_jwt"}}),
		"empty further id":         social.GitHub(social.Options{ClientID: "c", ClientIDs: []string{""}}),
	} {
		if p.Validate() == nil {
			t.Errorf("%s is accepted", name)
		}
	}
	if _, err := social.Google(options()).AuthorizationURL(t.Context(), plugin.Outbound{}, plugin.AuthorizationRequest{}); err == nil {
		t.Error("URL without code verifier")
	}
	if err := social.Spotify(social.Options{ClientID: "c"}).Validate(); err != nil {
		t.Errorf("a public client is refused: %v", err)
	}
}
