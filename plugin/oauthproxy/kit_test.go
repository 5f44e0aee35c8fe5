package oauthproxy_test

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/internal/crypto"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/oauthproxy"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
	"github.com/betterauth-go/betterauth/plugin/social"
)

const (
	production = plugintest.Origin
	preview    = "http://preview.localhost:4000"
)

// A person is what the provider tells; the code of a callback is its JSON.
type person struct {
	ID       int    `json:"id"`
	Name     string `json:"name"`
	Email    string `json:"email"`
	Verified bool   `json:"verified"`
	Broken   string `json:"broken,omitempty"`
}

var octo = person{ID: 1001, Name: "Octo Cat", Email: "Octo@Example.com", Verified: true}

func (p person) code(t testing.TB) string {
	t.Helper()
	text, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

// gitHub plays GitHub on a server of its own.
func gitHub(t testing.TB) *http.Client {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		code := r.PostFormValue("code")
		if r.Method == http.MethodGet {
			code = strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer at.")
		}
		var p person
		text, _ := base64.RawURLEncoding.DecodeString(code)
		_ = json.Unmarshal(text, &p)
		answer := any(map[string]any{"id": p.ID, "login": "l", "name": p.Name, "email": p.Email, "avatar_url": "https://img.example/a.png"})
		switch {
		case r.Method == http.MethodPost && p.Broken == "token", p.Broken == "profile" && r.Method == http.MethodGet:
			w.WriteHeader(http.StatusBadRequest)
		case r.Method == http.MethodPost:
			answer = map[string]any{"access_token": "at." + code, "token_type": "bearer", "scope": "read:user", "expires_in": 3600, "refresh_token": "rt"}
		case r.URL.Path == "/user/emails" && p.Email == "":
			answer = []any{}
		case r.URL.Path == "/user/emails":
			answer = []any{map[string]any{"email": p.Email, "primary": true, "verified": p.Verified}}
		}
		_ = json.NewEncoder(w).Encode(answer)
	}))
	t.Cleanup(s.Close)
	target, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Transport: toServer{target.Host}}
}

type toServer struct{ host string }

func (to toServer) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.URL.Scheme, r.URL.Host = "http", to.host
	return http.DefaultTransport.RoundTrip(r)
}

type setup = func(*betterauth.Config)

// deploy starts an instance at an address.
func deploy(t testing.TB, address string, o oauthproxy.Options, changes ...setup) *plugintest.Kit {
	t.Helper()
	return plugintest.New(t, append([]setup{func(c *betterauth.Config) {
		c.BaseURL, c.HTTPClient = address, gitHub(t)
		c.SocialProviders = []plugin.SocialProvider{social.GitHub(social.Options{ClientID: "gh", ClientSecret: "ghs"})}
		c.Plugins = []plugin.Plugin{oauthproxy.New(o)}
	}}, changes...)...)
}

// pair is production and a preview, with browsers for both.
type pair struct {
	t                   testing.TB
	production, preview *plugintest.Kit
	there, here         *plugintest.Client // the browser at production and at the preview
}

func newPair(t testing.TB, o oauthproxy.Options, changes ...setup) *pair {
	t.Helper()
	o.ProductionURL = production
	p := &pair{t: t, production: deploy(t, production, o), preview: deploy(t, preview, o, changes...)}
	p.there, p.here = p.production.Client(), plugintest.NewClient(t, preview, p.preview.Site)
	return p
}

// begin starts a flow at the preview and returns the provider's page.
func (p *pair) begin(path string, members ...any) url.Values {
	p.t.Helper()
	body := map[string]any{"provider": "github", "callbackURL": "/dash", "errorCallbackURL": "/oops", "newUserCallbackURL": "/welcome"}
	for i := 0; i+1 < len(members); i += 2 {
		body[members[i].(string)] = members[i+1]
	}
	return query(p.t, p.here.Post(path, body).Expect(http.StatusOK).String("url"))
}

// relay ends the flow at production and returns where that sends the browser.
func (p *pair) relay(state string, who person) string {
	p.t.Helper()
	a := p.there.Get("/callback/github?code=" + who.code(p.t) + "&state=" + url.QueryEscape(state)).Expect(http.StatusFound)
	return a.Header.Get("Location")
}

// land follows a redirect to the preview.
func (p *pair) land(location string) *plugintest.Answer {
	p.t.Helper()
	path, ok := strings.CutPrefix(location, preview)
	if !ok {
		p.t.Fatalf("production redirects to %s", location)
	}
	return p.here.Do(http.MethodGet, path, nil)
}

func query(t testing.TB, address string) url.Values {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query()
}

func keyring(t testing.TB, secret string) *crypto.Keyring {
	t.Helper()
	k, err := crypto.NewKeyring(nil, secret)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// seal encrypts as production does.
func seal(t testing.TB, purpose, text string) string {
	t.Helper()
	sealed, err := keyring(t, plugintest.Secret).EncryptFor(purpose, text, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

func open(t testing.TB, k *crypto.Keyring, purpose, sealed string) map[string]any {
	t.Helper()
	text, err := k.DecryptFor(purpose, sealed)
	if err != nil {
		t.Fatal(err)
	}
	return object(t, text)
}

func object(t testing.TB, text string) map[string]any {
	t.Helper()
	var o map[string]any
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		t.Fatal(err)
	}
	return o
}
