package oauthproxy_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/oauthpopup"
	"github.com/betterauth-go/betterauth/plugin/oauthproxy"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
)

// TestOnce ends one flow many times at once: it signs in once.
func TestOnce(t *testing.T) {
	t.Parallel()
	p := newPair(t, oauthproxy.Options{})
	location := strings.TrimPrefix(p.relay(p.begin("/sign-in/social").Get("state"), octo), preview)
	var wg sync.WaitGroup
	targets := make([]string, 8)
	for i := range targets {
		c := p.here.Clone()
		wg.Go(func() { targets[i] = c.Do(http.MethodGet, location, nil).Header.Get("Location") })
	}
	wg.Wait()
	count := map[string]int{}
	for _, target := range targets {
		count[target]++
	}
	if count["/welcome"] != 1 || count["/oops?error=state_mismatch"] != len(targets)-1 || p.preview.Count("session") != 1 {
		t.Errorf("%d sessions, redirects %v", p.preview.Count("session"), count)
	}
}

// TestPopup signs in at a preview in a popup.
func TestPopup(t *testing.T) {
	t.Parallel()
	p := newPair(t, oauthproxy.Options{}, func(c *betterauth.Config) {
		c.Plugins = append(c.Plugins, oauthpopup.New(oauthpopup.Options{}))
	})
	start := p.here.Get("/oauth-popup/start?provider=github&popupNonce=n&popupOrigin=" + url.QueryEscape(preview)).Expect(http.StatusFound)
	page := query(t, start.Header.Get("Location"))
	if got := page.Get("redirect_uri"); got != production+"/api/auth/callback/github" {
		t.Errorf("redirect URI %s", got)
	}
	end := p.land(p.relay(page.Get("state"), octo)).Expect(http.StatusOK)
	if !strings.Contains(end.Body, `"targetOrigin":"`+preview+`","nonce":"n","token":"`) || p.here.SignedIn() != "octo@example.com" {
		t.Errorf("signed in as %q: %s", p.here.SignedIn(), end.Body)
	}
}

// TestInProcess hands a callback to production's typed functions.
func TestInProcess(t *testing.T) {
	t.Parallel()
	p := newPair(t, oauthproxy.Options{})
	var h http.Header
	_, err := p.production.API.CallbackOAuth(t.Context(), api.CallbackOAuthInput{
		Provider: "github", Code: octo.code(t), State: p.begin("/sign-in/social").Get("state"),
	}, api.CaptureHeaders(&h))
	if err == nil || !strings.HasPrefix(h.Get("Location"), preview) {
		t.Fatalf("redirects to %q, %v", h.Get("Location"), err)
	}
	p.land(h.Get("Location")).ExpectRedirect("/welcome")
}

// TestLog finds nothing in the log that signs anybody in.
func TestLog(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	logged := func(c *betterauth.Config) {
		c.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	p := newPair(t, oauthproxy.Options{}, logged)
	p.production = deploy(t, production, oauthproxy.Options{}, logged)
	p.there = p.production.Client()
	state := p.begin("/sign-in/social").Get("state")
	location := p.relay(state, octo)
	stranger := plugintest.NewClient(t, preview, p.preview.Site)
	stranger.Do(http.MethodGet, strings.TrimPrefix(location, preview), nil).ExpectRedirect("/oops?error=state_mismatch")
	stranger.Do(http.MethodGet, strings.TrimPrefix(location, preview)+"0", nil).Expect(http.StatusFound)
	stranger.Get("/callback/github/oauth-proxy?callbackURL=/x&profile=" + seal(t, "oauth-proxy-profile", `{"userInfo":{"email":"octo-in-log"}`)).Expect(http.StatusFound)
	p.relay(state, person{ID: 1, Broken: "token"})
	p.there.Get("/callback/github?code=x&state=" + seal(t, "oauth-proxy-package", `{"state":"octo-in-log","stateCookie":"ab","isOAuthProxy":true}`)).Expect(http.StatusFound)
	p.land(location).ExpectRedirect("/welcome")
	id := open(t, keyring(t, plugintest.Secret), "oauth-proxy-package", state)["state"].(string)
	a, err := plugin.Accounts.FindOne(t.Context(), p.preview.Store())
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{id, state, query(t, location).Get("profile"), *a.AccessToken, octo.code(t), "octo-in-log", plugintest.Secret, octo.Email} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log holds %s", secret)
		}
	}
	if strings.Count(log.String(), "level=WARN") < 4 {
		t.Errorf("log %s", log.String())
	}
}
