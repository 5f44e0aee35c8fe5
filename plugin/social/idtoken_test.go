package social_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/social"
)

var signingKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

func signed(t *testing.T, alg jose.SignatureAlgorithm, claims map[string]any) string {
	t.Helper()
	key := jose.SigningKey{Algorithm: alg, Key: jose.JSONWebKey{Key: signingKey(), KeyID: "kid-1"}}
	signer, err := jose.NewSigner(key, nil)
	if err != nil {
		t.Fatal(err)
	}
	jws, err := signer.Sign([]byte(jsonText(claims)))
	if err != nil {
		t.Fatal(err)
	}
	token, err := jws.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// keyServer answers every request with our keys and remembers the URL.
type keyServer struct{ url string }

func (s *keyServer) RoundTrip(r *http.Request) (*http.Response, error) {
	s.url = r.URL.String()
	public := jose.JSONWebKey{Key: signingKey().Public(), KeyID: "kid-1", Use: "sig"}
	data, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{public}})
	if err != nil {
		return nil, err
	}
	return &http.Response{StatusCode: 200, Body: io.NopCloser(strings.NewReader(string(data))), Header: http.Header{}}, nil
}

const tenant = "00000000-0000-0000-0000-00000000000a"

var issuers = map[string]string{
	"apple":     "https://appleid.apple.com",
	"cognito":   "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_pool",
	"facebook":  "https://www.facebook.com",
	"google":    "https://accounts.google.com",
	"microsoft": "https://login.microsoftonline.com/" + tenant + "/v2.0",
}

func goodClaims(id string) map[string]any {
	return map[string]any{
		"iss": issuers[id], "aud": "client-id", "sub": "sub-1", "tid": tenant, "nonce": "nonce-1",
		"iat": now.Unix(), "exp": now.Add(time.Minute).Unix(),
	}
}

func TestVerifyIDToken(t *testing.T) {
	t.Parallel()
	sum := sha256.Sum256([]byte("nonce-1"))
	for _, r := range reference(t) {
		o := options()
		o.ClientIDs = []string{"ios-id"}
		p := constructors[r.ID].make(o)
		if r.ID == "line" {
			continue
		}
		keys := &keyServer{}
		out := plugin.Outbound{HTTP: &http.Client{Transport: keys}, Now: func() time.Time { return now }}
		if r.IDToken == nil {
			if err := p.VerifyIDToken(t.Context(), out, "a.b.c", ""); !errors.Is(err, plugin.ErrNotSupported) {
				t.Errorf("%s: %v", r.ID, err)
			}
			continue
		}
		verify := func(name string, accept bool, alg jose.SignatureAlgorithm, nonce string, changes map[string]any) {
			claims := goodClaims(r.ID)
			maps.Copy(claims, changes)
			err := p.VerifyIDToken(t.Context(), out, signed(t, alg, claims), nonce)
			if (err == nil) != accept {
				t.Errorf("%s, %s: %v", r.ID, name, err)
			}
		}
		verify("good", true, jose.RS256, "nonce-1", nil)
		verify("no nonce expected", true, jose.RS256, "", nil)
		verify("other client id", true, jose.RS256, "", map[string]any{"aud": []string{"x", "ios-id"}})
		verify("foreign audience", false, jose.RS256, "", map[string]any{"aud": "other-app"})
		verify("foreign issuer", false, jose.RS256, "", map[string]any{"iss": "https://evil.example.com"})
		verify("wrong nonce", false, jose.RS256, "nonce-2", nil)
		verify("hashed nonce", r.ID == "apple", jose.RS256, "nonce-1", map[string]any{"nonce": hex.EncodeToString(sum[:])})
		verify("expired", false, jose.RS256, "", map[string]any{"exp": now.Add(-time.Minute).Unix()})
		verify("two hours old", r.ID == "facebook", jose.RS256, "", map[string]any{"iat": now.Add(-2 * time.Hour).Unix()})
		verify("RS512", false, jose.RS512, "", nil)
		if r.IDToken.JWKS != "" && keys.url != r.IDToken.JWKS {
			t.Errorf("%s: keys from %s, want %s", r.ID, keys.url, r.IDToken.JWKS)
		}
		if err := p.VerifyIDToken(t.Context(), out, "opaque", ""); (err == nil) != (r.ID == "facebook") {
			t.Errorf("%s: opaque token: %v", r.ID, err)
		}
	}
}

