package genericoauth_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/genericoauth"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
)

func TestSignIn(t *testing.T) {
	t.Parallel()
	p := newIDP(t)
	f := newFlow(t, p, p.acme())
	q := f.begin("/sign-in/social")
	for name, want := range map[string]string{
		"client_id": "app", "response_type": "code", "scope": "openid email", "code_challenge_method": "S256",
		"redirect_uri": plugintest.Origin + "/api/auth/callback/acme",
	} {
		if got := q.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if len(q.Get("nonce")) != 32 || len(q.Get("state")) != 32 || q.Get("code_challenge") == "" {
		t.Errorf("parameters %v", q)
	}
	f.back(q, "&iss=", url.QueryEscape(p.URL)).ExpectRedirect("/home")
	if who := f.SignedIn(); who != "jane@example.com" {
		t.Errorf("signed in as %q", who)
	}
	u := f.kit.User("jane@example.com")
	if u.Name != "Jane Doe" || !u.EmailVerified || u.Image == nil || *u.Image != "https://img.example.com/j.png" {
		t.Errorf("user %+v", u)
	}
	a, err := plugin.Accounts.FindOne(t.Context(), f.kit.Store(), adapter.Eq("providerId", "acme"))
	if err != nil || a.AccountID != subject || *a.AccessToken != "at" || *a.RefreshToken != "rt" || *a.Scope != "openid,email" {
		t.Errorf("account %+v, %v", a, err)
	}
	exchange := p.requests("/token")[0].form
	if exchange.Get("code") != "c0de" || exchange.Get("client_secret") != "s3cret" || len(exchange.Get("code_verifier")) != 128 {
		t.Errorf("exchange %v", exchange)
	}
	if n := len(p.requests("/userinfo")); n != 0 {
		t.Errorf("userinfo was asked %d times", n)
	}
	f.DropCookies()
	f.enter().ExpectRedirect("/home")
	if users, n := f.kit.Count("user"), len(p.requests(discoveryPath)); users != 1 || n != 1 {
		t.Errorf("%d users, %d discoveries", users, n)
	}
}

// TestRefusals shows that what does not belong together signs nobody in and stores nothing.
func TestRefusals(t *testing.T) {
	t.Parallel()
	claim := func(name string, value any) func(*idp) { return func(p *idp) { p.claims[name] = value } }
	for name, c := range map[string]struct {
		change func(*idp)
		more   string
		code   string
	}{
		"another issuer in the callback": {nil, "&iss=https%3A%2F%2Fevil.example", "issuer_mismatch"},
		"another issuer in the token":    {claim("iss", "https://evil.example"), "", "unable_to_get_user_info"},
		"another audience":               {claim("aud", "other"), "", "unable_to_get_user_info"},
		"another nonce":                  {func(p *idp) { p.nonce = "stolen" }, "", "unable_to_get_user_info"},
		"another algorithm":              {func(p *idp) { p.metadata["id_token_signing_alg_values_supported"] = []string{"RS256"} }, "", "unable_to_get_user_info"},
		"expired token":                  {claim("exp", plugintest.Start.Unix()-31), "", "unable_to_get_user_info"},
		"no subject":                     {claim("sub", nil), "", "unable_to_get_user_info"},
		"no address anywhere":            {func(p *idp) { p.claims["email"] = nil; p.user["email"] = nil }, "", "email_not_found"},
		"profile of another": {
			func(p *idp) { p.claims["email"] = nil; p.user["sub"] = "other" }, "",
			"unable_to_get_user_info",
		},
		"exchange refused": {func(p *idp) { p.pages["/token"] = status(400, `{"error":"invalid_grant"}`) }, "", "invalid_code"},
		"exchange broken":  {func(p *idp) { p.pages["/token"] = status(500, "<html>") }, "", "invalid_code"},
		"keys broken":      {func(p *idp) { p.pages["/keys"] = status(500, "") }, "", "unable_to_get_user_info"},
		"userinfo broken": {
			func(p *idp) { p.claims["email"] = nil; p.pages["/userinfo"] = status(500, "") }, "",
			"unable_to_get_user_info",
		},
		"userinfo HTML": {
			func(p *idp) { p.claims["email"] = nil; p.pages["/userinfo"] = status(200, "<html>") }, "",
			"unable_to_get_user_info",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newIDP(t)
			f := newFlow(t, p, p.acme())
			if c.change != nil {
				p.set(c.change)
			}
			f.back(f.begin("/sign-in/social"), c.more).ExpectRedirect("/oops?error=" + c.code)
			if users, who := f.kit.Count("user"), f.SignedIn(); users != 0 || who != "" {
				t.Errorf("%d users, signed in as %q", users, who)
			}
		})
	}
}

