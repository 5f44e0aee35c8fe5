package lastloginmethod_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/lastloginmethod"
	"github.com/betterauth-go/betterauth/plugin/multisession"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
	"github.com/betterauth-go/betterauth/plugin/username"
	"github.com/betterauth-go/betterauth/session"
)

const (
	ann    = "ann@example.com"
	cookie = "better-auth.last_used_login_method"
)

func start(t testing.TB, o lastloginmethod.Options, changes ...func(*betterauth.Config)) *plugintest.Kit {
	t.Helper()
	return plugintest.New(t, append([]func(*betterauth.Config){plugintest.With(lastloginmethod.New(o))}, changes...)...)
}

func TestCookie(t *testing.T) {
	t.Parallel()
	kit := start(t, lastloginmethod.Options{})
	c := kit.SignUp(ann)
	if got := c.Cookie(cookie); got != "email" {
		t.Errorf("after sign-up %q", got)
	}
	c.DropCookies()
	if line := c.SignIn(ann).Cookie(cookie); line != cookie+"=email; Max-Age=2592000; Path=/; SameSite=Lax" {
		t.Errorf("cookie %q", line)
	}
	a := c.Post("/sign-in/email", map[string]any{"email": ann, "password": plugintest.Password, "rememberMe": false}).Expect(http.StatusOK)
	if !strings.Contains(a.Cookie(cookie), "Max-Age=2592000") {
		t.Errorf("not remembered: %q", a.Cookie(cookie))
	}
	for _, a := range []*plugintest.Answer{
		c.Post("/sign-in/email", map[string]any{"email": ann, "password": "wrong-password"}).Expect(http.StatusUnauthorized),
		c.Post("/update-user", map[string]any{"name": "Anna"}).Expect(http.StatusOK),
		c.Get("/get-session").Expect(http.StatusOK),
		c.Post("/sign-out", nil).Expect(http.StatusOK),
		c.Get("/nothing").Expect(http.StatusNotFound),
	} {
		if a.Cookie(cookie) != "" {
			t.Errorf("%s: cookie %q", a.Request, a.Cookie(cookie))
		}
	}
	if c.Cookie(cookie) != "email" {
		t.Error("signing out forgot the method")
	}
}

