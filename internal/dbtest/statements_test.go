package dbtest

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter/postgres"
	"github.com/betterauth-go/betterauth/internal/securitytest"
)

// A cost is what a call sent to the database. Statements that begin and end transactions are counted apart;
// a batch is one round trip.
type cost struct{ statements, tx, trips int }

// endpointCost is a row of the table in docs/performance.md: the statements of the reference without and with
// its option joins, and those that our endpoint is allowed.
type endpointCost struct {
	name, reference, joins string
	want                   cost
}

var endpointCosts = []endpointCost{
	{"sign-up/email", "4 + 2 tx", "4 + 2 tx", cost{4, 0, 2}},
	{"sign-up/email, address taken", "1 + 2 tx", "1 + 2 tx", cost{1, 0, 1}},
	{"sign-in/email", "3", "2", cost{2, 0, 2}},
	{"sign-in/email, wrong password", "2", "1", cost{1, 0, 1}},
	{"sign-in/email, no such user", "1", "1", cost{1, 0, 1}},
	{"get-session", "2", "1", cost{1, 0, 1}},
	{"get-session, no cookie", "0", "0", cost{}},
	{"get-session, bad signature", "0", "0", cost{}},
	{"get-session, refresh due", "3", "2", cost{2, 0, 2}},
	{"get-session, expired", "4", "3", cost{2, 0, 2}},
	{"list-sessions", "3", "2", cost{2, 0, 2}},
	{"update-user", "3", "2", cost{2, 0, 2}},
	{"revoke-session", "6", "4", cost{2, 0, 2}},
	{"revoke-other-sessions, 2 others", "7", "6", cost{2, 0, 2}},
	{"revoke-other-sessions, 50 others", "103", "102", cost{2, 0, 2}},
	{"revoke-sessions", "4", "3", cost{2, 0, 2}},
	{"change-password", "4 + 2 tx", "3 + 2 tx", cost{3, 0, 3}},
	{"change-password, revoking the others", "7 + 2 tx", "6 + 2 tx", cost{5, 2, 7}},
	{"request-password-reset", "3", "2", cost{2, 0, 2}},
	{"reset-password", "9 + 2 tx", "9 + 2 tx", cost{5, 2, 7}},
	{"send-verification-email", "2", "1", cost{1, 0, 1}},
	{"verify-email", "2", "2", cost{2, 0, 2}},
	{"sign-out", "5", "4", cost{1, 0, 1}},
	{"delete-user", "11", "10", cost{5, 2, 7}},
	{"sign-in/social", "1", "1", cost{1, 0, 1}},
	{"callback, new user", "8 + 2 tx", "8 + 2 tx", cost{6, 0, 5}},
	{"callback, known account", "7", "6", cost{4, 0, 4}},
	{"callback, link", "7", "6", cost{4, 0, 4}},
	{"callback, link again", "7", "6", cost{4, 0, 4}},
	{"callback, implicit link", "8", "7", cost{6, 0, 6}},
	{"link-social", "3", "2", cost{2, 0, 2}},
	{"unlink-account", "5", "4", cost{4, 2, 6}},
	{"list-accounts", "3", "2", cost{2, 0, 2}},
	{"get-access-token", "3", "2", cost{2, 0, 2}},
	{"get-access-token, ended", "4", "3", cost{3, 0, 3}},
	{"refresh-token", "4", "3", cost{3, 0, 3}},
	{"account-info", "3", "2", cost{2, 0, 2}},
	{"sign-out, with providers", "5", "4", cost{3, 0, 3}},
}

// TestEndpointStatements counts what every endpoint sends to PostgreSQL, mails in the background included,
// once the connections know the statements.
func TestEndpointStatements(t *testing.T) {
	t.Parallel()
	got := map[string]cost{}
	for _, b := range []*counted{newCounted(t, false), newCounted(t, true)} {
		b.life("warm@example.com", func(string, cost) {})
		b.life("counted@example.com", func(name string, c cost) { got[name] = c })
	}
	table := strings.Builder{}
	for _, row := range endpointCosts {
		c, counted := got[row.name]
		if !counted || c != row.want {
			t.Errorf("%s: %v (counted: %v), want %v", row.name, c, counted, row.want)
		}
		fmt.Fprintf(&table, "| %s | %s | %s | %s | %d |\n", row.name, row.reference, row.joins, c, c.trips)
	}
	if len(got) != len(endpointCosts) {
		t.Errorf("%d endpoints counted, the table has %d", len(got), len(endpointCosts))
	}
	t.Logf("endpoint, reference, reference with joins, here, round trips\n%s", &table)
	if doc, err := os.ReadFile("../../docs/performance.md"); err != nil || !strings.Contains(string(doc), table.String()) {
		t.Errorf("docs/performance.md does not hold this table: %v", err)
	}
}

