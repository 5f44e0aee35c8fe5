package endpoints_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
)

// TestImplicitLinking covers who may sign in to a user that has the same address already.
func TestImplicitLinking(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		provider, local bool // whether the address is verified there
		change          func(*plugin.AccountLinking)
		linked          bool
	}{
		"both verified":        {provider: true, local: true, linked: true},
		"takeover by provider": {provider: false, local: true},
		"local not verified":   {provider: true, local: false},
		"trusted provider":     {local: true, change: func(l *plugin.AccountLinking) { l.TrustedProviders = []string{"fake"} }, linked: true},
		"trusted by request": {local: true, change: func(l *plugin.AccountLinking) {
			l.TrustedProvidersFunc = func(*http.Request) []string { return []string{"fake"} }
		}, linked: true},
		"another is trusted":     {local: true, change: func(l *plugin.AccountLinking) { l.TrustedProviders = []string{"fak"} }},
		"local need not be":      {provider: true, change: func(l *plugin.AccountLinking) { l.AllowUnverifiedLocalEmail = true }, linked: true},
		"linking off":            {provider: true, local: true, change: func(l *plugin.AccountLinking) { l.Disabled = true }},
		"implicit linking off":   {provider: true, local: true, change: func(l *plugin.AccountLinking) { l.DisableImplicit = true }},
		"copies the user's info": {provider: true, local: true, change: func(l *plugin.AccountLinking) { l.UpdateUserInfoOnLink = true }, linked: true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := plugintest.New(t, with(&fake{profile: person("1", "User@Example.com", tc.provider)}), func(c *betterauth.Config) {
				if tc.change != nil {
					tc.change(&c.Account.AccountLinking)
				}
			})
			s.SignUp(address)
			if _, err := plugin.Users.Update(t.Context(), s.Store(), adapter.Changes{"emailVerified": tc.local}, adapter.Eq("email", address)); err != nil {
				t.Fatal(err)
			}
			c := s.Client()
			if !tc.linked {
				comeBack(t, c, "/sign-in/social", flow()).ExpectRedirect("/oops?error=account_not_linked")
				if c.SignedIn() != "" || s.Count("account") != 1 || s.Count("session") != 1 {
					t.Errorf("signed in as %q, %d accounts", c.SignedIn(), s.Count("account"))
				}
				return
			}
			comeBack(t, c, "/sign-in/social", flow()).ExpectRedirect("/dash")
			u := s.User(address)
			if c.SignedIn() != address || s.Count("account") != 2 || s.Count("user") != 1 || u.EmailVerified != (tc.local || tc.provider) {
				t.Errorf("signed in as %q, %d accounts, user %+v", c.SignedIn(), s.Count("account"), u)
			}
			if copied := u.Name == "Name 1" && u.Image != nil; copied != strings.HasPrefix(name, "copies") {
				t.Errorf("user %+v", u)
			}
		})
	}
}

// TestExplicitLinking covers link-social by redirect.
func TestExplicitLinking(t *testing.T) {
	t.Parallel()
	link := body{"provider": "fake", "callbackURL": "/settings", "errorCallbackURL": "/oops"}
	cases := map[string]struct {
		profile *plugin.OAuthProfile
		change  func(*plugin.AccountLinking)
		want    string
	}{
		"same address":      {person("1", address, true), nil, "/settings"},
		"another address":   {person("1", "x@example.com", true), nil, "/oops?error=email_does_not_match"},
		"another is fine":   {person("1", "x@example.com", true), func(l *plugin.AccountLinking) { l.AllowDifferentEmails = true }, "/settings"},
		"no address":        {person("1", "", true), nil, "/oops?error=email_does_not_match"},
		"not verified":      {person("1", address, false), nil, "/oops?error=unable_to_link_account"},
		"not but trusted":   {person("1", address, false), func(l *plugin.AccountLinking) { l.TrustedProviders = []string{"fake"} }, "/settings"},
		"linking off":       {person("1", address, true), func(l *plugin.AccountLinking) { l.Disabled = true }, "/oops?error=unable_to_link_account"},
		"of somebody else":  {person("other", address, true), nil, "/oops?error=account_already_linked_to_different_user"},
		"nobody at all":     {nil, nil, "/oops?error=unable_to_get_user_info"},
		"info is copied on": {person("1", address, true), func(l *plugin.AccountLinking) { l.UpdateUserInfoOnLink = true }, "/settings"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := &fake{profile: person("other", "other@example.com", true)}
			s := plugintest.New(t, with(f), func(c *betterauth.Config) {
				if tc.change != nil {
					tc.change(&c.Account.AccountLinking)
				}
			})
			comeBack(t, s.Client(), "/sign-in/social", flow()).ExpectRedirect("/welcome")
			c := s.SignUp(address)
			if f.profile = tc.profile; tc.profile == nil {
				f.noAnswer = errors.New("no profile")
			}
			comeBack(t, c, "/link-social", link).ExpectRedirect(tc.want)
			if linked := s.Count("account", adapter.Eq("userId", s.User(address).ID)) == 2; linked != (tc.want == "/settings") {
				t.Errorf("linked: %t", linked)
			}
			if copied := s.User(address).Name == "Name 1"; copied != strings.HasPrefix(name, "info") {
				t.Errorf("user %+v", s.User(address))
			}
		})
	}
}

