package onetap_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/onetap"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
	"github.com/betterauth-go/betterauth/plugin/social"
)

var options = onetap.Options{ClientID: "tap"}

func TestSignUp(t *testing.T) {
	t.Parallel()
	s := start(t, options)
	c := s.Client()
	a := tap(c, s.token(nil)).Expect(http.StatusOK)
	if a.String("token") == "" || a.String("session.token") != a.String("token") || a.String("user.email") != "ann@example.com" ||
		a.String("user.name") != "Ann G" || a.String("user.image") != "https://img.example/a.png" || a.Get("user.emailVerified") != true {
		t.Errorf("answer %s", a.Body)
	}
	if c.SignedIn() != "ann@example.com" {
		t.Error("nobody is signed in")
	}
	accounts, err := plugin.Accounts.Find(t.Context(), s.Store(), adapter.Query{})
	if err != nil || len(accounts) != 1 {
		t.Fatalf("accounts %v, %v", accounts, err)
	}
	row := accounts[0]
	if row.ProviderID != "google" || row.AccountID != "google-1" || *row.Scope != "openid,profile,email" || strings.Count(*row.IDToken, ".") != 2 || row.AccessToken != nil {
		t.Errorf("account %+v", row)
	}

	again := tap(s.Client(), s.token(claims{"name": "New", "email": "new@example.com"})).Expect(http.StatusOK)
	if again.String("user.name") != "Ann G" || again.String("user.email") != "ann@example.com" || s.Count("user") != 1 || s.Count("account") != 1 {
		t.Errorf("answer %s", again.Body)
	}
}

func TestStrictAnswer(t *testing.T) {
	t.Parallel()
	s := start(t, options, func(c *betterauth.Config) { c.Advanced.StrictResponses = true })
	a := tap(s.Client(), s.token(nil)).Expect(http.StatusOK)
	if a.Get("session") != nil || !strings.HasPrefix(a.Body, `{"token":"`) {
		t.Errorf("answer %s", a.Body)
	}
}

// TestRefusedTokens sends what must not sign anybody in.
func TestRefusedTokens(t *testing.T) {
	t.Parallel()
	s := start(t, options)
	now := s.Clock.Now()
	signed := s.token(nil)
	dot := strings.LastIndex(signed, ".")
	tokens := map[string]string{
		"empty": "", "text": "text", "dots": "..", "broken": "a.b.c", "too long": strings.Repeat("a", 70<<10) + ".b.c",
		"no signature":    signed[:dot+1],
		"other signature": signed[:dot+1] + "AAAA",
		"none":            "eyJhbGciOiJub25lIn0." + strings.Split(signed, ".")[1] + ".",
		"HS256":           s.google.sign(jose.HS256, "1", good(now, nil)),
		"RS512":           s.google.sign(jose.RS512, "1", good(now, nil)),
		"PS256":           s.google.sign(jose.PS256, "1", good(now, nil)),
		"unknown key":     s.google.sign(jose.RS256, "made-up", good(now, nil)),
		"other key":       s.google.sign(jose.RS256, "2", good(now, nil)),
	}
	for name, changes := range map[string]claims{
		"audience": {"aud": "other"}, "audiences": {"aud": []string{"x", "y"}}, "no audience": {"aud": nil}, "numeric audience": {"aud": 1},
		"issuer": {"iss": "https://evil.example"}, "no issuer": {"iss": nil}, "numeric issuer": {"iss": 1},
		"expired": {"exp": now.Unix() - 31}, "no expiry": {"exp": nil}, "text as expiry": {"exp": "tomorrow"},
		"too old": {"iat": now.Unix() - 3700}, "no age": {"iat": nil}, "from the future": {"iat": now.Unix() + 300},
		"not yet": {"nbf": now.Unix() + 300},
		"nobody":  {"sub": nil}, "empty subject": {"sub": ""}, "numeric subject": {"sub": 5},
	} {
		tokens[name] = s.token(changes)
	}
	for name, token := range tokens {
		a := tap(s.Client(), token).ExpectError(http.StatusBadRequest, "")
		if a.String("message") != "invalid id token" || len(a.Header["Set-Cookie"]) != 0 {
			t.Errorf("%s: %s", name, a.Body)
		}
	}
	if s.Count("user")+s.Count("account")+s.Count("session") != 0 {
		t.Error("a refused token left rows")
	}
}

