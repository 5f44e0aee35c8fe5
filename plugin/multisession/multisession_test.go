package multisession_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/api"
	"github.com/betterauth-go/betterauth/errors"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/multisession"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
)

const (
	ann, bob, cleo = "ann@example.com", "bob@example.com", "cleo@example.com"

	active = "better-auth.session_token"
	prefix = active + "_multi-"
)

// A device is a browser in which several people sign in.
type device struct {
	*plugintest.Client
	kit *plugintest.Kit
	p   *multisession.Plugin
	// tokens of the latest session of each person, by address.
	tokens map[string]string
}

func start(t *testing.T, o multisession.Options, changes ...func(*betterauth.Config)) *device {
	t.Helper()
	p := multisession.New(o)
	kit := plugintest.New(t, append(changes, plugintest.With(p))...)
	for _, email := range []string{ann, bob, cleo} {
		client := kit.SignUp(email)
		client.Post("/sign-out", nil).Expect(http.StatusOK)
	}
	return &device{Client: kit.Client(), kit: kit, p: p, tokens: map[string]string{}}
}

func (d *device) enter(people ...string) *plugintest.Answer {
	d.kit.T.Helper()
	var last *plugintest.Answer
	for _, email := range people {
		d.kit.Clock.Advance(time.Second) // so that sessions have an order
		last = d.SignIn(email)
		d.tokens[email] = last.String("token")
	}
	return last
}

// list returns the addresses of list-device-sessions.
func (d *device) list() string {
	d.kit.T.Helper()
	var sessions []api.SessionData
	d.Get("/multi-session/list-device-sessions").Expect(http.StatusOK).Into(&sessions)
	var emails []string
	for _, s := range sessions {
		emails = append(emails, s.User.Email)
	}
	return strings.Join(emails, " ")
}

func (d *device) check(who, all string) {
	d.kit.T.Helper()
	if got := d.SignedIn(); got != who {
		d.kit.T.Errorf("signed in as %q, want %q", got, who)
	}
	if got := d.list(); got != all {
		d.kit.T.Errorf("on the device: %q, want %q", got, all)
	}
}

func (d *device) setActive(token string) *plugintest.Answer {
	return d.Post("/multi-session/set-active", map[string]any{"sessionToken": token})
}

func (d *device) revoke(token string) *plugintest.Answer {
	return d.Post("/multi-session/revoke", map[string]any{"sessionToken": token})
}

func (d *device) rows() int { return d.kit.Count("session") }

func TestCookies(t *testing.T) {
	t.Parallel()
	d := start(t, multisession.Options{})
	a := d.enter(ann)
	line := a.Cookie(prefix + strings.ToLower(d.tokens[ann]))
	if !strings.HasSuffix(line, "; Max-Age=604800; Path=/; HttpOnly; SameSite=Lax") || !strings.HasPrefix(line, prefix+strings.ToLower(d.tokens[ann])+"="+d.tokens[ann]+".") {
		t.Errorf("cookie %q", line)
	}
	if d.Cookie(prefix+strings.ToLower(d.tokens[ann])) != d.Cookie(active) {
		t.Error("the cookie is not signed as the session cookie is")
	}
	d.enter(bob)
	d.check(bob, ann+" "+bob)
	if n := len(d.CookieNames()); n != 3 {
		t.Errorf("cookies %v", d.CookieNames())
	}
	a = d.Post("/sign-in/email", map[string]any{"email": cleo, "password": plugintest.Password, "rememberMe": false}).Expect(http.StatusOK)
	if !strings.Contains(a.Cookie(prefix+strings.ToLower(a.String("token"))), "Max-Age=604800") {
		t.Errorf("cookies %v", a.Header["Set-Cookie"])
	}
	failed := d.Post("/sign-in/email", map[string]any{"email": cleo, "password": "wrong-password"}).Expect(http.StatusUnauthorized)
	if len(failed.Header["Set-Cookie"]) != 0 {
		t.Errorf("cookies of a failure %v", failed.Header["Set-Cookie"])
	}
}

