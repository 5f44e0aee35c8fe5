package onetap_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin/onetap"
)

// TestRotation shows that a new key of Google is found, and a withdrawn one forgotten.
func TestRotation(t *testing.T) {
	t.Parallel()
	s := start(t, options)
	try := func(name, kid string, want int, fetches int64) {
		t.Helper()
		a := tap(s.Client(), s.google.sign(jose.RS256, kid, good(s.Clock.Now(), nil)))
		if a.Status != want || s.google.fetches.Load() != fetches {
			t.Errorf("%s: %d %s after %d fetches", name, a.Status, a.Body, s.google.fetches.Load())
		}
	}
	try("first", "1", http.StatusOK, 1)
	s.Clock.Advance(time.Minute)
	s.google.publish("1", "2")
	try("new key", "2", http.StatusOK, 2)
	try("old key", "1", http.StatusOK, 2)
	try("made-up key right afterwards", "x", http.StatusBadRequest, 2)
	s.Clock.Advance(31 * time.Second)
	try("made-up key", "x", http.StatusBadRequest, 3)
	s.google.publish("2")
	s.Clock.Advance(5 * time.Minute)
	try("withdrawn key", "1", http.StatusBadRequest, 4)
	try("its successor", "2", http.StatusOK, 4)
}

// TestBrokenKeys lets Google answer with anything but its keys.
func TestBrokenKeys(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status int
		body   string
	}{
		"500": {500, `{"error":"broken"}`}, "HTML": {200, "<html>"}, "nothing": {200, ""}, "no keys": {200, `{}`}, "null": {200, `{"keys":null}`},
		"keys of another type": {200, `{"keys":"x"}`}, "empty": {200, `{"keys":[]}`}, "useless keys": {200, `{"keys":[1,{"kty":"oct","k":"AAAA","kid":"1"},{"kty":"RSA","kid":"1"}]}`},
		"10 MiB": {200, `{"keys":[` + strings.Repeat(" ", 10<<20) + `]}`}, "redirect": {302, ""},
	} {
		s := start(t, options)
		s.google.answer(c.status, c.body)
		a := tap(s.Client(), s.token(nil)).ExpectError(http.StatusBadRequest, "")
		if a.String("message") != "invalid id token" || s.Count("user")+s.Count("session") != 0 {
			t.Errorf("%s: %s", name, a.Body)
		}
		s.google.publish("1")
		s.Clock.Advance(31 * time.Second)
		if a := tap(s.Client(), s.token(nil)); a.Status != http.StatusOK {
			t.Errorf("%s, mended: %s", name, a.Body)
		}
	}
}

// TestHangingKeys shows that a call ends with its caller, and that others wait for one fetch.
func TestHangingKeys(t *testing.T) {
	t.Parallel()
	s := start(t, options)
	asked := make(chan struct{}, 4)
	s.google.handler.Store(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		asked <- struct{}{}
		<-r.Context().Done()
	}))
	ctx, cancel := context.WithCancel(t.Context())
	in := onetap.CallbackInput{IDToken: s.token(nil)}
	var calls sync.WaitGroup
	for range 4 {
		calls.Go(func() {
			if _, err := s.p.API.OneTapCallback(ctx, in); !errors.Is(err, onetap.InvalidIDToken) {
				t.Errorf("error %v", err)
			}
		})
	}
	<-asked
	cancel()
	calls.Wait()
	if n := s.google.fetches.Load(); n != 1 {
		t.Errorf("%d fetches", n)
	}
}
