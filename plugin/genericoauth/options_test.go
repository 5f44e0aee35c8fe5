package genericoauth_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/genericoauth"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
	"github.com/betterauth-go/betterauth/plugin/social"
)

// fixed is a server without discovery.
func fixed(change func(*genericoauth.Provider)) genericoauth.Provider {
	o := genericoauth.Provider{
		ID: "acme", ClientID: "app", ClientSecret: "s3cret",
		AuthorizationURL: "https://id.example.com/a", TokenURL: "https://id.example.com/t", UserInfoURL: "https://id.example.com/u",
	}
	if change != nil {
		change(&o)
	}
	return o
}

func TestFaults(t *testing.T) {
	t.Parallel()
	type change = func(*genericoauth.Provider)
	noToken := func(context.Context, plugin.ExchangeRequest) (*plugin.OAuthTokens, error) { return nil, nil }
	for want, c := range map[string]change{
		"":                                  func(*genericoauth.Provider) {},
		"ID is missing":                     func(o *genericoauth.Provider) { o.ID = "" },
		"ID does not fit a path":            func(o *genericoauth.Provider) { o.ID = "a/b" },
		"ID is that of accounts with a pas": func(o *genericoauth.Provider) { o.ID = "credential" },
		"ClientID is missing":               func(o *genericoauth.Provider) { o.ClientID = "" },
		"AuthorizationURL is missing":       func(o *genericoauth.Provider) { o.AuthorizationURL = "" },
		"TokenURL is missing":               func(o *genericoauth.Provider) { o.TokenURL = "" },
		"TokenURL is no absolute":           func(o *genericoauth.Provider) { o.TokenURL = "/token" },
		"UserInfoURL is no absolute":        func(o *genericoauth.Provider) { o.UserInfoURL = "ftp://x/y" },
		"RedirectURI is no absolute":        func(o *genericoauth.Provider) { o.RedirectURI = "javascript:alert(1)" },
		"PostLogoutRedirectURI is no":       func(o *genericoauth.Provider) { o.PostLogoutRedirectURI = "javascript:alert(1)" },
		"needs DiscoveryURL":                func(o *genericoauth.Provider) { o.RequireIDTokenVerification = true },
		"ResponseMode \"fragment\"":         func(o *genericoauth.Provider) { o.ResponseMode = "fragment" },
		"AccessTokenExpiresIn is negative":  func(o *genericoauth.Provider) { o.AccessTokenExpiresIn = -1 },
		"Authentication \"jwt\" is unknown": func(o *genericoauth.Provider) { o.Authentication = "jwt" },
		"\"basic\" needs ClientSecret":      func(o *genericoauth.Provider) { o.Authentication, o.ClientSecret = "basic", "" },
		"private_key_jwt cannot be combined": func(o *genericoauth.Provider) {
			o.TokenEndpointAuth.Method = "private_key_jwt"
		},
		"Authentication and TokenEndpointAuth": func(o *genericoauth.Provider) {
			o.Authentication, o.TokenEndpointAuth.Method = "post", "client_secret_basic"
		},
		"RefreshTokenParamsFunc are both set": func(o *genericoauth.Provider) {
			o.RefreshTokenParams = map[string]string{}
			o.RefreshTokenParamsFunc = func(context.Context, plugin.RefreshRequest) (map[string]string, error) { return nil, nil }
		},
	} {
		_, err := plugintest.TryNew(t, plugintest.With(genericoauth.New(fixed(c))))
		switch {
		case want == "" && err != nil:
			t.Errorf("good: %v", err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%s: %v", want, err)
		case want != "" && strings.Count(err.Error(), "generic provider") != 1:
			t.Errorf("%s: more than one fault: %v", want, err)
		}
	}
	for name, good := range map[string]change{
		"own exchange":     func(o *genericoauth.Provider) { o.TokenURL, o.GetToken = "", noToken },
		"scheme of an app": func(o *genericoauth.Provider) { o.PostLogoutRedirectURI = "com.example.app:/bye" },
		"public client":    func(o *genericoauth.Provider) { o.ClientSecret, o.TokenEndpointAuth.Method = "", "none" },
		"dots in the id":   func(o *genericoauth.Provider) { o.ID = "acme.example:eu-1_x~" },
	} {
		if _, err := plugintest.TryNew(t, plugintest.With(genericoauth.New(fixed(good)))); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestAllFaults shows that New reports the faults of all providers together, and clashes with others.
func TestAllFaults(t *testing.T) {
	t.Parallel()
	_, err := plugintest.TryNew(t, func(c *betterauth.Config) {
		c.SocialProviders = []plugin.SocialProvider{social.GitHub(social.Options{ClientID: "id", ClientSecret: "secret"})}
		c.Plugins = []plugin.Plugin{genericoauth.New(
			genericoauth.Provider{ID: "one"}, fixed(nil), fixed(nil), fixed(func(o *genericoauth.Provider) { o.ID = "github" }),
			genericoauth.MicrosoftEntraID("common", genericoauth.Provider{ClientID: "app"}),
			genericoauth.Okta("", genericoauth.Provider{ClientID: "app"}),
			genericoauth.Auth0("", genericoauth.Provider{ClientID: "app"}),
		)}
	})
	if err == nil {
		t.Fatal("accepted")
	}
	for _, want := range []string{
		`generic provider "one": ClientID`, `generic provider "one": AuthorizationURL`, `generic provider "one": TokenURL`,
		`"acme" is listed twice`, `"github" is listed twice`,
		`"microsoft-entra-id": the tenant is no GUID`, `"okta": the issuer is missing`, `"auth0": the domain is none`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in\n%v", want, err)
		}
	}
}

func TestRelativeLogoutNeedsSite(t *testing.T) {
	t.Parallel()
	o := fixed(func(o *genericoauth.Provider) { o.PostLogoutRedirectURI = "/bye" })
	_, err := plugintest.TryNew(t, plugintest.With(genericoauth.New(o)), func(c *betterauth.Config) {
		c.BaseURL, c.DynamicBaseURL = "", &betterauth.DynamicBaseURL{AllowedHosts: []string{"*.example.com"}}
		c.EmailVerification, c.EmailAndPassword = betterauth.EmailVerification{}, betterauth.EmailAndPassword{}
	})
	if err == nil || !strings.Contains(err.Error(), "PostLogoutRedirectURI") {
		t.Error(err)
	}
}

// TestOneAuth shows that a plugin cannot be shared.
func TestOneAuth(t *testing.T) {
	t.Parallel()
	p := genericoauth.New(fixed(nil))
	plugintest.New(t, plugintest.With(p))
	if _, err := plugintest.TryNew(t, plugintest.With(p)); err == nil || !strings.Contains(err.Error(), "belongs to another Auth") {
		t.Error(err)
	}
}

// TestAuthorizationURL compares the parameters, all but state and challenge.
func TestAuthorizationURL(t *testing.T) {
	t.Parallel()
	const usual = "client_id=app&login_hint=me&redirect_uri=http%3A%2F%2Flocalhost%3A3000%2Fapi%2Fauth%2Fcallback%2Facme&response_type=code&scope=extra"
	for name, c := range map[string]struct {
		change func(*genericoauth.Provider)
		want   string
	}{
		"nothing": {nil, usual},
		"scopes":  {func(o *genericoauth.Provider) { o.Scopes = []string{"email"} }, strings.Replace(usual, "scope=extra", "scope=extra+email", 1)},
		"modes": {func(o *genericoauth.Provider) {
			o.Prompt, o.AccessType, o.ResponseMode, o.ResponseType = "login consent", "offline", "form_post", "code id_token"
		}, "access_type=offline&client_id=app&login_hint=me&prompt=login+consent&redirect_uri=http%3A%2F%2Flocalhost%3A3000%2Fapi%2Fauth%2Fcallback%2Facme&response_mode=form_post&response_type=code+id_token&scope=extra"},
		"parameters": {func(o *genericoauth.Provider) {
			o.AuthorizationParams = map[string]string{"audience": "api", "state": "mine", "nonce": "mine", "mine": "1"}
		}, "audience=api&" + strings.Replace(usual, "&redirect_uri", "&mine=2&redirect_uri", 1)},
		"redirect": {
			func(o *genericoauth.Provider) { o.RedirectURI = "https://app.example.com/back" },
			"client_id=app&login_hint=me&redirect_uri=https%3A%2F%2Fapp.example.com%2Fback&response_type=code&scope=extra",
		},
		"no PKCE": {func(o *genericoauth.Provider) { o.DisablePKCE = true }, usual},
	} {
		kit := plugintest.New(t, plugintest.With(genericoauth.New(fixed(c.change))))
		body := object{"provider": "acme", "scopes": []string{"extra"}, "loginHint": "me"}
		if name == "parameters" {
			body["additionalParams"] = object{"mine": "2"}
		}
		u, err := url.Parse(kit.Client().Post("/sign-in/social", body).Expect(http.StatusOK).String("url"))
		if err != nil {
			t.Fatal(err)
		}
		q := u.Query()
		if challenge := q.Get("code_challenge") + q.Get("code_challenge_method"); (challenge == "") != (name == "no PKCE") || len(q.Get("state")) != 32 {
			t.Errorf("%s: %v", name, q)
		}
		for _, random := range []string{"state", "code_challenge", "code_challenge_method"} {
			q.Del(random)
		}
		if got := q.Encode(); got != c.want {
			t.Errorf("%s: %s\nwant %s", name, got, c.want)
		}
	}
}

// TestFunctions replaces exchange and profile by the application's functions.
func TestFunctions(t *testing.T) {
	t.Parallel()
	p := newIDP(t)
	var exchange plugin.ExchangeRequest
	o := fixed(func(o *genericoauth.Provider) {
		o.RedirectURI, o.AccessTokenExpiresIn = "https://app.example.com/back", time.Minute
		o.GetToken = func(_ context.Context, req plugin.ExchangeRequest) (*plugin.OAuthTokens, error) {
			exchange = req
			return &plugin.OAuthTokens{AccessToken: "own", Scopes: []string{"a", "b"}}, nil
		}
		o.GetUserInfo = func(_ context.Context, tokens *plugin.OAuthTokens) (*plugin.OAuthProfile, error) {
			return &plugin.OAuthProfile{Data: object{"uid": "u-1", "id": "i-1", "token": tokens.AccessToken}, User: plugin.OAuthUser{Email: new("own@example.com"), EmailVerified: true}}, nil
		}
		o.MapProfileToUser = func(_ context.Context, profile map[string]any, user *plugin.OAuthUser) error {
			user.Name = new("with " + profile["token"].(string))
			profile["uid"] = "forged"
			return nil
		}
		o.AccountSubject = func(_ context.Context, _ *plugin.OAuthTokens, profile map[string]any) (string, error) {
			return profile["uid"].(string), nil
		}
	})
	f := newFlow(t, p, o)
	f.enter().ExpectRedirect("/home")
	if exchange.Code != "c0de" || exchange.RedirectURI != "https://app.example.com/back" || len(exchange.CodeVerifier) != 128 {
		t.Errorf("exchange %+v", exchange)
	}
	if u := f.kit.User("own@example.com"); u.Name != "with own" || !u.EmailVerified {
		t.Errorf("user %+v", u)
	}
	a, err := plugin.Accounts.FindOne(t.Context(), f.kit.Store(), adapter.Eq("accountId", "u-1"))
	if err != nil || *a.Scope != "a,b" || a.AccessTokenExpiresAt == nil || !a.AccessTokenExpiresAt.Equal(f.kit.Clock.Now().Add(time.Minute)) {
		t.Errorf("account %+v, %v", a, err)
	}
}

// TestFailingFunctions shows that a function which fails or knows nothing signs nobody in.
func TestFailingFunctions(t *testing.T) {
	t.Parallel()
	broken := context.DeadlineExceeded
	for name, c := range map[string]struct {
		change func(*genericoauth.Provider)
		code   string
	}{
		"exchange fails": {func(o *genericoauth.Provider) {
			o.GetToken = func(context.Context, plugin.ExchangeRequest) (*plugin.OAuthTokens, error) { return nil, broken }
		}, "invalid_code"},
		"no tokens": {func(o *genericoauth.Provider) {
			o.GetToken = func(context.Context, plugin.ExchangeRequest) (*plugin.OAuthTokens, error) { return nil, nil }
		}, "invalid_code"},
		"profile fails": {func(o *genericoauth.Provider) {
			o.GetUserInfo = func(context.Context, *plugin.OAuthTokens) (*plugin.OAuthProfile, error) { return nil, broken }
		}, "unable_to_get_user_info"},
		"no profile": {func(o *genericoauth.Provider) {
			o.GetUserInfo = func(context.Context, *plugin.OAuthTokens) (*plugin.OAuthProfile, error) { return nil, nil }
		}, "unable_to_get_user_info"},
		"profile of another": {func(o *genericoauth.Provider) {
			o.GetUserInfo = func(context.Context, *plugin.OAuthTokens) (*plugin.OAuthProfile, error) {
				return &plugin.OAuthProfile{Subject: subject, Data: object{"sub": "another"}, User: plugin.OAuthUser{Email: new("x@example.com")}}, nil
			}
		}, "unable_to_get_user_info"},
		"mapping fails": {func(o *genericoauth.Provider) {
			o.MapProfileToUser = func(context.Context, map[string]any, *plugin.OAuthUser) error { return broken }
		}, "unable_to_get_user_info"},
		"subject fails": {func(o *genericoauth.Provider) {
			o.AccountSubject = func(context.Context, *plugin.OAuthTokens, map[string]any) (string, error) { return "s", broken }
		}, "unable_to_get_user_info"},
		"subject is null": {func(o *genericoauth.Provider) {
			o.AccountSubject = func(context.Context, *plugin.OAuthTokens, map[string]any) (string, error) { return "null", nil }
		}, "unable_to_get_user_info"},
	} {
		p := newIDP(t)
		f := newFlow(t, p, p.acme(c.change))
		f.enter().ExpectRedirect("/oops?error=" + c.code)
		if n := f.kit.Count("user"); n != 0 {
			t.Errorf("%s: %d users", name, n)
		}
	}
}

// TestAccountSubject shows which member of the profile is the account's id.
func TestAccountSubject(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*idp)
		want   string
	}{
		"token":           {func(*idp) {}, subject},
		"userinfo":        {func(p *idp) { p.claims = nil; p.user["id"] = "i-1" }, subject},
		"unsigned, token": {func(p *idp) { delete(p.metadata, "id_token_signing_alg_values_supported"); p.claims["id"] = "i-1" }, "i-1"},
		"unsigned, userinfo": {func(p *idp) {
			delete(p.metadata, "id_token_signing_alg_values_supported")
			p.claims = nil
			p.user["id"] = 12345678901234567
		}, "12345678901234567"},
		"unsigned, token without id": {func(p *idp) { delete(p.metadata, "id_token_signing_alg_values_supported") }, subject},
	} {
		p := newIDP(t)
		p.set(c.change)
		f := newFlow(t, p, p.acme())
		f.enter().ExpectRedirect("/home")
		if n := f.kit.Count("account", adapter.Eq("accountId", c.want)); n != 1 {
			t.Errorf("%s: %d accounts", name, n)
		}
	}
}