func TestIDTokenRules(t *testing.T) {
	t.Parallel()
	common := options()
	microsoft := func(tenantID string) plugin.SocialProvider {
		return social.Microsoft(social.MicrosoftOptions{Options: common, TenantID: tenantID})
	}
	consumers := "9188040d-6c67-4c5b-b112-36a304b66dad"
	msClaims := func(tid, issuerTenant string) map[string]any {
		return map[string]any{"tid": tid, "iss": "https://login.microsoftonline.com/" + issuerTenant + "/v2.0"}
	}
	hosted := func(hd string) plugin.SocialProvider {
		return social.Google(social.GoogleOptions{Options: common, HD: hd})
	}
	apple := social.Apple(social.AppleOptions{Options: common, AppBundleIdentifier: "com.example.app"})
	appleMany := social.Apple(social.AppleOptions{Options: common, Audience: []string{"a", "b"}, AppBundleIdentifier: "c"})
	for i, c := range []struct {
		p      plugin.SocialProvider
		claims map[string]any
		ok     bool
	}{
		{microsoft("common"), msClaims(tenant, consumers), false},
		{microsoft("common"), map[string]any{"tid": nil}, false},
		{microsoft("organizations"), msClaims(tenant, tenant), true},
		{microsoft("organizations"), msClaims(consumers, consumers), false},
		{microsoft("consumers"), msClaims(consumers, consumers), true},
		{microsoft("consumers"), msClaims(tenant, tenant), false},
		{microsoft(tenant), msClaims(tenant, tenant), true},
		{microsoft("00000000-0000-0000-0000-00000000000b"), msClaims(tenant, tenant), false},
		{hosted("example.com"), map[string]any{"hd": "example.com"}, true},
		{hosted("example.com"), map[string]any{"hd": "evil.example.com"}, false},
		{hosted("example.com"), nil, false},
		{hosted("*"), map[string]any{"hd": "any.example.com"}, true},
		{hosted("*"), map[string]any{"hd": ""}, false},
		{hosted(""), nil, true},
		{hosted(""), map[string]any{"iss": "accounts.google.com"}, true},
		{apple, map[string]any{"aud": "com.example.app"}, true},
		{apple, nil, false},
		{appleMany, map[string]any{"aud": "b"}, true},
		{appleMany, map[string]any{"aud": "c"}, false},
	} {
		claims := goodClaims(c.p.ID())
		maps.Copy(claims, c.claims)
		token := signed(t, jose.RS256, claims)
		out := plugin.Outbound{HTTP: &http.Client{Transport: &keyServer{}}, Now: func() time.Time { return now }}
		if err := c.p.VerifyIDToken(t.Context(), out, token, ""); (err == nil) != c.ok {
			t.Errorf("%d, %s %v: %v", i, c.p.ID(), c.claims, err)
		}
		if c.p.ID() == "google" { // the domain is checked in the code flow too
			_, err := c.p.Profile(t.Context(), out, plugin.ProfileRequest{Tokens: &plugin.OAuthTokens{IDToken: token}})
			if (err == nil) != c.ok {
				t.Errorf("%d, profile %v: %v", i, c.claims, err)
			}
		}
	}
}

func TestLINEVerifiesItself(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		nonce, answer string
		ok            bool
	}{
		{"n-1", `{"aud":"client-id","sub":"U1","nonce":"n-1"}`, true},
		{"", `{"aud":"client-id","sub":"U1"}`, true},
		{"", `{"aud":"client-id","sub":"U1","nonce":"n-1"}`, false},
		{"n-1", `{"aud":"client-id","sub":"U1"}`, false},
		{"n-1", `{"aud":"other","sub":"U1","nonce":"n-1"}`, false},
		{"n-1", `null`, false},
		{"n-1", `<html>`, false},
	} {
		body := "id_token=tok&client_id=client-id"
		if c.nonce != "" {
			body += "&nonce=" + c.nonce
		}
		out, s := serve(t, fmt.Sprint(c), []exchange{{
			Method: "POST", URL: "https://api.line.me/oauth2/v2.1/verify", Body: body, Answer: c.answer,
			Headers: map[string]string{"content-type": "application/x-www-form-urlencoded"},
		}})
		if err := social.LINE(options()).VerifyIDToken(t.Context(), out, "tok", c.nonce); (err == nil) != c.ok {
			t.Errorf("%+v: %v", c, err)
		}
		s.done()
	}
}