// String writes a cost as the table does.
func (c cost) String() string {
	if c.tx == 0 {
		return fmt.Sprint(c.statements)
	}
	return fmt.Sprintf("%d + %d tx", c.statements, c.tx)
}

// counted is an application whose statements are counted.
type counted struct {
	*testing.T
	meter
	auth  *betterauth.Auth
	clock time.Time
	jars  map[string]map[string]string // cookies by browser
	mail  betterauth.Mail              // the last one
	email string
	note  func(name string, c cost)

	body  string // of the last answer
	state string // of the last URL of a provider

	providers bool // whether users can sign in with a provider
}

func newCounted(t *testing.T, providers bool) *counted {
	b := &counted{T: t, clock: now(), providers: providers}
	pool := tracedPool(t, newPostgresDatabase(t)+" pool_max_conns=1", &b.meter)
	keep := func(_ context.Context, m betterauth.Mail) error { b.mail = m; return nil }
	c := betterauth.Config{
		BaseURL: "https://example.com", Secret: "a secret of more than 32 characters",
		Database:  postgres.New(pool),
		RateLimit: betterauth.RateLimit{Disabled: true},
		EmailAndPassword: betterauth.EmailAndPassword{Enabled: true, SendResetPassword: keep, Password: betterauth.PasswordHash{
			Hash:   func(_ context.Context, password string) (string, error) { return password, nil },
			Verify: func(_ context.Context, hash, password string) (bool, error) { return hash == password, nil },
		}},
		EmailVerification: betterauth.EmailVerification{SendVerificationEmail: keep},
		User:              betterauth.UserConfig{DeleteUser: betterauth.DeleteUser{Enabled: true}},
		Now:               func() time.Time { return b.clock },
		Logger:            slog.New(slog.DiscardHandler),
	}
	if b.providers {
		securitytest.ConnectHub(&c)
	}
	var err error
	if b.auth, err = betterauth.New(c); err != nil {
		t.Fatal(err)
	}
	if err := b.auth.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return b
}

// call sends a request from a browser and notes its cost under name, unless that is empty.
func (b *counted) call(name, browser, method, path, body string, status int) {
	b.Helper()
	r := httptest.NewRequestWithContext(b.Context(), method, "https://example.com/api/auth"+path, strings.NewReader(body))
	r.Header.Set("Origin", "https://example.com")
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for cookie, value := range b.jars[browser] {
		r.AddCookie(&http.Cookie{Name: cookie, Value: value})
	}
	b.take()
	w := httptest.NewRecorder()
	b.auth.Handler().ServeHTTP(w, r)
	if err := b.auth.Wait(b.Context()); err != nil {
		b.Fatal(err)
	}
	if name != "" {
		b.note(name, b.take())
	}
	if b.body = w.Body.String(); w.Code != status || strings.Contains(w.Header().Get("Location"), "error=") {
		b.Fatalf("%s %s: %d %s, to %q", method, path, w.Code, b.body, w.Header().Get("Location"))
	}
	if _, rest, found := strings.Cut(b.body, "&state="); found {
		b.state, _, _ = strings.Cut(rest, "&")
	}
	b.keepCookies(browser, w.Result())
}

func (b *counted) keepCookies(browser string, res *http.Response) {
	if b.jars[browser] == nil {
		b.jars[browser] = map[string]string{}
	}
	for _, k := range res.Cookies() {
		b.jars[browser][k.Name] = k.Value
	}
}

func (b *counted) post(name, browser, path, body string) {
	b.Helper()
	b.call(name, browser, http.MethodPost, path, body, http.StatusOK)
}

