package genericoauth_test

import (
	"cmp"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/plugin/genericoauth"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
)

type object = map[string]any

// An idp is an OpenID provider on loopback.
type idp struct {
	*httptest.Server
	t    testing.TB
	key  *ecdsa.PrivateKey
	mu   sync.Mutex
	seen []seen
	// What it answers; change it with set.
	metadata object
	tokens   object // the token response, besides the ID token
	claims   object // of the ID token; nil for none
	nonce    string // a false one
	user     object // the userinfo response
	pages    map[string]http.HandlerFunc
}

// seen is a request that the provider got.
type seen struct {
	path   string
	header http.Header
	form   url.Values
}

const subject = "248289761001"

func newIDP(t testing.TB) *idp {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p := &idp{t: t, key: key, pages: map[string]http.HandlerFunc{}}
	p.Server = httptest.NewServer(p)
	t.Cleanup(p.Close)
	p.metadata = object{
		"issuer": p.URL, "authorization_endpoint": p.URL + "/authorize", "token_endpoint": p.URL + "/token",
		"userinfo_endpoint": p.URL + "/userinfo", "end_session_endpoint": p.URL + "/logout", "jwks_uri": p.URL + "/keys",
		"id_token_signing_alg_values_supported": []string{"ES256"},
	}
	p.tokens = object{"access_token": "at", "refresh_token": "rt", "token_type": "Bearer", "expires_in": 3600, "scope": "openid email"}
	p.claims = object{
		"iss": p.URL, "sub": subject, "aud": "app", "iat": plugintest.Start.Unix(), "exp": plugintest.Start.Add(time.Hour).Unix(),
		"email": "Jane@example.com", "email_verified": true, "name": "Jane Doe", "picture": "https://img.example.com/j.png",
	}
	p.user = object{"sub": subject, "email": "jane@example.com", "email_verified": true, "name": "Jane", "picture": "https://img.example.com/u.png"}
	return p
}

func (p *idp) set(change func(p *idp)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change(p)
}

// ServeHTTP implements http.Handler.
func (p *idp) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	p.mu.Lock()
	p.seen = append(p.seen, seen{r.URL.Path, r.Header.Clone(), r.Form})
	page := p.pages[r.URL.Path]
	body := p.answer(r.URL.Path)
	p.mu.Unlock()
	switch {
	case page != nil:
		page(w, r)
	case body == nil:
		http.NotFound(w, r)
	default:
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(body)
	}
}

func (p *idp) answer(path string) any {
	switch path {
	case "/.well-known/openid-configuration":
		return p.metadata
	case "/keys":
		return jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: p.key.Public(), KeyID: "k", Algorithm: "ES256"}}}
	case "/userinfo":
		return p.user
	case "/token":
		tokens := maps.Clone(p.tokens)
		if p.claims != nil {
			tokens["id_token"] = p.sign(p.claims)
		}
		return tokens
	}
	return nil
}

func (p *idp) sign(claims object) string {
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: p.key, KeyID: "k"}}, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	data, err := json.Marshal(claims)
	if err != nil {
		p.t.Fatal(err)
	}
	jws, err := signer.Sign(data)
	if err != nil {
		p.t.Fatal(err)
	}
	token, err := jws.CompactSerialize()
	if err != nil {
		p.t.Fatal(err)
	}
	return token
}

// requests returns those for a path.
func (p *idp) requests(path string) []seen {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(p.seen), func(s seen) bool { return s.path != path })
}

const discoveryPath = "/.well-known/openid-configuration"

// acme is the usual registration with the provider.
func (p *idp) acme(changes ...func(*genericoauth.Provider)) genericoauth.Provider {
	o := genericoauth.Provider{
		ID: "acme", ClientID: "app", ClientSecret: "s3cret", DiscoveryURL: p.URL + discoveryPath, Scopes: []string{"email"},
	}
	for _, change := range changes {
		change(&o)
	}
	return o
}

// A flow is a browser between a site and a provider.
type flow struct {
	*plugintest.Client
	kit *plugintest.Kit
	idp *idp
}

func newFlow(t testing.TB, p *idp, providers ...genericoauth.Provider) *flow {
	return newFlowWith(t, p, nil, providers...)
}

func newFlowWith(t testing.TB, p *idp, change func(*betterauth.Config), providers ...genericoauth.Provider) *flow {
	t.Helper()
	kit := plugintest.New(t, plugintest.With(genericoauth.New(providers...)), change)
	return &flow{kit.Client(), kit, p}
}

// begin starts a flow and returns the parameters of the authorization URL.
func (f *flow) begin(path string) url.Values {
	f.T.Helper()
	a := f.Post(path, object{"provider": "acme", "callbackURL": "/home", "errorCallbackURL": "/oops"}).Expect(http.StatusOK)
	u, err := url.Parse(a.String("url"))
	if err != nil {
		f.T.Fatal(err)
	}
	return u.Query()
}

// back returns from the provider, which put the nonce into the ID token. more are further parameters.
func (f *flow) back(q url.Values, more ...string) *plugintest.Answer {
	f.T.Helper()
	f.idp.set(func(p *idp) {
		if p.claims != nil {
			p.claims["nonce"] = cmp.Or(p.nonce, q.Get("nonce"))
		}
	})
	return f.Get("/callback/acme?code=c0de&state=" + q.Get("state") + strings.Join(more, ""))
}

// enter is a whole sign-in.
func (f *flow) enter() *plugintest.Answer {
	f.T.Helper()
	return f.back(f.begin("/sign-in/social"))
}