func status(code int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(code)
		_, _ = w.Write([]byte(body))
	}
}

// TestUserInfo reads the profile without an ID token: the standard claims count, whatever else there is.
func TestUserInfo(t *testing.T) {
	t.Parallel()
	p := newIDP(t)
	p.claims = nil
	p.user["image"], p.user["emailVerified"] = "https://img.example.com/forged.png", true
	p.user["email_verified"] = "false"
	delete(p.user, "picture")
	f := newFlow(t, p, p.acme())
	f.enter().ExpectRedirect("/home")
	if u := f.kit.User("jane@example.com"); u.Image != nil || u.EmailVerified || u.Name != "Jane" {
		t.Errorf("user %+v", u)
	}
	if got := p.requests("/userinfo"); len(got) != 1 || got[0].header.Get("Authorization") != "Bearer at" {
		t.Errorf("requests %v", got)
	}
}

// TestLostNonce shows that a flow that began without a nonce cannot end with one missing.
func TestLostNonce(t *testing.T) {
	t.Parallel()
	p := newIDP(t)
	f := newFlow(t, p, p.acme())
	q := f.begin("/sign-in/social")
	rows, err := plugin.Verifications.Find(t.Context(), f.kit.Store(), adapter.Query{})
	if err != nil || len(rows) != 1 {
		t.Fatalf("%d states, %v", len(rows), err)
	}
	without := strings.Replace(rows[0].Value, q.Get("nonce"), "", 1)
	if _, err := plugin.Verifications.Update(t.Context(), f.kit.Store(), adapter.Changes{"value": without}, adapter.Eq("id", rows[0].ID)); err != nil {
		t.Fatal(err)
	}
	f.back(q).ExpectRedirect("/oops?error=nonce_binding_missing")
}

func TestLink(t *testing.T) {
	t.Parallel()
	p := newIDP(t)
	f := newFlow(t, p, p.acme())
	f.SignUp("jane@example.com")
	f.back(f.begin("/link-social")).ExpectRedirect("/home")
	if n := f.kit.Count("account", adapter.Eq("providerId", "acme"), adapter.Eq("accountId", subject)); n != 1 {
		t.Errorf("%d accounts", n)
	}
	other := &flow{f.kit.Client(), f.kit, p}
	other.SignUp("other@example.com")
	other.back(other.begin("/link-social")).ExpectRedirect("/oops?error=email_does_not_match")
}

func TestRefresh(t *testing.T) {
	t.Parallel()
	p := newIDP(t)
	f := newFlow(t, p, p.acme(func(o *genericoauth.Provider) {
		o.RefreshTokenParams = map[string]string{"audience": "api", "refresh_token": "mine", "grant_type": "password", "client_id": "other"}
		o.TokenParams = map[string]string{"resource": "api", "grant_type": "mine", "code": "mine"}
		o.TokenHeader = map[string]string{"X-Staging": "1"}
		o.DisablePKCE = true
		o.Authentication = "basic"
	}))
	f.enter().ExpectRedirect("/home")
	f.kit.Clock.Advance(time.Hour)
	p.set(func(p *idp) { p.tokens["access_token"] = "new" })
	accounts := f.Get("/list-accounts").Expect(http.StatusOK)
	a := f.Post("/get-access-token", object{"accountId": accounts.String("0.id")}).Expect(http.StatusOK)
	if a.String("accessToken") != "new" {
		t.Errorf("token %s", a.Body)
	}
	requests := p.requests("/token")
	exchange := url.Values{
		"grant_type": {"authorization_code"}, "code": {"c0de"}, "resource": {"api"}, "redirect_uri": {plugintest.Origin + "/api/auth/callback/acme"},
	}
	if got := requests[0]; got.form.Encode() != exchange.Encode() || got.header.Get("X-Staging") != "1" {
		t.Errorf("exchange %v %v", got.form, got.header)
	}
	sent := requests[1]
	want := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {"rt"}, "audience": {"api"}, "client_id": {"other"}}
	if sent.form.Encode() != want.Encode() || sent.header.Get("X-Staging") != "1" || sent.header.Get("Authorization") != "Basic YXBwOnMzY3JldA==" {
		t.Errorf("refresh %v %v", sent.form, sent.header)
	}
}

