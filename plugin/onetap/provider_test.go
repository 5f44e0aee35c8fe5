package onetap_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/onetap"
	"github.com/betterauth-go/betterauth/plugin/social"
)

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

func withProvider(t *testing.T, o social.Options, changes ...func(*betterauth.Config)) *site {
	t.Helper()
	o.ClientID, o.ClientSecret = "tap", "secret"
	return start(t, onetap.Options{}, append(changes, func(c *betterauth.Config) {
		c.SocialProviders = []plugin.SocialProvider{social.Google(o)}
	})...)
}

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
