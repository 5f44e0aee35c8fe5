package oauth_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/oauth"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
)

// strategies are the places of a state, each with the cookie that ties it to the browser.
var strategies = map[string]struct {
	cookie string
	setup  setup
}{
	"database": {"better-auth.state", nil},
	"hashed":   {"better-auth.state", func(c *betterauth.Config) { c.Verification.StoreIdentifier.Hashed = true }},
	"cookie":   {"better-auth.oauth_state", func(c *betterauth.Config) { c.Account.StoreStateStrategy = plugin.StateInCookie }},
}

// eachStrategy runs a test with the state in each place. cookie names the browser's part.
func eachStrategy(t *testing.T, test func(t *testing.T, kit *plugintest.Kit, p *provider, cookie string)) {
	for name, s := range strategies {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := &provider{is: who{"1", "pro@example.com", true}}
			test(t, plugintest.New(t, p.install, s.setup), p, s.cookie)
		})
	}
}

// refused checks that a callback told the browser a code, did not sign it in and asked the provider nothing.
func refused(t *testing.T, kit *plugintest.Kit, p *provider, a *plugintest.Answer, code string) {
	t.Helper()
	a.Expect(302)
	if to := a.Header.Get("Location"); to != "/oops?error="+code && to != errorPage+code {
		t.Errorf("redirects to %q", to)
	}
	if len(p.ended) != 0 || kit.Count("session") != 0 || kit.Count("user") != 0 || a.Cookie("better-auth.session_token") != "" {
		t.Errorf("%d exchanges, %d sessions", len(p.ended), kit.Count("session"))
	}
}

// TestStateSwapped covers two flows whose states are exchanged (SEC-07), in two browsers and in one.
func TestStateSwapped(t *testing.T) {
	t.Parallel()
	eachStrategy(t, func(t *testing.T, kit *plugintest.Kit, p *provider, _ string) {
		a, b := kit.Client(), kit.Client()
		first, second := leave(t, a, "/sign-in/social", request()), leave(t, b, "/sign-in/social", request())
		refused(t, kit, p, come(a, second), "state_mismatch")
		refused(t, kit, p, come(b, first), "state_mismatch")
		newer := leave(t, a, "/sign-in/social", request())
		refused(t, kit, p, come(a, first), "state_mismatch") // the cookie is the newer flow's
		come(a, newer).ExpectRedirect("/in")
	})
}

// TestStateCookieGone takes the browser's part away, empties it and alters it (SEC-07).
func TestStateCookieGone(t *testing.T) {
	t.Parallel()
	eachStrategy(t, func(t *testing.T, kit *plugintest.Kit, p *provider, cookie string) {
		c := kit.Client()
		state := leave(t, c, "/sign-in/social", request())
		sent := c.RawCookie(cookie)
		if sent == "" || strings.Contains(sent, "CODE") {
			t.Fatalf("cookie %q", sent)
		}
		for name, value := range map[string]string{
			"empty": "", "unsigned": state, "altered": sent[:len(sent)-6] + "AAAAAA", "cut": sent[:len(sent)/2], "text": "nonsense",
		} {
			c.SetCookie(cookie, value)
			code := "state_mismatch"
			if cookie == "better-auth.oauth_state" && name != "empty" {
				code = "state_invalid"
			}
			refused(t, kit, p, come(c, state), code)
		}
		c.DropCookie(cookie)
		refused(t, kit, p, come(c, state), "state_mismatch")
		c.SetCookie(cookie, sent)
		come(c, state).ExpectRedirect("/in")
	})
}

// TestStateOnce replays a callback: from the browser, and by a thief who has its cookies of before.
func TestStateOnce(t *testing.T) {
	t.Parallel()
	eachStrategy(t, func(t *testing.T, kit *plugintest.Kit, p *provider, cookie string) {
		c := kit.Client()
		state := leave(t, c, "/sign-in/social", request())
		thief := c.Replay()
		come(c, state).ExpectRedirect("/in")
		if c.Cookie(cookie) != "" || kit.Count("verification") != 0 {
			t.Errorf("the state is still there: %q, %d rows", c.Cookie(cookie), kit.Count("verification"))
		}
		come(c, state).ExpectRedirect(errorPage + "state_mismatch")
		if cookie == "better-auth.state" { // a cookie alone cannot be used up
			come(thief, state).ExpectRedirect(errorPage + "state_mismatch")
		}
		if len(p.ended) != 1 {
			t.Errorf("%d exchanges", len(p.ended))
		}
	})
}