// TestAccountInfo reads the profile again, with the stored tokens; one that has expired proves nothing.
func TestAccountInfo(t *testing.T) {
	t.Parallel()
	p := newIDP(t)
	f := newFlow(t, p, p.acme())
	f.enter().ExpectRedirect("/home")
	id := f.Get("/list-accounts").Expect(http.StatusOK).String("0.id")
	a := f.Get("/account-info?accountId=" + id).Expect(http.StatusOK)
	if a.String("user.email") != "Jane@example.com" || a.Get("user.emailVerified") != true || a.String("data.sub") != subject || a.String("data.id") != subject {
		t.Errorf("%s", a.Body)
	}
	f.kit.Clock.Advance(2 * time.Hour)
	f.Get("/account-info?accountId="+id).ExpectError(http.StatusUnauthorized, "FAILED_TO_GET_USER_INFO")
}

// TestRules shows that the rules of the configuration reach the endpoints.
func TestRules(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*genericoauth.Provider)
		want   string
	}{
		"no sign-up":          {func(o *genericoauth.Provider) { o.DisableSignUp = true }, "/oops?error=signup_disabled"},
		"no implicit sign-up": {func(o *genericoauth.Provider) { o.DisableImplicitSignUp = true }, "/oops?error=signup_disabled"},
		"verification":        {func(o *genericoauth.Provider) { o.RequireEmailVerification = true }, "/oops?error=email_not_verified"},
	} {
		p := newIDP(t)
		p.claims["email_verified"] = false
		f := newFlow(t, p, p.acme(c.change))
		if a := f.enter(); a.Header.Get("Location") != c.want {
			t.Errorf("%s: %s", name, a.Header.Get("Location"))
		}
	}
	p := newIDP(t)
	f := newFlow(t, p, p.acme(func(o *genericoauth.Provider) { o.OverrideUserInfo = true }))
	f.enter().ExpectRedirect("/home")
	p.set(func(p *idp) { p.claims["name"] = "Renamed" })
	f.enter().ExpectRedirect("/home")
	if u := f.kit.User("jane@example.com"); u.Name != "Renamed" {
		t.Errorf("user %+v", u)
	}
}

// TestNonceBinding shows that without it a token of another sign-in passes, and no nonce is sent.
func TestNonceBinding(t *testing.T) {
	t.Parallel()
	p := newIDP(t)
	p.nonce = "of another sign-in"
	f := newFlow(t, p, p.acme(func(o *genericoauth.Provider) { o.DisableIDTokenNonceBinding = true }))
	if q := f.begin("/sign-in/social"); q.Has("nonce") {
		t.Errorf("nonce %q", q.Get("nonce"))
	}
	f.enter().ExpectRedirect("/home")
}