// TestLinkAgain links twice: scopes are merged and tokens replaced. A link whose session ended is refused.
func TestLinkAgain(t *testing.T) {
	t.Parallel()
	f := &fake{profile: person("1", address, true)}
	s := plugintest.New(t, with(f))
	c := s.SignUp(address)
	in := body{"provider": "fake", "callbackURL": "/settings", "errorCallbackURL": "/oops"}
	comeBack(t, c, "/link-social", in).ExpectRedirect("/settings")
	f.tokens = &plugin.OAuthTokens{AccessToken: "new", Scopes: []string{"b", "c"}}
	comeBack(t, c, "/link-social", in).ExpectRedirect("/settings")
	if a := accountOf(t, s, address, "fake"); *a.Scope != "a,b,c" || *a.AccessToken != "new" || *a.RefreshToken != "refresh-1" {
		t.Errorf("account %+v", a)
	}
	state := begin(t, c, "/link-social", in)
	c.Post("/sign-out", nil).Expect(200)
	c.Get("/callback/fake?code=CODE&state=" + state).ExpectRedirect("/oops?error=unable_to_link_account")
	s.Client().Post("/link-social", in).ExpectError(401, "UNAUTHORIZED")
}

// TestKnownUser signs in again: tokens are replaced unless that is off, the scope stays, and the address is
// verified once the provider says so.
func TestKnownUser(t *testing.T) {
	t.Parallel()
	for name, keep := range map[string]bool{"replaces tokens": false, "keeps tokens": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := &fake{profile: person("1", "a@example.com", false)}
			s := plugintest.New(t, with(f), func(c *betterauth.Config) { c.Account.DisableUpdateOnSignIn = keep })
			comeBack(t, s.Client(), "/sign-in/social", flow()).ExpectRedirect("/welcome")
			f.profile, f.tokens = person("1", "a@example.com", true), &plugin.OAuthTokens{AccessToken: "new", Scopes: []string{"z"}}
			f.profile.User.Name = new("Changed")
			comeBack(t, s.Client(), "/sign-in/social", flow()).ExpectRedirect("/dash")
			a, u := accountOf(t, s, "a@example.com", "fake"), s.User("a@example.com")
			if want := map[bool]string{false: "new", true: "access-1"}[keep]; *a.AccessToken != want || *a.Scope != "a,b" || *a.RefreshToken != "refresh-1" {
				t.Errorf("account %+v", a)
			}
			if !u.EmailVerified || u.Name != "Name 1" {
				t.Errorf("user %+v", u)
			}
			f.settings.OverrideUserInfoOnSignIn = true
			f.profile.User.Email = new("B@example.com")
			comeBack(t, s.Client(), "/sign-in/social", flow()).ExpectRedirect("/dash")
			if u := s.User("b@example.com"); u.Name != "Changed" || !u.EmailVerified {
				t.Errorf("user %+v", u)
			}
		})
	}
}

