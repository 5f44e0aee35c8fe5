package onetap_test

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/plugin/onetap"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
)

var keys = sync.OnceValue(func() [2]*rsa.PrivateKey {
	var pair [2]*rsa.PrivateKey
	for i := range pair {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			panic(err)
		}
		pair[i] = key
	}
	return pair
})

// google is a server with Google's keys. It takes the requests for all hosts.
type google struct {
	t       testing.TB
	handler atomic.Value // of http.HandlerFunc
	fetches atomic.Int64
	url     *url.URL
}

func newGoogle(t testing.TB) *google {
	g := &google{t: t}
	g.publish("1")
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Wanted") != "https://www.googleapis.com/oauth2/v3/certs" {
			t.Errorf("a request for %s", r.Header.Get("X-Wanted"))
		}
		g.fetches.Add(1)
		g.handler.Load().(http.HandlerFunc)(w, r)
	}))
	t.Cleanup(s.Close)
	var err error
	if g.url, err = url.Parse(s.URL); err != nil {
		t.Fatal(err)
	}
	return g
}

// Do implements plugin.HTTPClient.
func (g *google) Do(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("X-Wanted", r.URL.String())
	r.URL.Scheme, r.URL.Host = g.url.Scheme, g.url.Host
	return http.DefaultClient.Do(r)
}

// publish answers with the keys of these ids: "1" is the first, "2" the second.
func (g *google) publish(ids ...string) {
	set := jose.JSONWebKeySet{Keys: []jose.JSONWebKey{}}
	for _, id := range ids {
		set.Keys = append(set.Keys, jose.JSONWebKey{Key: keys()[id[0]-'1'].Public(), KeyID: id, Use: "sig", Algorithm: "RS256"})
	}
	text, err := json.Marshal(set)
	if err != nil {
		g.t.Fatal(err)
	}
	g.answer(http.StatusOK, string(text))
}

func (g *google) answer(status int, body string) {
	g.handler.Store(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}))
}

type claims = map[string]any

// good are the claims of a token that is good at the time.
func good(now time.Time, changes claims) claims {
	c := claims{
		"iss": "https://accounts.google.com", "aud": "tap", "sub": "google-1", "iat": now.Unix(), "exp": now.Unix() + 600,
		"email": "Ann@Example.com", "email_verified": true, "name": "Ann G", "picture": "https://img.example/a.png",
	}
	maps.Copy(c, changes)
	maps.DeleteFunc(c, func(_ string, v any) bool { return v == nil })
	return c
}

// sign makes a token; kid "1" and "2" are keys that Google may publish, other ids are made up.
func (g *google) sign(alg jose.SignatureAlgorithm, kid string, c claims) string {
	g.t.Helper()
	var key any = keys()[0]
	switch {
	case alg == jose.HS256:
		key = keys()[0].N.Bytes()
	case kid == "2":
		key = keys()[1]
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: jose.JSONWebKey{Key: key, KeyID: kid}}, nil)
	if err != nil {
		g.t.Fatal(err)
	}
	text, err := json.Marshal(c)
	if err != nil {
		g.t.Fatal(err)
	}
	jws, err := signer.Sign(text)
	if err != nil {
		g.t.Fatal(err)
	}
	token, err := jws.CompactSerialize()
	if err != nil {
		g.t.Fatal(err)
	}
	return token
}

// A site is an Auth with the plugin, and its Google.
type site struct {
	*plugintest.Kit
	google *google
	p      *onetap.Plugin
}

func start(t testing.TB, o onetap.Options, changes ...func(*betterauth.Config)) *site {
	t.Helper()
	s := &site{google: newGoogle(t), p: onetap.New(o)}
	s.Kit = plugintest.New(t, append(changes, plugintest.With(s.p), func(c *betterauth.Config) { c.HTTPClient = s.google })...)
	return s
}

// token is a good one, changed.
func (s *site) token(changes claims) string {
	s.T.Helper()
	return s.google.sign(jose.RS256, "1", good(s.Clock.Now(), changes))
}

// tap signs a browser in.
func tap(c *plugintest.Client, token string) *plugintest.Answer {
	return c.Post("/one-tap/callback", map[string]any{"idToken": token})
}