func TestAcceptedTokens(t *testing.T) {
	t.Parallel()
	s := start(t, options)
	now := s.Clock.Now().Unix()
	for name, changes := range map[string]claims{
		"short issuer": {"iss": "accounts.google.com"}, "audiences": {"aud": []string{"x", "tap"}}, "just expired": {"exp": now - 29},
		"old": {"iat": now - 3600}, "since a while": {"nbf": now - 60}, "nonce": {"nonce": "n"}, "no name": {"name": nil, "sub": "2", "email": "b@example.com"},
		"numeric name and picture": {"name": 5, "picture": 5, "sub": "3", "email": "c@example.com"},
	} {
		a := tap(s.Client(), s.token(changes))
		if a.Status != http.StatusOK {
			t.Errorf("%s: %d %s", name, a.Status, a.Body)
		}
	}
	if n := s.google.fetches.Load(); n != 1 {
		t.Errorf("%d fetches of keys", n)
	}
	if a := tap(s.Client(), s.google.sign(jose.RS256, "", good(s.Clock.Now(), nil))); a.Status != http.StatusOK {
		t.Errorf("without key id: %s", a.Body)
	}
}

func TestEmail(t *testing.T) {
	t.Parallel()
	s := start(t, options)
	for _, email := range []any{nil, "", 5, []string{"ann@example.com"}} {
		a := tap(s.Client(), s.token(claims{"email": email})).ExpectError(http.StatusBadRequest, "")
		if a.String("message") != "Email not available in token" {
			t.Errorf("%v: %s", email, a.Body)
		}
	}
	for value, verified := range map[any]bool{true: true, "true": true, false: false, "false": false, "yes": false, 1: false, nil: false} {
		s := start(t, options)
		a := tap(s.Client(), s.token(claims{"email_verified": value})).Expect(http.StatusOK)
		if a.Get("user.emailVerified") != verified {
			t.Errorf("%v: %s", value, a.Body)
		}
	}
}

// TestBody sends bodies that the endpoint does not accept.
func TestBody(t *testing.T) {
	t.Parallel()
	s := start(t, options)
	c := s.Client()
	for _, body := range []any{nil, `{}`, `[]`, `{"idToken":null}`, `{"idToken":5}`, `{"idToken":["x"]}`} {
		c.Post("/one-tap/callback", body).ExpectError(http.StatusBadRequest, "VALIDATION_ERROR")
	}
	for _, target := range []any{5, map[string]any{}, []string{"/"}} {
		a := c.Post("/one-tap/callback", map[string]any{"idToken": "x", "callbackURL": target}).ExpectError(http.StatusBadRequest, "")
		if a.String("message") != "Invalid callbackURL: expected a string" {
			t.Errorf("%v: %s", target, a.Body)
		}
	}
	for _, target := range []string{"https://evil.example", "//evil.example", `javascript:alert(1)`} {
		c.Post("/one-tap/callback", map[string]any{"idToken": s.token(nil), "callbackURL": target}).ExpectError(http.StatusForbidden, "INVALID_CALLBACK_URL")
	}
	if s.google.fetches.Load() != 0 {
		t.Error("keys were fetched for nothing")
	}
	a := c.Post("/one-tap/callback", map[string]any{"idToken": s.token(nil), "callbackURL": "/dash"}).Expect(http.StatusOK)
	if a.Header.Get("Location") != "" {
		t.Errorf("headers %v", a.Header)
	}
	evil := s.Client()
	evil.SetCookie("theme", "dark")
	evil.Header.Set("Origin", "https://evil.example")
	tap(evil, s.token(nil)).ExpectError(http.StatusForbidden, "INVALID_ORIGIN")
}

