package oauthproxy_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/oauthproxy"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
)

func inCookie(c *betterauth.Config) { c.Account.StoreStateStrategy = plugin.StateInCookie }

// TestFlow signs in at a preview by way of production.
func TestFlow(t *testing.T) {
	t.Parallel()
	const own = "one-secret-for-all-deployments-0123456789"
	cases := map[string]struct {
		options oauthproxy.Options
		change  setup
	}{
		"plain":           {},
		"state in cookie": {change: inCookie},
		"own secret":      {options: oauthproxy.Options{Secret: own}, change: func(c *betterauth.Config) { c.Secret = strings.ToUpper(c.Secret) }},
		"own secrets":     {options: oauthproxy.Options{Secrets: []plugin.Secret{{Version: 2, Value: own}}}, change: func(c *betterauth.Config) { c.Secret = strings.ToUpper(c.Secret) }},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPair(t, tc.options, tc.change)
			page := p.begin("/sign-in/social")
			if got := page.Get("redirect_uri"); got != production+"/api/auth/callback/github" {
				t.Fatalf("redirect URI %s", got)
			}
			location := p.relay(page.Get("state"), octo)
			if !strings.HasPrefix(location, preview+"/api/auth/callback/github/oauth-proxy?callbackURL=%2Fdash&profile=") {
				t.Fatalf("production redirects to %s", location)
			}
			replay := p.here.Replay()
			p.land(location).ExpectRedirect("/welcome")
			if p.here.SignedIn() != "octo@example.com" {
				t.Errorf("signed in as %q", p.here.SignedIn())
			}
			for _, table := range []string{"user", "account", "session", "verification"} {
				if n := p.production.Count(table); n != 0 {
					t.Errorf("production has %d rows of %s", n, table)
				}
			}
			a, err := plugin.Accounts.FindOne(t.Context(), p.preview.Store(), adapter.Eq("accountId", "1001"))
			if err != nil || !strings.HasPrefix(*a.AccessToken, "at.") || *a.RefreshToken != "rt" || *a.Scope != "read:user" ||
				!a.AccessTokenExpiresAt.Equal(plugintest.Start.Add(time.Hour)) {
				t.Errorf("account %+v, %v", a, err)
			}
			p.land(location).ExpectRedirect("/oops?error=state_mismatch") // a second time
			if tc.change == nil {
				replay.Do(http.MethodGet, strings.TrimPrefix(location, preview), nil).ExpectRedirect("/oops?error=state_mismatch")
			}
			p.land(p.relay(p.begin("/sign-in/social").Get("state"), octo)).ExpectRedirect("/dash")
		})
	}
}

// TestFormer ends a flow at the address of earlier versions.
func TestFormer(t *testing.T) {
	t.Parallel()
	p := newPair(t, oauthproxy.Options{})
	location := p.relay(p.begin("/sign-in/social").Get("state"), octo)
	p.land(strings.Replace(location, "/callback/github/oauth-proxy?", "/oauth-proxy-callback?", 1)).ExpectRedirect("/welcome")
}

// TestForeignBrowser refuses to sign a visitor in to the account of whoever made the link.
func TestForeignBrowser(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]setup{"database": nil, "cookie": inCookie} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPair(t, oauthproxy.Options{}, change)
			location := p.relay(p.begin("/sign-in/social").Get("state"), octo)
			p.here = plugintest.NewClient(t, preview, p.preview.Site)
			p.land(location).ExpectRedirect("/oops?error=state_mismatch")
			if p.here.SignedIn() != "" || p.preview.Count("user") != 0 {
				t.Error("a stranger was signed in")
			}
		})
	}
}

func TestLink(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		who  person
		want string
	}{
		"same address":    {octo, "/dash"},
		"another address": {person{ID: 2, Name: "X", Email: "x@example.com", Verified: true}, "/oops?error=email_does_not_match"},
		"unverified":      {person{ID: 2, Name: "X", Email: "octo@example.com"}, "/oops?error=unable_to_link_account"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPair(t, oauthproxy.Options{})
			p.here.SignUp("octo@example.com")
			location := p.relay(p.begin("/link-social").Get("state"), tc.who)
			p.land(location).ExpectRedirect(tc.want)
			want := 1
			if tc.want == "/dash" {
				want = 2
			}
			if n := p.preview.Count("account"); n != want {
				t.Errorf("%d accounts, want %d", n, want)
			}
		})
	}
}

