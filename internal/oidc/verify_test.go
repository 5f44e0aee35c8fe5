package oidc_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/betterauth-go/betterauth/internal/oauth2"
	"github.com/betterauth-go/betterauth/internal/oidc"
	"github.com/betterauth-go/betterauth/plugin"
)

var start = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

var rsaKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

// A provider publishes keys and counts how often they are fetched.
type provider struct {
	*httptest.Server
	fetches atomic.Int64
	mu      sync.Mutex
	body    string
	status  int
	hold    chan struct{}
	now     time.Time
}

func newProvider(t testing.TB, keys ...jose.JSONWebKey) *provider {
	p := &provider{now: start, status: 200}
	p.publish(t, keys...)
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		p.fetches.Add(1)
		p.mu.Lock()
		body, status, hold := p.body, p.status, p.hold
		p.mu.Unlock()
		if hold != nil {
			<-hold
		}
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}))
	t.Cleanup(p.Close)
	return p
}

func (p *provider) publish(t testing.TB, keys ...jose.JSONWebKey) {
	t.Helper()
	set := jose.JSONWebKeySet{Keys: keys}
	data, err := json.Marshal(set)
	if err != nil {
		t.Fatal(err)
	}
	p.set(string(data), 200)
}

func (p *provider) set(body string, status int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.body, p.status = body, status
}

func (p *provider) out() plugin.Outbound {
	now := p.now
	return plugin.Outbound{Now: func() time.Time { return now }}
}

func (p *provider) verifier() *oidc.Verifier {
	return &oidc.Verifier{
		Keys: &oidc.KeySet{URL: p.URL}, Issuers: []string{"https://op.example.com"}, Audiences: []string{"a", "b"},
	}
}

func public(kid string, key any) jose.JSONWebKey {
	return jose.JSONWebKey{Key: key, KeyID: kid, Use: "sig"}
}

func claims(changes ...any) map[string]any {
	c := map[string]any{
		"iss": "https://op.example.com", "sub": "s", "aud": "a", "iat": start.Unix(), "exp": start.Add(time.Minute).Unix(),
	}
	for i := 0; i+1 < len(changes); i += 2 {
		if c[changes[i].(string)] = changes[i+1]; changes[i+1] == nil {
			delete(c, changes[i].(string))
		}
	}
	return c
}

