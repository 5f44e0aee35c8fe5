package bearer_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/bearer"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
)

const sessionCookie = "better-auth.session_token"

func start(t *testing.T, o bearer.Options, changes ...func(*betterauth.Config)) *plugintest.Kit {
	t.Helper()
	return plugintest.New(t, append(changes, plugintest.With(bearer.New(o)))...)
}

// as returns a client without cookies that sends an Authorization header.
func as(kit *plugintest.Kit, authorization string) *plugintest.Client {
	c := kit.Client()
	c.Header.Del("Origin")
	c.Header.Set("Authorization", authorization)
	return c
}

func TestTokens(t *testing.T) {
	t.Parallel()
	kit := start(t, bearer.Options{})
	strict := start(t, bearer.Options{RequireSignature: true})
	const ann = "ann@example.com"
	signed := kit.SignUp(ann).Cookie(sessionCookie)
	strict.SignUp(ann) // the same seed makes the same token
	raw, signature, _ := strings.Cut(signed, ".")
	cases := []struct {
		name, header string
		user, strict string
	}{
		{"signed", "Bearer " + signed, ann, ann},
		{"signed and escaped", "Bearer " + url.QueryEscape(signed), ann, ann},
		{"raw", "Bearer " + raw, ann, ""},
		{"scheme in lower case", "bearer " + raw, ann, ""},
		{"scheme in capitals", "BEARER " + signed, ann, ann},
		{"spaces around", "Bearer   " + signed + "  ", ann, ann},
		{"wrong signature", "Bearer " + raw + "." + strings.Repeat("A", 43) + "=", "", ""},
		{"signature of another", "Bearer x" + raw + "." + signature, "", ""},
		{"no signature", "Bearer " + raw + ".", "", ""},
		{"unknown raw", "Bearer unknown", "", ""},
		{"broken escape", "Bearer %zz", "", ""},
		{"broken escape with a dot", "Bearer %zz." + signature, "", ""},
		{"only a dot", "Bearer .", "", ""},
		{"empty", "Bearer ", "", ""},
		{"no token", "Bearer", "", ""},
		{"no space", "Bearer" + signed, "", ""},
		{"no scheme", signed, "", ""},
		{"another scheme", "Basic " + signed, "", ""},
		{"two tokens", "Bearer " + raw + ", " + raw, "", ""},
		{"cookie injection", "Bearer x; " + sessionCookie + "=" + url.QueryEscape(signed), "", ""},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if got := as(kit, tc.header).SignedIn(); got != tc.user {
				t.Errorf("signed in as %q, want %q", got, tc.user)
			}
			if got := as(strict, tc.header).SignedIn(); got != tc.strict {
				t.Errorf("RequireSignature: signed in as %q, want %q", got, tc.strict)
			}
			s, err := kit.API.GetSession(t.Context(), api.GetSessionInput{}, api.WithHeaders(http.Header{"Authorization": {tc.header}}))
			if err != nil || (s != nil) != (tc.user != "") {
				t.Errorf("in process: %v, %v", s, err)
			}
		})
	}
}

// TestVectors plays a token that the reference signed.
func TestVectors(t *testing.T) {
	t.Parallel()
	const raw, signed = "K5wz2K1Ntwqpcz2NdnAL8qoVvgJ3BkYi", "K5wz2K1Ntwqpcz2NdnAL8qoVvgJ3BkYi.noXeYUlm3BV6SNVNucrAG5jPujPdbd2ty3V2vDAf0hY="
	kit := start(t, bearer.Options{}, func(c *betterauth.Config) { c.Secret = "contract-secret-0123456789-ABCDEFGHIJ-abcdefghij" })
	kit.SignUp("ann@example.com")
	if _, err := plugin.Sessions.UpdateMany(t.Context(), kit.Store(), adapter.Changes{"token": raw}); err != nil {
		t.Fatal(err)
	}
	for token, want := range map[string]string{
		signed: "ann@example.com", url.QueryEscape(signed): "ann@example.com", raw: "ann@example.com",
		raw + ".AAAA": "", "unknown": "",
	} {
		if got := as(kit, "Bearer "+token).SignedIn(); got != want {
			t.Errorf("%s: signed in as %q, want %q", token, got, want)
		}
	}
}