// TestSettings covers what the deployments' configurations do to a flow.
func TestSettings(t *testing.T) {
	t.Parallel()
	t.Run("sign-up off at production", func(t *testing.T) {
		t.Parallel()
		p := newPair(t, oauthproxy.Options{})
		p.production = deploy(t, production, oauthproxy.Options{}, func(c *betterauth.Config) {
			c.SocialProviders = gitHubWith(plugin.SocialSettings{DisableImplicitSignUp: true})
		})
		p.there = p.production.Client()
		p.land(p.relay(p.begin("/sign-in/social").Get("state"), octo)).ExpectRedirect("/oops?error=signup_disabled")
		p.land(p.relay(p.begin("/sign-in/social", "requestSignUp", true).Get("state"), octo)).ExpectRedirect("/welcome")
	})
	t.Run("verification required at the preview", func(t *testing.T) {
		t.Parallel()
		p := newPair(t, oauthproxy.Options{}, func(c *betterauth.Config) {
			c.SocialProviders = gitHubWith(plugin.SocialSettings{RequireEmailVerification: true})
		})
		who := octo
		who.Verified = false
		p.land(p.relay(p.begin("/sign-in/social").Get("state"), who)).ExpectRedirect("/oops?error=email_not_verified")
	})
	t.Run("a hook refuses", func(t *testing.T) {
		t.Parallel()
		p := newPair(t, oauthproxy.Options{}, refusing)
		p.land(p.relay(p.begin("/sign-in/social").Get("state"), octo)).ExpectRedirect("/oops?error=NOT_YOU&error_description=Not+you")
	})
	t.Run("default pages", func(t *testing.T) {
		t.Parallel()
		p := newPair(t, oauthproxy.Options{})
		page := p.begin("/sign-in/social", "callbackURL", "", "newUserCallbackURL", "", "errorCallbackURL", "")
		p.land(p.relay(page.Get("state"), octo)).ExpectRedirect(preview + "/api/auth")
	})
	t.Run("absolute callback", func(t *testing.T) {
		t.Parallel()
		p := newPair(t, oauthproxy.Options{}, func(c *betterauth.Config) { c.TrustedOrigins = []string{"https://app.example"} })
		page := p.begin("/sign-in/social", "callbackURL", "https://app.example/x?y=1&z=ü#h", "newUserCallbackURL", "")
		p.land(p.relay(page.Get("state"), octo)).ExpectRedirect("https://app.example/x?y=1&z=ü#h")
	})
	t.Run("link", func(t *testing.T) {
		t.Parallel()
		p := newPair(t, oauthproxy.Options{})
		page := query(t, p.here.Get("/sign-in/github?callbackURL=/dash").Expect(http.StatusFound).Header.Get("Location"))
		p.land(p.relay(page.Get("state"), octo)).ExpectRedirect("/dash")
	})
	t.Run("form_post", func(t *testing.T) {
		t.Parallel()
		p := newPair(t, oauthproxy.Options{})
		r := p.there.Request(http.MethodPost, "/callback/github", "code="+octo.code(t)+"&state="+url.QueryEscape(p.begin("/sign-in/social").Get("state")))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		p.land(p.there.Send(r).Expect(http.StatusFound).Header.Get("Location")).ExpectRedirect("/welcome")
	})
}

