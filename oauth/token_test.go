package oauth_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
)

// pro starts a kit with a user who came from the provider.
func pro(t *testing.T, changes ...setup) (*plugintest.Kit, *provider, *plugintest.Client) {
	t.Helper()
	p := &provider{is: who{"1", "pro@example.com", true}}
	kit := plugintest.New(t, append([]setup{p.install}, changes...)...)
	c := kit.Client()
	visit(t, c, "/sign-in/social", request()).ExpectRedirect("/in")
	return kit, p, c
}

// TestRefreshWindow checks when an access token is refreshed: from five seconds before its end.
func TestRefreshWindow(t *testing.T) {
	t.Parallel()
	for left, refreshed := range map[time.Duration]bool{
		time.Minute: false, 5*time.Second + time.Millisecond: false, 5 * time.Second: false, 5*time.Second - time.Millisecond: true,
		0: true, -time.Hour: true,
	} {
		t.Run(left.String(), func(t *testing.T) {
			t.Parallel()
			kit, p, c := pro(t)
			kit.Clock.Advance(time.Minute - left)
			in := body{"accountId": linked(t, kit).ID}
			want := map[bool]string{true: "access-2", false: "access-1"}[refreshed]
			if a := c.Post("/get-access-token", in).Expect(200); a.String("accessToken") != want {
				t.Errorf("body %s", a.Body)
			}
			a := linked(t, kit)
			if *a.AccessToken != want || refreshed != (len(p.used) == 1) || refreshed && (p.used[0] != "refresh-1" || *a.RefreshToken != "refresh-2" || *a.IDToken != "id-2") {
				t.Errorf("used %q, account %+v", p.used, a)
			}
			c.Post("/get-access-token", in).Expect(200)
			if len(p.used) > 1 {
				t.Error("refreshed again")
			}
		})
	}
}

// TestKeptRefreshToken covers a provider that rotates nothing, and one that answers with less.
func TestKeptRefreshToken(t *testing.T) {
	t.Parallel()
	kit, p, c := pro(t)
	p.tokens = &plugin.OAuthTokens{AccessToken: "short"}
	in := body{"accountId": linked(t, kit).ID}
	if a := c.Post("/refresh-token", in).Expect(200); a.String("accessToken") != "short" || a.String("refreshToken") != "refresh-1" || a.String("idToken") != "id-1" {
		t.Errorf("body %s", a.Body)
	}
	if a := linked(t, kit); *a.RefreshToken != "refresh-1" || *a.Scope != "a,b" || !a.AccessTokenExpiresAt.Equal(kit.Clock.Now().Add(time.Minute)) {
		t.Errorf("account %+v", a)
	}
	before := *linked(t, kit)
	p.tokens, p.failure = nil, errors.New("revoked: refresh-1")
	a := c.Post("/refresh-token", in).ExpectError(400, "FAILED_TO_REFRESH_ACCESS_TOKEN")
	if strings.Contains(a.Body, "revoked") || *linked(t, kit).AccessToken != *before.AccessToken {
		t.Errorf("body %s, account %+v", a.Body, linked(t, kit))
	}
}

// TestEncryptedTokens stores tokens unreadably, and still reads those that were stored before.
func TestEncryptedTokens(t *testing.T) {
	t.Parallel()
	encrypt := func(c *betterauth.Config) { c.Account.EncryptOAuthTokens = true }
	kit, p, c := pro(t, encrypt)
	a := linked(t, kit)
	if strings.Contains(*a.AccessToken+*a.RefreshToken, "-1") || *a.IDToken != "id-1" {
		t.Errorf("stored %q, %q, %q", *a.AccessToken, *a.RefreshToken, *a.IDToken)
	}
	in := body{"accountId": a.ID}
	read := func(want string) {
		t.Helper()
		if a := c.Post("/get-access-token", in).Expect(200); a.String("accessToken") != want {
			t.Errorf("body %s, want %q", a.Body, want)
		}
	}
	read("access-1")
	for _, plain := range []string{"plain-token", "ya29.a0-b_c", "$ba"} {
		store(t, kit, "accessToken", plain)
		read(plain)
	}
	store(t, kit, "refreshToken", "plain-refresh")
	if a := c.Post("/refresh-token", in).Expect(200); a.String("accessToken") != "access-2" || p.used[0] != "plain-refresh" {
		t.Errorf("body %s, used %q", a.Body, p.used)
	}
	if a := linked(t, kit); strings.Contains(*a.AccessToken+*a.RefreshToken, "-2") {
		t.Errorf("stored %q, %q", *a.AccessToken, *a.RefreshToken)
	}
	store(t, kit, "accessToken", strings.Repeat("ab", 60)) // what looks encrypted must be
	c.Post("/get-access-token", in).ExpectError(400, "FAILED_TO_GET_ACCESS_TOKEN")
}

