package endpoints_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	autherrors "github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
)

// unchanged ends the test if a refused flow left users, accounts or sessions, or signed the browser in.
func unchanged(t *testing.T, s *plugintest.Kit, c *plugintest.Client) {
	t.Helper()
	if s.Count("user") != 0 || s.Count("account") != 0 || s.Count("session") != 0 || c.SignedIn() != "" {
		t.Errorf("%d users, %d accounts, %d sessions, signed in as %q", s.Count("user"), s.Count("account"), s.Count("session"), c.SignedIn())
	}
}

// TestCallbackRefusals covers the redirects of flows that fail.
func TestCallbackRefusals(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		fake   *fake
		config setup
		in     []any
		query  string
		want   string
	}{
		"provider error":       {query: "error=access_denied&error_description=no+way", want: "/oops?error=access_denied&error_description=no+way"},
		"provider error alone": {query: "error=x%26y", want: "/oops?error=x%26y"},
		"no code":              {query: "x=1", want: "/oops?error=no_code"},
		"own error query":      {query: "x=1", in: []any{"errorCallbackURL", "/oops?a=1#f"}, want: "/oops?a=1&error=no_code#f"},
		"error page":           {query: "x=1", in: []any{"errorCallbackURL", nil}, want: "http://localhost:3000/api/auth/error?error=no_code"},
		"own error page":       {query: "x=1", in: []any{"errorCallbackURL", nil}, config: func(c *betterauth.Config) { c.OnAPIError.ErrorURL = "/broken" }, want: "/broken?error=no_code"},
		"issuer mix-up":        {fake: &fake{settings: plugin.SocialSettings{Issuer: "https://a.example"}}, query: "code=x&iss=https://b.example", want: "/oops?error=issuer_mismatch"},
		"exchange fails":       {fake: &fake{err: errors.New("bad code")}, want: "/oops?error=invalid_code"},
		"no profile":           {fake: &fake{noAnswer: errors.New("500")}, want: "/oops?error=unable_to_get_user_info"},
		"no subject":           {fake: &fake{profile: person(" ", "a@example.com", true)}, want: "/oops?error=unable_to_get_user_info"},
		"no email":             {fake: &fake{profile: person("1", "", true)}, want: "/oops?error=email_not_found"},
		"sign-up off":          {fake: &fake{settings: plugin.SocialSettings{DisableSignUp: true}}, in: []any{"requestSignUp", true}, want: "/oops?error=signup_disabled"},
		"no implicit sign-up":  {fake: &fake{settings: plugin.SocialSettings{DisableImplicitSignUp: true}}, in: []any{"requestSignUp", false}, want: "/oops?error=signup_disabled"},
		"user hook refuses": {config: func(c *betterauth.Config) {
			c.DatabaseHooks.User.BeforeCreate = func(context.Context, *api.User) error { return adapter.Abort }
		}, want: "/oops?error=unable_to_create_user"},
		"user hook says why": {config: func(c *betterauth.Config) {
			c.DatabaseHooks.User.BeforeCreate = func(context.Context, *api.User) error { return autherrors.Define(403, "NOT_YOU", "Not you") }
		}, want: "/oops?error=NOT_YOU&error_description=Not+you"},
		"validation refuses": {config: func(c *betterauth.Config) {
			c.User.ValidateUserInfo = func(_ context.Context, u *api.User, s plugin.UserSource) error {
				return autherrors.Define(400, "no_"+s.Action, u.Email+" "+s.Method+" "+s.ProviderID+" "+fmt.Sprint(s.Profile["n"]))
			}
		}, want: "/oops?error=no_create-user&error_description=social%40example.com+oauth+fake+7"},
		"validation fails": {config: func(c *betterauth.Config) {
			c.User.ValidateUserInfo = func(context.Context, *api.User, plugin.UserSource) error { return errCallback }
		}, want: "/oops?error=validation_failed&error_description=User+validation+failed"},
		"required field": {config: func(c *betterauth.Config) {
			c.User.AdditionalFields = []adapter.Field{{Name: "plan", Type: adapter.String}}
		}, want: "/oops?error=MISSING_FIELD&error_description=plan+is+required"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := tc.fake
			if f == nil {
				f = &fake{}
			}
			s := plugintest.New(t, with(f), tc.config)
			c := s.Client()
			in := flow(tc.in...)
			if in["errorCallbackURL"] == nil {
				delete(in, "errorCallbackURL")
			}
			query := tc.query
			if query == "" {
				query = "code=CODE"
			}
			a := c.Get("/callback/fake?" + query + "&state=" + begin(t, c, "/sign-in/social", in)).ExpectRedirect(tc.want)
			if !strings.Contains(a.Cookie("better-auth.state"), "Max-Age=0") || s.Count("verification") != 0 {
				t.Errorf("the state is still there: %q, %d rows", a.Cookie("better-auth.state"), s.Count("verification"))
			}
			unchanged(t, s, c)
		})
	}
}