func TestCookieOptions(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		options lastloginmethod.Options
		change  func(*betterauth.Config)
		want    string
	}{
		"own name and age": {lastloginmethod.Options{CookieName: "how", MaxAge: 90 * time.Second}, nil, "how=email; Max-Age=90; Path=/; SameSite=Lax"},
		"https":            {change: func(c *betterauth.Config) { c.BaseURL = "https://auth.example.com" }, want: cookie + "=email; Max-Age=2592000; Path=/; Secure; SameSite=Lax"},
		"subdomains": {change: func(c *betterauth.Config) {
			c.BaseURL = "https://auth.example.com"
			c.Advanced.CrossSubDomainCookies = betterauth.CrossSubDomainCookies{Enabled: true, Domain: "example.com"}
		}, want: cookie + "=email; Max-Age=2592000; Domain=example.com; Path=/; Secure; SameSite=Lax"},
		"cookie prefix": {change: func(c *betterauth.Config) { c.Advanced.CookiePrefix = "app" }, want: cookie + "=email; Max-Age=2592000; Path=/; SameSite=Lax"},
		"session cookie's attributes": {change: func(c *betterauth.Config) {
			c.Advanced.Cookies = map[string]betterauth.Cookie{"session_token": {Name: "sid", Attributes: betterauth.CookieAttributes{SameSite: http.SameSiteStrictMode, Path: "/app", MaxAge: new(time.Minute)}}}
		}, want: cookie + "=email; Max-Age=2592000; Path=/app; SameSite=Strict"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			change := c.change
			if change == nil {
				change = func(*betterauth.Config) {}
			}
			kit := start(t, c.options, change)
			client := kit.Client()
			client.Header.Set("Origin", kit.Config.BaseURL)
			a := client.Post("/sign-up/email", map[string]any{"name": "Ann", "email": ann, "password": plugintest.Password}).Expect(http.StatusOK)
			key, _, _ := strings.Cut(c.want, "=")
			if got := a.Cookie(key); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestOptions(t *testing.T) {
	t.Parallel()
	for want, o := range map[string]lastloginmethod.Options{
		"MaxAge is -1s": {MaxAge: -time.Second},
		"400 days":      {MaxAge: 401 * 24 * time.Hour},
		"cookie name":   {CookieName: "a b"},
	} {
		if _, err := plugintest.TryNew(t, plugintest.With(lastloginmethod.New(o))); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
	p := lastloginmethod.New(lastloginmethod.Options{})
	plugintest.New(t, plugintest.With(p))
	if _, err := plugintest.TryNew(t, plugintest.With(p)); err == nil || !strings.Contains(err.Error(), "belongs to another Auth") {
		t.Errorf("error %v", err)
	}
}

// entrances are the paths of sign-ins that other plugins have, and what they are called.
var entrances = map[string]string{
	"/callback/:id": "gitlab", "/callback/:id/oauth-proxy": "gitlab", "/one-tap/callback": "google",
	"/siwe/verify": "siwe", "/sign-in/siwe": "siwe", "/passkey/verify-authentication": "passkey",
	"/magic-link/verify": "magic-link", "/magic-link/verify/:token": "magic-link", "/sign-in/email-otp": "email-otp",
	"/sign-in/phone-number": "", "/sign-in/anonymous": "", "/sso/callback/:providerId": "", "/magic-link/send": "", "/passkey/verify-registration": "",
}

// door is a plugin that signs Ann in at every path.
func door() plugin.Plugin {
	return plugin.Func("door", func(r *plugin.Registry) error {
		for path := range entrances {
			method := http.MethodPost
			if path == "/callback/:id" {
				continue // the core's
			}
			plugin.Handle(r, plugin.Endpoint{ID: path, Method: method, Path: path}, signIn)
		}
		plugin.Handle(r, plugin.Endpoint{ID: "callbackOAuth", Method: "GET POST", Path: "/callback/:id", Override: true}, signIn)
		plugin.Handle(r, plugin.Endpoint{ID: "hidden", Method: http.MethodPost}, signIn)
		return nil
	})
}

func signIn(c *plugin.Context, _ struct{}) (*api.SignInEmailOutput, error) {
	u, err := c.UserByEmail(ann)
	if err != nil || u == nil {
		return nil, errors.Join(err, errors.New("no Ann"))
	}
	return session.SignIn(c, u, nil, "")
}

// TestMethods signs in at the paths of other plugins.
func TestMethods(t *testing.T) {
	t.Parallel()
	kit := start(t, lastloginmethod.Options{StoreInDatabase: true}, plugintest.With(door()))
	kit.SignUp(ann)
	last := "email"
	for path, method := range entrances {
		c := kit.Client()
		c.Post(strings.NewReplacer(":id", "gitlab", ":token", "t", ":providerId", "p").Replace(path), nil).Expect(http.StatusOK)
		if got := c.Cookie(cookie); got != method {
			t.Errorf("%s: cookie %q, want %q", path, got, method)
		}
		if method != "" {
			last = method
		}
		if got, _ := api.Field[string](kit.User(ann).Extra, "lastLoginMethod"); got != last {
			t.Errorf("%s: column %q, want %q", path, got, last)
		}
	}
	var h http.Header
	if _, err := kit.API.Call(t.Context(), "hidden", api.Request{}, api.CaptureHeaders(&h)); err != nil || len(h["Set-Cookie"]) != 1 {
		t.Errorf("a sign-in without a path: %v, %v", h, err)
	}
	if _, err := kit.API.Call(t.Context(), "callbackOAuth", api.Request{Params: map[string]string{"id": "line"}}, api.CaptureHeaders(&h)); err != nil || !strings.Contains(strings.Join(h["Set-Cookie"], " "), cookie+"=line;") {
		t.Errorf("a callback in process: %v, %v", h, err)
	}
}

func TestResolveMethod(t *testing.T) {
	t.Parallel()
	kit := start(t, lastloginmethod.Options{StoreInDatabase: true, ResolveMethod: func(c *plugin.Context) (string, bool) {
		switch c.Endpoint.ID {
		case "signInUsername":
			return "username", true
		case "/sign-in/email-otp":
			return "", true
		}
		return "ignored", false
	}}, plugintest.With(door(), username.New(username.Options{})))
	kit.SignUp(ann, "username", "annie")
	check := func(path string, body any, want, stored string) {
		t.Helper()
		c := kit.Client()
		c.Post(path, body).Expect(http.StatusOK)
		if got := c.Cookie(cookie); got != want {
			t.Errorf("%s: cookie %q, want %q", path, got, want)
		}
		if got, _ := api.Field[string](kit.User(ann).Extra, "lastLoginMethod"); got != stored {
			t.Errorf("%s: column %q, want %q", path, got, stored)
		}
	}
	check("/sign-in/username", map[string]string{"username": "annie", "password": plugintest.Password}, "username", "username")
	check("/sign-in/email-otp", nil, "", "username")
	check("/siwe/verify", nil, "siwe", "siwe")
	check("/sign-in/anonymous", nil, "", "siwe")
}

func TestBeforeStoreCookie(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		store bool
		err   error
		want  string
	}{"allowed": {true, nil, "email"}, "refused": {false, nil, ""}, "failed": {true, errors.New("no answer"), ""}} {
		var asked []string
		kit := start(t, lastloginmethod.Options{StoreInDatabase: true, BeforeStoreCookie: func(ctx *plugin.Context, method string) (bool, error) {
			asked = append(asked, ctx.Endpoint.Path+" "+method)
			return c.store, c.err
		}})
		client := kit.SignUp(ann)
		if client.Cookie(cookie) != c.want || client.SignedIn() != ann {
			t.Errorf("%s: cookies %v", name, client.CookieNames())
		}
		client.Get("/get-session")
		if strings.Join(asked, ", ") != "/sign-up/email email" {
			t.Errorf("%s: asked about %v", name, asked)
		}
		if got, _ := api.Field[string](kit.User(ann).Extra, "lastLoginMethod"); got != "email" {
			t.Errorf("%s: column %q", name, got)
		}
	}
}

// TestOtherPlugins shows that the method is kept wherever the plugin stands in the list.
func TestOtherPlugins(t *testing.T) {
	t.Parallel()
	for _, plugins := range [][]plugin.Plugin{
		{lastloginmethod.New(lastloginmethod.Options{}), multisession.New(multisession.Options{})},
		{multisession.New(multisession.Options{}), lastloginmethod.New(lastloginmethod.Options{})},
	} {
		kit := plugintest.New(t, plugintest.With(plugins...))
		if c := kit.SignUp(ann); c.Cookie(cookie) != "email" || len(c.CookieNames()) != 3 {
			t.Errorf("cookies %v", c.CookieNames())
		}
	}
}

// TestPendingSecondFactor shows that a sign-in whose session is taken back is remembered all the same.
func TestPendingSecondFactor(t *testing.T) {
	t.Parallel()
	second := plugin.Func("second-factor", func(r *plugin.Registry) error {
		r.After(plugin.Path("/sign-in/email"), func(c *plugin.Context) error {
			c.ExpireCookie(c.SessionCookies.Token)
			c.SetNewSession(nil)
			return nil
		})
		return nil
	})
	kit := plugintest.New(t, plugintest.With(second, lastloginmethod.New(lastloginmethod.Options{})))
	kit.SignUp(ann)
	c := kit.Client()
	c.SignIn(ann)
	if c.Cookie(cookie) != "email" || c.SignedIn() != "" {
		t.Errorf("cookies %v", c.CookieNames())
	}
}