// TestWhere covers how a deployment finds out which one it is.
func TestWhere(t *testing.T) {
	t.Parallel()
	const direct = "<direct>"
	env := func(pairs ...string) setup {
		return func(c *betterauth.Config) {
			c.Getenv = func(name string) string {
				for i := 0; i < len(pairs); i += 2 {
					if pairs[i] == name {
						return pairs[i+1]
					}
				}
				return ""
			}
		}
	}
	cases := map[string]struct {
		options  oauthproxy.Options
		change   setup
		host     string
		header   string
		redirect string
		callback string // origin of the state's callback
	}{
		"production":           {redirect: preview, callback: direct},
		"own address is named": {options: oauthproxy.Options{ProductionURL: preview + "/"}, redirect: preview, callback: direct},
		"preview":              {options: oauthproxy.Options{ProductionURL: production + "/"}, redirect: production, callback: preview},
		"path in the address":  {options: oauthproxy.Options{ProductionURL: "https://x.example/sub/"}, redirect: "https://x.example/sub", callback: preview},
		"told to skip":         {options: oauthproxy.Options{ProductionURL: production}, header: "1", redirect: preview, callback: direct},
		"current URL":          {options: oauthproxy.Options{ProductionURL: production, CurrentURL: "https://pr.example/x?y"}, redirect: production, callback: "https://pr.example"},
		"environment's production": {
			change: env("BETTER_AUTH_URL", production), redirect: preview, callback: preview,
		},
		"Vercel": {
			options: oauthproxy.Options{ProductionURL: production}, change: env("VERCEL_URL", "pr-7.vercel.example"), host: "unknown.example",
			redirect: production, callback: "https://pr-7.vercel.example",
		},
		"Netlify": {
			options: oauthproxy.Options{ProductionURL: production}, change: env("NETLIFY_URL", "https://n.example"), host: "unknown.example",
			redirect: production, callback: "https://n.example",
		},
		"no address in the environment": {
			options: oauthproxy.Options{ProductionURL: production}, change: env("RENDER_URL", "function-name"), host: "unknown.example",
			redirect: production, callback: preview,
		},
		"unknown host": {options: oauthproxy.Options{ProductionURL: production}, host: "unknown.example", redirect: production, callback: preview},
		"trusted host": {
			options: oauthproxy.Options{ProductionURL: production}, change: func(c *betterauth.Config) { c.TrustedOrigins = []string{"http://*.pr.example"} },
			host: "a.pr.example", redirect: production, callback: "http://a.pr.example",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			kit := deploy(t, preview, tc.options, tc.change)
			c := plugintest.NewClient(t, preview, kit.Site)
			r := c.Request(http.MethodPost, "/sign-in/social", map[string]any{"provider": "github", "callbackURL": "/dash"})
			if tc.host != "" {
				r.Host = tc.host
			}
			if tc.header != "" {
				r.Header.Set("X-Skip-OAuth-Proxy", tc.header)
			}
			page := query(t, c.Send(r).Expect(http.StatusOK).String("url"))
			if got := page.Get("redirect_uri"); got != tc.redirect+"/api/auth/callback/github" {
				t.Errorf("redirect URI %s", got)
			}
			if tc.callback == direct {
				if len(page.Get("state")) != 32 {
					t.Errorf("state %q", page.Get("state"))
				}
				return
			}
			keys := keyring(t, plugintest.Secret)
			parcel := open(t, keys, "oauth-proxy-package", page.Get("state"))
			state := open(t, keys, "oauth-proxy-state", parcel["stateCookie"].(string))
			if want := tc.callback + "/api/auth/callback/github/oauth-proxy?callbackURL=%2Fdash"; state["callbackURL"] != want {
				t.Errorf("callback %v, want %s", state["callbackURL"], want)
			}
		})
	}
}

// TestUnwrap covers a flow that was to end elsewhere and ended at production itself.
func TestUnwrap(t *testing.T) {
	t.Parallel()
	for target, want := range map[string]string{
		"/dash": "/dash",
		"":      production + "/api/auth/callback/github/oauth-proxy?callbackURL=",
		// An address elsewhere in one's own callback is no way out.
		"https://evil.example": production + "/api/auth/callback/github/oauth-proxy?callbackURL=https%3A%2F%2Fevil.example",
	} {
		kit := deploy(t, production, oauthproxy.Options{ProductionURL: production})
		c := kit.Client()
		page := query(t, c.Post("/sign-in/social", map[string]any{
			"provider": "github", "callbackURL": production + "/api/auth/callback/github/oauth-proxy?callbackURL=" + url.QueryEscape(target),
		}).Expect(http.StatusOK).String("url"))
		c.Get("/callback/github?code=" + octo.code(t) + "&state=" + page.Get("state")).ExpectRedirect(want)
		if c.SignedIn() == "" {
			t.Error("not signed in")
		}
	}
}

func TestOptions(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]oauthproxy.Options{
		"negative age":      {MaxAge: -1},
		"current URL":       {CurrentURL: "preview.example"},
		"production URL":    {ProductionURL: "ftp://example.com"},
		"no current secret": {Secrets: []plugin.Secret{{Version: 1}}},
		"short secret":      {Secret: "short"},
		"public secret":     {Secret: "better-auth-secret-12345678901234567890"},
		"short secrets":     {Secrets: []plugin.Secret{{Version: 1, Value: "short"}}, Secret: strings.Repeat("long", 10)},
	} {
		if _, err := plugintest.TryNew(t, plugintest.With(oauthproxy.New(o))); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	short := func(c *betterauth.Config) { c.Advanced.AllowShortSecret = true }
	if _, err := plugintest.TryNew(t, short, plugintest.With(oauthproxy.New(oauthproxy.Options{Secret: "short"}))); err != nil {
		t.Errorf("a short secret that is allowed: %v", err)
	}
	p := oauthproxy.New(oauthproxy.Options{})
	plugintest.New(t, plugintest.With(p))
	if _, err := plugintest.TryNew(t, plugintest.With(p)); err == nil || !strings.Contains(err.Error(), "belongs to another Auth") {
		t.Errorf("second use: %v", err)
	}
}