// TestStateLife checks that a state lives for ten minutes by the server's clock, and the browser's part of
// one in the database for five.
func TestStateLife(t *testing.T) {
	t.Parallel()
	for after, alive := range map[time.Duration]bool{9*time.Minute + 59*time.Second: true, 10 * time.Minute: true, 10*time.Minute + time.Millisecond: false, 24 * time.Hour: false} {
		t.Run(after.String(), func(t *testing.T) {
			t.Parallel()
			eachStrategy(t, func(t *testing.T, kit *plugintest.Kit, p *provider, cookie string) {
				c := kit.Client()
				state := leave(t, c, "/sign-in/social", request())
				keeper := c.Replay()
				kit.Clock.Advance(after)
				if !alive {
					refused(t, kit, p, come(keeper, state), "state_mismatch")
					return
				}
				if kept := slices.Contains(c.CookieNames(), cookie); kept != (cookie == "better-auth.oauth_state" && after < 10*time.Minute) {
					t.Errorf("the browser has the cookie: %t", kept)
				}
				come(keeper, state).ExpectRedirect("/in")
			})
		})
	}
}

// TestStateStored reads the row of a flow: the members that the reference writes.
func TestStateStored(t *testing.T) {
	t.Parallel()
	kit := plugintest.New(t, (&provider{settings: plugin.SocialSettings{RequireIDTokenNonce: true}}).install)
	c := kit.Client()
	state := leave(t, c, "/sign-in/social", request("newUserCallbackURL", "/new", "requestSignUp", false,
		"additionalData", body{"ref": "r", "callbackURL": "https://evil.example", "__proto__": body{"x": 1}}))
	rows, err := plugin.Verifications.Find(t.Context(), kit.Store(), adapter.Query{})
	if err != nil || len(rows) != 1 {
		t.Fatal(len(rows), err)
	}
	v := rows[0]
	if v.Identifier != "auth-state:"+state || !v.ExpiresAt.Equal(kit.Clock.Now().Add(10*time.Minute)) {
		t.Errorf("row %+v", v)
	}
	for _, want := range []string{
		`"ref":"r"`, `"callbackURL":"/in"`, `"errorURL":"/oops"`, `"newUserURL":"/new"`, `"requestSignUp":false`,
		`"oauthState":"` + state + `"`, `"codeVerifier":"`, `"idTokenNonce":"`, `"expiresAt":`,
	} {
		if !strings.Contains(v.Value, want) {
			t.Errorf("no %s in %s", want, v.Value)
		}
	}
	if strings.Contains(v.Value, "evil") || strings.Contains(v.Value, "__proto__") {
		t.Errorf("the request chose %s", v.Value)
	}
}

// TestAdditionalData follows data of the request and of a plugin through a flow to a hook at its end.
func TestAdditionalData(t *testing.T) {
	t.Parallel()
	eachStrategy(t, func(t *testing.T, _ *plugintest.Kit, p *provider, cookie string) {
		var seen *oauth.State
		hooks := plugin.Func("watch", func(r *plugin.Registry) error {
			r.Before(plugin.Path("/sign-in/social"), func(c *plugin.Context) error {
				oauth.AddServerContext(c, "from", "server")
				return nil
			})
			r.After(plugin.Path("/callback/:id"), func(c *plugin.Context) error { seen = oauth.StateOf(c); return nil })
			return nil
		})
		kit := plugintest.New(t, p.install, plugintest.With(hooks), func(c *betterauth.Config) {
			if cookie == "better-auth.oauth_state" {
				c.Account.StoreStateStrategy = plugin.StateInCookie
			}
		})
		visit(t, kit.Client(), "/sign-in/social", request("additionalData", body{"n": 1, "serverContext": body{"from": "request"}})).ExpectRedirect("/in")
		if seen == nil {
			t.Fatal("the hook saw no state")
		}
		from, _ := seen.ServerContext.Get("from")
		if n, _ := seen.Data.Get("n"); n != 1.0 || from != "server" || seen.CallbackURL != "/in" {
			t.Errorf("data %v, server context %v", seen.Data, seen.ServerContext)
		}
	})
}

// TestStateErrors reads the errors that a plugin with a callback of its own gets.
func TestStateErrors(t *testing.T) {
	t.Parallel()
	var got error
	hooks := plugin.Func("own", func(r *plugin.Registry) error {
		plugin.Handle(r, plugin.Endpoint{ID: "own", Method: "GET", Path: "/own"}, func(c *plugin.Context, _ struct{}) (string, error) {
			_, got = oauth.Redeem(c, "unknown")
			return "", nil
		})
		return nil
	})
	kit := plugintest.New(t, (&provider{}).install, plugintest.With(hooks))
	kit.Client().Get("/own").Expect(200)
	var e *oauth.StateError
	if !errors.As(got, &e) || e.Code != "state_mismatch" || e.URL != "" || !strings.Contains(e.Error(), "state_mismatch") {
		t.Errorf("error %v", got)
	}
}