// TestHeaderOfAnswers shows which answers carry set-auth-token, and that it is a token.
func TestHeaderOfAnswers(t *testing.T) {
	t.Parallel()
	kit := start(t, bearer.Options{})
	kit.SignUp("ann@example.com")
	client := kit.Client()
	in := client.SignIn("ann@example.com")
	token := in.Header.Get("Set-Auth-Token")
	if token == "" || token != client.Cookie(sessionCookie) || in.Header.Get("Access-Control-Expose-Headers") != "set-auth-token" {
		t.Errorf("sign-in: %v", in.Header)
	}
	if raw, _, _ := strings.Cut(token, "."); raw != in.String("token") {
		t.Errorf("token %q, body %s", token, in.Body)
	}
	mobile := as(kit, "Bearer "+token)
	read := mobile.Get("/get-session").Expect(http.StatusOK)
	if read.Header.Get("Set-Auth-Token") != "" || read.String("user.email") != "ann@example.com" {
		t.Errorf("get-session: %v %s", read.Header, read.Body)
	}
	kit.Clock.Advance(2 * 24 * time.Hour)
	if got := as(kit, "Bearer "+token).Get("/get-session").Header.Get("Set-Auth-Token"); got != token {
		t.Errorf("refreshed: %q", got)
	}
	out := as(kit, "Bearer "+token).Post("/sign-out", nil).Expect(http.StatusOK)
	if out.Header.Get("Set-Auth-Token") != "" {
		t.Errorf("sign-out: %v", out.Header)
	}
	if got := as(kit, "Bearer "+token).SignedIn(); got != "" {
		t.Errorf("signed in as %q after sign-out", got)
	}
}

// TestExposedHeaders shows that what others expose stays.
func TestExposedHeaders(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"": "set-auth-token", "x-a, x-b": "x-a, x-b, set-auth-token", "set-auth-token ,x-a,": "set-auth-token, x-a",
	} {
		kit := start(t, bearer.Options{}, plugintest.With(plugin.Func("cors", func(r *plugin.Registry) error {
			r.After(nil, func(c *plugin.Context) error {
				if given != "" {
					c.SetHeader("Access-Control-Expose-Headers", given)
				}
				return nil
			})
			return nil
		})))
		kit.SignUp("ann@example.com")
		if got := kit.Client().SignIn("ann@example.com").Header.Get("Access-Control-Expose-Headers"); got != want {
			t.Errorf("%q: %q, want %q", given, got, want)
		}
	}
}

// TestPrecedence shows that the header wins over a cookie, and leaves the other cookies alone.
func TestPrecedence(t *testing.T) {
	t.Parallel()
	kit := start(t, bearer.Options{}, func(c *betterauth.Config) { c.Session.CookieCache.Enabled = true })
	ann, bob := kit.SignUp("ann@example.com"), kit.SignUp("bob@example.com")
	bob.Header.Set("Authorization", "Bearer "+ann.Cookie(sessionCookie))
	if got := bob.SignedIn(); got != "ann@example.com" {
		t.Errorf("signed in as %q", got)
	}
	bob.Header.Set("Authorization", "Bearer nonsense.nonsense")
	bob.SetCookie(sessionCookie, url.QueryEscape(ann.Cookie(sessionCookie)))
	if got := bob.SignedIn(); got != "ann@example.com" {
		t.Errorf("with a bad token signed in as %q", got)
	}
}

// TestWrites shows that a bearer token needs no origin, since no browser sends it by itself, and that it
// obeys expiry, revocation and freshness.
func TestWrites(t *testing.T) {
	t.Parallel()
	kit := start(t, bearer.Options{})
	ann := kit.SignUp("ann@example.com")
	header := "Bearer " + ann.Cookie(sessionCookie)
	as(kit, header).Post("/update-user", `{"name":"Anna"}`).Expect(http.StatusOK)
	if got := kit.User("ann@example.com").Name; got != "Anna" {
		t.Errorf("name %q", got)
	}
	kit.Clock.Advance(25 * time.Hour)
	as(kit, header).Get("/list-sessions").ExpectError(http.StatusForbidden, "SESSION_NOT_FRESH")
	kit.Clock.Advance(8 * 24 * time.Hour)
	as(kit, header).Post("/update-user", `{"name":"Late"}`).ExpectError(http.StatusUnauthorized, "UNAUTHORIZED")
	fresh := kit.Client().SignIn("ann@example.com")
	other := as(kit, "Bearer "+fresh.String("token"))
	other.Post("/revoke-sessions", nil).Expect(http.StatusOK)
	other.Post("/update-user", `{"name":"Gone"}`).ExpectError(http.StatusUnauthorized, "UNAUTHORIZED")
}

