package oauth_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
)

// bits tells the facts of a row of a truth table.
func bits(n, of int) []bool {
	out := make([]bool, of)
	for i := range out {
		out[i] = n>>i&1 == 1
	}
	return out
}

// TestImplicitLinks is the truth table of who may sign in as the user that has the same address: by a
// callback and by an ID token.
func TestImplicitLinks(t *testing.T) {
	t.Parallel()
	for n := range 64 {
		b := bits(n, 6)
		trusted, proved, local, off, implicitOff, lenient := b[0], b[1], b[2], b[3], b[4], b[5]
		want := (trusted || proved) && !off && !implicitOff && (local || lenient)
		name := fmt.Sprintf("trusted %t, verified there %t and here %t, off %t, implicit off %t, lenient %t", trusted, proved, local, off, implicitOff, lenient)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := &provider{is: who{"1", "Ann@Example.com", proved}}
			kit := plugintest.New(t, p.install, func(c *betterauth.Config) {
				l := &c.Account.AccountLinking
				l.Disabled, l.DisableImplicit, l.AllowUnverifiedLocalEmail = off, implicitOff, lenient
				if trusted {
					l.TrustedProviders = []string{"other", "pro"}
				}
			})
			annSigns(t, kit, local)
			token := kit.Client().Post("/sign-in/social", body{"provider": "pro", "idToken": body{"token": "good"}})
			c := kit.Client()
			a := visit(t, c, "/sign-in/social", request())
			if !want {
				token.ExpectError(401, "OAUTH_LINK_ERROR")
				a.ExpectRedirect("/oops?error=account_not_linked")
				wantRows(t, kit, 1, 1, 1, 0)
				return
			}
			token.Expect(200)
			a.ExpectRedirect("/in")
			if u := kit.User(ann); c.SignedIn() != ann || u.EmailVerified != (local || proved) || linked(t, kit).UserID != u.ID {
				t.Errorf("signed in as %q, user %+v", c.SignedIn(), u)
			}
		})
	}
}

// TestExplicitLinks is the truth table of links that a signed-in user begins.
func TestExplicitLinks(t *testing.T) {
	t.Parallel()
	for n := range 64 {
		b := bits(n, 6)
		trusted, proved, off, same, lenient, others := b[0], b[1], b[2], b[3], b[4], b[5]
		redirect, code := "/in", ""
		switch {
		case off || !trusted && !proved:
			redirect, code = "/oops?error=unable_to_link_account", "LINKING_NOT_ALLOWED"
		case !same && !lenient:
			redirect, code = "/oops?error=email_does_not_match", "LINKING_DIFFERENT_EMAILS_NOT_ALLOWED"
		case others:
			redirect = "/oops?error=account_already_linked_to_different_user"
		}
		if others {
			code = "SOCIAL_ACCOUNT_ALREADY_LINKED"
		}
		name := fmt.Sprintf("trusted %t, verified %t, off %t, same address %t, lenient %t, of another user %t", trusted, proved, off, same, lenient, others)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := &provider{is: who{"1", "first@example.com", true}}
			kit := plugintest.New(t, p.install, func(c *betterauth.Config) {
				l := &c.Account.AccountLinking
				l.Disabled, l.AllowDifferentEmails = off, lenient
				if trusted {
					l.TrustedProviders = []string{"pro"}
				}
			})
			if others {
				visit(t, kit.Client(), "/sign-in/social", request()).ExpectRedirect("/in")
			}
			c := annSigns(t, kit, false)
			if p.is = (who{"1", "else@example.com", proved}); same {
				p.is.email = "ANN@example.com"
			}
			before := linked(t, kit)
			a := c.Post("/link-social", body{"provider": "pro", "idToken": body{"token": "good"}})
			if code != "" {
				a.ExpectError(map[bool]int{true: 401, false: a.Status}[code != "SOCIAL_ACCOUNT_ALREADY_LINKED"], code)
			} else if a.Expect(200); linked(t, kit).UserID != kit.User(ann).ID {
				t.Error("not linked by the ID token")
			}
			visit(t, c, "/link-social", request()).ExpectRedirect(redirect)
			if after := linked(t, kit); (redirect == "/in") != (after != nil && after.UserID == kit.User(ann).ID) || before != nil && after.UserID != before.UserID {
				t.Errorf("account %+v", after)
			}
		})
	}
}

// TestLinkSession ends the session that began a link in every way, and hands the callback to others: the
// account is linked for the user who began, or for nobody.
func TestLinkSession(t *testing.T) {
	t.Parallel()
	eachStrategy(t, func(t *testing.T, _ *plugintest.Kit, _ *provider, cookie string) {
		for name, end := range map[string]func(t *testing.T, kit *plugintest.Kit, c *plugintest.Client){
			"signed out": func(_ *testing.T, _ *plugintest.Kit, c *plugintest.Client) { c.Post("/sign-out", nil).Expect(200) },
			"revoked": func(_ *testing.T, kit *plugintest.Kit, _ *plugintest.Client) {
				kit.SignIn(ann).Post("/revoke-other-sessions", nil).Expect(200)
			},
			"expired": func(t *testing.T, kit *plugintest.Kit, _ *plugintest.Client) {
				if _, err := plugin.Sessions.Update(t.Context(), kit.Store(), adapter.Changes{"expiresAt": kit.Clock.Now().Add(-time.Second)}); err != nil {
					t.Fatal(err)
				}
			},
			"deleted user": func(t *testing.T, kit *plugintest.Kit, _ *plugintest.Client) {
				for _, table := range []string{"session", "account", "user"} {
					if _, err := kit.Store().Delete(t.Context(), table); err != nil {
						t.Fatal(err)
					}
				}
			},
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				kit := plugintest.New(t, (&provider{is: who{"1", ann, true}}).install, strategies[map[bool]string{true: "cookie", false: "database"}[cookie == "better-auth.oauth_state"]].setup)
				c := annSigns(t, kit, true)
				state := leave(t, c, "/link-social", request())
				end(t, kit, c)
				target := "/oops?error=unable_to_link_account"
				if name == "signed out" && cookie == "better-auth.oauth_state" {
					target = errorPage + "state_mismatch" // signing out takes the cookie along
				}
				come(c, state).ExpectRedirect(target)
				if a := linked(t, kit); a != nil {
					t.Errorf("linked: %+v", a)
				}
			})
		}
	})
}

// TestScopes covers what the column scope holds: the granted scopes, each once, those of links added.
func TestScopes(t *testing.T) {
	t.Parallel()
	p := &provider{is: who{"1", ann, true}, tokens: &plugin.OAuthTokens{AccessToken: "t"}}
	kit := plugintest.New(t, p.install)
	c := annSigns(t, kit, true)
	for _, tc := range []struct {
		path    string
		granted []string
		want    string
	}{
		{"/link-social", []string{"a", "b"}, "a,b"},
		{"/link-social", []string{"b", " c ", "", "c"}, "a,b,c"},
		{"/link-social", nil, "a,b,c"},
		{"/sign-in/social", []string{"z"}, "a,b,c"},
	} {
		p.tokens.Scopes = tc.granted
		visit(t, c, tc.path, request("scopes", []string{"asked"})).ExpectRedirect("/in")
		if got := *linked(t, kit).Scope; got != tc.want {
			t.Errorf("%s with %q: %q, want %q", tc.path, tc.granted, got, tc.want)
		}
	}
	if asked := p.begun[0].Scopes; len(asked) != 1 || asked[0] != "asked" {
		t.Errorf("asked for %q", asked)
	}
}