// strategies are the two places of a state.
var strategies = map[string]setup{
	"database": nil,
	"cookie":   func(c *betterauth.Config) { c.Account.StoreStateStrategy = plugin.StateInCookie },
}

// TestStates covers states that are swapped, replayed, expired or foreign.
func TestStates(t *testing.T) {
	t.Parallel()
	const errorPage = "http://localhost:3000/api/auth/error?error="
	for name, strategy := range strategies {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := &fake{}
			s := plugintest.New(t, with(f), strategy)
			c, other := s.Client(), s.Client()
			state, foreign := begin(t, c, "/sign-in/social", flow()), begin(t, other, "/sign-in/social", flow())
			callback := func(c *plugintest.Client, state string) *plugintest.Answer {
				return c.Get("/callback/fake?code=CODE&state=" + state)
			}
			unknown := map[string]string{"database": errorPage + "state_mismatch", "cookie": "/oops?error=state_mismatch"}[name]
			callback(c, "unknown").ExpectRedirect(unknown)
			callback(c, foreign).ExpectRedirect("/oops?error=state_mismatch")
			callback(c, "").ExpectRedirect(errorPage + "state_not_found")
			stranger := map[string]string{"database": "/oops?error=state_mismatch", "cookie": errorPage + "state_mismatch"}[name]
			callback(s.Client(), state).ExpectRedirect(stranger)
			if len(f.asked) != 0 {
				t.Errorf("codes were exchanged: %v", f.asked)
			}
			replay := c.Replay()
			callback(c, state).ExpectRedirect("/welcome")
			callback(c, state).ExpectRedirect(errorPage + "state_mismatch")
			if name == "database" {
				callback(replay, state).ExpectRedirect(errorPage + "state_mismatch")
			}
			s.Clock.Advance(10*time.Minute + time.Second)
			late := map[string]string{"database": "/oops?error=state_mismatch", "cookie": errorPage + "state_mismatch"}[name]
			callback(other, foreign).ExpectRedirect(late)
			if r := f.asked[0]; len(f.asked) != 1 || len(r.CodeVerifier) != 128 || r.RedirectURI != "http://localhost:3000/api/auth/callback/fake" {
				t.Errorf("exchanges %+v", f.asked)
			}
		})
	}
}

// TestStateExpires sends a state after its time although the browser kept the cookie.
func TestStateExpires(t *testing.T) {
	t.Parallel()
	for name, strategy := range strategies {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := plugintest.New(t, with(&fake{}), strategy)
			c := s.Client()
			state := begin(t, c, "/sign-in/social", flow())
			keeper := c.Replay()
			s.Clock.Advance(10*time.Minute + time.Second)
			keeper.Get("/callback/fake?code=CODE&state=" + state).ExpectRedirect("/oops?error=state_mismatch")
			unchanged(t, s, s.Client())
		})
	}
}