// TestLinking signs in with the address of a user who has a password.
func TestLinking(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		local   bool
		claims  claims
		change  func(*betterauth.AccountLinking)
		refused bool
	}{
		"both verified":      {local: true},
		"local not verified": {refused: true},
		"local need not be":  {change: func(l *betterauth.AccountLinking) { l.AllowUnverifiedLocalEmail = true }},
		"token not verified": {local: true, claims: claims{"email_verified": false}, refused: true},
		"trusted provider":   {local: true, claims: claims{"email_verified": false}, change: func(l *betterauth.AccountLinking) { l.TrustedProviders = []string{"google"} }},
		"linking off":        {local: true, change: func(l *betterauth.AccountLinking) { l.Disabled = true }, refused: true},
		"implicit off":       {local: true, change: func(l *betterauth.AccountLinking) { l.DisableImplicit = true }, refused: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, options, func(cfg *betterauth.Config) {
				if c.change != nil {
					c.change(&cfg.Account.AccountLinking)
				}
			})
			s.SignUp("ann@example.com")
			if c.local {
				if _, err := plugin.Users.Update(t.Context(), s.Store(), adapter.Changes{"emailVerified": true}, adapter.Eq("email", "ann@example.com")); err != nil {
					t.Fatal(err)
				}
			}
			a := tap(s.Client(), s.token(c.claims))
			if c.refused {
				a.ExpectError(http.StatusUnauthorized, "")
				if a.String("message") != "account not linked" || s.Count("account") != 1 || s.Count("session") != 1 {
					t.Errorf("answer %s, %d accounts", a.Body, s.Count("account"))
				}
				return
			}
			if a.Expect(http.StatusOK); a.String("user.email") != "ann@example.com" || s.Count("account") != 2 || s.Count("user") != 1 {
				t.Errorf("answer %s, %d accounts", a.Body, s.Count("account"))
			}
		})
	}
}

func TestOrphan(t *testing.T) {
	t.Parallel()
	s := start(t, options)
	tap(s.Client(), s.token(nil)).Expect(http.StatusOK)
	if _, err := plugin.Users.Delete(t.Context(), s.Store()); err != nil {
		t.Fatal(err)
	}
	if s.Count("account") == 0 {
		if _, err := plugin.Accounts.Create(t.Context(), s.Store(), &api.Account{ProviderID: "google", AccountID: "google-1", UserID: "gone"}); err != nil {
			t.Fatal(err)
		}
	}
	a := tap(s.Client(), s.token(nil)).ExpectError(http.StatusUnauthorized, "")
	if a.String("message") != "unable to link account" {
		t.Errorf("answer %s", a.Body)
	}
}

// TestTwins shows that a doubled account locks nobody out, and that one of two users lets nobody in.
func TestTwins(t *testing.T) {
	t.Parallel()
	s := start(t, options)
	tap(s.Client(), s.token(nil)).Expect(http.StatusOK)
	twin := func(userID string) {
		t.Helper()
		if _, err := plugin.Accounts.Create(t.Context(), s.Store(), &api.Account{ProviderID: "google", AccountID: "google-1", UserID: userID}); err != nil {
			t.Fatal(err)
		}
	}
	s.Clock.Advance(time.Second)
	twin(s.User("ann@example.com").ID)
	tap(s.Client(), s.token(claims{"nonce": "later"})).Expect(http.StatusOK)
	accounts, err := plugin.Accounts.Find(t.Context(), s.Store(), adapter.Query{SortBy: []adapter.Sort{{Field: "createdAt"}}})
	if err != nil || len(accounts) != 2 || accounts[0].IDToken == nil || accounts[1].IDToken != nil {
		t.Errorf("accounts %v, %v", accounts, err)
	}
	s.SignUp("bob@example.com")
	twin(s.User("bob@example.com").ID)
	tap(s.Client(), s.token(nil)).ExpectError(http.StatusInternalServerError, "INTERNAL_SERVER_ERROR")
}

// TestAtOnce signs in many times at once: there is one account.
func TestAtOnce(t *testing.T) {
	t.Parallel()
	for _, known := range []bool{false, true} {
		s := start(t, options, func(c *betterauth.Config) { c.Account.AccountLinking.AllowUnverifiedLocalEmail = true })
		accounts := 1
		if known {
			s.SignUp("ann@example.com")
			accounts = 2
		}
		in := onetap.CallbackInput{IDToken: s.token(nil)}
		var calls sync.WaitGroup
		for range 16 {
			calls.Go(func() {
				if _, err := s.p.API.OneTapCallback(t.Context(), in); err != nil {
					t.Error(err)
				}
			})
		}
		calls.Wait()
		if s.Count("user") != 1 || s.Count("account") != accounts {
			t.Errorf("%d users, %d accounts", s.Count("user"), s.Count("account"))
		}
	}
}

