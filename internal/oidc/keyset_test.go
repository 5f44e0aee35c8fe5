package oidc_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/betterauth-go/betterauth/internal/oidc"
	"github.com/betterauth-go/betterauth/plugin"
)

func secondKey(t *testing.T) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestRotation(t *testing.T) {
	t.Parallel()
	second := secondKey(t)
	p := newProvider(t, public("1", rsaKey().Public()))
	v := p.verifier()
	first := sign(t, jose.RS256, rsaKey(), "1", claims("exp", start.Add(time.Hour).Unix()))
	newer := sign(t, jose.RS256, second, "2", claims("exp", start.Add(time.Hour).Unix()))
	step := func(name string, after time.Duration, token string, ok bool, fetches int64) {
		t.Helper()
		p.now = start.Add(after)
		err := v.VerifyIDToken(t.Context(), p.out(), token, "")
		if (err == nil) != ok || p.fetches.Load() != fetches {
			t.Errorf("%s: %v after %d fetches, want %d", name, err, p.fetches.Load(), fetches)
		}
	}
	step("first", 0, first, true, 1)
	step("cached", time.Second, first, true, 1)
	step("unknown id: refetched", 2*time.Second, newer, false, 2)
	step("unknown id again: not yet", 3*time.Second, newer, false, 2)
	p.publish(t, public("1", rsaKey().Public()), public("2", second.Public()))
	step("published, but too early", 31*time.Second, newer, false, 2)
	step("published and seen", 33*time.Second, newer, true, 3)
	step("the old one still works", 34*time.Second, first, true, 3)
	step("known ids refetch nothing", 5*time.Minute, newer, true, 3)
	p.publish(t, public("2", second.Public()))
	step("too old: fetched again", 6*time.Minute, first, false, 4)
	step("withdrawn key", 6*time.Minute+time.Second, newer, true, 4)
	p.set("{}", 503)
	step("provider down, cached", 7*time.Minute, newer, true, 4)
	step("provider down, too old", 12*time.Minute, newer, false, 5)
}

// Keys that the same call has fetched are not fetched again for an id that they lack.
func TestUnknownIDOfFreshKeys(t *testing.T) {
	t.Parallel()
	p := newProvider(t, public("1", rsaKey().Public()))
	tick := start
	out := plugin.Outbound{Now: func() time.Time {
		tick = tick.Add(time.Millisecond)
		return tick
	}}
	for range 5 {
		if err := p.verifier().VerifyIDToken(t.Context(), out, sign(t, jose.RS256, rsaKey(), "made-up", claims()), ""); !errors.Is(err, oidc.ErrNoKey) {
			t.Error(err)
		}
	}
	if n := p.fetches.Load(); n != 5 { // five verifiers
		t.Errorf("%d fetches", n)
	}
}

type panicking struct{}

func (panicking) RoundTrip(*http.Request) (*http.Response, error) { panic("transport") }

func TestPanickingTransport(t *testing.T) {
	t.Parallel()
	p := newProvider(t, public("1", rsaKey().Public()))
	v, token := p.verifier(), sign(t, jose.RS256, rsaKey(), "1", claims())
	out := p.out()
	out.HTTP = &http.Client{Transport: panicking{}}
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic was swallowed")
			}
		}()
		_ = v.VerifyIDToken(t.Context(), out, token, "")
	}()
	if err := v.VerifyIDToken(t.Context(), p.out(), token, ""); err != nil {
		t.Errorf("the next caller: %v", err)
	}
}

// A token without key id is tried with all keys, and with newer ones when none fits.
func TestNoKeyID(t *testing.T) {
	t.Parallel()
	second := secondKey(t)
	p := newProvider(t, public("1", rsaKey().Public()), public("2", second.Public()))
	v := p.verifier()
	if err := v.VerifyIDToken(t.Context(), p.out(), sign(t, jose.RS256, second, "", claims()), ""); err != nil {
		t.Error(err)
	}
	third := secondKey(t)
	p.publish(t, public("3", third.Public()))
	p.now = start.Add(time.Second)
	if err := v.VerifyIDToken(t.Context(), p.out(), sign(t, jose.RS256, third, "", claims()), ""); err != nil {
		t.Error(err)
	}
	if n := p.fetches.Load(); n != 2 {
		t.Errorf("%d fetches", n)
	}
}