func TestRequireEmailVerification(t *testing.T) {
	t.Parallel()
	f := &fake{profile: person("1", "a@example.com", false), settings: plugin.SocialSettings{RequireEmailVerification: true}}
	s := plugintest.New(t, with(f), func(c *betterauth.Config) { c.EmailVerification.SendOnSignIn = true })
	for n := range 2 {
		comeBack(t, s.Client(), "/sign-in/social", flow()).ExpectRedirect("/oops?error=email_not_verified")
		if len(s.Mails("verification")) != n+1 || s.Count("session") != 0 {
			t.Errorf("%d mails, %d sessions", len(s.Mails("verification")), s.Count("session"))
		}
	}
	s.Client().Post("/sign-in/social", body{"provider": "fake", "idToken": body{"token": "good"}}).ExpectError(403, "EMAIL_NOT_VERIFIED")
}

// TestIDTokenSignIn covers sign-in and linking without a redirect.
func TestIDTokenSignIn(t *testing.T) {
	t.Parallel()
	post := func(f *fake, path, token string, more ...any) *plugintest.Answer {
		s := plugintest.New(t, with(f))
		c := s.SignUp(address)
		in := body{"provider": "fake", "idToken": body{"token": token, "accessToken": "at"}}
		for i := 0; i+1 < len(more); i += 2 {
			in[more[i].(string)] = more[i+1]
		}
		return c.Post(path, in)
	}
	for _, path := range []string{"/sign-in/social", "/link-social"} {
		post(&fake{}, path, "bad").ExpectError(401, "INVALID_TOKEN")
		post(&fake{settings: plugin.SocialSettings{DisableIDTokenSignIn: true}}, path, "good").ExpectError(404, "ID_TOKEN_NOT_SUPPORTED")
		post(&fake{noAnswer: errors.New("no")}, path, "good").ExpectError(401, "FAILED_TO_GET_USER_INFO")
		post(&fake{profile: person("1", "", true)}, path, "good").ExpectError(401, "USER_EMAIL_NOT_FOUND")
		post(&fake{}, path, "good", "provider", "nope").ExpectError(404, "PROVIDER_NOT_FOUND")
	}
	if a := post(&fake{}, "/sign-in/social", "good").Expect(200); a.String("user.email") != "social@example.com" || a.Get("redirect") != false || a.String("token") == "" {
		t.Errorf("body %s", a.Body)
	}
	post(&fake{settings: plugin.SocialSettings{DisableSignUp: true}}, "/sign-in/social", "good").ExpectError(401, "OAUTH_LINK_ERROR")
	post(&fake{profile: person("1", address, true)}, "/sign-in/social", "good").ExpectError(401, "OAUTH_LINK_ERROR")
	if a := post(&fake{profile: person("1", address, true)}, "/link-social", "good").Expect(200); a.Get("status") != true || a.Get("url") != "" {
		t.Errorf("body %s", a.Body)
	}
	post(&fake{profile: person("1", address, false)}, "/link-social", "good").ExpectError(401, "LINKING_NOT_ALLOWED")
	post(&fake{}, "/link-social", "good").ExpectError(401, "LINKING_DIFFERENT_EMAILS_NOT_ALLOWED")
}

