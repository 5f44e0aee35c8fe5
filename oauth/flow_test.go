package oauth_test

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/adapter/memory"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
)

// TestPages covers where a browser ends: new users, known ones, and what the request leaves out.
func TestPages(t *testing.T) {
	t.Parallel()
	p := &provider{is: who{"1", "pro@example.com", true}}
	kit := plugintest.New(t, p.install)
	in := request("newUserCallbackURL", "/new")
	visit(t, kit.Client(), "/sign-in/social", in).ExpectRedirect("/new")
	visit(t, kit.Client(), "/sign-in/social", in).ExpectRedirect("/in")
	visit(t, kit.Client(), "/sign-in/social", body{"provider": "pro"}).ExpectRedirect(plugintest.Origin)
	p.is.email = ""
	p.is.subject = "2"
	visit(t, kit.Client(), "/sign-in/social", body{"provider": "pro"}).ExpectRedirect(errorPage + "email_not_found")
	visit(t, kit.Client(), "/sign-in/social", request("errorCallbackURL", "/oops?x=1&error=old#end")).Expect(302)
	wantRows(t, kit, 1, 1, 3, 0)
}

// TestRequestSignUp is the table of who may become a user.
func TestRequestSignUp(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		off, implicitOff bool
		asked            any
		allowed          bool
	}{
		"open": {allowed: true}, "open, not asked for": {asked: false, allowed: true}, "off": {off: true}, "off but asked for": {off: true, asked: true},
		"explicit only": {implicitOff: true}, "explicit only, not asked for": {implicitOff: true, asked: false},
		"explicit only, asked for": {implicitOff: true, asked: true, allowed: true}, "both off": {off: true, implicitOff: true, asked: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := &provider{is: who{"1", "pro@example.com", true}, settings: plugin.SocialSettings{DisableSignUp: tc.off, DisableImplicitSignUp: tc.implicitOff}}
			kit := plugintest.New(t, p.install)
			in := request()
			if tc.asked != nil {
				in["requestSignUp"] = tc.asked
			}
			target := "/oops?error=signup_disabled"
			if tc.allowed {
				target = "/in"
			}
			visit(t, kit.Client(), "/sign-in/social", in).ExpectRedirect(target)
			if (kit.Count("user") == 1) != tc.allowed {
				t.Errorf("%d users", kit.Count("user"))
			}
			p.settings = plugin.SocialSettings{}
			visit(t, kit.Client(), "/sign-in/social", request()).ExpectRedirect("/in")
			p.settings = plugin.SocialSettings{DisableSignUp: true}
			visit(t, kit.Client(), "/sign-in/social", request()).ExpectRedirect("/in") // known by now
		})
	}
}

// TestIssuer is the table of the parameter iss (RFC 9207).
func TestIssuer(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ expected, sent, target string }{
		"none": {"", "", "/in"}, "not expected": {"", "https://a.example", "/in"}, "not sent": {"https://a.example", "", "/in"},
		"right": {"https://a.example", "https://a.example", "/in"}, "another": {"https://a.example", "https://b.example", "/oops?error=issuer_mismatch"},
		"longer": {"https://a.example", "https://a.example/", "/oops?error=issuer_mismatch"}, "of another case": {"https://a.example", "https://A.example", "/oops?error=issuer_mismatch"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := &provider{is: who{"1", "pro@example.com", true}, settings: plugin.SocialSettings{Issuer: tc.expected}}
			kit := plugintest.New(t, p.install)
			c := kit.Client()
			c.Get("/callback/pro?code=CODE&iss=" + tc.sent + "&state=" + leave(t, c, "/sign-in/social", request())).ExpectRedirect(tc.target)
			if asked := len(p.ended) == 1; asked != (tc.target == "/in") {
				t.Errorf("the code was sent: %t", asked)
			}
		})
	}
}

// TestNonce checks that a nonce goes to the provider and comes back to the check of the ID token, and that a
// flow which began without one does not end at a provider that needs it.
func TestNonce(t *testing.T) {
	t.Parallel()
	eachStrategy(t, func(t *testing.T, kit *plugintest.Kit, p *provider, _ string) {
		c := kit.Client()
		old := leave(t, c, "/sign-in/social", request())
		p.settings.RequireIDTokenNonce = true
		refused(t, kit, p, come(c, old), "nonce_binding_missing")
		visit(t, c, "/sign-in/social", request()).ExpectRedirect("/in")
		if sent, got := p.begun[1].Nonce, p.profiles[0].Nonce; len(sent) != 32 || sent != got || sent == p.begun[1].State || p.begun[0].Nonce != "" {
			t.Errorf("nonce %q sent, %q checked", sent, got)
		}
	})
}