// TestSamePerson shows that signing in again replaces the person's session.
func TestSamePerson(t *testing.T) {
	t.Parallel()
	d := start(t, multisession.Options{})
	d.enter(ann, bob)
	old := d.tokens[ann]
	a := d.enter(ann)
	if line := a.Cookie(prefix + strings.ToLower(old)); line != prefix+strings.ToLower(old)+"=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax" {
		t.Errorf("old cookie %q", line)
	}
	d.check(ann, bob+" "+ann)
	if d.rows() != 2 {
		t.Errorf("%d sessions", d.rows())
	}
	d.setActive(old).ExpectError(http.StatusUnauthorized, "INVALID_SESSION_TOKEN")
}

// TestSamePersonExpired: a session that has expired goes as well when its user returns.
func TestSamePersonExpired(t *testing.T) {
	t.Parallel()
	d := start(t, multisession.Options{})
	d.enter(ann)
	headers, old := d.Headers(), prefix+strings.ToLower(d.tokens[ann])
	d.kit.Clock.Advance(8 * 24 * time.Hour)
	var h http.Header
	if _, err := d.kit.Auth.API.SignInEmail(t.Context(), api.SignInEmailInput{Email: ann, Password: plugintest.Password}, api.WithHeaders(headers), api.CaptureHeaders(&h)); err != nil {
		t.Fatal(err)
	}
	if lines := strings.Join(h["Set-Cookie"], "\n"); !strings.Contains(lines, old+"=; Max-Age=0") {
		t.Errorf("cookies %s, want %s removed", lines, old)
	}
	if n := d.rows(); n != 1 {
		t.Errorf("%d sessions, want the new one", n)
	}
}

// TestForeignPerson shows that cookies that somebody else signed, or nobody, end no sessions.
func TestForeignPerson(t *testing.T) {
	t.Parallel()
	d := start(t, multisession.Options{})
	other := d.kit.Client()
	token := other.SignIn(ann).String("token")
	d.SetCookie(prefix+strings.ToLower(token), token+".AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA%3D")
	d.enter(ann)
	if other.SignedIn() != ann {
		t.Error("a forged cookie ended a session")
	}
	d.check(ann, ann)
	d.setActive(token).ExpectError(http.StatusUnauthorized, "INVALID_SESSION_TOKEN")
	d.revoke(token).ExpectError(http.StatusUnauthorized, "INVALID_SESSION_TOKEN")
	d.Post("/sign-out", nil).Expect(http.StatusOK)
	if other.SignedIn() != ann {
		t.Error("a forged cookie ended a session at sign-out")
	}
}

func TestMaximumSessions(t *testing.T) {
	t.Parallel()
	d := start(t, multisession.Options{MaximumSessions: 2})
	d.enter(ann, bob, cleo)
	d.check(cleo, ann+" "+bob)
	d.setActive(d.tokens[cleo]).ExpectError(http.StatusUnauthorized, "INVALID_SESSION_TOKEN")
	d.enter(bob) // replaces a session, so there is room
	d.check(bob, ann+" "+bob)
	for _, o := range []multisession.Options{{}, {MaximumSessions: 5}} {
		d := start(t, o)
		for i := range 6 {
			d.SetCookie(prefix+string(rune('a'+i)), "x.y") // they count, whoever made them
			if a := d.enter(ann); (a.Cookie(prefix+strings.ToLower(d.tokens[ann])) != "") != (i < 4) {
				t.Errorf("with %d other cookies: %v", i+1, a.Header["Set-Cookie"])
			}
		}
	}
	if _, err := plugintest.TryNew(t, plugintest.With(multisession.New(multisession.Options{MaximumSessions: -1}))); err == nil || !strings.Contains(err.Error(), "MaximumSessions") {
		t.Errorf("negative: %v", err)
	}
}

// TestOneAuth shows that a plugin cannot be shared.
func TestOneAuth(t *testing.T) {
	t.Parallel()
	d := start(t, multisession.Options{})
	if _, err := plugintest.TryNew(t, plugintest.With(d.p)); err == nil || !strings.Contains(err.Error(), "belongs to another Auth") {
		t.Errorf("error %v", err)
	}
}