func (b *counted) get(name, browser, path string) {
	b.Helper()
	b.call(name, browser, http.MethodGet, path, "", http.StatusOK)
}

func (b *counted) signIn(name, browser, password string) {
	b.Helper()
	b.post(name, browser, "/sign-in/email", fmt.Sprintf(`{"email":%q,"password":%q}`, b.email, password))
}

const sessionCookie = "__Secure-better-auth.session_token"

// life takes a user through every endpoint.
func (b *counted) life(email string, note func(name string, c cost)) {
	b.email, b.note, b.jars = email, note, map[string]map[string]string{}
	if b.providers {
		b.socials()
		return
	}
	b.signing()
	b.reading()
	b.revoking()
	b.passwords()
	b.leaving()
}

func (b *counted) signing() {
	account := fmt.Sprintf(`{"name":"Ann","email":%q,"password":"first-password"}`, b.email)
	b.post("sign-up/email", "new", "/sign-up/email", account)
	b.call("sign-up/email, address taken", "", http.MethodPost, "/sign-up/email", account, http.StatusUnprocessableEntity)
	b.signIn("sign-in/email", "main", "first-password")
	wrong := func(name, email string) {
		body := fmt.Sprintf(`{"email":%q,"password":"wrong-password"}`, email)
		b.call(name, "", http.MethodPost, "/sign-in/email", body, http.StatusUnauthorized)
	}
	wrong("sign-in/email, wrong password", b.email)
	wrong("sign-in/email, no such user", "nobody-"+b.email)
}

func (b *counted) reading() {
	b.get("get-session", "main", "/get-session")
	b.get("get-session, no cookie", "", "/get-session")
	b.jars["forged"] = map[string]string{sessionCookie: "token.signature"}
	b.get("get-session, bad signature", "forged", "/get-session")
	b.get("list-sessions", "main", "/list-sessions")
	b.post("update-user", "main", "/update-user", `{"name":"Bea"}`)
	b.post("send-verification-email", "main", "/send-verification-email", fmt.Sprintf(`{"email":%q}`, b.email))
	b.get("verify-email", "main", "/verify-email?token="+b.mail.Token)
	b.signIn("", "old", "first-password")
	began := b.clock
	b.clock = began.Add(2 * 24 * time.Hour)
	b.get("get-session, refresh due", "old", "/get-session")
	b.clock = began.Add(10 * 24 * time.Hour)
	b.get("get-session, expired", "old", "/get-session")
	b.clock = began
}

func (b *counted) revoking() {
	b.signIn("", "other", "first-password")
	token, _, _ := strings.Cut(b.jars["other"][sessionCookie], ".")
	b.post("revoke-session", "main", "/revoke-session", fmt.Sprintf(`{"token":%q}`, token))
	b.post("", "main", "/revoke-other-sessions", `{}`)
	for _, n := range []int{2, 50} {
		for range n {
			b.signIn("", "other", "first-password")
		}
		b.post(fmt.Sprintf("revoke-other-sessions, %d others", n), "main", "/revoke-other-sessions", `{}`)
	}
	b.signIn("", "other", "first-password")
	b.post("revoke-sessions", "main", "/revoke-sessions", `{}`)
	b.signIn("", "main", "first-password")
}

func (b *counted) passwords() {
	change := func(name, from, to string, revoke bool) {
		body := fmt.Sprintf(`{"currentPassword":%q,"newPassword":%q,"revokeOtherSessions":%v}`, from, to, revoke)
		b.post(name, "main", "/change-password", body)
	}
	change("change-password", "first-password", "second-password", false)
	b.signIn("", "other", "second-password")
	change("change-password, revoking the others", "second-password", "third-password", true)
	b.post("request-password-reset", "", "/request-password-reset", fmt.Sprintf(`{"email":%q}`, b.email))
	b.post("reset-password", "", "/reset-password", fmt.Sprintf(`{"token":%q,"newPassword":"fourth-password"}`, b.mail.Token))
}

func (b *counted) leaving() {
	b.post("sign-out", "main", "/sign-out", `{}`)
	b.signIn("", "main", "fourth-password")
	b.post("delete-user", "main", "/delete-user", `{"password":"fourth-password"}`)
}
