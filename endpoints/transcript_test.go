package endpoints_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/internal/crypto"
	"github.com/betterauth-go/betterauth/internal/wire"
	"github.com/betterauth-go/betterauth/plugin"
	"github.com/betterauth-go/betterauth/plugin/plugintest"
	"github.com/betterauth-go/betterauth/plugin/social"
)

// testdata/transcripts.json holds answers of the reference, at the time plugintest.Start and with this secret.
const secret = "contract-secret-0123456789-ABCDEFGHIJ-abcdefghij"

type transcript struct {
	Title string
	Steps []step
}

type step struct {
	Label           string
	Request         string
	Headers         map[string]string
	Jar             string
	NoOrigin        bool
	Body            json.RawMessage
	Status          int
	ResponseHeaders map[string]string
	SetCookie       []string
	Response        json.RawMessage
}

// setups are the configurations under which the transcripts were recorded.
var setups = map[string]func(*betterauth.Config){
	"core: email and password, sessions, errors": func(s *betterauth.Config) { s.DisabledPaths = []string{"/verify-password"} },
	"core: requireEmailVerification + autoSignInAfterVerification": func(s *betterauth.Config) {
		s.EmailAndPassword.RequireEmailVerification = true
		s.EmailVerification.SendOnSignIn = true
		s.EmailVerification.AutoSignInAfterVerification = true
	},
	"core: email and password disabled, deleteUser/changeEmail disabled": func(s *betterauth.Config) {
		s.EmailAndPassword.Enabled = false
		s.EmailAndPassword.SendResetPassword = nil
	},
	"core: rate limit (database storage)": func(s *betterauth.Config) {
		s.RateLimit.Disabled = false
		s.RateLimit.Storage = "database"
	},
	"core: deferSessionRefresh": func(s *betterauth.Config) { s.Session.DeferRefresh = true },
	"core: additionalFields": func(s *betterauth.Config) {
		s.User.AdditionalFields = []adapter.Field{
			{Name: "plan", Type: adapter.String},
			{Name: "score", Type: adapter.Number, Optional: true, Default: func() any { return 7.0 }},
			{Name: "secretNote", Type: adapter.String, Optional: true, Hidden: true},
			{Name: "internal", Type: adapter.Boolean, Optional: true, NoInput: true, Default: func() any { return false }},
		}
	},
	"core: OAuth callback with a stub GitHub": nil,
	"core: OAuth disableImplicitSignUp + encryptOAuthTokens": func(s *betterauth.Config) {
		s.SocialProviders = []plugin.SocialProvider{social.GitHub(social.Options{ClientID: "gh", ClientSecret: "ghs", DisableImplicitSignUp: true})}
		s.Account.EncryptOAuthTokens = true
	},
	"core: stateless OAuth (no database)": func(s *betterauth.Config) { s.Database = nil },
}

// turns say by how much the clock was turned before a step.
var turns = map[string]time.Duration{
	"stale (>freshAge): list-sessions":       24*time.Hour + time.Second,
	"expired session":                        8 * 24 * time.Hour,
	"get-access-token near expiry refreshes": 3599 * time.Second,
	"refresh-token":                          -3599 * time.Second,
	"GET after updateAge":                    2 * 24 * time.Hour,
}

func TestTranscripts(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/transcripts.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Groups []transcript }
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	for _, g := range file.Groups {
		t.Run(g.Title, func(t *testing.T) {
			t.Parallel()
			setup, ok := setups[g.Title]
			if !ok {
				t.Fatal("no configuration for this group")
			}
			newReplay(t, setup).run(g)
		})
	}
}

// A replay sends the steps of a group and compares.
type replay struct {
	t       *testing.T
	s       *plugintest.Kit
	clients map[string]*plugintest.Client
	// ours maps the random values of the recording to those of this run; theirs is the inverse.
	ours, theirs map[string]string
	github       *stubGitHub
}

func newReplay(t *testing.T, setup func(*betterauth.Config)) *replay {
	github := &stubGitHub{}
	s := plugintest.New(t, func(s *betterauth.Config) {
		s.HTTPClient = github
		s.SocialProviders = []plugin.SocialProvider{
			social.GitHub(social.Options{ClientID: "gh", ClientSecret: "ghs"}), social.Google(social.Options{ClientID: "go", ClientSecret: "gos"}),
		}
		s.User.ChangeEmail.Enabled, s.User.DeleteUser.Enabled = true, true
		s.Secret = secret
		s.Advanced.StrictResponses, s.Advanced.DisableAliases = true, true
	}, setup)
	return &replay{t: t, s: s, clients: map[string]*plugintest.Client{}, ours: map[string]string{}, theirs: map[string]string{}, github: github}
}

