package plugintest_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
)

const ann = "ann@example.com"

// TestCookiesAndClock shows that a browser drops cookies when the clock passes their end.
func TestCookiesAndClock(t *testing.T) {
	t.Parallel()
	kit := plugintest.New(t)
	client := kit.SignUp(ann)
	if got := client.CookieNames(); !slices.Equal(got, []string{"better-auth.session_token"}) || client.SignedIn() != ann {
		t.Errorf("cookies %v", got)
	}
	kit.Clock.Advance(7*24*time.Hour - time.Second)
	if len(client.CookieNames()) != 1 {
		t.Error("dropped early")
	}
	kit.Clock.Advance(time.Second)
	if len(client.CookieNames()) != 0 || client.SignedIn() != "" {
		t.Error("not dropped")
	}
	client.SignIn(ann)
	client.Post("/sign-out", nil).Expect(http.StatusOK)
	if len(client.CookieNames()) != 0 {
		t.Error("not dropped at sign-out")
	}
}

func TestCookieJar(t *testing.T) {
	t.Parallel()
	kit := plugintest.New(t)
	client := kit.Client()
	client.Keep(http.Header{"Set-Cookie": {"a=1%2F; Path=/", "b=2; Max-Age=60; HttpOnly", "c=3; Max-Age=0"}})
	client.SetCookie("d", "%zz")
	if got := client.Headers().Get("Cookie"); got != "a=1%2F; b=2; d=%zz" {
		t.Errorf("cookies %q", got)
	}
	if client.Cookie("a") != "1/" || client.Cookie("d") != "%zz" || client.Cookie("none") != "" {
		t.Errorf("values %q, %q", client.Cookie("a"), client.Cookie("d"))
	}
	client.DropCookie("a")
	kit.Clock.Advance(time.Minute)
	if got := client.Headers().Get("Cookie"); got != "d=%zz" {
		t.Errorf("cookies %q", got)
	}
	client.Header.Set("Cookie", "own=1")
	if got := client.Headers().Get("Cookie"); got != "own=1" {
		t.Errorf("cookies %q", got)
	}
}

func TestMails(t *testing.T) {
	t.Parallel()
	kit := plugintest.New(t, func(c *betterauth.Config) { c.EmailAndPassword.RequireEmailVerification = true })
	client := kit.SignUp(ann)
	sent := kit.Mails("verification")
	if len(sent) != 1 || sent[0].User.Email != ann || kit.Mails("reset") != nil {
		t.Fatalf("mails %+v", sent)
	}
	client.Get(strings.TrimPrefix(sent[0].URL, plugintest.Origin+"/api/auth")).Expect(http.StatusFound)
	if !kit.User(ann).EmailVerified {
		t.Error("not verified")
	}
}

// TestMailbox shows how the mails of other callbacks are kept.
func TestMailbox(t *testing.T) {
	t.Parallel()
	var box plugintest.Mailbox
	kit := plugintest.New(t, func(c *betterauth.Config) {
		c.User.DeleteUser.Enabled, c.User.DeleteUser.SendDeleteAccountVerification = true, box.Keep
	})
	kit.SignUp(ann).Post("/delete-user", map[string]any{}).Expect(http.StatusOK)
	if err := kit.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	if sent := box.List(); len(sent) != 1 || sent[0].User.Email != ann {
		t.Errorf("mails %+v", sent)
	}
}

// TestReplay shows that a replayed cookie is still sent when browsers have dropped it, and that the server
// refuses it.
func TestReplay(t *testing.T) {
	t.Parallel()
	kit := plugintest.New(t)
	kit.SignUp(ann)
	thief := kit.SignIn(ann).Replay()
	if thief.SignedIn() != ann {
		t.Error("no cookies taken over")
	}
	kit.Clock.Advance(7 * 24 * time.Hour)
	a := thief.Get("/get-session")
	if a.Body != "null" || a.Cookie("better-auth.session_token") == "" {
		t.Errorf("body %s, cookies %q", a.Body, a.Header["Set-Cookie"])
	}
}

// TestSite shows a kit whose browsers talk to an application around the Auth.
func TestSite(t *testing.T) {
	t.Parallel()
	kit := plugintest.New(t)
	client := kit.SignUp(ann)
	kit.Site = kit.RequireSession(http.RedirectHandler("/home", http.StatusFound))
	client.Do("GET", "/a b", nil).ExpectRedirect("/home")
	if a := kit.Client().Do("GET", "/", nil).ExpectError(http.StatusUnauthorized, "UNAUTHORIZED"); a.Request != "GET /" {
		t.Errorf("request %q", a.Request)
	}
}