func TestDisableSignUp(t *testing.T) {
	t.Parallel()
	s := start(t, onetap.Options{ClientID: "tap", DisableSignUp: true}, func(c *betterauth.Config) { c.Account.AccountLinking.AllowUnverifiedLocalEmail = true })
	a := tap(s.Client(), s.token(nil)).ExpectError(http.StatusUnauthorized, "")
	if a.String("message") != "signup disabled" || s.Count("user") != 0 {
		t.Errorf("answer %s", a.Body)
	}
	s.SignUp("ann@example.com")
	for range 2 { // to link, and linked
		tap(s.Client(), s.token(nil)).Expect(http.StatusOK)
	}
}

// TestClientID shows where the audience comes from.
func TestClientID(t *testing.T) {
	t.Parallel()
	provider := func(change func(*social.GoogleOptions)) func(*betterauth.Config) {
		o := social.GoogleOptions{Options: social.Options{ClientID: "web", ClientIDs: []string{"ios"}, ClientSecret: "secret"}}
		change(&o)
		return func(c *betterauth.Config) { c.SocialProviders = []plugin.SocialProvider{social.Google(o)} }
	}
	same := provider(func(*social.GoogleOptions) {})
	none := func(*betterauth.Config) {}
	for name, c := range map[string]struct {
		clientID string
		config   func(*betterauth.Config)
		audience string
		message  string
	}{
		"nowhere":            {"", none, "tap", onetap.ClientIDRequired.Message},
		"plugin":             {"tap", none, "tap", ""},
		"provider":           {"", same, "web", ""},
		"provider's further": {"", same, "ios", ""},
		"provider's other":   {"", same, "tap", "invalid id token"},
		"both, plugin's":     {"tap", same, "tap", ""},
		"both, provider's":   {"tap", same, "web", "invalid id token"},
	} {
		s := start(t, onetap.Options{ClientID: c.clientID}, c.config)
		a := tap(s.Client(), s.token(claims{"aud": c.audience}))
		if got := a.String("message"); got != c.message || (c.message == "") != (a.Status == http.StatusOK) {
			t.Errorf("%s: %d %s", name, a.Status, a.Body)
		}
	}
	for domain, accepted := range map[string][]any{"": {nil, "x.org"}, "x.org": {"x.org"}, "*": {"x.org", "y.org"}} {
		for _, hd := range []any{nil, "x.org", "y.org", 5} {
			s := start(t, onetap.Options{ClientID: "tap"}, provider(func(o *social.GoogleOptions) { o.HD = domain }))
			want := domain == "" || contains(accepted, hd)
			if a := tap(s.Client(), s.token(claims{"hd": hd})); (a.Status == http.StatusOK) != want {
				t.Errorf("domain %q, token %v: %d %s", domain, hd, a.Status, a.Body)
			}
		}
	}
}

func contains(list []any, v any) bool {
	for _, item := range list {
		if item == v {
			return true
		}
	}
	return false
}

// withProvider is a site whose provider has these options.
func withProvider(t *testing.T, o social.Options, changes ...func(*betterauth.Config)) *site {
	t.Helper()
	o.ClientID, o.ClientSecret = "tap", "secret"
	return start(t, onetap.Options{}, append(changes, func(c *betterauth.Config) {
		c.SocialProviders = []plugin.SocialProvider{social.Google(o)}
	})...)
}

// TestProviderOptions shows which options of social.Google hold for One Tap.
func TestProviderOptions(t *testing.T) {
	t.Parallel()
	s := withProvider(t, social.Options{DisableSignUp: true})
	if a := tap(s.Client(), s.token(nil)).ExpectError(http.StatusUnauthorized, ""); a.String("message") != "signup disabled" {
		t.Errorf("answer %s", a.Body)
	}
	s = withProvider(t, social.Options{
		DisableImplicitSignUp: true, DisableIDTokenSignIn: true,
		VerifyIDToken: func(context.Context, string, string) error { return errors.New("not asked") },
	})
	tap(s.Client(), s.token(nil)).Expect(http.StatusOK)

	s = withProvider(t, social.Options{OverrideUserInfoOnSignIn: true})
	tap(s.Client(), s.token(nil)).Expect(http.StatusOK)
	if a := tap(s.Client(), s.token(claims{"name": "New", "email": "new@example.com"})); a.String("user.name") != "New" || a.String("user.email") != "new@example.com" {
		t.Errorf("answer %s", a.Body)
	}

	s = withProvider(t, social.Options{RequireEmailVerification: true}, func(c *betterauth.Config) { c.EmailVerification.SendOnSignIn = true })
	for mails := range 2 {
		tap(s.Client(), s.token(claims{"email_verified": false})).ExpectError(http.StatusForbidden, "EMAIL_NOT_VERIFIED")
		if got := len(s.Mails("verification")); got != mails+1 {
			t.Errorf("%d mails after %d sign-ins", got, mails+1)
		}
	}
	tap(s.Client(), s.token(nil)).Expect(http.StatusOK)
}

