package oauth2_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth/internal/oauth2"
	"github.com/betterauth-go/betterauth/plugin"
)

var now = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func clock() plugin.Outbound { return plugin.Outbound{Now: func() time.Time { return now }} }

// The vectors are those of RFC 7636 appendix B, and of the reference.
func TestChallenge(t *testing.T) {
	t.Parallel()
	for verifier, want := range map[string]string{
		"dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
		strings.Repeat("a", 128):                      "aDbPE7rEAOkQUHHNavRwhN-srU5eMCyUv-0k4BOvtz4",
	} {
		if got := oauth2.Challenge(verifier); got != want {
			t.Errorf("%s: %s, want %s", verifier, got, want)
		}
	}
}

func TestEncode(t *testing.T) {
	t.Parallel()
	got := oauth2.Encode(plugin.Params{{Name: "a b", Value: "~*'()!-._"}, {Name: "ü", Value: "&=+%"}})
	if want := "a+b=%7E*%27%28%29%21-._&%C3%BC=%26%3D%2B%25"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestAppendQuery(t *testing.T) {
	t.Parallel()
	params := plugin.Params{{Name: "scope", Value: "a b"}}
	for endpoint, want := range map[string]string{
		"https://example.com":                          "https://example.com/?scope=a+b",
		"https://example.com/x#f":                      "https://example.com/x?scope=a+b#f",
		"https://example.com/x?k=a%20b&scope=old&&y":   "https://example.com/x?k=a%20b&y&scope=a+b",
		"https://example.com/x?sco%70e=old&%zz=1&a=%7": "https://example.com/x?%zz=1&a=%7&scope=a+b",
	} {
		if got, err := oauth2.AppendQuery(endpoint, params); err != nil || got != want {
			t.Errorf("%s: %s, %v; want %s", endpoint, got, err, want)
		}
	}
	for _, endpoint := range []string{"", "/relative", "://", "example.com"} {
		if got, err := oauth2.AppendQuery(endpoint, params); err == nil {
			t.Errorf("%q: %s", endpoint, got)
		}
	}
}

// What the token endpoint answers: the results are the reference's.
func TestTokenAnswers(t *testing.T) {
	t.Parallel()
	hour := now.Add(time.Hour)
	for _, c := range []struct {
		contentType, body string
		want              *plugin.OAuthTokens // nil: an error
		strict            bool                // an error for a strict provider
	}{
		{"application/json", `{"access_token":"a","expires_in":3600,"scope":"x  y"}`, &plugin.OAuthTokens{AccessToken: "a", AccessTokenExpiresAt: &hour, Scopes: []string{"x", "y"}}, false},
		{"", `{"access_token":"a","expires_in":"3600","scope":["x"," y","",3]}`, &plugin.OAuthTokens{AccessToken: "a", AccessTokenExpiresAt: &hour, Scopes: []string{"x", "y"}}, false},
		{"application/x-www-form-urlencoded", "access_token=a&scope=x%20y&expires_in=3600", &plugin.OAuthTokens{AccessToken: "a", AccessTokenExpiresAt: &hour, Scopes: []string{"x", "y"}}, false},
		{"application/json", `{"access_token":5,"refresh_token":null,"id_token":{},"scope":7}`, &plugin.OAuthTokens{}, false},
		{"application/json", `{"access_token":"a","expires_in":-5}`, &plugin.OAuthTokens{AccessToken: "a", AccessTokenExpiresAt: new(now.Add(-5 * time.Second))}, false},
		{"application/json", `{"access_token":"a","expires_in":1e300,"refresh_token_expires_in":"NaN"}`, &plugin.OAuthTokens{AccessToken: "a"}, false},
		{"application/json", `{"error":"bad"}`, &plugin.OAuthTokens{}, true},
		{"text/html", "<html>", &plugin.OAuthTokens{}, true},
		{"application/json", "{bad", &plugin.OAuthTokens{}, true},
		{"application/json", "[]", &plugin.OAuthTokens{}, false}, // an object without members
		{"application/json", "null", nil, true},
	} {
		url := start(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", c.contentType)
			fmt.Fprint(w, c.body)
		})
		p := &oauth2.Provider{ProviderID: "x", ClientIDs: []string{"c"}, Token: oauth2.Token{URL: url}}
		got, err := p.Exchange(t.Context(), clock(), plugin.ExchangeRequest{Code: "x"})
		if got != nil {
			got.Raw = nil
		}
		if (err != nil) != (c.want == nil) || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s:\n got %+v, %v\nwant %+v", c.body, got, err, c.want)
		}
		p.Token.Strict = true
		if _, err := p.Exchange(t.Context(), clock(), plugin.ExchangeRequest{Code: "x"}); (err != nil) != c.strict {
			t.Errorf("%s, strict: %v", c.body, err)
		}
		_, err = p.Refresh(t.Context(), clock(), plugin.RefreshRequest{Token: "r"})
		if (err == nil) != (c.want != nil && c.want.AccessToken != "") {
			t.Errorf("%s, refresh: %v", c.body, err)
		}
	}
}

