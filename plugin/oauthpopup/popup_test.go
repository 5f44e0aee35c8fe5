package oauthpopup_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/internal/crypto"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/bearer"
	"github.com/betterauth-go/betterauth/plugin/oauthpopup"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
)

const opener = "https://app.example"

// A fake is a provider that always tells the same profile.
type fake struct {
	plugin.SocialProvider // the operations that no test reaches
	noURL                 bool
}

func (*fake) ID() string      { return "fake" }
func (*fake) Name() string    { return "Fake" }
func (*fake) Validate() error { return nil }
func (*fake) Settings() plugin.SocialSettings {
	return plugin.SocialSettings{DisableImplicitSignUp: true}
}

func (f *fake) AuthorizationURL(_ context.Context, _ plugin.Outbound, r plugin.AuthorizationRequest) (string, error) {
	if f.noURL {
		return "", errors.New("no discovery")
	}
	return "https://provider.example/authorize?state=" + r.State + "&scope=" + strings.Join(r.Scopes, "+") + "&redirect_uri=" + url.QueryEscape(r.RedirectURI), nil
}

func (*fake) Exchange(context.Context, plugin.Outbound, plugin.ExchangeRequest) (*plugin.OAuthTokens, error) {
	return &plugin.OAuthTokens{AccessToken: "at"}, nil
}

func (*fake) Profile(context.Context, plugin.Outbound, plugin.ProfileRequest) (*plugin.OAuthProfile, error) {
	return &plugin.OAuthProfile{Subject: "1", User: plugin.OAuthUser{Name: new("Pop"), Email: new("pop@example.com"), EmailVerified: true}}, nil
}

func kit(t testing.TB, changes ...func(*betterauth.Config)) *plugintest.Kit {
	t.Helper()
	return plugintest.New(t, append([]func(*betterauth.Config){func(c *betterauth.Config) {
		c.SocialProviders = []plugin.SocialProvider{&fake{}}
		c.TrustedOrigins = []string{opener, "https://*.wild.example", "myapp://"}
		c.Plugins = []plugin.Plugin{oauthpopup.New(oauthpopup.Options{}), bearer.New(bearer.Options{})}
	}}, changes...)...)
}

// start asks for a popup; pairs change the query, and an empty value leaves a parameter out.
func start(c *plugintest.Client, pairs ...string) *plugintest.Answer {
	q := url.Values{
		"provider": {"fake"}, "popupOrigin": {opener}, "popupNonce": {"n0"}, "callbackURL": {"/dash"},
		"errorCallbackURL": {"/oops"}, "newUserCallbackURL": {"/welcome"}, "requestSignUp": {"true"},
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
		if pairs[i+1] == "" {
			q.Del(pairs[i])
		}
	}
	return c.Get("/oauth-popup/start?" + q.Encode())
}

func stateOf(a *plugintest.Answer) string {
	a.T.Helper()
	u, err := url.Parse(a.Expect(http.StatusFound).Header.Get("Location"))
	if err != nil {
		a.T.Fatal(err)
	}
	return u.Query().Get("state")
}

// A message is what the page posts.
type message struct {
	Type, TargetOrigin, Nonce, Token, RedirectTo string
	Error                                        *struct{ Code, Description string }
}

var (
	dataBlock = regexp.MustCompile(`<script type="application/json" id="better-auth-oauth-popup">([^<]*)</script>`)
	scripts   = regexp.MustCompile(`<script>([^<]*)</script>`)
)

