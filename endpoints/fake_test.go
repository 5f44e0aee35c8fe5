package endpoints_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/internal/oauth2"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
)

// fake is a provider without a network: what it answers are its fields.
type fake struct {
	plugin.SocialProvider
	t        testing.TB
	id       string
	settings plugin.SocialSettings

	mu       sync.Mutex
	profile  *plugin.OAuthProfile // nil: the default one
	tokens   *plugin.OAuthTokens
	err      error // of Exchange and Refresh
	noAnswer error // of Profile
	lifetime int   // of access tokens in seconds; 0: they do not tell
	count    int   // of tokens
	endpoint string
	asked    []plugin.ExchangeRequest
	ended    []plugin.EndSessionRequest
	profiles []plugin.ProfileRequest
}

func (f *fake) ID() string {
	if f.id == "" {
		return "fake"
	}
	return f.id
}

func (f *fake) Name() string { return "Fake" }

func (f *fake) Validate() error { return nil }

func (f *fake) Settings() plugin.SocialSettings { return f.settings }

func (f *fake) AuthorizationURL(_ context.Context, _ plugin.Outbound, r plugin.AuthorizationRequest) (string, error) {
	q := url.Values{"state": {r.State}, "redirect_uri": {r.RedirectURI}, "scope": r.Scopes, "verifier": {r.CodeVerifier}}
	for name, value := range map[string]string{"nonce": r.Nonce, "login_hint": r.LoginHint} {
		if value != "" {
			q.Set(name, value)
		}
	}
	for _, p := range r.Params {
		q.Set(p.Name, p.Value)
	}
	return "https://fake.example/authorize?" + q.Encode(), nil
}

func (f *fake) Exchange(_ context.Context, out plugin.Outbound, r plugin.ExchangeRequest) (*plugin.OAuthTokens, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked = append(f.asked, r)
	if f.err != nil {
		return nil, f.err
	}
	return f.next(out), nil
}

func (f *fake) next(out plugin.Outbound) *plugin.OAuthTokens {
	if f.tokens != nil {
		return f.tokens
	}
	f.count++
	t := &plugin.OAuthTokens{AccessToken: fmt.Sprint("access-", f.count), RefreshToken: fmt.Sprint("refresh-", f.count), IDToken: fmt.Sprint("id-", f.count), Scopes: []string{"a", "b"}}
	if f.lifetime > 0 {
		t.AccessTokenExpiresAt = new(out.Now().Add(seconds(f.lifetime)))
	}
	return t
}

func (f *fake) Profile(_ context.Context, _ plugin.Outbound, r plugin.ProfileRequest) (*plugin.OAuthProfile, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.profiles = append(f.profiles, r)
	if f.noAnswer != nil {
		return nil, f.noAnswer
	}
	if f.profile != nil {
		return f.profile, nil
	}
	return person("1", "social@example.com", true), nil
}

func (f *fake) Refresh(_ context.Context, out plugin.Outbound, r plugin.RefreshRequest) (*plugin.OAuthTokens, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err != nil {
		return nil, f.err
	}
	if r.Token == "" {
		return nil, errors.New("no token")
	}
	return f.next(out), nil
}

func (f *fake) VerifyIDToken(_ context.Context, _ plugin.Outbound, token, nonce string) error {
	switch {
	case f.settings.DisableIDTokenSignIn:
		return plugin.ErrNotSupported
	case token != "good" || nonce != "" && nonce != "n":
		return errors.New("bad token")
	}
	return nil
}

func (f *fake) EndSessionURL(_ context.Context, _ plugin.Outbound, r plugin.EndSessionRequest) (string, error) {
	if f.endpoint == "" {
		return "", plugin.ErrNotSupported
	}
	f.ended = append(f.ended, r)
	return f.endpoint, nil
}

// person is a profile.
func person(subject, email string, verified bool) *plugin.OAuthProfile {
	p := &plugin.OAuthProfile{Subject: subject, Data: map[string]any{"sub": subject, "n": json.Number("7")}}
	p.User = plugin.OAuthUser{Name: new("Name " + subject), Image: new("https://img.example/" + subject), EmailVerified: verified}
	if email != "" {
		p.User.Email = &email
	}
	return p
}

// with adds a provider to the configuration.
func with(f *fake) setup {
	return func(c *betterauth.Config) { c.SocialProviders = append(c.SocialProviders, f) }
}

// begin starts a sign-in and returns its state.
func begin(t *testing.T, c *plugintest.Client, path string, in body) string {
	t.Helper()
	a := c.Post(path, in).Expect(200)
	u, err := url.Parse(a.String("url"))
	if err != nil || u.Query().Get("state") == "" {
		t.Fatalf("url %q, %v", a.String("url"), err)
	}
	return u.Query().Get("state")
}

// flow is a body with every URL.
func flow(more ...any) body {
	in := body{"provider": "fake", "callbackURL": "/dash", "errorCallbackURL": "/oops", "newUserCallbackURL": "/welcome"}
	for i := 0; i+1 < len(more); i += 2 {
		in[more[i].(string)] = more[i+1]
	}
	return in
}

// comeBack goes through a whole sign-in, or with /link-social a link.
func comeBack(t *testing.T, c *plugintest.Client, path string, in body) *plugintest.Answer {
	t.Helper()
	provider, _ := in["provider"].(string)
	return c.Get("/callback/" + provider + "?code=CODE&state=" + begin(t, c, path, in))
}

// remote is a provider on a server of this machine that answers as the test says.
func remote(t *testing.T, answer http.HandlerFunc) plugin.SocialProvider {
	t.Helper()
	s := httptest.NewServer(answer)
	t.Cleanup(s.Close)
	return &oauth2.Provider{
		ProviderID: "remote", Title: "Remote", ClientIDs: []string{"client"}, ClientSecret: "secret",
		Authorization: oauth2.Authorization{URL: s.URL + "/authorize", Challenge: true, Scopes: func(r []string) []string { return append([]string{"openid"}, r...) }},
		Token:         oauth2.Token{URL: s.URL + "/token", Verifier: true},
		UserInfo:      oauth2.FromUserInfo(s.URL+"/me", nil),
		Subject:       oauth2.SubjectAt("sub"),
		User: func(c oauth2.Claims) plugin.OAuthUser {
			return plugin.OAuthUser{Name: c.String("name"), Email: c.String("email"), EmailVerified: c.True("email_verified")}
		},
	}
}
