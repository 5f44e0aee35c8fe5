package endpoints_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
)

// hostileURLs are redirect targets that lead off the site (SEC-01).
var hostileURLs = []string{
	"https://evil.example", "//evil.example", `/\evil.example`, `\\evil.example`, "/%2f%2fevil.example", "/%5cevil.example", "http:evil.example",
	"javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", " https://evil.example", "/\t/evil.example", "https://localhost:3000@evil.example",
	"https://localhost:3000.evil.example", "http://localhost:3001", "/a\r\nSet-Cookie: x=1", "dashboard", "//",
}

// TestSocialRedirects puts hostile targets into every member that a flow may redirect to: each is refused
// before anything is stored.
func TestSocialRedirects(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t, with(&fake{}))
	c := s.SignUp(address)
	for _, target := range hostileURLs {
		for _, path := range []string{"/sign-in/social", "/link-social"} {
			for _, member := range []string{"callbackURL", "errorCallbackURL", "newUserCallbackURL"} {
				a := c.Post(path, flow(member, target)).Expect(403)
				if a.Header.Get("Location") != "" || !strings.HasPrefix(a.String("code"), "INVALID_") {
					t.Errorf("%s, %s %q: %s", path, member, target, a.Body)
				}
			}
		}
	}
	if s.Count("verification") != 0 {
		t.Errorf("%d states were stored", s.Count("verification"))
	}
}

// TestForwardedHeaders checks that the redirect URI is of the configured site whatever a request says about
// its host (SEC-29).
func TestForwardedHeaders(t *testing.T) {
	t.Parallel()
	f := &fake{}
	s := plugintest.New(t, with(f))
	c := s.Client()
	for name, value := range map[string]string{"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "gopher", "Forwarded": "host=evil.example", "X-Original-Host": "evil.example"} {
		c.Header.Set(name, value)
	}
	a := c.Post("/sign-in/social", body{"provider": "fake"}).Expect(200)
	if u := a.String("url"); strings.Contains(u, "evil") || strings.Contains(u, "gopher") || !strings.Contains(u, "redirect_uri=http%3A%2F%2Flocalhost%3A3000%2Fapi%2Fauth%2Fcallback%2Ffake") {
		t.Errorf("url %q", u)
	}
	comeBack(t, c, "/sign-in/social", body{"provider": "fake"}).ExpectRedirect("http://localhost:3000")
	c.Post("/callback/fake", body{"code": "x"}).ExpectRedirect("http://localhost:3000/api/auth/callback/fake?code=x")
}

// TestEndedSessions checks that sessions end by the server's clock for every endpoint on accounts (SEC-24).
func TestEndedSessions(t *testing.T) {
	t.Parallel()
	s := plugintest.New(t, with(&fake{}))
	c := s.Client()
	comeBack(t, c, "/sign-in/social", flow()).ExpectRedirect("/welcome")
	a := accountOf(t, s, "social@example.com", "fake")
	keeper := c.Replay()
	s.Clock.Advance(7*24*time.Hour + time.Second)
	in := body{"accountId": a.ID}
	for path, in := range map[string]any{"/get-access-token": in, "/refresh-token": in, "/unlink-account": in, "/link-social": flow()} {
		keeper.Post(path, in).Expect(401)
	}
	keeper.Get("/list-accounts").Expect(401)
	keeper.Get("/account-info?accountId=" + a.ID).Expect(401)
	if s.Count("account") != 1 {
		t.Error("the account is gone")
	}
}

// tokenThen is a provider that gives a token, and misbehaves at its profile.
func tokenThen(answer http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/token" {
			_, _ = io.WriteString(w, `{"access_token":"a"}`)
			return
		}
		answer(w, r)
	}
}

// TestHostileProviders lets a provider answer in every way that it should not, at each of its endpoints: the
// browser is told, nobody is signed in and no row is written.
func TestHostileProviders(t *testing.T) {
	t.Parallel()
	write := func(text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, text) }
	}
	status := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
	}
	moved := func(to string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusFound) }
	}
	answers := map[string]http.HandlerFunc{
		"500": status(500), "401": status(401), "204": status(204), "empty": write(""), "null": write("null"), "HTML": write("<html>no</html>"),
		"text": write(`"text"`), "number": write("7"), "list": write("[]"), "no members": write("{}"), "cut": write(`{"access_token":"a`),
		"10 MiB": write(`{"sub":"1","email":"a@example.com","x":"` + strings.Repeat("x", 10<<20) + `"}`), "deep": write(strings.Repeat("[", 1e5)),
		"wrong types": write(`{"access_token":{},"sub":{},"email":[],"email_verified":"yes","name":7}`), "NUL": write("{\"sub\":\"\x00\"}"),
		"redirect to a file": moved("file:///etc/passwd"), "redirect to another scheme": moved("gopher://127.0.0.1/"), "redirect in a circle": moved("/me"),
		"hangs": func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body); <-r.Context().Done() },
		"drips": func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				_, _ = io.WriteString(w, " ")
				w.(http.Flusher).Flush()
				time.Sleep(10 * time.Millisecond)
			}
		},
		"hangs up": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	}
	for name, answer := range answers {
		for place, h := range map[string]http.HandlerFunc{"token": answer, "profile": tokenThen(answer)} {
			t.Run(place+" "+name, func(t *testing.T) {
				t.Parallel()
				s := plugintest.New(t, func(c *betterauth.Config) {
					c.SocialProviders = []plugin.SocialProvider{remote(t, h)}
					c.HTTPClient = &http.Client{Timeout: 2 * time.Second}
				})
				c := s.Client()
				a := comeBack(t, c, "/sign-in/social", flow("provider", "remote")).Expect(302)
				switch to := a.Header.Get("Location"); to {
				case "/oops?error=unable_to_get_user_info":
				case "/oops?error=invalid_code":
					if place == "profile" {
						t.Errorf("redirects to %q", to)
					}
				default:
					t.Errorf("redirects to %q", to)
				}
				unchanged(t, s, c)
			})
		}
	}
}

// only is an HTTP client that notes what it is asked for.
type only struct {
	inner http.RoundTripper
	hosts []string
}

func (o *only) Do(r *http.Request) (*http.Response, error) {
	o.hosts = append(o.hosts, r.URL.Host)
	return o.inner.RoundTrip(r)
}

// TestInjectedClient checks that all requests go through the configured client.
func TestInjectedClient(t *testing.T) {
	t.Parallel()
	direct := 0
	answer := tokenThen(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"sub":"1","email":"a@example.com"}`)
	})
	o := &only{inner: handled(answer)}
	s := plugintest.New(t, func(c *betterauth.Config) {
		c.SocialProviders = []plugin.SocialProvider{remote(t, func(http.ResponseWriter, *http.Request) { direct++ })}
		c.HTTPClient = o
	})
	comeBack(t, s.Client(), "/sign-in/social", flow("provider", "remote")).ExpectRedirect("/welcome")
	if direct != 0 || len(o.hosts) != 2 {
		t.Errorf("%d requests passed the client by; it had %q", direct, o.hosts)
	}
}

// handled is a transport that never leaves the process.
type handled http.HandlerFunc

func (h handled) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	h(w, r)
	res := w.Result()
	res.Request = r
	return res, nil
}