// TestVerifier checks that each flow has a PKCE verifier of its own, which only its end sends.
func TestVerifier(t *testing.T) {
	t.Parallel()
	eachStrategy(t, func(t *testing.T, kit *plugintest.Kit, p *provider, _ string) {
		for range 2 {
			c := kit.Client()
			a := c.Post("/sign-in/social", request()).Expect(200)
			if strings.Contains(a.Body, p.begun[len(p.begun)-1].CodeVerifier) {
				t.Error("the verifier is in the answer")
			}
			visit(t, c, "/sign-in/social", request()).ExpectRedirect("/in")
		}
		first, second := p.ended[0], p.ended[1]
		if len(first.CodeVerifier) != 128 || first.CodeVerifier == second.CodeVerifier || first.CodeVerifier != p.begun[1].CodeVerifier || first.Code != "CODE" {
			t.Errorf("exchanges %+v", p.ended)
		}
	})
}

// TestAnswersOfNothing covers providers that fail, and implementations that answer with nothing.
func TestAnswersOfNothing(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		change func(p *provider)
		code   string
	}{
		"exchange fails": {func(p *provider) { p.failure = errors.New("no") }, "invalid_code"},
		"no subject":     {func(p *provider) { p.is = who{"", "pro@example.com", true} }, "unable_to_get_user_info"},
		"blank subject":  {func(p *provider) { p.is = who{" \t", "pro@example.com", true} }, "unable_to_get_user_info"},
		"no address":     {func(p *provider) { p.is = who{"1", "", true} }, "email_not_found"},
		"NUL in it":      {func(p *provider) { p.is = who{"1\x00", "pro@example.com", true} }, "unable_to_create_user"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := &provider{is: who{"1", "pro@example.com", true}}
			kit := plugintest.New(t, p.install)
			c := kit.Client()
			state := leave(t, c, "/sign-in/social", request())
			tc.change(p)
			come(c, state).ExpectRedirect("/oops?error=" + tc.code)
			wantRows(t, kit, 0, 0, 0, 0)
		})
	}
	p := &provider{failure: errors.New("no page for client-id 77")}
	a := plugintest.New(t, p.install).Client().Post("/sign-in/social", request()).ExpectError(500, "INTERNAL_SERVER_ERROR")
	if strings.Contains(a.Body, "77") {
		t.Errorf("body %s", a.Body)
	}
}

// meeting is a memory database whose batches wait until two of them are about to be stored, as if two
// processes looked at the same moment and both found nothing.
type meeting struct {
	*memory.Adapter
	gate *sync.WaitGroup
	once *sync.Map
}

func (m meeting) CreateBatch(ctx context.Context, inserts []adapter.Insert) ([]adapter.Record, error) {
	if _, met := m.once.LoadOrStore(m.gate, true); !met {
		m.gate.Done()
		m.gate.Wait()
	}
	return m.Adapter.CreateBatch(ctx, inserts)
}

// TestTwoProcesses lets two processes make the same new user at the same moment: both sign it in.
func TestTwoProcesses(t *testing.T) {
	t.Parallel()
	var met sync.WaitGroup
	met.Add(2)
	db := memory.New()
	kits := make([]*plugintest.Kit, 2)
	for i := range kits {
		p := &provider{is: who{"1", "pro@example.com", true}}
		kits[i] = plugintest.New(t, p.install, func(c *betterauth.Config) {
			c.Database, c.Rand = meeting{db, &met, new(sync.Map)}, rand.Reader // ids of their own
		})
	}
	var group sync.WaitGroup
	clients, paths := make([]*plugintest.Client, 2), make([]string, 2)
	for i, kit := range kits {
		clients[i] = kit.Client()
		paths[i] = "/callback/pro?code=CODE&state=" + leave(t, clients[i], "/sign-in/social", request())
	}
	for i, c := range clients {
		path := paths[i]
		group.Go(func() {
			if to := c.Get(path).Header.Get("Location"); to != "/in" {
				t.Errorf("process %d redirects to %q", i, to)
			}
		})
	}
	group.Wait()
	wantRows(t, kits[0], 1, 1, 2, 0)
}

// interrupted is a memory database where something happens right after the first look for an account.
type interrupted struct {
	*memory.Adapter
	once    *sync.Once
	between *func()
}