func sign(t testing.TB, alg jose.SignatureAlgorithm, key any, kid string, payload any) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: jose.JSONWebKey{Key: key, KeyID: kid}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(payload)
	if err != nil {
		t.Fatal(err)
	}
	jws, err := signer.Sign(data)
	if err != nil {
		t.Fatal(err)
	}
	token, err := jws.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestClaims(t *testing.T) {
	t.Parallel()
	p := newProvider(t, public("k", rsaKey().Public()))
	v := p.verifier()
	v.Algorithms, v.MaxAge = []string{"RS256"}, time.Hour
	sum := sha256.Sum256([]byte("n"))
	at := func(d time.Duration) int64 { return start.Add(d).Unix() }
	for name, c := range map[string]struct {
		claims map[string]any
		nonce  string
		ok     bool
	}{
		"good":                    {claims(), "", true},
		"several audiences":       {claims("aud", []string{"x", "b"}), "", true},
		"audience: none":          {claims("aud", nil), "", false},
		"audience: other":         {claims("aud", "x"), "", false},
		"audience: empty list":    {claims("aud", []string{}), "", false},
		"audience: number":        {claims("aud", 7), "", false},
		"audience: nested":        {claims("aud", []any{[]string{"a"}}), "", false},
		"issuer: none":            {claims("iss", nil), "", false},
		"issuer: slash":           {claims("iss", "https://op.example.com/"), "", false},
		"issuer: list":            {claims("iss", []string{"https://op.example.com"}), "", false},
		"subject: none":           {claims("sub", nil), "", false},
		"subject: empty":          {claims("sub", ""), "", false},
		"expiry: none":            {claims("exp", nil), "", false},
		"expiry: string":          {claims("exp", "9999999999"), "", false},
		"expiry: tolerance":       {claims("exp", at(-29*time.Second)), "", true},
		"expiry: past it":         {claims("exp", at(-30*time.Second)), "", false},
		"issued: none":            {claims("iat", nil), "", false},
		"issued: tolerance":       {claims("iat", at(30*time.Second)), "", true},
		"issued: in the future":   {claims("iat", at(31*time.Second)), "", false},
		"issued: an hour ago":     {claims("iat", at(-time.Hour-30*time.Second)), "", true},
		"issued: more than that":  {claims("iat", at(-time.Hour-31*time.Second)), "", false},
		"not before: tolerance":   {claims("nbf", at(30*time.Second)), "", true},
		"not before: later":       {claims("nbf", at(31*time.Second)), "", false},
		"not before: string":      {claims("nbf", "0"), "", false},
		"nonce":                   {claims("nonce", "n"), "n", true},
		"nonce: not asked for":    {claims("nonce", "n"), "", true},
		"nonce: other":            {claims("nonce", "m"), "n", false},
		"nonce: none":             {claims(), "n", false},
		"nonce: hash, exact rule": {claims("nonce", hex.EncodeToString(sum[:])), "n", false},
		"fraction of a second":    {claims("exp", float64(at(0))+0.5), "", true},
	} {
		got, err := v.Verify(t.Context(), p.out(), sign(t, jose.RS256, rsaKey(), "k", c.claims), c.nonce)
		if (err == nil) != c.ok || err != nil && !errors.Is(err, oidc.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
		if err == nil && got.ID("sub") != "s" {
			t.Errorf("%s: claims %v", name, got)
		}
	}
	v.HashedNonce = true
	if err := v.VerifyIDToken(t.Context(), p.out(), sign(t, jose.RS256, rsaKey(), "k", claims("nonce", hex.EncodeToString(sum[:]))), "n"); err != nil {
		t.Errorf("hashed nonce: %v", err)
	}
	v.Audiences = nil
	if err := v.VerifyIDToken(t.Context(), p.out(), sign(t, jose.RS256, rsaKey(), "k", claims()), ""); err == nil {
		t.Error("any audience is accepted when none is configured")
	}
}

func TestFurtherCheck(t *testing.T) {
	t.Parallel()
	p := newProvider(t, public("k", rsaKey().Public()))
	v := p.verifier()
	v.Issuers = nil
	v.Claims = func(c oauth2.Claims) bool { return c.ID("iss") == "https://any.example.com" }
	for issuer, ok := range map[string]bool{"https://any.example.com": true, "https://op.example.com": false} {
		if err := v.VerifyIDToken(t.Context(), p.out(), sign(t, jose.RS256, rsaKey(), "k", claims("iss", issuer)), ""); (err == nil) != ok {
			t.Errorf("%s: %v", issuer, err)
		}
	}
}

func TestAlgorithms(t *testing.T) {
	t.Parallel()
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	edPublic, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	mac := make([]byte, 64)
	p := newProvider(t, public("rsa", rsaKey().Public()), public("ec", ec.Public()), public("ed", edPublic))
	tokens := map[string]string{
		"RS256": sign(t, jose.RS256, rsaKey(), "rsa", claims()),
		"PS512": sign(t, jose.PS512, rsaKey(), "rsa", claims()),
		"ES256": sign(t, jose.ES256, ec, "ec", claims()),
		"EdDSA": sign(t, jose.EdDSA, ed, "ed", claims()),
		"HS256": sign(t, jose.HS256, mac, "rsa", claims()),
	}
	for _, allowed := range [][]string{nil, {"RS256"}, {"ES256", "EdDSA"}, {"HS256"}, {"none"}} {
		v := p.verifier()
		v.Algorithms = allowed
		for alg, token := range tokens {
			want := strings.Contains(strings.Join(allowed, " "), alg) || allowed == nil
			if alg == "HS256" {
				want = false // never, whatever a provider's metadata claims
			}
			if err := v.VerifyIDToken(t.Context(), p.out(), token, ""); (err == nil) != want {
				t.Errorf("%v, %s: %v", allowed, alg, err)
			}
		}
	}
}

// The public key as a MAC secret, no signature, other keys, and changed bytes.
func TestForgeries(t *testing.T) {
	t.Parallel()
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p := newProvider(t, public("k", rsaKey().Public()))
	v := p.verifier()
	good := sign(t, jose.RS256, rsaKey(), "k", claims())
	parts := strings.Split(good, ".")
	b64 := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	payload, err := json.Marshal(claims("sub", "victim"))
	if err != nil {
		t.Fatal(err)
	}
	n := rsaKey().N.Bytes()
	for name, token := range map[string]string{
		"none":          b64(`{"alg":"none"}`) + "." + parts[1] + ".",
		"None":          b64(`{"alg":"None","kid":"k"}`) + "." + parts[1] + "." + parts[2],
		"no algorithm":  b64(`{"kid":"k"}`) + "." + parts[1] + "." + parts[2],
		"MAC":           sign(t, jose.HS256, n, "k", claims()),
		"other key":     sign(t, jose.RS256, other, "k", claims()),
		"other payload": parts[0] + "." + b64(string(payload)) + "." + parts[2],
		"no signature":  parts[0] + "." + parts[1] + ".",
		"own key": b64(fmt.Sprintf(`{"alg":"RS256","kid":"k","jwk":%s}`, mustJSON(t, public("k", other.Public())))) +
			"." + parts[1] + "." + parts[2],
		"unknown critical": b64(`{"alg":"RS256","kid":"k","crit":["x"],"x":1}`) + "." + parts[1] + "." + parts[2],
		"two parts":        parts[0] + "." + parts[1],
		"four parts":       good + ".x",
		"JSON":             `{"payload":"` + parts[1] + `","protected":"` + parts[0] + `","signature":"` + parts[2] + `"}`,
		"no object":        sign(t, jose.RS256, rsaKey(), "k", []string{"iss"}),
		"null":             sign(t, jose.RS256, rsaKey(), "k", nil),
		"empty":            "",
		"dots":             "..",
		"huge":             parts[0] + "." + strings.Repeat("A", 1<<20) + "." + parts[2],
	} {
		if err := v.VerifyIDToken(t.Context(), p.out(), token, ""); !errors.Is(err, oidc.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := v.VerifyIDToken(t.Context(), p.out(), good, ""); err != nil {
		t.Error(err)
	}
}

func mustJSON(t *testing.T, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestOpaque(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	v := p.verifier()
	v.Opaque = true
	if err := v.VerifyIDToken(t.Context(), p.out(), "EAAB-opaque", ""); err != nil {
		t.Error(err)
	}
	if err := v.VerifyIDToken(t.Context(), p.out(), "a.b.c", ""); err == nil {
		t.Error("a token in three parts counts as opaque")
	}
}

func FuzzVerify(f *testing.F) {
	p := newProvider(f, public("k", rsaKey().Public()))
	v := p.verifier()
	good := sign(f, jose.RS256, rsaKey(), "k", claims())
	for _, s := range []string{good, "", "..", "a.b.c", "e30.e30.e30", good + ".x", strings.Replace(good, ".", "..", 1), good[:len(good)-1]} {
		f.Add(s, "")
	}
	f.Fuzz(func(t *testing.T, token, nonce string) {
		// Base64 has several spellings of the same bytes: compare what was signed.
		got, err := v.Verify(context.Background(), p.out(), token, nonce)
		if err == nil && (mustJSON(t, got) != mustJSON(t, claims()) || nonce != "") {
			t.Fatalf("accepted %q", token)
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	p := newProvider(b, public("k", rsaKey().Public()))
	v, out := p.verifier(), p.out()
	token := sign(b, jose.RS256, rsaKey(), "k", claims())
	b.ReportAllocs()
	for b.Loop() {
		if err := v.VerifyIDToken(b.Context(), out, token, ""); err != nil {
			b.Fatal(err)
		}
	}
}