func TestTokenRequestOptions(t *testing.T) {
	t.Parallel()
	var seen *http.Request
	var body string
	url := start(t, func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		seen, body = r, string(b)
		fmt.Fprint(w, `{"access_token":"a"}`)
	})
	p := &oauth2.Provider{
		ProviderID: "x", ClientIDs: []string{"c:d"}, ClientSecret: "s e+c",
		Token: oauth2.Token{
			URL: url, Auth: plugin.TokenEndpointAuth{Method: oauth2.SecretBasic}, DefaultExpiry: time.Minute,
			Headers:        map[string]string{"accept": "text/plain", "x-api": "1"},
			RefreshHeaders: map[string]string{"X-Api": "2"},
			Params:         plugin.Params{{Name: "code", Value: "evil"}, {Name: "resource", Value: "r"}},
			RefreshParams: func(_ context.Context, req plugin.RefreshRequest) (plugin.Params, error) {
				if req.Header.Get("X-Fail") != "" {
					return nil, errors.New("no")
				}
				return plugin.Params{{Name: "refresh_token", Value: "evil"}, {Name: "scope", Value: "s"}}, nil
			},
		},
	}
	got, err := p.Exchange(t.Context(), clock(), plugin.ExchangeRequest{Code: "x", RedirectURI: "r"})
	if err != nil || !got.AccessTokenExpiresAt.Equal(now.Add(time.Minute)) {
		t.Fatalf("%+v, %v", got, err)
	}
	if want := "grant_type=authorization_code&code=x&redirect_uri=r&resource=r"; body != want {
		t.Errorf("body %s, want %s", body, want)
	}
	id, secret, _ := seen.BasicAuth()
	if id != "c%3Ad" || secret != "s+e%2Bc" || seen.Header.Get("Accept") != "text/plain" || seen.Header.Get("X-Api") != "1" {
		t.Errorf("headers %v", seen.Header)
	}
	if _, err := p.Refresh(t.Context(), clock(), plugin.RefreshRequest{Token: "r"}); err != nil {
		t.Fatal(err)
	}
	if want := "grant_type=refresh_token&refresh_token=r&scope=s"; body != want || seen.Header.Get("X-Api") != "2" {
		t.Errorf("body %s, want %s", body, want)
	}
	req := plugin.RefreshRequest{Token: "r", Header: http.Header{"X-Fail": {"1"}}}
	if _, err := p.Refresh(t.Context(), clock(), req); err == nil {
		t.Error("the error of the function is lost")
	}
}

func TestEndSessionURL(t *testing.T) {
	t.Parallel()
	p := &oauth2.Provider{ClientIDs: []string{"c"}}
	if _, err := p.EndSessionURL(t.Context(), clock(), plugin.EndSessionRequest{}); !errors.Is(err, plugin.ErrNotSupported) {
		t.Error(err)
	}
	p.EndSession.URL = "https://op.example.com/logout?x=1"
	for _, c := range []struct {
		req  plugin.EndSessionRequest
		want string
	}{
		{plugin.EndSessionRequest{}, "client_id=c"},
		{plugin.EndSessionRequest{IDToken: "t", State: "s"}, "id_token_hint=t"},
		{plugin.EndSessionRequest{IDToken: "t", PostLogoutRedirectURI: "/b", State: "s"}, "id_token_hint=t&post_logout_redirect_uri=%2Fb&client_id=c&state=s"},
	} {
		got, err := p.EndSessionURL(t.Context(), clock(), c.req)
		if want := "https://op.example.com/logout?x=1&" + c.want; err != nil || got != want {
			t.Errorf("%s, %v; want %s", got, err, want)
		}
	}
}