// TestTokens covers get-access-token, refresh-token and account-info.
func TestTokens(t *testing.T) {
	t.Parallel()
	for name, encrypt := range map[string]bool{"plain": false, "encrypted": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := &fake{lifetime: 3600}
			s := plugintest.New(t, with(f), func(c *betterauth.Config) { c.Account.EncryptOAuthTokens = encrypt })
			c := s.Client()
			comeBack(t, c, "/sign-in/social", flow()).ExpectRedirect("/welcome")
			a := accountOf(t, s, "social@example.com", "fake")
			if (*a.AccessToken == "access-1") == encrypt || (*a.RefreshToken == "refresh-1") == encrypt || *a.IDToken != "id-1" {
				t.Errorf("stored %q, %q, %q", *a.AccessToken, *a.RefreshToken, *a.IDToken)
			}
			in := body{"accountId": a.ID}
			get := func() *plugintest.Answer { return c.Post("/get-access-token", in).Expect(200) }
			if b := get(); b.String("accessToken") != "access-1" || b.String("idToken") != "id-1" || b.String("scopes.1") != "b" {
				t.Errorf("body %s", b.Body)
			}
			s.Clock.Advance(3595*time.Second + time.Millisecond)
			if b := get(); b.String("accessToken") != "access-2" {
				t.Errorf("not refreshed: %s", b.Body)
			}
			if b := c.Post("/refresh-token", in).Expect(200); b.String("accessToken") != "access-3" || b.String("refreshToken") != "refresh-3" || b.String("scope") != "a,b" || b.String("accountId") != a.ID {
				t.Errorf("body %s", b.Body)
			}
			if b := c.Get("/account-info?accountId=" + a.ID).Expect(200); b.String("user.email") != "social@example.com" || b.Get("data.n") != 7.0 || b.String("account.accountId") != "1" {
				t.Errorf("body %s", b.Body)
			}
			f.err = errors.New("revoked")
			c.Post("/refresh-token", in).ExpectError(400, "FAILED_TO_REFRESH_ACCESS_TOKEN")
			s.Clock.Advance(2 * time.Hour)
			c.Post("/get-access-token", in).ExpectError(400, "FAILED_TO_GET_ACCESS_TOKEN")
			f.err, f.noAnswer = nil, errors.New("down")
			c.Get("/account-info?accountId="+a.ID).ExpectError(401, "FAILED_TO_GET_USER_INFO")
		})
	}
}

// TestTokensAtOnce asks for an access token that has ended many times at once: it is refreshed once, because
// a provider may take the second use of a refresh token for theft.
func TestTokensAtOnce(t *testing.T) {
	t.Parallel()
	f := &fake{lifetime: 3600}
	s := plugintest.New(t, with(f))
	c := s.Client()
	comeBack(t, c, "/sign-in/social", flow()).ExpectRedirect("/welcome")
	a := accountOf(t, s, "social@example.com", "fake")
	s.Clock.Advance(time.Hour)
	var group sync.WaitGroup
	for range 20 {
		one := c.Clone()
		group.Go(func() {
			if b := one.Post("/get-access-token", body{"accountId": a.ID}); b.String("accessToken") != "access-2" {
				t.Errorf("%d %s", b.Status, b.Body)
			}
		})
	}
	group.Wait()
	if f.count != 2 {
		t.Errorf("%d token requests, want the exchange and one refresh", f.count)
	}
}

// TestTokenRefusals covers selections that name no account of the caller.
func TestTokenRefusals(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t, with(&fake{}))
	owner, thief := s.Client(), s.SignUp(address)
	comeBack(t, owner, "/sign-in/social", flow()).ExpectRedirect("/welcome")
	a := accountOf(t, s, "social@example.com", "fake")
	for _, path := range []string{"/get-access-token", "/refresh-token"} {
		for _, in := range []any{"{}", body{"accountId": 1}, body{"useAccountCookie": false}, body{"accountId": "x", "useAccountCookie": true}, body{"accountId": []int{}, "more": 1}, body{"more": 1}, "[]"} {
			if e := owner.Post(path, in).ExpectError(400, "VALIDATION_ERROR"); e.String("message") != "[body] Invalid input" {
				t.Errorf("%s %v: %s", path, in, e.Body)
			}
		}
		if e := owner.Post(path, body{"accountId": a.ID, "more": 1}).ExpectError(400, "VALIDATION_ERROR"); e.String("message") != `[body] Unrecognized key: "more"` {
			t.Errorf("%s: %s", path, e.Body)
		}
		s.Client().Post(path, body{"accountId": a.ID, "userId": a.UserID}).Expect(401)
		thief.Post(path, body{"accountId": a.ID, "userId": a.UserID}).ExpectError(400, "ACCOUNT_NOT_FOUND")
		owner.Post(path, body{"accountId": ""}).ExpectError(400, "ACCOUNT_NOT_FOUND")
		owner.Post(path, body{"useAccountCookie": true}).ExpectError(400, "ACCOUNT_NOT_FOUND")
		own := accountOf(t, s, address, "credential")
		thief.Post(path, body{"accountId": own.ID}).ExpectError(400, "PROVIDER_NOT_SUPPORTED")
	}
	for query, code := range map[string]string{"": "VALIDATION_ERROR", "?useAccountCookie=true": "VALIDATION_ERROR", "?accountId=x&y=1": "VALIDATION_ERROR", "?accountId=x": "ACCOUNT_NOT_FOUND"} {
		owner.Get("/account-info"+query).ExpectError(400, code)
	}
	thief.Get("/account-info?accountId="+accountOf(t, s, address, "credential").ID).ExpectError(400, "PROVIDER_NOT_CONFIGURED")
	out, err := s.API.GetAccessToken(t.Context(), api.GetAccessTokenInput{AccountSelection: api.AccountSelection{AccountID: a.ID, UserID: a.UserID}})
	if err != nil || out.AccessToken != "access-1" {
		t.Errorf("a trusted caller: %+v, %v", out, err)
	}
	_, err = s.API.GetAccessToken(t.Context(), api.GetAccessTokenInput{AccountSelection: api.AccountSelection{AccountID: a.ID}})
	wantError(t, err, 400, "USER_ID_OR_SESSION_REQUIRED")
}