func TestInProcess(t *testing.T) {
	t.Parallel()
	kit := plugintest.New(t)
	client := kit.SignUp(ann, "name", "Ann")
	s, err := kit.API.GetSession(t.Context(), api.GetSessionInput{}, api.WithHeaders(client.Headers()))
	if err != nil || s.User.Name != "Ann" || !s.Session.CreatedAt.Equal(plugintest.Start) {
		t.Errorf("session %+v, %v", s, err)
	}
	if kit.Count("user") != 1 || kit.Count("user", adapter.Eq("email", "x")) != 0 {
		t.Error("wrong count")
	}
}

func TestAnswer(t *testing.T) {
	t.Parallel()
	kit := plugintest.New(t)
	client := kit.SignUp(ann)
	list := client.Get("/list-sessions").Expect(http.StatusOK)
	if list.String("0.token") == "" || list.Get("1") != nil || list.Get("x") != nil || list.Get("0.token.x") != nil {
		t.Errorf("members of %s", list.Body)
	}
	if whole, ok := list.Get("").([]any); !ok || len(whole) != 1 {
		t.Errorf("whole %v", list.Get(""))
	}
	client.Post("/sign-in/email", `{`).ExpectError(http.StatusBadRequest, "BAD_REQUEST")
	if empty := client.Get("/nope").Expect(http.StatusNotFound); empty.Get("code") != nil || empty.Cookie("x") != "" {
		t.Errorf("%+v", empty)
	}
}

// TestSeed shows that two kits make the same tokens, so that golden files stay good.
func TestSeed(t *testing.T) {
	t.Parallel()
	one, two := plugintest.New(t).SignUp(ann), plugintest.New(t).SignUp(ann)
	const name = "better-auth.session_token"
	if one.Cookie(name) != two.Cookie(name) || one.Cookie(name) == "" {
		t.Errorf("%q, %q", one.Cookie(name), two.Cookie(name))
	}
}

func TestTryNew(t *testing.T) {
	t.Parallel()
	broken := plugin.Func("broken", func(r *plugin.Registry) error {
		plugin.Handle(r, plugin.Endpoint{}, func(*plugin.Context, struct{}) (string, error) { return "", nil })
		return nil
	})
	if _, err := plugintest.TryNew(t, plugintest.With(broken)); err == nil {
		t.Error("accepted")
	}
}

// TestStorage does what a key-value store has to do.
func TestStorage(t *testing.T) {
	t.Parallel()
	clock, ctx := plugintest.NewClock(), t.Context()
	s := plugintest.NewStorage(clock.Now)
	set := func(key, value string, life time.Duration) {
		if err := s.Set(ctx, key, value, life); err != nil {
			t.Fatal(err)
		}
	}
	set("a", "1", time.Minute)
	set("b", "text", 0)
	for want := range int64(2) {
		if n, err := s.Increment(ctx, "c", time.Second); n != want+1 || err != nil {
			t.Errorf("count %d, %v", n, err)
		}
	}
	if _, err := s.Increment(ctx, "b", 0); err == nil {
		t.Error("a text was counted")
	}
	if value, life, ok := s.Value("a"); value != "1" || life != time.Minute || !ok {
		t.Errorf("%q for %s, %t", value, life, ok)
	}
	clock.Advance(time.Second)
	if keys := s.Keys(); !slices.Equal(keys, []string{"a", "b"}) {
		t.Errorf("keys %v", keys)
	}
	if value, ok, err := s.GetAndDelete(ctx, "a"); value != "1" || !ok || err != nil {
		t.Errorf("%q, %t, %v", value, ok, err)
	}
	if _, ok, err := s.Get(ctx, "a"); ok || err != nil {
		t.Errorf("taken twice: %v", err)
	}
	down := errors.New("down")
	s.Before(func(_ context.Context, method, key string) error {
		if method == "Delete" && key == "b" {
			return down
		}
		return nil
	})
	if err := s.Delete(ctx, "b"); !errors.Is(err, down) {
		t.Errorf("deleted: %v", err)
	}
	s.Clear()
	if keys := s.Keys(); len(keys) != 0 {
		t.Errorf("keys %v", keys)
	}
}

// TestOwnSite shows browsers of a site that no kit made, two instances on one database among them.
func TestOwnSite(t *testing.T) {
	t.Parallel()
	one, two := plugintest.New(t), plugintest.New(t)
	client := plugintest.NewClient(t, plugintest.Origin, one.Site)
	client.SignUp(ann)
	other := client.Clone()
	other.DropCookies()
	if client.SignedIn() != ann || other.SignedIn() != "" || client.At(two.Site).SignedIn() != "" {
		t.Error("cookies are shared")
	}
	r := client.Request(http.MethodGet, "/get-session", nil)
	r.Header.Del("Cookie")
	if a := client.Send(r); a.Body != "null" || client.RawCookie("better-auth.session_token") == "" {
		t.Errorf("body %s", a.Body)
	}
}
