package genericoauth_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/genericoauth"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
)

// unavailable is how a provider without its discovery document answers: as one that is not configured.
func (f *flow) unavailable() {
	f.T.Helper()
	f.Post("/sign-in/social", object{"provider": "acme"}).ExpectError(http.StatusNotFound, "PROVIDER_NOT_FOUND")
}

// TestBrokenDiscovery lets the document fail in every way, and come back.
func TestBrokenDiscovery(t *testing.T) {
	t.Parallel()
	redirect := func(target string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", target)
			w.WriteHeader(http.StatusFound)
		}
	}
	elsewhere := httptest.NewServer(status(200, `{"issuer":"https://evil.example"}`))
	t.Cleanup(elsewhere.Close)
	for name, page := range map[string]http.HandlerFunc{
		"500":                status(500, "{}"),
		"404":                status(404, ""),
		"HTML":               status(200, "<html>"),
		"empty":              status(200, ""),
		"null":               status(200, "null"),
		"a list":             status(200, "[]"),
		"nothing in it":      status(200, "{}"),
		"wrong type":         status(200, `{"authorization_endpoint":7}`),
		"issuer is no URL":   status(200, `{"issuer":"acme"}`),
		"script as endpoint": status(200, `{"authorization_endpoint":"javascript://x/%0aalert(1)","token_endpoint":"https://id.example.com/t"}`),
		"no token endpoint":  status(200, `{"authorization_endpoint":"https://id.example.com/a"}`),
		"10 MiB":             status(200, `{"x":"`+strings.Repeat("x", 10<<20)+`"}`),
		"breaks off":         func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"to a file":          redirect("file:///etc/passwd"),
		"to a private host":  redirect(elsewhere.URL),
		"to itself":          redirect(discoveryPath),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newIDP(t)
			p.pages[discoveryPath] = page
			f := newFlow(t, p, p.acme())
			f.unavailable()
			f.Get("/callback/acme?code=x").ExpectRedirect(plugintest.Origin + "/api/auth/error?error=state_not_found")
			f.SignUp("jane@example.com")
			f.Post("/link-social", object{"provider": "acme"}).ExpectError(http.StatusNotFound, "PROVIDER_NOT_FOUND")
			f.Post("/sign-out", object{}).Expect(http.StatusOK)
			p.set(func(p *idp) { delete(p.pages, discoveryPath) })
			f.begin("/sign-in/social")
		})
	}
}

// TestLostDuringFlow shows what a browser sees that comes back to an instance which cannot discover.
func TestLostDuringFlow(t *testing.T) {
	t.Parallel()
	p := newIDP(t)
	f := newFlow(t, p, p.acme())
	q := f.begin("/sign-in/social")
	p.set(func(p *idp) { p.pages[discoveryPath] = status(503, "") })
	config := f.kit.Config
	config.Plugins = []plugin.Plugin{genericoauth.New(p.acme())}
	second, err := betterauth.New(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = second.Close(context.Background()) })
	f.Client = f.At(second.Handler())
	f.back(q).ExpectRedirect("/oops?error=oauth_provider_not_found")
}

// TestConfiguredURLs shows that URLs of the configuration win over discovered ones, and that they do not
// replace a document that cannot be had: sign-ins would no longer be verified.
func TestConfiguredURLs(t *testing.T) {
	t.Parallel()
	p := newIDP(t)
	o := p.acme(func(o *genericoauth.Provider) {
		o.AuthorizationURL, o.TokenURL = "https://id.example.com/a?x=1", p.URL+"/token"
	})
	p.metadata["authorization_endpoint"] = "https://other.example.com"
	f := newFlow(t, p, o)
	p.set(func(p *idp) { p.pages[discoveryPath] = status(500, "") })
	f.unavailable()
	p.set(func(p *idp) { delete(p.pages, discoveryPath) })
	a := f.Post("/sign-in/social", object{"provider": "acme"}).Expect(http.StatusOK)
	if u := a.String("url"); !strings.HasPrefix(u, "https://id.example.com/a?x=1&response_type=code&") {
		t.Error(u)
	}
}

func TestRequireIDTokenVerification(t *testing.T) {
	t.Parallel()
	for _, member := range []string{"issuer", "jwks_uri"} {
		p := newIDP(t)
		delete(p.metadata, member)
		newFlow(t, p, p.acme(func(o *genericoauth.Provider) { o.RequireIDTokenVerification = true })).unavailable()
		f := newFlow(t, p, p.acme())
		if q := f.begin("/sign-in/social"); q.Has("nonce") {
			t.Errorf("without %s: a nonce that nobody checks", member)
		}
		f.enter().ExpectRedirect("/home")
		f.Post("/sign-in/social", object{"provider": "acme", "idToken": object{"token": p.sign(p.claims)}}).
			ExpectError(http.StatusNotFound, "ID_TOKEN_NOT_SUPPORTED")
	}
}