// TestUnboundTokens covers accounts that cannot be refreshed: the old token is handed out.
func TestUnboundTokens(t *testing.T) {
	t.Parallel()
	kit, p, c := pro(t)
	in := body{"accountId": linked(t, kit).ID}
	store(t, kit, "refreshToken", nil)
	kit.Clock.Advance(time.Hour)
	if a := c.Post("/get-access-token", in).Expect(200); a.String("accessToken") != "access-1" {
		t.Errorf("body %s", a.Body)
	}
	c.Post("/refresh-token", in).ExpectError(400, "REFRESH_TOKEN_NOT_FOUND")
	store(t, kit, "refreshToken", "r")
	p.failure = plugin.ErrNotSupported
	if a := c.Post("/get-access-token", in).Expect(200); a.String("accessToken") != "access-1" {
		t.Errorf("body %s", a.Body)
	}
	c.Post("/refresh-token", in).ExpectError(400, "TOKEN_REFRESH_NOT_SUPPORTED")
	p.failure = errors.New("down")
	c.Post("/get-access-token", in).ExpectError(400, "FAILED_TO_GET_ACCESS_TOKEN")
}

// store changes a column of the account at the provider.
func store(t *testing.T, kit *plugintest.Kit, column string, value any) {
	t.Helper()
	if _, err := plugin.Accounts.Update(t.Context(), kit.Store(), map[string]any{column: value}); err != nil {
		t.Fatal(err)
	}
}

// TestNoStore checks that no cache keeps an answer with a token or a cookie (SEC-34).
func TestNoStore(t *testing.T) {
	t.Parallel()
	kit, _, c := pro(t)
	in := body{"accountId": linked(t, kit).ID}
	for name, a := range map[string]*plugintest.Answer{
		"begin": c.Post("/sign-in/social", request()), "link": c.Post("/link-social", request()),
		"callback": visit(t, c, "/sign-in/social", request()), "token": c.Post("/get-access-token", in), "refresh": c.Post("/refresh-token", in),
		"id token": c.Post("/sign-in/social", body{"provider": "pro", "idToken": body{"token": "good"}}),
	} {
		if a.Status >= 400 || a.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d, Cache-Control %q", name, a.Status, a.Header.Get("Cache-Control"))
		}
	}
}

// TestStoreIsAsked checks that tokens are for sessions that the store still has, whatever a cookie says (SEC-20).
func TestStoreIsAsked(t *testing.T) {
	t.Parallel()
	kit, _, c := pro(t, func(c *betterauth.Config) { c.Session.CookieCache.Enabled, c.Account.StoreAccountCookie = true, true })
	id := linked(t, kit).ID
	thief := c.Replay()
	c.Post("/sign-out", nil).Expect(200)
	for _, in := range []body{{"accountId": id}, {"useAccountCookie": true}} {
		thief.Post("/get-access-token", in).Expect(401)
		thief.Post("/refresh-token", in).Expect(401)
	}
	thief.Get("/account-info?accountId=" + id).Expect(401)
	thief.Post("/link-social", request()).Expect(401)
	thief.Post("/unlink-account", body{"accountId": id}).Expect(401)
}