// posted reads the page of an answer and checks all that every page has.
func posted(a *plugintest.Answer) message {
	a.T.Helper()
	a.Expect(http.StatusOK)
	for name, want := range map[string]string{
		"Content-Type": "text/html; charset=utf-8", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store",
		"Pragma": "no-cache", "Referrer-Policy": "no-referrer",
	} {
		if got := a.Header.Get(name); got != want {
			a.T.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	data, script := dataBlock.FindStringSubmatch(a.Body), scripts.FindAllStringSubmatch(a.Body, -1)
	if data == nil || len(script) != 1 || strings.Count(a.Body, "<script") != 2 {
		a.T.Fatalf("page %s", a.Body)
	}
	sum := sha256.Sum256([]byte(script[0][1]))
	if want := "default-src 'none'; script-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "';"; !strings.HasPrefix(a.Header.Get("Content-Security-Policy"), want) {
		a.T.Errorf("policy %q, want %q", a.Header.Get("Content-Security-Policy"), want)
	}
	var m message
	if err := json.Unmarshal([]byte(data[1]), &m); err != nil {
		a.T.Fatalf("%v in %s", err, data[1])
	}
	if m.Type != "better-auth:oauth-popup" {
		a.T.Errorf("type %q", m.Type)
	}
	return m
}

// TestPopup signs in, and the token that the opener gets is good.
func TestPopup(t *testing.T) {
	t.Parallel()
	for name, strategy := range map[string]plugin.StateStrategy{"database": "", "cookie": plugin.StateInCookie} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := kit(t, func(c *betterauth.Config) { c.Account.StoreStateStrategy = strategy })
			popup := k.Client()
			a := start(popup, "scopes", "a,b", "popupNonce", "</script><!--\u2028&")
			if got := a.Header.Get("Location"); !strings.Contains(got, "&scope=a+b&redirect_uri=http%3A%2F%2Flocalhost%3A3000%2Fapi%2Fauth%2Fcallback%2Ffake") {
				t.Errorf("redirects to %s", got)
			}
			if line := a.Cookie("better-auth.oauth_popup"); !strings.Contains(line, "Max-Age=600; Path=/; HttpOnly; SameSite=Lax") {
				t.Errorf("cookie %q", line)
			}
			end := popup.Get("/callback/fake?code=x&state=" + stateOf(a))
			m := posted(end)
			if m.TargetOrigin != opener || m.Nonce != "</script><!--\u2028&" || m.RedirectTo != "/welcome" || m.Error != nil || m.Token != popup.Cookie("better-auth.session_token") {
				t.Errorf("message %+v", m)
			}
			if !strings.Contains(end.Body, `<body data-target="/welcome">`) {
				t.Errorf("page %s", end.Body)
			}
			if end.Header.Get("Location") != "/welcome" || popup.RawCookie("better-auth.oauth_popup") != "" {
				t.Errorf("location %q, cookies %v", end.Header.Get("Location"), popup.CookieNames())
			}
			frame := k.Client()
			frame.Header.Set("Authorization", "Bearer "+m.Token)
			if got := frame.Get("/get-session").Expect(http.StatusOK).String("user.email"); got != "pop@example.com" {
				t.Errorf("the token is of %q", got)
			}
		})
	}
}

// TestDefaults begins with the two parameters that must be there.
func TestDefaults(t *testing.T) {
	t.Parallel()
	k := kit(t)
	popup := k.Client()
	bare := []string{"popupNonce", "", "callbackURL", "", "errorCallbackURL", "", "newUserCallbackURL", ""}
	m := posted(popup.Get("/callback/fake?code=x&state=" + stateOf(start(popup, bare...))))
	if m.Nonce != "" || m.RedirectTo != plugintest.Origin+"/api/auth" || m.Token == "" {
		t.Errorf("message %+v", m)
	}
}

// TestPopupErrors covers flows that end without a session.
func TestPopupErrors(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		start []string
		query string // %s is the state
		code  string
		text  string
	}{
		"refused":         {query: "error=access_denied&error_description=no+%3C/script%3E&state=%s", code: "access_denied", text: "no </script>"},
		"no code":         {query: "state=%s", code: "no_code"},
		"unknown state":   {query: "code=x&state=other", code: "state_mismatch"},
		"no state":        {query: "code=x", code: "state_not_found"},
		"no sign-up":      {start: []string{"requestSignUp", "yes"}, query: "code=x&state=%s", code: "signup_disabled"},
		"own error page":  {start: []string{"errorCallbackURL", opener + "/e?error=first#f"}, query: "error=second&state=%s", code: "first"},
		"relative errors": {start: []string{"errorCallbackURL", "/e#f"}, query: "error=x&state=%s", code: "x"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := kit(t)
			popup := k.Client()
			m := posted(popup.Get("/callback/fake?" + strings.ReplaceAll(tc.query, "%s", stateOf(start(popup, tc.start...)))))
			if m.Error == nil || m.Error.Code != tc.code || m.Error.Description != tc.text || m.Token != "" || m.RedirectTo != "" || m.TargetOrigin != opener || m.Nonce != "n0" {
				t.Errorf("message %+v, error %+v", m, m.Error)
			}
			if popup.SignedIn() != "" || popup.RawCookie("better-auth.oauth_popup") != "" {
				t.Errorf("signed in as %q, cookies %v", popup.SignedIn(), popup.CookieNames())
			}
		})
	}
}