// TestRefreshParams asks a function for the parameters of each refresh.
func TestRefreshParams(t *testing.T) {
	t.Parallel()
	p := newIDP(t)
	f := newFlow(t, p, p.acme(func(o *genericoauth.Provider) {
		o.RefreshTokenParamsFunc = func(_ context.Context, req plugin.RefreshRequest) (map[string]string, error) {
			if req.Header.Get("X-Org") == "" {
				return nil, context.Canceled
			}
			return map[string]string{"scope": req.Header.Get("X-Org") + " " + req.Token}, nil
		}
	}))
	f.enter().ExpectRedirect("/home")
	account := object{"accountId": f.Get("/list-accounts").Expect(http.StatusOK).String("0.id")}
	f.Post("/refresh-token", account).ExpectError(http.StatusBadRequest, "FAILED_TO_REFRESH_ACCESS_TOKEN")
	f.Header.Set("X-Org", "o1")
	f.Post("/refresh-token", account).Expect(http.StatusOK)
	if sent := p.requests("/token"); len(sent) != 2 || sent[1].form.Get("scope") != "o1 rt" || sent[1].form.Get("client_secret") != "s3cret" {
		t.Errorf("requests %v", sent)
	}
}

func TestSignOut(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*genericoauth.Provider)
		body   object
		want   func(idp, token string) string
	}{
		"discovered": {nil, object{}, func(idp, token string) string { return idp + "/logout?id_token_hint=" + token }},
		"configured": {func(o *genericoauth.Provider) {
			o.EndSessionURL, o.PostLogoutRedirectURI = "https://id.example.com/out", "/bye"
		}, object{"state": "s"}, func(_, token string) string {
			return "https://id.example.com/out?id_token_hint=" + token + "&post_logout_redirect_uri=http%3A%2F%2Flocalhost%3A3000%2Fbye&client_id=app&state=s"
		}},
		"requested": {
			func(o *genericoauth.Provider) { o.PostLogoutRedirectURI = "app.example:/bye" },
			object{"callbackURL": "/there"},
			func(idp, token string) string {
				return idp + "/logout?id_token_hint=" + token + "&post_logout_redirect_uri=http%3A%2F%2Flocalhost%3A3000%2Fthere&client_id=app"
			},
		},
		"switched off": {func(o *genericoauth.Provider) { o.DisableProviderLogout = true }, object{}, func(string, string) string { return "" }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newIDP(t)
			o := p.acme()
			if c.change != nil {
				c.change(&o)
			}
			f := newFlow(t, p, o)
			f.enter().ExpectRedirect("/home")
			a, err := plugin.Accounts.FindOne(t.Context(), f.kit.Store(), adapter.Eq("providerId", "acme"))
			if err != nil {
				t.Fatal(err)
			}
			if got, want := f.Post("/sign-out", c.body).Expect(http.StatusOK).String("url"), c.want(p.URL, *a.IDToken); got != want {
				t.Errorf("%s\nwant %s", got, want)
			}
			if who := f.SignedIn(); who != "" {
				t.Errorf("still %s", who)
			}
		})
	}
}

// TestIDTokenSignIn signs in with an ID token that an app got by itself. The access token beside it is not
// proved, so the profile is not read with it.
func TestIDTokenSignIn(t *testing.T) {
	t.Parallel()
	p := newIDP(t)
	f := newFlow(t, p, p.acme())
	post := func(token, nonce string) *plugintest.Answer {
		return f.Post("/sign-in/social", object{"provider": "acme", "idToken": object{"token": token, "nonce": nonce, "accessToken": "at"}})
	}
	p.claims["nonce"] = "n"
	if a := post(p.sign(p.claims), "n").Expect(http.StatusOK); a.String("user.email") != "jane@example.com" {
		t.Errorf("%s", a.Body)
	}
	post(p.sign(p.claims), "other").ExpectError(http.StatusUnauthorized, "INVALID_TOKEN")
	post("a.b.c", "").ExpectError(http.StatusUnauthorized, "INVALID_TOKEN")
	p.claims["email"] = nil
	post(p.sign(p.claims), "n").ExpectError(http.StatusUnauthorized, "FAILED_TO_GET_USER_INFO")
	if n := len(p.requests("/userinfo")); n != 0 {
		t.Errorf("userinfo was asked %d times", n)
	}
}

func TestIDPInitiated(t *testing.T) {
	t.Parallel()
	p := newIDP(t)
	f := newFlow(t, p, p.acme())
	f.Get("/callback/acme?code=x").ExpectRedirect(plugintest.Origin + "/api/auth/error?error=state_not_found")
	f = newFlow(t, p, p.acme(func(o *genericoauth.Provider) { o.AllowIDPInitiated = true }))
	a := f.Get("/callback/acme?code=x").Expect(http.StatusFound)
	u, err := url.Parse(a.Header.Get("Location"))
	if err != nil || !strings.HasPrefix(u.String(), p.URL+"/authorize?") {
		t.Fatalf("%v, %v", u, err)
	}
	f.back(u.Query()).ExpectRedirect(plugintest.Origin)
}