func TestSkipStateCookieCheck(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t, with(&fake{}), func(c *betterauth.Config) { c.Account.SkipStateCookieCheck = true })
	c := s.Client()
	c.Get("/callback/fake?code=CODE&state=" + begin(t, s.Client(), "/sign-in/social", flow())).ExpectRedirect("/welcome")
	if c.SignedIn() != "social@example.com" {
		t.Error("not signed in")
	}
}

// TestBrokenStates covers states in the store that no flow of ours made.
func TestBrokenStates(t *testing.T) {
	t.Parallel()
	for name, value := range map[string]string{
		"no JSON": "{", "no verifier": `{"callbackURL":"/x","expiresAt":9999999999999}`, "no callback": `{"codeVerifier":"v","expiresAt":9999999999999}`,
		"null": "null", "wrong types": `{"callbackURL":1,"codeVerifier":[],"expiresAt":"x"}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := plugintest.New(t, with(&fake{}))
			c := s.Client()
			state := begin(t, c, "/sign-in/social", flow())
			if _, err := plugin.Verifications.Update(t.Context(), s.Store(), adapter.Changes{"value": value}); err != nil {
				t.Fatal(err)
			}
			c.Get("/callback/fake?code=CODE&state=" + state).ExpectRedirect("http://localhost:3000/api/auth/error?error=internal_server_error")
			unchanged(t, s, c)
		})
	}
	s := plugintest.New(t, with(&fake{}), strategies["cookie"])
	c := s.Client()
	state := begin(t, c, "/sign-in/social", flow())
	c.SetCookie("better-auth.oauth_state", strings.Repeat("ab", 60))
	c.Get("/callback/fake?code=CODE&state=" + state).ExpectRedirect("http://localhost:3000/api/auth/error?error=state_invalid")
}

// TestCallbackOnce sends one callback from many requests at once: one of them signs in.
func TestCallbackOnce(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t, with(&fake{}))
	c := s.Client()
	path := "/callback/fake?code=CODE&state=" + begin(t, c, "/sign-in/social", flow())
	var wg sync.WaitGroup
	for range 8 {
		thief := c.Replay()
		wg.Go(func() { thief.Get(path) })
	}
	wg.Wait()
	if s.Count("session") != 1 || s.Count("user") != 1 || s.Count("account") != 1 {
		t.Errorf("%d sessions, %d users, %d accounts", s.Count("session"), s.Count("user"), s.Count("account"))
	}
}

func TestFormPost(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t, with(&fake{}))
	c := s.Client()
	c.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	c.Header.Del("Origin")
	c.Post("/callback/fake?state=q", "code=a+b&state=s&user=%7B%7D&x=1").
		ExpectRedirect("http://localhost:3000/api/auth/callback/fake?code=a+b&state=q&user=%7B%7D")
	c.Post("/callback/a%2Fb", "error=no").ExpectRedirect("http://localhost:3000/api/auth/callback/a%2Fb?error=no")
}

func TestCallbackUser(t *testing.T) {
	t.Parallel()
	f := &fake{settings: plugin.SocialSettings{RequireIDTokenNonce: true}}
	s := plugintest.New(t, with(f))
	c := s.Client()
	a := c.Post("/sign-in/social", flow())
	if !strings.Contains(a.String("url"), "nonce=") {
		t.Errorf("url %q has no nonce", a.String("url"))
	}
	state := begin(t, c, "/sign-in/social", flow())
	c.Get("/callback/fake?code=CODE&user=%7B%22name%22%3A%7B%22firstName%22%3A%22A%22%7D%7D&state=" + state).ExpectRedirect("/welcome")
	if r := f.profiles[0]; len(r.Nonce) != 32 || r.User == nil || r.User.Name.FirstName != "A" {
		t.Errorf("%+v", r)
	}
	c.Get("/callback/fake?code=CODE&user=nonsense&state=" + begin(t, c, "/sign-in/social", flow())).ExpectRedirect("/dash")
}

// TestProviderMissing covers a flow whose provider is gone at the callback.
func TestProviderMissing(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t, with(&fake{}))
	c := s.Client()
	c.Get("/callback/gone?code=CODE&state=" + begin(t, c, "/sign-in/social", flow())).ExpectRedirect("/oops?error=oauth_provider_not_found")
}

func TestIDPInitiated(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t, with(&fake{settings: plugin.SocialSettings{AllowIDPInitiated: true, CallbackPath: "/back/fake"}}))
	a := s.Client().Get("/callback/fake?code=CODE").Expect(302)
	if u := a.Header.Get("Location"); !strings.HasPrefix(u, "https://fake.example/authorize?") || !strings.Contains(u, "%2Fapi%2Fauth%2Fback%2Ffake") || a.Cookie("better-auth.state") == "" {
		t.Errorf("location %q", u)
	}
	s.Client().Get("/callback/fake?error=x").ExpectRedirect("http://localhost:3000/api/auth/error?error=state_not_found")
}

// TestBadProviders talks to providers that misbehave in every way.
func TestBadProviders(t *testing.T) {
	t.Parallel()
	token := func(w http.ResponseWriter) { _, _ = io.WriteString(w, `{"access_token":"a"}`) }
	hang := func(r *http.Request) { _, _ = io.Copy(io.Discard, r.Body); <-r.Context().Done() }
	cases := map[string]struct {
		answer http.HandlerFunc
		want   string
	}{
		"500":       {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }, "invalid_code"},
		"HTML":      {func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>") }, "unable_to_get_user_info"},
		"too large": {func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, strings.Repeat(" ", 2<<20)) }, "invalid_code"},
		"hangs":     {func(_ http.ResponseWriter, r *http.Request) { hang(r) }, "invalid_code"},
		"profile 500": {func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/token" {
				token(w)
				return
			}
			w.WriteHeader(500)
		}, "unable_to_get_user_info"},
		"profile of wrong types": {func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/token" {
				token(w)
				return
			}
			_, _ = io.WriteString(w, `{"sub":["x"],"email":7,"name":{}}`)
		}, "unable_to_get_user_info"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := plugintest.New(t, func(c *betterauth.Config) {
				c.SocialProviders = []plugin.SocialProvider{remote(t, tc.answer)}
				c.HTTPClient = &http.Client{Timeout: 300 * time.Millisecond}
			})
			c := s.Client()
			comeBack(t, c, "/sign-in/social", flow("provider", "remote")).ExpectRedirect("/oops?error=" + tc.want)
			unchanged(t, s, c)
		})
	}
}

// TestRemoteProvider signs in through a provider over HTTP and checks what it was sent.
func TestRemoteProvider(t *testing.T) {
	t.Parallel()
	var form, bearer string
	s := plugintest.New(t, func(c *betterauth.Config) {
		c.SocialProviders = []plugin.SocialProvider{remote(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/token" {
				text, _ := io.ReadAll(r.Body)
				form = string(text)
				_, _ = io.WriteString(w, `{"access_token":"secret-token","scope":"openid email","expires_in":60}`)
				return
			}
			bearer = r.Header.Get("Authorization")
			_, _ = io.WriteString(w, `{"sub":"77","email":"Remote@Example.com","email_verified":true,"name":"R"}`)
		})}
	})
	c := s.Client()
	comeBack(t, c, "/sign-in/social", flow("provider", "remote")).ExpectRedirect("/welcome")
	if bearer != "Bearer secret-token" || !strings.Contains(form, "code_verifier=") || c.SignedIn() != "remote@example.com" {
		t.Errorf("form %q, header %q, signed in as %q", form, bearer, c.SignedIn())
	}
	if a := accountOf(t, s, "remote@example.com", "remote"); a.AccountID != "77" || *a.Scope != "openid,email" || !a.AccessTokenExpiresAt.Equal(s.Clock.Now().Add(time.Minute)) {
		t.Errorf("account %+v", a)
	}
}