func TestSingleFlight(t *testing.T) {
	t.Parallel()
	p := newProvider(t, public("1", rsaKey().Public()))
	hold := make(chan struct{})
	p.hold = hold
	v := p.verifier()
	token, out := sign(t, jose.RS256, rsaKey(), "1", claims()), p.out()
	ctx, cancel := context.WithCancel(t.Context())
	first := make(chan error, 1)
	go func() { first <- v.VerifyIDToken(ctx, out, token, "") }()
	waitFor(t, func() bool { return p.fetches.Load() == 1 })
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if err := v.VerifyIDToken(t.Context(), out, token, ""); err != nil {
				t.Error(err)
			}
		})
	}
	cancel() // the caller that fetches goes away: one of the others takes over
	if err := <-first; !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled caller: %v", err)
	}
	waitFor(t, func() bool { return p.fetches.Load() == 2 })
	close(hold)
	wg.Wait()
	if n := p.fetches.Load(); n != 2 {
		t.Errorf("%d fetches for 21 callers", n)
	}
	gone, stop := context.WithCancel(t.Context())
	stop()
	if err := v.VerifyIDToken(gone, out, token, ""); err != nil {
		t.Errorf("cached keys need no request: %v", err)
	}
}

func waitFor(t *testing.T, done func() bool) {
	t.Helper()
	for range 500 {
		if done() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("waited for 5 s")
}

func TestWrongKeySets(t *testing.T) {
	t.Parallel()
	token := sign(t, jose.RS256, rsaKey(), "1", claims())
	good := mustJSON(t, public("1", rsaKey().Public()))
	for body, ok := range map[string]bool{
		`{"keys":[` + good + `]}`: true,
		`{"keys":[{"kty":"future","kid":"1"},7,null,{"kty":"oct","k":"AAAA","kid":"1"},` + good + `]}`: true,
		`{"keys":[` + strings.Replace(good, `"sig"`, `"enc"`, 1) + `]}`:                                false,
		`{"keys":[` + strings.Replace(good, `"kid"`, `"alg":"RS512","kid"`, 1) + `]}`:                  false,
		`{"keys":[` + mustJSON(t, public("1", rsaKey())) + `]}`:                                        false, // a private key
		`{"keys":[]}`: false, `{"keys":null}`: false, `{}`: false, `null`: false, `[]`: false, `<html>`: false, ``: false,
		`{"keys":"x"}`: false, `{"keys":[` + strings.Repeat(good+",", 200) + good + `]}`: false,
		strings.Repeat(" ", 2<<20) + `{"keys":[` + good + `]}`: false,
	} {
		p := newProvider(t)
		p.set(body, 200)
		if err := p.verifier().VerifyIDToken(t.Context(), p.out(), token, ""); (err == nil) != ok {
			t.Errorf("%.80s: %v", body, err)
		}
	}
}

func TestDiscover(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	p.set(`{"issuer":"https://op.example.com","authorization_endpoint":"https://op.example.com/a","token_endpoint":"https://op.example.com/t",
		"userinfo_endpoint":"https://op.example.com/u","end_session_endpoint":"https://op.example.com/e","jwks_uri":"/keys",
		"id_token_signing_alg_values_supported":["RS256"],"other":[1]}`, 200)
	got, err := oidc.Discover(t.Context(), p.out(), p.URL+"/.well-known/openid-configuration", nil)
	want := &oidc.Metadata{
		Issuer: "https://op.example.com", AuthorizationEndpoint: "https://op.example.com/a", TokenEndpoint: "https://op.example.com/t",
		UserInfoEndpoint: "https://op.example.com/u", EndSessionEndpoint: "https://op.example.com/e", JWKSURI: p.URL + "/keys",
		IDTokenAlgorithms: []string{"RS256"},
	}
	if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%+v, %v", got, err)
	}
	for _, body := range []string{
		"", "<html>", "[]", `{"issuer":7}`, `{"issuer":"op"}`, `{"token_endpoint":"/t"}`, `{"jwks_uri":"http://[::1"}`, `{"issuer":"%zz://"}`,
	} {
		p.set(body, 200)
		if got, err := oidc.Discover(t.Context(), p.out(), p.URL, nil); err == nil {
			t.Errorf("%s: %+v", body, got)
		}
	}
	p.set("{}", 404)
	if _, err := oidc.Discover(t.Context(), p.out(), p.URL, nil); err == nil {
		t.Error("status 404 is accepted")
	}
}

func TestSameOrigin(t *testing.T) {
	t.Parallel()
	for pair, want := range map[[2]string]bool{
		{"https://a.example.com/x", "https://a.example.com/y?z"}: true,
		{"https://a.example.com", "http://a.example.com"}:        false,
		{"https://a.example.com", "https://b.example.com"}:       false,
		{"https://a.example.com", "https://a.example.com:8443"}:  false,
		{"", ""}:             false,
		{"%zz", "https://a"}: false,
		{"https://a", "%zz"}: false,
	} {
		if got := oidc.SameOrigin(pair[0], pair[1]); got != want {
			t.Errorf("%v: %v", pair, got)
		}
	}
}