func TestList(t *testing.T) {
	t.Parallel()
	d := start(t, multisession.Options{})
	if a := d.Get("/multi-session/list-device-sessions").Expect(http.StatusOK); a.Body != "[]" {
		t.Errorf("nobody: %s", a.Body)
	}
	d.enter(ann)
	d.enter(bob)
	d.check(bob, ann+" "+bob)
	a := d.Get("/multi-session/list-device-sessions")
	if a.String("0.session.token") != d.tokens[ann] || a.String("0.user.email") != ann || !strings.HasPrefix(a.Body, `[{"session":{"expiresAt":`) {
		t.Errorf("%s", a.Body)
	}
	d.DropCookie(active)
	d.check("", ann+" "+bob)
	if _, err := plugin.Sessions.Delete(t.Context(), d.kit.Store(), adapter.Eq("token", d.tokens[ann])); err != nil {
		t.Fatal(err)
	}
	d.check("", bob)
	headers := d.Headers()
	d.kit.Clock.Advance(8 * 24 * time.Hour)
	sessions, err := d.p.API.ListDeviceSessions(t.Context(), multisession.ListDeviceSessionsInput{}, api.WithHeaders(headers))
	if err != nil || sessions == nil || len(sessions) != 0 {
		t.Errorf("expired: %v, %v", sessions, err)
	}
}

func TestSetActive(t *testing.T) {
	t.Parallel()
	d := start(t, multisession.Options{})
	d.enter(ann, bob)
	a := d.setActive(d.tokens[ann]).Expect(http.StatusOK)
	if a.String("session.token") != d.tokens[ann] || a.String("user.email") != ann || a.Cookie(active) == "" || len(a.Header["Set-Cookie"]) != 1 {
		t.Errorf("%v %s", a.Header, a.Body)
	}
	d.check(ann, ann+" "+bob)
	d.setActive(strings.ToUpper(d.tokens[bob])).Expect(http.StatusOK) // names of cookies have no case
	d.check(bob, ann+" "+bob)
	for _, token := range []string{"unknown", "", "..", "a;b=c"} {
		d.setActive(token).ExpectError(http.StatusUnauthorized, "INVALID_SESSION_TOKEN")
	}
	for _, body := range []any{nil, `{}`, `{"sessionToken":1}`, `{"sessionToken":null}`, `[]`} {
		d.Post("/multi-session/set-active", body).ExpectError(http.StatusBadRequest, "VALIDATION_ERROR")
	}
	foreign := d.kit.Client().SignIn(cleo).String("token")
	d.setActive(foreign).ExpectError(http.StatusUnauthorized, "INVALID_SESSION_TOKEN")
	if _, err := plugin.Sessions.Delete(t.Context(), d.kit.Store(), adapter.Eq("token", d.tokens[ann])); err != nil {
		t.Fatal(err)
	}
	gone := d.setActive(d.tokens[ann]).ExpectError(http.StatusUnauthorized, "INVALID_SESSION_TOKEN")
	if !strings.Contains(gone.Cookie(prefix+strings.ToLower(d.tokens[ann])), "=; Max-Age=0;") {
		t.Errorf("cookies %v", gone.Header["Set-Cookie"])
	}
	d.check(bob, bob)
}

// TestSetActiveExpired sends a cookie that has outlived its session.
func TestSetActiveExpired(t *testing.T) {
	t.Parallel()
	d := start(t, multisession.Options{})
	d.enter(ann)
	headers := d.Headers()
	d.kit.Clock.Advance(8 * 24 * time.Hour)
	var h http.Header
	_, err := d.p.API.SetActiveSession(t.Context(), multisession.SetActiveSessionInput{SessionToken: d.tokens[ann]}, api.WithHeaders(headers), api.CaptureHeaders(&h))
	if !errors.Is(err, multisession.InvalidSessionToken) || len(h["Set-Cookie"]) != 1 {
		t.Errorf("%v, %v", err, h)
	}
}