func TestUnlink(t *testing.T) {
	t.Parallel()
	f := &fake{profile: person("1", address, true)}
	s := plugintest.New(t, with(f))
	c := s.SignUp(address)
	comeBack(t, c, "/link-social", body{"provider": "fake"}).ExpectRedirect("http://localhost:3000")
	a := accountOf(t, s, address, "fake")
	c.Post("/unlink-account", body{"accountId": a.AccountID}).ExpectError(400, "ACCOUNT_NOT_FOUND")
	c.Post("/unlink-account", body{"accountId": a.ID}).Expect(200)
	c.Post("/unlink-account", body{"accountId": accountOf(t, s, address, "credential").ID}).ExpectError(400, "FAILED_TO_UNLINK_LAST_ACCOUNT")
	s.Clock.Advance(25 * time.Hour)
	c.Post("/unlink-account", body{"accountId": a.ID}).ExpectError(403, "SESSION_NOT_FRESH")
}

// TestAccountCookie covers the account in a cookie: with a database it only counts for its own user.
func TestAccountCookie(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t, with(&fake{}), func(c *betterauth.Config) {
		c.Account.StoreAccountCookie, c.Session.CookieCache.Enabled = true, true
	})
	c, other := s.Client(), s.SignUp(address)
	comeBack(t, c, "/sign-in/social", flow()).ExpectRedirect("/welcome")
	if b := c.Post("/get-access-token", body{"useAccountCookie": true}).Expect(200); b.String("accessToken") != "access-1" {
		t.Errorf("body %s", b.Body)
	}
	if b := c.Post("/refresh-token", body{"useAccountCookie": true}).Expect(200); b.String("accessToken") != "access-2" || b.Cookie("better-auth.account_data") == "" {
		t.Errorf("body %s, cookies %v", b.Body, b.Header["Set-Cookie"])
	}
	other.SetCookie("better-auth.account_data", c.Cookie("better-auth.account_data"))
	other.Post("/get-access-token", body{"useAccountCookie": true}).ExpectError(400, "ACCOUNT_NOT_FOUND")
	s.Clock.Advance(6 * time.Minute)
	other.SetCookie("better-auth.account_data", "nonsense")
	other.Post("/get-access-token", body{"useAccountCookie": true}).ExpectError(400, "ACCOUNT_NOT_FOUND")
	c.Post("/sign-out", nil).Expect(200)
	if c.Cookie("better-auth.account_data") != "" {
		t.Error("the account cookie outlives the session")
	}
}