// TestStartErrors covers popups that never get to the provider. The page tells the opener.
func TestStartErrors(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		in         []string
		code, text string
	}{
		"callback elsewhere":   {[]string{"callbackURL", "https://evil.example"}, "invalid_callback_url", "Untrusted URL: https://evil.example"},
		"error page elsewhere": {[]string{"errorCallbackURL", "//evil.example"}, "invalid_error_callback_url", "Untrusted URL: //evil.example"},
		"welcome elsewhere":    {[]string{"newUserCallbackURL", "javascript:alert(1)"}, "invalid_new_user_callback_url", "Untrusted URL: javascript:alert(1)"},
		"unknown provider":     {[]string{"provider", "</script><b>"}, "provider_not_found", "Unknown provider: </script><b>"},
	}
	k := kit(t)
	for name, tc := range cases {
		c := k.Client()
		m := posted(start(c, tc.in...))
		if m.Error == nil || m.Error.Code != tc.code || m.Error.Description != tc.text || m.TargetOrigin != opener || m.Nonce != "n0" {
			t.Errorf("%s: %+v %+v", name, m, m.Error)
		}
		if len(c.CookieNames()) != 0 {
			t.Errorf("%s: cookies %v", name, c.CookieNames())
		}
	}
	broken := kit(t, func(c *betterauth.Config) { c.SocialProviders = []plugin.SocialProvider{&fake{noURL: true}} })
	if m := posted(start(broken.Client())); m.Error == nil || m.Error.Code != "popup_sign_in_failed" || m.Error.Description != "Failed to start the OAuth flow." {
		t.Errorf("no URL: %+v", m)
	}
}

// TestOrigins covers who may open a popup.
func TestOrigins(t *testing.T) {
	t.Parallel()
	k := kit(t)
	for origin, good := range map[string]bool{
		opener: true, opener + "/page": true, plugintest.Origin: true, "https://a.wild.example": true,
		"https://evil.example": false, "http://app.example": false, "https://app.example.evil.example": false, "https://app.example@evil.example": false,
		"*": false, "/": false, "null": false, "myapp://x": false, "javascript:alert(1)": false, "https://wild.example": false,
	} {
		c := k.Client()
		a := start(c, "popupOrigin", origin)
		if good {
			a.Expect(http.StatusFound)
			continue
		}
		a.ExpectError(http.StatusForbidden, "INVALID_ORIGIN")
		if len(c.CookieNames()) != 0 {
			t.Errorf("%s: cookies %v", origin, c.CookieNames())
		}
	}
	start(k.Client(), "popupOrigin", "").ExpectError(http.StatusBadRequest, "VALIDATION_ERROR")
	start(k.Client(), "provider", "").ExpectError(http.StatusBadRequest, "VALIDATION_ERROR")
	k.Client().Get("/oauth-popup/start?provider=fake&provider=x&popupOrigin="+opener).ExpectError(http.StatusBadRequest, "VALIDATION_ERROR")
}

// TestMarkers covers callbacks with cookies that no popup of ours set.
func TestMarkers(t *testing.T) {
	t.Parallel()
	keys, err := crypto.NewKeyring(nil, plugintest.Secret)
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{
		"forged":     `{"popupOrigin":"https://app.example","popupNonce":"n"}.` + strings.Repeat("A", 43) + "=",
		"no JSON":    keys.SignValue("{"),
		"elsewhere":  keys.SignValue(`{"popupOrigin":"https://evil.example","popupNonce":"n"}`),
		"everywhere": keys.SignValue(`{"popupOrigin":"*","popupNonce":"n"}`),
		"nobody":     keys.SignValue(`{}`),
	} {
		c := kit(t).Client()
		state := stateOf(start(c))
		c.SetCookie("better-auth.oauth_popup", value)
		c.Get("/callback/fake?code=x&state=" + state).ExpectRedirect("/welcome")
		if c.SignedIn() != "pop@example.com" {
			t.Errorf("%s: signed in as %q", name, c.SignedIn())
		}
	}
}

// TestRedirectFlows shows that flows without a popup stay as they are, also after a popup that was closed.
func TestRedirectFlows(t *testing.T) {
	t.Parallel()
	k := kit(t)
	c := k.Client()
	begin := func() string {
		a := c.Post("/sign-in/social", map[string]any{"provider": "fake", "callbackURL": "/dash", "requestSignUp": true}).Expect(http.StatusOK)
		u, err := url.Parse(a.String("url"))
		if err != nil {
			t.Fatal(err)
		}
		return u.Query().Get("state")
	}
	c.Get("/callback/fake?code=x&state=" + begin()).ExpectRedirect("/dash")
	start(c).Expect(http.StatusFound)
	k.Clock.Advance(601e9) // the popup was closed, and its cookie has ended
	c.Get("/callback/fake?code=x&state=" + begin()).ExpectRedirect("/dash")
}