// TestRotation shows that tokens signed with an older secret keep working.
// TestSignsInAgain is an application that still has a token, has no cookies and sends no Origin: the check of
// forms looks at what was sent, not at the cookie that the token stands for.
func TestSignsInAgain(t *testing.T) {
	t.Parallel()
	kit := start(t, bearer.Options{})
	token := kit.SignUp("ann@example.com").Cookie(sessionCookie)
	as(kit, "Bearer "+token).SignIn("ann@example.com")
	browser := as(kit, "Bearer "+token)
	browser.SetCookie("theme", "dark")
	browser.Post("/sign-in/email", map[string]any{"email": "ann@example.com", "password": plugintest.Password}).ExpectError(http.StatusForbidden, "MISSING_OR_NULL_ORIGIN")
}

func TestRotation(t *testing.T) {
	t.Parallel()
	kit := start(t, bearer.Options{RequireSignature: true})
	token := kit.SignUp("ann@example.com").Cookie(sessionCookie)
	rotated := start(t, bearer.Options{RequireSignature: true}, func(c *betterauth.Config) {
		c.Database = kit.Config.Database
		c.Secret, c.Secrets = "", []betterauth.Secret{
			{Version: 2, Value: "another-secret-0123456789-ABCDEFGHIJ-abcdefghij"}, {Version: 1, Value: plugintest.Secret},
		}
	})
	a := as(rotated, "Bearer "+token).Get("/get-session").Expect(http.StatusOK)
	if a.String("user.email") != "ann@example.com" || a.Header.Get("Set-Auth-Token") == "" || a.Header.Get("Set-Auth-Token") == token {
		t.Errorf("%v %s", a.Header, a.Body)
	}
}

// TestSecureCookies shows that the name of the cookie does not matter.
func TestSecureCookies(t *testing.T) {
	t.Parallel()
	kit := start(t, bearer.Options{}, func(c *betterauth.Config) { c.BaseURL = "https://auth.example.com" })
	var out *api.SignUpEmailOutput
	out, err := kit.API.SignUpEmail(t.Context(), api.SignUpEmailInput{Email: "ann@example.com", Password: plugintest.Password, Name: "Ann"})
	if err != nil {
		t.Fatal(err)
	}
	s, err := kit.API.GetSession(t.Context(), api.GetSessionInput{}, api.WithHeaders(http.Header{"Authorization": {"Bearer " + *out.Token}}))
	if err != nil || s == nil || s.User.Email != "ann@example.com" {
		t.Errorf("got %v, %v", s, err)
	}
}

// TestHeaderUntouched shows that the caller's header is read and not changed.
func TestHeaderUntouched(t *testing.T) {
	t.Parallel()
	kit := start(t, bearer.Options{})
	token, _, _ := strings.Cut(kit.SignUp("ann@example.com").Cookie(sessionCookie), ".")
	h := http.Header{"Authorization": {"Bearer " + token}}
	if _, err := kit.API.UpdateUser(t.Context(), api.UpdateUserInput{Name: new("Anna")}, api.WithHeaders(h)); err != nil {
		t.Fatal(err)
	}
	if len(h) != 1 {
		t.Errorf("header %v", h)
	}
	_, err := kit.API.UpdateUser(t.Context(), api.UpdateUserInput{Name: new("Anna")}, api.WithHeaders(http.Header{"Authorization": {"Bearer no"}}))
	if !errors.Is(err, errors.Unauthorized) {
		t.Errorf("error %v", err)
	}
}

func FuzzAuthorization(f *testing.F) {
	for _, seed := range []string{"Bearer a.b", "bearer x", "Bearer %2", "Bearer ;=,\"", "Bearer \x00"} {
		f.Add(seed)
	}
	kit := plugintest.New(f, plugintest.With(bearer.New(bearer.Options{})))
	kit.SignUp("ann@example.com")
	f.Fuzz(func(t *testing.T, header string) {
		s, err := kit.API.GetSession(t.Context(), api.GetSessionInput{}, api.WithHeaders(http.Header{"Authorization": {header}}))
		if s != nil || err != nil {
			t.Errorf("%q: %v, %v", header, s, err)
		}
	})
}