func TestPlaceholder(t *testing.T) {
	t.Parallel()
	if got := oauth2.Placeholder("id_-1", "reddit"); got == nil || *got != "id_-1@reddit.placeholder.invalid" {
		t.Error(got)
	}
	for _, id := range []string{"", "a b", "a@b", "é", ".a"} {
		if got := oauth2.Placeholder(id, "x"); got != nil {
			t.Errorf("%q: %s", id, *got)
		}
	}
}

func TestClaims(t *testing.T) {
	t.Parallel()
	c, err := oauth2.ReadClaims([]byte(`{"big":12345678901234567890,"float":1.50,"exp":1e3,"a":{"b":"c"},"t":"true","T":"TRUE","n":null}`))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"big": "12345678901234567890", "float": "1.5", "exp": "1000", "a": "", "n": "", "none": ""} {
		if got := c.ID(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if c.ID("a", "b") != "c" || c.ID("a", "b", "c") != "" || !c.True("t") || c.True("T") || c.True("a") || c.String("n") != nil {
		t.Errorf("%v", c)
	}
}

func TestCustomAuthentication(t *testing.T) {
	t.Parallel()
	var body, header string
	url := start(t, func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		body, header = string(b), r.Header.Get("X-Proof")
		fmt.Fprint(w, `{"access_token":"a"}`)
	})
	failing := errors.New("no key")
	p := &oauth2.Provider{ProviderID: "x", ClientIDs: []string{"c"}, ClientSecret: "s", Token: oauth2.Token{
		URL: url,
		Auth: plugin.TokenEndpointAuth{Method: oauth2.CustomAuth, Customize: func(_ context.Context, req *plugin.TokenRequest) error {
			if req.Form[0].Value == "refresh_token" {
				return failing
			}
			req.Form.Set("app", "1")
			req.Header.Set("x-proof", "2")
			return nil
		}},
	}}
	if err := p.Validate(); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Exchange(t.Context(), clock(), plugin.ExchangeRequest{Code: "x"}); err != nil {
		t.Fatal(err)
	}
	if want := "grant_type=authorization_code&code=x&redirect_uri=&app=1"; body != want || header != "2" {
		t.Errorf("body %s, header %s", body, header)
	}
	if _, err := p.Refresh(t.Context(), clock(), plugin.RefreshRequest{Token: "r"}); !errors.Is(err, failing) {
		t.Error(err)
	}
	p.Token.Auth.Customize = nil
	if p.Validate() == nil {
		t.Error("custom without a function is accepted")
	}
}

func TestAssertionParameter(t *testing.T) {
	t.Parallel()
	var body string
	url := start(t, func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		body = string(b)
		fmt.Fprint(w, `{"access_token":"a"}`)
	})
	p := &oauth2.Provider{ProviderID: "x", ClientIDs: []string{"c"}, Token: oauth2.Token{
		URL: url, Params: plugin.Params{{Name: "client_assertion", Value: "a"}, {Name: "client_assertion_type", Value: "t"}},
	}}
	if _, err := p.Exchange(t.Context(), clock(), plugin.ExchangeRequest{Code: "x"}); err != nil {
		t.Fatal(err)
	}
	if want := "grant_type=authorization_code&code=x&redirect_uri=&client_assertion=a&client_assertion_type=t&client_id=c"; body != want {
		t.Errorf("body %s", body)
	}
	p.ClientSecret = "s"
	if _, err := p.Exchange(t.Context(), clock(), plugin.ExchangeRequest{Code: "x"}); err == nil {
		t.Error("two proofs are sent")
	}
	p.ClientSecret, p.Token.Params = "", p.Token.Params[:1]
	if _, err := p.Exchange(t.Context(), clock(), plugin.ExchangeRequest{Code: "x"}); err == nil {
		t.Error("an assertion without type is sent")
	}
}