func (i interrupted) FindJoined(ctx context.Context, q adapter.Query) ([]adapter.Joined, error) {
	rows, err := i.Adapter.FindJoined(ctx, q)
	i.once.Do(func() { (*i.between)() })
	return rows, err
}

// TestMadeMeanwhile lets one process make a user between the look for the account and that for the address in
// another: the account is not linked a second time.
func TestMadeMeanwhile(t *testing.T) {
	t.Parallel()
	db, between := memory.New(), func() {}
	p := &provider{is: who{"1", "pro@example.com", true}}
	slow := plugintest.New(t, p.install, func(c *betterauth.Config) { c.Database = interrupted{db, new(sync.Once), &between} })
	fast := plugintest.New(t, p.install, func(c *betterauth.Config) { c.Database, c.Rand = db, rand.Reader })
	c := slow.Client()
	state := leave(t, c, "/sign-in/social", request())
	between = func() { visit(t, fast.Client(), "/sign-in/social", request()).ExpectRedirect("/in") }
	come(c, state).ExpectRedirect("/in")
	wantRows(t, fast, 1, 1, 2, 0)
}

// TestProfileFields fills additional fields from a profile, with values of Go and with those of JSON.
func TestProfileFields(t *testing.T) {
	t.Parallel()
	since := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	cases := map[string]struct {
		since any
		plan  any
		want  string
	}{
		"time":         {since, "gold", "/in"},
		"text":         {"2026-01-02T03:04:05.000Z", "gold", "/in"},
		"no date":      {"soon", "gold", "/oops?error=VALIDATION_ERROR&error_description=%5Bbody.since%5D+Invalid+input%3A+expected+date%2C+received+string"},
		"time as text": {since, since, "/oops?error=VALIDATION_ERROR&error_description=%5Bbody.plan%5D+Invalid+input%3A+expected+string%2C+received+date"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := &provider{is: who{"1", ann, true}}
			p.fields.Set("since", tc.since)
			p.fields.Set("plan", tc.plan)
			kit := plugintest.New(t, p.install, func(c *betterauth.Config) {
				c.User.AdditionalFields = []adapter.Field{{Name: "since", Type: adapter.Date, Optional: true}, {Name: "plan", Type: adapter.String, Optional: true}}
			})
			visit(t, kit.Client(), "/sign-in/social", request()).ExpectRedirect(tc.want)
			if tc.want != "/in" {
				wantRows(t, kit, 0, 0, 0, 0)
				return
			}
			extra := kit.User(ann).Extra
			got, _ := api.Field[time.Time](extra, "since")
			if plan, _ := api.Field[string](extra, "plan"); !got.Equal(since) || plan != "gold" {
				t.Errorf("stored since %v, plan %q", got, plan)
			}
		})
	}
}

// TestTakenElsewhere covers a new user whom another unique column refuses: nobody is signed in.
func TestTakenElsewhere(t *testing.T) {
	t.Parallel()
	p := &provider{is: who{"1", "pro@example.com", true}}
	kit := plugintest.New(t, p.install, func(c *betterauth.Config) {
		c.User.AdditionalFields = []adapter.Field{{Name: "badge", Type: adapter.String, Unique: true, Optional: true}}
		c.DatabaseHooks.User.BeforeCreate = func(_ context.Context, u *api.User) error { u.Extra.Set("badge", "one"); return nil }
	})
	visit(t, kit.Client(), "/sign-in/social", request()).ExpectRedirect("/in")
	p.is = who{"2", "other@example.com", true}
	visit(t, kit.Client(), "/sign-in/social", request()).ExpectRedirect("/oops?error=unable_to_create_user")
	wantRows(t, kit, 1, 1, 1, 0)
}

// TestCancelled ends requests while the provider answers: nothing but the state changes (REL-07).
func TestCancelled(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/sign-in/social", "/link-social"} {
		t.Run(path[1:], func(t *testing.T) {
			t.Parallel()
			p := &provider{is: who{"1", ann, true}}
			kit := plugintest.New(t, p.install)
			c := annSigns(t, kit, true)
			state := leave(t, c, path, request())
			ctx, cancel := context.WithCancel(t.Context())
			p.interval = func(context.Context) { cancel() }
			r := c.Request(http.MethodGet, "/callback/pro?code=CODE&state="+state, nil).WithContext(ctx)
			a := c.Send(r)
			if a.Header.Get("Location") == "/in" || a.Cookie("better-auth.session_token") != "" {
				t.Errorf("%d to %q", a.Status, a.Header.Get("Location"))
			}
			wantRows(t, kit, 1, 1, 1, 0)
		})
	}
}