// TestDiscoveryHeader shows where the header goes: to the document, and to keys at the same origin.
func TestDiscoveryHeader(t *testing.T) {
	t.Parallel()
	p, foreign := newIDP(t), newIDP(t)
	foreign.key = p.key
	o := p.acme(func(o *genericoauth.Provider) { o.DiscoveryHeader = map[string]string{"X-Tenant": "t1"} })
	newFlow(t, p, o).enter().ExpectRedirect("/home")
	p.metadata["jwks_uri"] = foreign.URL + "/keys"
	newFlow(t, p, o).enter().ExpectRedirect("/home")
	for path, got := range map[string][]seen{discoveryPath: p.requests(discoveryPath), "/keys": p.requests("/keys")} {
		if len(got) == 0 || got[0].header.Get("X-Tenant") != "t1" {
			t.Errorf("%s: %v", path, got)
		}
	}
	if got := foreign.requests("/keys"); len(got) != 1 || got[0].header.Get("X-Tenant") != "" {
		t.Errorf("foreign keys: %v", got)
	}
}

// A transport answers without a network.
type transport func(r *http.Request) (*http.Response, error)

func (fn transport) Do(r *http.Request) (*http.Response, error) { return fn(r) }

func discovering(t *testing.T, client plugin.HTTPClient) *plugintest.Kit {
	t.Helper()
	return plugintest.New(t, func(c *betterauth.Config) {
		c.HTTPClient = client
		c.Plugins = []plugin.Plugin{genericoauth.New(genericoauth.Provider{
			ID: "acme", ClientID: "app", DiscoveryURL: "https://id.example.com/conf",
		})}
	})
}

// TestHangingDiscovery shows that requests wait together, and for ten seconds at most.
func TestHangingDiscovery(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fetches := 0
		kit := discovering(t, transport(func(r *http.Request) (*http.Response, error) {
			fetches++
			<-r.Context().Done()
			return nil, r.Context().Err()
		}))
		began := time.Now()
		var all sync.WaitGroup
		for range 8 {
			c := kit.Client()
			all.Go(func() {
				c.Post("/sign-in/social", object{"provider": "acme"}).ExpectError(http.StatusNotFound, "PROVIDER_NOT_FOUND")
			})
		}
		all.Wait()
		if waited := time.Since(began); fetches != 1 || waited != 10*time.Second {
			t.Errorf("%d fetches, waited %v", fetches, waited)
		}
	})
}

// TestImpatientCaller shows that neither the first caller nor one who waits spoils the discovery for others.
func TestImpatientCaller(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		kit := discovering(t, transport(func(r *http.Request) (*http.Response, error) {
			select {
			case <-time.After(5 * time.Second):
			case <-r.Context().Done():
				return nil, r.Context().Err()
			}
			w := httptest.NewRecorder()
			status(200, `{"authorization_endpoint":"https://id.example.com/a","token_endpoint":"https://id.example.com/t"}`)(w, r)
			return w.Result(), nil
		}))
		var all sync.WaitGroup
		for _, patience := range []time.Duration{time.Second, 2 * time.Second, time.Minute} {
			c := kit.Client()
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			all.Go(func() {
				defer cancel()
				began := time.Now()
				r := c.Request(http.MethodPost, "/sign-in/social", object{"provider": "acme"})
				a, waited := c.Send(r.WithContext(ctx)), time.Since(began)
				if patience == time.Minute && a.Status != http.StatusOK {
					t.Errorf("the patient one: %d %s", a.Status, a.Body)
				}
				if patience == 2*time.Second && waited != patience {
					t.Errorf("one who waits for another stays for %v", waited)
				}
			})
			synctest.Wait()
		}
		all.Wait()
	})
}

// TestPanickingTransport shows that a transport which panics does not keep others waiting.
func TestPanickingTransport(t *testing.T) {
	t.Parallel()
	kit := discovering(t, transport(func(*http.Request) (*http.Response, error) { panic("transport") }))
	for range 2 {
		kit.Client().Post("/sign-in/social", object{"provider": "acme"}).Expect(http.StatusInternalServerError)
	}
}

// TestDiscoveryLog shows that the log says what is wrong.
func TestDiscoveryLog(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	kit := plugintest.New(t, func(c *betterauth.Config) {
		c.Logger = slog.New(slog.NewTextHandler(&log, nil))
		c.HTTPClient = transport(func(*http.Request) (*http.Response, error) {
			return nil, &url.Error{Op: "Get", URL: "https://id.example.com?k=s3cret", Err: errors.New("no such host")}
		})
		c.Plugins = []plugin.Plugin{genericoauth.New(genericoauth.Provider{ID: "acme", ClientID: "app", DiscoveryURL: "https://id.example.com?k=s3cret"})}
	})
	kit.Client().Post("/sign-in/social", object{"provider": "acme"}).Expect(http.StatusNotFound)
	if got := log.String(); !strings.Contains(got, "provider=acme") || !strings.Contains(got, "no such host") || strings.Contains(got, "s3cret") {
		t.Error(got)
	}
}