func TestRevoke(t *testing.T) {
	t.Parallel()
	d := start(t, multisession.Options{})
	d.enter(ann, bob, cleo)
	if a := d.revoke(d.tokens[ann]).Expect(http.StatusOK); a.Body != `{"status":true}` || len(a.Header["Set-Cookie"]) != 1 {
		t.Errorf("%v %s", a.Header, a.Body)
	}
	d.check(cleo, bob+" "+cleo)
	d.revoke(d.tokens[cleo]).Expect(http.StatusOK) // the active one: the oldest that is left follows
	d.check(bob, bob)
	d.revoke(d.tokens[ann]).ExpectError(http.StatusUnauthorized, "INVALID_SESSION_TOKEN")
	d.revoke("unknown").ExpectError(http.StatusUnauthorized, "INVALID_SESSION_TOKEN")
	d.revoke(d.kit.Client().SignIn(ann).String("token")).ExpectError(http.StatusUnauthorized, "INVALID_SESSION_TOKEN")
	d.Post("/multi-session/revoke", `{"sessionToken":1}`).ExpectError(http.StatusBadRequest, "VALIDATION_ERROR")
	d.Post("/multi-session/revoke", `{}`).ExpectError(http.StatusBadRequest, "VALIDATION_ERROR")
	d.revoke(d.tokens[bob]).Expect(http.StatusOK)
	d.check("", "")
	if len(d.CookieNames()) != 0 {
		t.Errorf("cookies %v", d.CookieNames())
	}
	d.revoke(d.tokens[bob]).ExpectError(http.StatusUnauthorized, "UNAUTHORIZED")
	d.kit.Client().Post("/multi-session/revoke", `{}`).ExpectError(http.StatusBadRequest, "VALIDATION_ERROR")
}

// TestRevokeExpired shows that an expired session revokes nothing.
func TestRevokeExpired(t *testing.T) {
	t.Parallel()
	d := start(t, multisession.Options{})
	d.enter(ann, bob)
	headers := d.Headers()
	d.kit.Clock.Advance(8 * 24 * time.Hour)
	_, err := d.p.API.RevokeDeviceSession(t.Context(), multisession.RevokeDeviceSessionInput{SessionToken: d.tokens[ann]}, api.WithHeaders(headers))
	if !errors.Is(err, errors.Unauthorized) {
		t.Errorf("error %v", err)
	}
}

func TestSignOut(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*betterauth.Config){
		"plain": func(*betterauth.Config) {},
		"custom name": func(c *betterauth.Config) {
			c.Advanced.Cookies = map[string]betterauth.Cookie{"session_token": {Name: "SID"}}
		},
		"custom prefix":  func(c *betterauth.Config) { c.Advanced.CookiePrefix = "MyApp" },
		"secure cookies": func(c *betterauth.Config) { c.Advanced.UseSecureCookies = new(true) },
		"cookie cache":   func(c *betterauth.Config) { c.Session.CookieCache.Enabled = true },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := start(t, multisession.Options{}, change)
			d.enter(ann, bob)
			d.check(bob, ann+" "+bob)
			d.Post("/sign-out", nil).Expect(http.StatusOK)
			if len(d.CookieNames()) != 0 || d.rows() != 0 {
				t.Errorf("cookies %v, %d sessions", d.CookieNames(), d.rows())
			}
			d.check("", "")
		})
	}
}

// TestRefresh shows that extending a session leaves its cookie alone, and that changing a password moves
// it to the new session.
func TestRefresh(t *testing.T) {
	t.Parallel()
	d := start(t, multisession.Options{})
	d.enter(ann, bob)
	d.kit.Clock.Advance(2 * 24 * time.Hour)
	a := d.Get("/get-session").Expect(http.StatusOK)
	if a.Cookie(active) == "" || len(a.Header["Set-Cookie"]) != 1 {
		t.Errorf("cookies %v", a.Header["Set-Cookie"])
	}
	a = d.Post("/change-password", map[string]any{"currentPassword": plugintest.Password, "newPassword": "another-password", "revokeOtherSessions": true}).Expect(http.StatusOK)
	d.check(bob, ann+" "+bob)
	if d.Cookie(prefix+strings.ToLower(a.String("token"))) == "" {
		t.Errorf("cookies %v", d.CookieNames())
	}
}