// TestProviderSignOut covers the provider's own sign-out page.
func TestProviderSignOut(t *testing.T) {
	t.Parallel()
	f := &fake{endpoint: "https://fake.example/logout"}
	s := plugintest.New(t, with(f))
	c := s.Client()
	comeBack(t, c, "/sign-in/social", flow()).ExpectRedirect("/welcome")
	a := c.Post("/sign-out", body{"callbackURL": "/bye", "state": "s"}).Expect(200)
	if a.String("url") != f.endpoint || a.Get("redirect") != true || a.Header.Get("Location") != f.endpoint || c.SignedIn() != "" {
		t.Errorf("body %s", a.Body)
	}
	if r := f.ended[0]; r.IDToken != "id-1" || r.PostLogoutRedirectURI != "http://localhost:3000/bye" || r.State != "s" {
		t.Errorf("%+v", r)
	}
	if a := s.SignUp(address).Post("/sign-out", nil).Expect(200); a.Get("url") != nil {
		t.Errorf("body %s", a.Body)
	}
}

// TestSignInLink covers GET /sign-in/:provider.
func TestSignInLink(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t, with(&fake{}))
	c := s.Client()
	if a := c.Get("/sign-in/fake?callbackURL=/dash").Expect(302); !strings.HasPrefix(a.Header.Get("Location"), "https://fake.example/") || a.Cookie("better-auth.state") == "" {
		t.Errorf("headers %v", a.Header)
	}
	c.Get("/sign-in/fake?callbackURL=https://evil.example").ExpectError(403, "INVALID_CALLBACK_URL")
	c.Get("/sign-in/email?callbackURL=https://evil.example").Expect(404)
	c.Get("/sign-in/email").Expect(404)
	c.Header.Set("Sec-Fetch-Site", "cross-site")
	c.Header.Set("Sec-Fetch-Mode", "no-cors")
	c.Get("/sign-in/fake").ExpectError(403, "CROSS_SITE_NAVIGATION_LOGIN_BLOCKED")
}

func TestSocialConfiguration(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]setup{
		"nil":       func(c *betterauth.Config) { c.SocialProviders = []plugin.SocialProvider{nil} },
		"twice":     func(c *betterauth.Config) { c.SocialProviders = []plugin.SocialProvider{&fake{}, &fake{}} },
		"no URL":    func(c *betterauth.Config) { c.BaseURL, c.SocialProviders = "", []plugin.SocialProvider{&fake{}} },
		"strategy":  func(c *betterauth.Config) { c.Account.StoreStateStrategy = "nope" },
		"no client": func(c *betterauth.Config) { c.SocialProviders = []plugin.SocialProvider{&invalid{}} },
	} {
		if _, err := plugintest.TryNew(t, func(c *betterauth.Config) {
			c.EmailAndPassword.SendResetPassword, c.EmailVerification.SendVerificationEmail = nil, nil
		}, change); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// invalid is a provider that cannot work.
type invalid struct{ fake }

func (*invalid) Validate() error { return errors.New("the client id is missing") }

// TestAdditionalParams covers what a request may not put into the authorization URL.
func TestAdditionalParams(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t, with(&fake{}))
	c := s.Client()
	c.Post("/sign-in/social", flow("additionalParams", body{"state": "x"})).ExpectError(400, "VALIDATION_ERROR")
	c.Post("/sign-in/social", flow("additionalParams", body{"hd": 1})).ExpectError(400, "VALIDATION_ERROR")
	if u := c.Post("/sign-in/social", flow("additionalParams", body{"hd": "x"}, "loginHint", "me")).Expect(200).String("url"); !strings.Contains(u, "hd=x") || !strings.Contains(u, "login_hint=me") {
		t.Errorf("url %q", u)
	}
	for _, member := range []string{"callbackURL", "errorCallbackURL", "newUserCallbackURL"} {
		c.Post("/sign-in/social", flow(member, "https://evil.example")).Expect(403)
	}
}

// TestValidateUserInfo covers the gate at sign-up with a password.
func TestValidateUserInfo(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t, func(c *betterauth.Config) {
		c.User.ValidateUserInfo = func(_ context.Context, _ *api.User, source plugin.UserSource) error {
			if source.Method != plugin.MethodEmailPassword {
				return nil
			}
			return errCallback
		}
	})
	s.Client().Post("/sign-up/email", signUpBody(address)).ExpectError(403, "validation_failed")
	if s.Count("user") != 0 {
		t.Error("a user was made")
	}
}
