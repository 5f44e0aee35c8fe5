package oauth_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
)

type (
	body  = map[string]any
	setup = func(*betterauth.Config)
)

// who is an account at the provider of these tests.
type who struct {
	subject, email string
	verified       bool
}

// ann is a user with a password, who has an account of the same address at the provider.
const ann = "ann@example.com"

// provider is one without a network. Its fields are what it answers, and what it was asked.
type provider struct {
	plugin.SocialProvider
	settings plugin.SocialSettings

	mu       sync.Mutex
	is       who
	fields   api.Fields
	tokens   *plugin.OAuthTokens // nil: new ones
	issued   int
	failure  error // of every operation
	interval func(ctx context.Context)
	begun    []plugin.AuthorizationRequest
	ended    []plugin.ExchangeRequest
	profiles []plugin.ProfileRequest
	used     []string // refresh tokens
}

func (p *provider) ID() string                      { return "pro" }
func (p *provider) Name() string                    { return "Pro" }
func (p *provider) Validate() error                 { return nil }
func (p *provider) Settings() plugin.SocialSettings { return p.settings }
func (p *provider) install(c *betterauth.Config)    { c.SocialProviders = []plugin.SocialProvider{p} }

func (p *provider) AuthorizationURL(_ context.Context, _ plugin.Outbound, r plugin.AuthorizationRequest) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.begun = append(p.begun, r)
	return "https://pro.example/?state=" + r.State, p.failure
}

// next are new tokens that live for a minute.
func (p *provider) next(now time.Time) (*plugin.OAuthTokens, error) {
	if p.tokens != nil || p.failure != nil {
		return p.tokens, p.failure
	}
	p.issued++
	return &plugin.OAuthTokens{
		AccessToken: fmt.Sprint("access-", p.issued), RefreshToken: fmt.Sprint("refresh-", p.issued), IDToken: fmt.Sprint("id-", p.issued),
		AccessTokenExpiresAt: new(now.Add(time.Minute)), Scopes: []string{"a", "b"},
	}, nil
}

func (p *provider) Exchange(ctx context.Context, out plugin.Outbound, r plugin.ExchangeRequest) (*plugin.OAuthTokens, error) {
	if p.interval != nil {
		p.interval(ctx)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ended = append(p.ended, r)
	return p.next(out.Now())
}

func (p *provider) Profile(_ context.Context, _ plugin.Outbound, r plugin.ProfileRequest) (*plugin.OAuthProfile, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.profiles = append(p.profiles, r)
	u := plugin.OAuthUser{Name: new("Pro Name"), EmailVerified: p.is.verified, Fields: p.fields}
	if p.is.email != "" {
		u.Email = &p.is.email
	}
	return &plugin.OAuthProfile{Subject: p.is.subject, User: u, Data: map[string]any{"sub": p.is.subject}}, nil
}

func (p *provider) Refresh(_ context.Context, out plugin.Outbound, r plugin.RefreshRequest) (*plugin.OAuthTokens, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if r.Token == "" {
		return nil, errors.New("no refresh token")
	}
	p.used = append(p.used, r.Token)
	return p.next(out.Now())
}

func (p *provider) VerifyIDToken(_ context.Context, _ plugin.Outbound, token, _ string) error {
	if token != "good" {
		return errors.New("a bad token")
	}
	return nil
}

func (p *provider) EndSessionURL(context.Context, plugin.Outbound, plugin.EndSessionRequest) (string, error) {
	return "", plugin.ErrNotSupported
}

// request is a body that begins a flow; pairs are further members.
func request(pairs ...any) body {
	in := body{"provider": "pro", "callbackURL": "/in", "errorCallbackURL": "/oops"}
	for i := 0; i+1 < len(pairs); i += 2 {
		in[pairs[i].(string)] = pairs[i+1]
	}
	return in
}

// leave begins a flow and returns its state.
func leave(t *testing.T, c *plugintest.Client, path string, in body) string {
	t.Helper()
	u, err := url.Parse(c.Post(path, in).Expect(http.StatusOK).String("url"))
	if err != nil || len(u.Query().Get("state")) != 32 {
		t.Fatalf("url %v, %v", u, err)
	}
	return u.Query().Get("state")
}

// come is the callback of a state.
func come(c *plugintest.Client, state string) *plugintest.Answer {
	return c.Get("/callback/pro?code=CODE&state=" + state)
}

// visit is a whole flow.
func visit(t *testing.T, c *plugintest.Client, path string, in body) *plugintest.Answer {
	t.Helper()
	return come(c, leave(t, c, path, in))
}

// annSigns signs Ann up, her address verified or not.
func annSigns(t *testing.T, kit *plugintest.Kit, verified bool) *plugintest.Client {
	t.Helper()
	c := kit.SignUp(ann)
	if _, err := plugin.Users.Update(t.Context(), kit.Store(), adapter.Changes{"emailVerified": verified}, adapter.Eq("email", ann)); err != nil {
		t.Fatal(err)
	}
	return c
}

// linked returns the account at the provider, or nil.
func linked(t *testing.T, kit *plugintest.Kit) *api.Account {
	t.Helper()
	rows, err := plugin.Accounts.Find(t.Context(), kit.Store(), adapter.Query{Where: []adapter.Where{adapter.Eq("providerId", "pro")}})
	switch {
	case err != nil || len(rows) > 1:
		t.Fatalf("%d accounts, %v", len(rows), err)
	case len(rows) == 0:
		return nil
	}
	return rows[0]
}

// wantRows reports an error when tables have other numbers of rows.
func wantRows(t *testing.T, kit *plugintest.Kit, users, accounts, sessions, verifications int) {
	t.Helper()
	got := []int{kit.Count("user"), kit.Count("account"), kit.Count("session"), kit.Count("verification")}
	if want := []int{users, accounts, sessions, verifications}; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("rows of user, account, session, verification: %v, want %v", got, want)
	}
}

const errorPage = plugintest.Origin + "/api/auth/error?error="