// TestProfile shows that the provider's functions shape the user, but not whose account it is.
func TestProfile(t *testing.T) {
	t.Parallel()
	s := withProvider(t, social.Options{MapProfileToUser: func(_ context.Context, profile map[string]any, u *plugin.OAuthUser) error {
		u.Name = new(profile["name"].(string) + "!")
		return nil
	}})
	if a := tap(s.Client(), s.token(nil)); a.String("user.name") != "Ann G!" {
		t.Errorf("answer %s", a.Body)
	}
	s = withProvider(t, social.Options{GetUserInfo: func(_ context.Context, tokens *plugin.OAuthTokens) (*plugin.OAuthProfile, error) {
		return &plugin.OAuthProfile{Subject: "somebody", User: plugin.OAuthUser{Email: new("Own@example.com")}, Data: map[string]any{"token": tokens.IDToken}}, nil
	}})
	if a := tap(s.Client(), s.token(nil)); a.String("user.email") != "own@example.com" || s.Count("account", adapter.Eq("accountId", "google-1")) != 1 {
		t.Errorf("answer %s", a.Body)
	}
	s = withProvider(t, social.Options{GetUserInfo: func(context.Context, *plugin.OAuthTokens) (*plugin.OAuthProfile, error) {
		return nil, errors.New("no answer")
	}})
	if a := tap(s.Client(), s.token(nil)).ExpectError(http.StatusBadRequest, ""); a.String("message") != "invalid id token" {
		t.Errorf("answer %s", a.Body)
	}
}

// TestValidateUserInfo shows that the application's gate is asked.
func TestValidateUserInfo(t *testing.T) {
	t.Parallel()
	var actions []string
	s := start(t, options, func(c *betterauth.Config) {
		c.User.ValidateUserInfo = func(_ context.Context, u *api.User, source betterauth.UserSource) error {
			actions = append(actions, source.Action+" "+source.Method+" "+source.ProviderID+" "+source.Profile["sub"].(string))
			if strings.HasSuffix(u.Email, ".org") {
				return errors.Define(http.StatusForbidden, "NOT_HERE", "No")
			}
			return nil
		}
	})
	tap(s.Client(), s.token(claims{"email": "ann@example.org"})).ExpectError(http.StatusForbidden, "NOT_HERE")
	for range 2 {
		tap(s.Client(), s.token(nil)).Expect(http.StatusOK)
	}
	const want = "create-user oauth google google-1, create-user oauth google google-1, sign-in oauth google google-1"
	if got := strings.Join(actions, ", "); got != want {
		t.Errorf("asked about %s", got)
	}
}

func TestInProcess(t *testing.T) {
	t.Parallel()
	s := start(t, options)
	var h http.Header
	out, err := s.p.API.OneTapCallback(t.Context(), onetap.CallbackInput{IDToken: s.token(nil)}, api.CaptureHeaders(&h))
	if err != nil || out.User.Email != "ann@example.com" {
		t.Fatalf("%v, %v", out, err)
	}
	c := s.Client()
	c.Keep(h)
	if c.SignedIn() != "ann@example.com" {
		t.Errorf("headers %v", h)
	}
	if _, err := s.p.API.OneTapCallback(t.Context(), onetap.CallbackInput{IDToken: "x"}); !errors.Is(err, onetap.InvalidIDToken) {
		t.Errorf("error %v", err)
	}
	if _, err := s.API.Call(t.Context(), "oneTapCallback", api.Request{Body: map[string]any{"idToken": s.token(claims{"email": nil})}}); !errors.Is(err, onetap.EmailNotAvailable) {
		t.Errorf("error %v", err)
	}
}

func TestOneAuth(t *testing.T) {
	t.Parallel()
	s := start(t, options)
	if _, err := plugintest.TryNew(t, plugintest.With(s.p)); err == nil || !strings.Contains(err.Error(), "belongs to another Auth") {
		t.Errorf("error %v", err)
	}
}