// TestInProcess does a whole round without HTTP.
func TestInProcess(t *testing.T) {
	t.Parallel()
	d := start(t, multisession.Options{})
	ctx := t.Context()
	for _, email := range []string{ann, bob} {
		var h http.Header
		out, err := d.kit.API.SignInEmail(ctx, api.SignInEmailInput{Email: email, Password: plugintest.Password}, api.WithHeaders(d.Headers()), api.CaptureHeaders(&h))
		if err != nil {
			t.Fatal(err)
		}
		d.Keep(h)
		d.tokens[email] = out.Token
		d.kit.Clock.Advance(time.Second)
	}
	list, err := d.p.API.ListDeviceSessions(ctx, multisession.ListDeviceSessionsInput{}, api.WithHeaders(d.Headers()))
	if err != nil || len(list) != 2 || list[0].User.Email != ann {
		t.Errorf("list %v, %v", list, err)
	}
	var h http.Header
	data, err := d.p.API.SetActiveSession(ctx, multisession.SetActiveSessionInput{SessionToken: d.tokens[ann]}, api.WithHeaders(d.Headers()), api.CaptureHeaders(&h))
	if err != nil || data.User.Email != ann {
		t.Errorf("set active %v, %v", data, err)
	}
	d.Keep(h)
	status, err := d.p.API.RevokeDeviceSession(ctx, multisession.RevokeDeviceSessionInput{SessionToken: d.tokens[ann]}, api.WithHeaders(d.Headers()), api.CaptureHeaders(&h))
	if err != nil || !status.Status {
		t.Errorf("revoke %v, %v", status, err)
	}
	d.Keep(h)
	d.check(bob, bob)
	v, err := d.kit.API.Call(ctx, "listDeviceSessions", api.Request{}, api.WithHeaders(d.Headers()))
	if err != nil || len(v.([]*api.SessionData)) != 1 {
		t.Errorf("dynamic %v, %v", v, err)
	}
	const headers = "Headers is required (VALIDATION_ERROR)"
	if _, err := d.p.API.ListDeviceSessions(ctx, multisession.ListDeviceSessionsInput{}); err == nil || err.Error() != headers {
		t.Errorf("list without headers: %v", err)
	}
	if _, err := d.p.API.SetActiveSession(ctx, multisession.SetActiveSessionInput{}); err == nil || err.Error() != headers {
		t.Errorf("set active without headers: %v", err)
	}
	if _, err := d.p.API.RevokeDeviceSession(ctx, multisession.RevokeDeviceSessionInput{}); err == nil || err.Error() != headers {
		t.Errorf("revoke without headers: %v", err)
	}
}

// TestHiddenFields shows that hidden columns stay hidden.
func TestHiddenFields(t *testing.T) {
	t.Parallel()
	d := start(t, multisession.Options{}, func(c *betterauth.Config) {
		c.User.AdditionalFields = []adapter.Field{{Name: "plan", Type: adapter.String, Default: func() any { return "free" }}, {Name: "note", Type: adapter.String, Hidden: true, Default: func() any { return "hidden" }}}
		c.Session.AdditionalFields = []adapter.Field{{Name: "device", Type: adapter.String, Hidden: true, Default: func() any { return "hidden" }}}
	})
	d.enter(ann)
	a := d.Get("/multi-session/list-device-sessions")
	if a.String("0.user.plan") != "free" || strings.Contains(a.Body, "hidden") {
		t.Errorf("list %s", a.Body)
	}
	if a = d.setActive(d.tokens[ann]); a.String("user.plan") != "free" || strings.Contains(a.Body, "hidden") {
		t.Errorf("set active %s", a.Body)
	}
}