func (r *replay) run(g transcript) {
	for i, st := range g.Steps {
		if strings.Contains(g.Title, "OAuth") {
			r.prepareOAuth(g.Title, i, st)
		}
		if st.Request == "" {
			r.compareRows(st)
			continue
		}
		if st.Label == "sign in" && i > 0 && g.Steps[i-1].Label == "expired session" {
			r.s.Clock.Advance(plugintest.Start.Sub(r.s.Clock.Now()))
		}
		got := r.send(st)
		where := fmt.Sprintf("step %d (%s, %s)", i, st.Label, st.Request)
		if got.Status != st.Status {
			r.t.Errorf("%s: status %d, want %d: %s", where, got.Status, st.Status, got.Body)
			continue
		}
		r.compareHeaders(where, st, got)
		r.compareCookies(where, st, got)
		r.compareBody(where, st, got)
	}
}

// cookieHeaders are request cookies that the recording does not show.
func cookieHeader(label string) string {
	switch label {
	case "get-session tampered":
		return "better-auth.session_token=abc.def"
	case "get-session valid signature unknown token":
		keys, err := crypto.NewKeyring(nil, secret)
		if err != nil {
			return err.Error()
		}
		return "better-auth.session_token=" + url.QueryEscape(keys.SignValue("unknown"))
	}
	return ""
}

func (r *replay) send(st step) *plugintest.Answer {
	c := r.clients[st.Jar]
	if c == nil || st.Jar == "" {
		c = r.s.Client()
		r.clients[st.Jar] = c
	}
	usual := c.Header
	defer func() { c.Header = usual }()
	c.Header = c.Headers() // with the cookies as they are now: the recording has no browser that drops them
	r.s.Clock.Advance(turns[st.Label])
	if st.NoOrigin {
		c.Header.Del("Origin")
	}
	for name, value := range st.Headers {
		c.Header.Set(name, value)
	}
	c.RemoteAddr = ""
	if c.Header.Get("X-Forwarded-For") != "" {
		c.RemoteAddr = "127.0.0.1:1"
	}
	if cookie := cookieHeader(st.Label); cookie != "" {
		c.Header.Set("Cookie", cookie)
	}
	request, in := r.substitute(st)
	method, path, _ := strings.Cut(request, " ")
	if st.Label != "outside base path" {
		path = "/api/auth" + path
	}
	a := c.Do(method, path, in)
	wait(r.t, r.s)
	return a
}

var (
	// userJWT is a token with more than an address in it: it names a user of the recording.
	userJWT    = regexp.MustCompile(`eyJhbGciOiJIUzI1NiJ9\.[\w-]{100,}\.[\w-]+`)
	resetToken = regexp.MustCompile(`\b[A-Za-z0-9]{24}\b`)
)

// substitute returns request and body with this run's tokens in the place of the recorded ones: those of
// mails.
func (r *replay) substitute(st step) (request string, in any) {
	for recorded, ours := range r.ours {
		st.Request = strings.ReplaceAll(st.Request, recorded, ours)
		st.Body = json.RawMessage(strings.ReplaceAll(string(st.Body), recorded, ours))
	}
	text := string(st.Body)
	if json.Unmarshal(st.Body, &text) == nil {
		return st.Request, text
	}
	request = st.Request
	switch {
	case strings.Contains(request, "/verify-email"):
		request = userJWT.ReplaceAllStringFunc(request, func(string) string { return r.s.Mail("verification").Token })
	case strings.Contains(request, " /reset-password"):
		request, text = resetToken.ReplaceAllStringFunc(request, r.resetToken), resetToken.ReplaceAllStringFunc(text, r.resetToken)
	}
	if text == "" {
		return request, nil
	}
	return request, text
}

func (r *replay) resetToken(recorded string) string {
	token := r.s.Mail("reset").Token
	r.same("reset token", recorded, token)
	return token
}

// same reports whether a random value of ours plays the role of a recorded one: it has the same length
// and stands for it everywhere.
func (r *replay) same(where, recorded, got string) bool {
	if recorded == got {
		return true
	}
	if len(recorded) != len(got) || !random.MatchString(recorded) || !random.MatchString(got) {
		return false
	}
	a, known := r.ours[recorded]
	b, taken := r.theirs[got]
	if !known && !taken {
		r.ours[recorded], r.theirs[got] = got, recorded
		return true
	}
	if a != got || b != recorded {
		r.t.Errorf("%s: %q is not what stood for %q before", where, got, recorded)
	}
	return true
}

var random = regexp.MustCompile(`^[\w-]{24,43}$`)

// compared are the headers that the recording has.
var compared = []string{"content-type", "cache-control", "pragma", "location", "x-retry-after"}