// TestLink drops the cookie of a popup when a flow ends with neither session nor error.
func TestLink(t *testing.T) {
	t.Parallel()
	c := kit(t).SignUp("pop@example.com")
	start(c).Expect(http.StatusFound)
	u, err := url.Parse(c.Post("/link-social", map[string]any{"provider": "fake", "callbackURL": "/linked"}).Expect(http.StatusOK).String("url"))
	if err != nil {
		t.Fatal(err)
	}
	c.Get("/callback/fake?code=x&state=" + u.Query().Get("state")).ExpectRedirect("/linked")
	if c.RawCookie("better-auth.oauth_popup") != "" {
		t.Error("the cookie stays")
	}
}

// TestFormPost keeps the cookie for the GET that a form_post goes round to.
func TestFormPost(t *testing.T) {
	t.Parallel()
	c := kit(t).Client()
	r := c.Request(http.MethodPost, "/callback/fake", "code=x&state="+stateOf(start(c)))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	location := c.Send(r).Expect(http.StatusFound).Header.Get("Location")
	if m := posted(c.Do(http.MethodGet, strings.TrimPrefix(location, plugintest.Origin), nil)); m.Token == "" {
		t.Errorf("message %+v", m)
	}
}

// TestAdditionalData keeps what the request adds, but for what the flow itself keeps.
func TestAdditionalData(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`{"ref":"r","n":[1,{"b":null}]}`: `{"ref":"r","n":[1,{"b":null}],"callbackURL":"/dash",`,
		`{"callbackURL":"https://evil.example","link":{"userId":"u"},"serverContext":{"a":1},"ref":1}`: `{"ref":1,"callbackURL":"/dash",`,
		`[1]`: `{"callbackURL":"/dash",`,
		`{`:   `{"callbackURL":"/dash",`,
	} {
		k := kit(t)
		c := k.Client()
		start(c, "additionalData", in).Expect(http.StatusFound)
		rows, err := plugin.Verifications.Find(t.Context(), k.Store(), adapter.Query{})
		if err != nil || len(rows) != 1 || !strings.HasPrefix(rows[0].Value, want) || strings.Contains(rows[0].Value, "evil") || strings.Contains(rows[0].Value, `"link"`) {
			t.Errorf("%s: %v %v", in, rows, err)
		}
	}
}

func TestInProcess(t *testing.T) {
	t.Parallel()
	p := oauthpopup.New(oauthpopup.Options{})
	var log bytes.Buffer
	plugintest.New(t, func(c *betterauth.Config) {
		c.SocialProviders, c.Plugins = []plugin.SocialProvider{&fake{}}, []plugin.Plugin{p}
		c.Logger = slog.New(slog.NewTextHandler(&log, nil))
	})
	if !strings.Contains(log.String(), "without the plugin bearer") {
		t.Errorf("log %q", log.String())
	}
	var h http.Header
	_, err := p.API.OAuthPopupStart(t.Context(), oauthpopup.StartInput{Provider: "fake", PopupOrigin: plugintest.Origin}, api.CaptureHeaders(&h))
	if !strings.HasPrefix(h.Get("Location"), "https://provider.example/authorize?state=") || err == nil {
		t.Errorf("redirects to %q, %v", h.Get("Location"), err)
	}
	_, err = p.API.OAuthPopupStart(t.Context(), oauthpopup.StartInput{Provider: "fake", PopupOrigin: opener})
	if !errors.Is(err, errors.InvalidOrigin) {
		t.Errorf("an origin that is not trusted: %v", err)
	}
	if _, err := plugintest.TryNew(t, plugintest.With(p)); err == nil || !strings.Contains(err.Error(), "belongs to another Auth") {
		t.Errorf("second use: %v", err)
	}
}

func TestErrorCodes(t *testing.T) {
	t.Parallel()
	for code, e := range map[string]*errors.APIError{
		"POPUP_SIGN_IN_FAILED: Popup sign-in failed":               oauthpopup.PopupSignInFailed,
		"POPUP_BLOCKED: Sign-in popup was blocked by the browser":  oauthpopup.PopupBlocked,
		"POPUP_CLOSED: Sign-in popup was closed before completing": oauthpopup.PopupClosed,
		"POPUP_TIMEOUT: Sign-in popup timed out":                   oauthpopup.PopupTimeout,
	} {
		if got := e.Code + ": " + e.Message; got != code {
			t.Errorf("%q, want %q", got, code)
		}
	}
}