func (r *replay) compareHeaders(where string, st step, got *plugintest.Answer) {
	for _, name := range compared {
		want, have := st.ResponseHeaders[name], got.Header.Get(name)
		if !r.sameText(where, want, have) && !addition(name, want, have, got) {
			r.t.Errorf("%s: %s %q, want %q", where, name, have, want)
		}
	}
}

// addition reports whether a header differs from the reference's on purpose; docs/differences.md says why.
func addition(name, want, got string, a *plugintest.Answer) bool {
	switch name {
	case "cache-control":
		return want == "" && got == "no-store" && (len(a.Header["Set-Cookie"]) > 0 || handsOutTokens(a))
	case "pragma":
		return want == "" && got == "no-cache" && handsOutTokens(a)
	case "content-type":
		return want == "text/html" && got == "text/html; charset=utf-8"
	}
	return false
}

// handsOutTokens reports whether an answer is of an endpoint whose answers carry tokens of a provider.
func handsOutTokens(a *plugintest.Answer) bool {
	return strings.HasSuffix(a.Request, "/get-access-token") || strings.HasSuffix(a.Request, "/refresh-token")
}

func (r *replay) compareCookies(where string, st step, got *plugintest.Answer) {
	lines := got.Header["Set-Cookie"]
	st.SetCookie = once(st.SetCookie)
	if len(lines) != len(st.SetCookie) {
		r.t.Errorf("%s: cookies\n%s\nwant\n%s", where, strings.Join(lines, "\n"), strings.Join(st.SetCookie, "\n"))
		return
	}
	for i, want := range st.SetCookie {
		if !r.sameCookie(where, want, lines[i]) {
			r.t.Errorf("%s: cookie %q, want %q", where, lines[i], want)
		}
	}
}

func (r *replay) sameCookie(where, want, got string) bool {
	wantPair, wantRest, _ := strings.Cut(want, ";")
	gotPair, gotRest, _ := strings.Cut(got, ";")
	wantName, wantValue, _ := strings.Cut(wantPair, "=")
	gotName, gotValue, _ := strings.Cut(gotPair, "=")
	if strings.HasSuffix(want, "…") { // an encrypted value, cut off in the recording
		return wantName == gotName
	}
	if wantName != gotName || wantRest != gotRest {
		return false
	}
	wantToken, wantSignature := signed(wantValue)
	gotToken, gotSignature := signed(gotValue)
	return len(wantSignature) == len(gotSignature) && r.same(where, wantToken, gotToken)
}

func signed(value string) (token, signature string) {
	if plain, err := url.QueryUnescape(value); err == nil {
		value = plain
	}
	token, signature, _ = strings.Cut(value, ".")
	return token, signature
}

func (r *replay) compareBody(where string, st step, got *plugintest.Answer) {
	if st.ResponseHeaders["content-type"] == "text/html" {
		return // the page is our own, see TestErrorPage
	}
	if st.ResponseHeaders["content-type"] != "application/json" || st.Response == nil {
		var text string
		if st.Response != nil && json.Unmarshal(st.Response, &text) != nil || text != got.Body {
			r.t.Errorf("%s: body %q, want %s", where, got.Body, st.Response)
		}
		return
	}
	want, err := wire.Parse(st.Response)
	if err != nil {
		r.t.Fatal(err)
	}
	body, err := wire.Parse([]byte(got.Body))
	if err != nil {
		r.t.Fatalf("%s: %v in %s", where, err, got.Body)
	}
	r.compareJSON(where+": body", want, body)
}

// compareJSON compares values, the order of members included.
func (r *replay) compareJSON(where string, want, got any) {
	switch w := want.(type) {
	case wire.Object:
		g, _ := got.(wire.Object)
		if strings.HasSuffix(where, ".data") || strings.HasPrefix(where, "step 2 (session from the cookie") {
			w, g = sorted(w), sorted(g) // free-form, or in the order of an object that went through a token
		}
		if !slices.Equal(names(w), names(g)) {
			r.t.Errorf("%s: members %q, want %q", where, names(g), names(w))
			return
		}
		for i := range w {
			r.compareJSON(where+"."+w[i].Name, w[i].Value, g[i].Value)
		}
	case []any:
		g, _ := got.([]any)
		if len(w) != len(g) {
			r.t.Errorf("%s: %d elements, want %d", where, len(g), len(w))
			return
		}
		for i := range w {
			r.compareJSON(fmt.Sprint(where, ".", i), w[i], g[i])
		}
	case string:
		if g, ok := got.(string); !ok || !r.sameText(where, w, g) {
			r.t.Errorf("%s: %v, want %q", where, got, w)
		}
	default:
		if want != got {
			r.t.Errorf("%s: %v, want %v", where, got, want)
		}
	}
}

func names(o wire.Object) []string {
	var list []string
	for _, m := range o {
		list = append(list, m.Name)
	}
	return list
}
