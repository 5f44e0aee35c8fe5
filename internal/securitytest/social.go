package securitytest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/plugin"
)

// Leave starts a flow at the Hub and returns the path of the callback that ends it.
func Leave(c *Client, path, code string) string {
	c.T.Helper()
	a := c.Post(path, map[string]any{"provider": "github", "callbackURL": "/in", "errorCallbackURL": "/oops"}).Expect(http.StatusOK)
	u, err := url.Parse(a.String("url"))
	if err != nil || u.Query().Get("state") == "" {
		c.T.Fatalf("%s leads to %q, %v", path, a.String("url"), err)
	}
	return "/callback/github?code=" + code + "&state=" + u.Query().Get("state")
}

// Visit goes through a whole flow and ends the test unless it succeeds.
func Visit(c *Client, path, code string) {
	c.T.Helper()
	c.Get(Leave(c, path, code)).ExpectRedirect("/in")
}

// wantRows reports an error when tables have other numbers of rows.
func wantRows(tb testing.TB, auth *betterauth.Auth, want map[string]int64) {
	tb.Helper()
	for table, rows := range want {
		if n, err := auth.Store().Count(tb.Context(), table); n != rows || err != nil {
			tb.Errorf("%d rows in %s, error %v, want %d", n, table, err, rows)
		}
	}
}

// targets counts redirects by their target.
func targets(answers []*Answer) map[string]int {
	n := map[string]int{}
	for _, a := range answers {
		n[fmt.Sprint(a.Status, " ", strings.TrimPrefix(a.Header.Get("Location"), BaseURL))]++
	}
	return n
}

// callbackOnce sends one callback many times at once: one session comes of it.
func callbackOnce(t *testing.T, open Open) {
	auths := cluster(t, open, 2, ConnectHub)
	c := NewClient(t, auths[0].Handler())
	path := Leave(c, "/sign-in/social", HubCode("ann@example.com"))
	answers := parallel(200, auths, c, func(c *Client, _ int) *http.Request { return c.Request(http.MethodGet, path, nil) })
	if n := targets(answers); n["302 /in"] != 1 || n["302 /api/auth/error?error=state_mismatch"] != 199 {
		t.Errorf("%v, want one session and 199 mismatches", n)
	}
	wantRows(t, auths[0], map[string]int64{"user": 1, "account": 1, "session": 1, "verification": 0})
}

// arrivals are callbacks of as many browsers, for the same account at the provider.
func arrivals(t *testing.T, auths []*betterauth.Auth, n int, path string, browser func() *Client) []*Answer {
	c := NewClient(t, auths[0].Handler())
	clients, paths := make([]*Client, n), make([]string, n)
	for i := range n {
		clients[i] = browser()
		paths[i] = Leave(clients[i], path, HubCode("ann@example.com"))
	}
	return parallel(n, auths, c, func(c *Client, i int) *http.Request {
		return clients[i].Request(http.MethodGet, paths[i], nil)
	})
}

// identityOnce lets many browsers sign in at once with an account that nobody knows yet: all are the same
// new user.
func identityOnce(t *testing.T, open Open) {
	auths := cluster(t, open, 2, ConnectHub)
	answers := arrivals(t, auths, 200, "/sign-in/social", func() *Client { return NewClient(t, auths[0].Handler()) })
	if n := targets(answers); n["302 /in"] != len(answers) {
		t.Errorf("%v, want %d sessions", n, len(answers))
	}
	wantRows(t, auths[0], map[string]int64{"user": 1, "account": 1, "session": int64(len(answers)), "verification": 0})
}

// linkOnce links one account to one user many times at once, by signing in and from a session. Whatever
// the rows, the account leads to the user afterwards.
func linkOnce(t *testing.T, open Open) {
	for _, path := range []string{"/sign-in/social", "/link-social"} {
		t.Run(path[1:], func(t *testing.T) {
			t.Parallel()
			auths := cluster(t, open, 2, ConnectHub)
			c := NewClient(t, auths[0].Handler())
			c.SignUp("ann@example.com")
			if _, err := plugin.Users.Update(t.Context(), auths[0].Store(), adapter.Changes{"emailVerified": true}); err != nil {
				t.Fatal(err)
			}
			answers := arrivals(t, auths, 60, path, c.Clone)
			if n := targets(answers); n["302 /in"] != len(answers) {
				t.Errorf("%v, want %d successes", n, len(answers))
			}
			again := NewClient(t, auths[1].Handler())
			Visit(again, "/sign-in/social", HubCode("ann@example.com"))
			if again.SignedIn() != "ann@example.com" {
				t.Error("the account leads to somebody else")
			}
			Visit(c, "/link-social", HubCode("ann@example.com"))
			wantRows(t, auths[0], map[string]int64{"user": 1})
		})
	}
}

// judgeEnd checks a flow whose k-th write failed: the browser is told and not signed in. The state is the
// first thing that is written, and used up even if nothing else is. What is stored after that is complete, so
// that the next flow succeeds: a user has an account, or an account has new tokens, but there is no session.
func (f *flow) judgeEnd(s *stage, a *Answer, k int64, before string) {
	t := s.T
	t.Helper()
	redirected := a.Status == http.StatusFound && strings.Contains(a.Header.Get("Location"), "error=")
	if !redirected && (a.Status < 500 || a.String("code") == "") || a.Cookie("better-auth.session_token") != "" {
		t.Errorf("write %d failed: %d to %q: %s", k, a.Status, a.Header.Get("Location"), a.Body)
	}
	after := Dump(t, s.auth)
	if k == 1 && after != before || k == 2 && without(after, "verification") != without(before, "verification") {
		t.Errorf("the failure of write %d stored\n%s", k, missing(after, before))
	}
	if strings.Count(after, "session {") != strings.Count(before, "session {") {
		t.Errorf("the failure of write %d left a session", k)
	}
	if strings.Count(after, "user {") > strings.Count(after, "account {") {
		t.Errorf("the failure of write %d left a user without an account", k)
	}
	Visit(s.Client, "/sign-in/social", HubCode(s.email))
}

// without drops the rows of a table from a dump.
func without(dump, table string) string {
	return strings.Join(slices.DeleteFunc(strings.Split(dump, "\n"), func(line string) bool { return strings.HasPrefix(line, table+" ") }), "\n")
}

// visit prepares the callback of a flow.
func visit(path, code string) func(s *stage) func() *Answer {
	return func(s *stage) func() *Answer {
		target := Leave(s.Client, path, code)
		return func() *Answer { return s.Get(target) }
	}
}

// hubLinks accepts what the Hub says about anybody.
func hubLinks(c *betterauth.Config, _ *Mailbox) {
	ConnectHub(c)
	c.Account.AccountLinking.AllowUnverifiedLocalEmail = true
}

// socialFlows are the requests of flows at a provider that write. Those that end a flow have its state used
// up whatever comes of them.
func socialFlows() []flow {
	account := func(path string, age time.Duration) func(s *stage) func() *Answer {
		return func(s *stage) func() *Answer {
			s.SignUp(s.email)
			Visit(s.Client, "/link-social", HubCode(s.email))
			rows, err := plugin.Accounts.Find(s.T.Context(), s.auth.Store(), adapter.Query{Where: []adapter.Where{adapter.Eq("accountId", s.email)}})
			if err != nil || len(rows) != 1 {
				s.T.Fatal(len(rows), err)
			}
			s.clock.Advance(age)
			return s.post(path, map[string]any{"accountId": rows[0].ID})
		}
	}
	ended := func(prepare func(s *stage), path string) func(s *stage) func() *Answer {
		return func(s *stage) func() *Answer {
			prepare(s)
			return visit(path, HubCode(s.email))(s)
		}
	}
	return []flow{
		{name: "begin at a provider", config: hubLinks, prepare: func(s *stage) func() *Answer {
			return s.post("/sign-in/social", map[string]any{"provider": "github"})
		}},
		{name: "begin a link", config: hubLinks, prepare: signedUp("/link-social", map[string]any{"provider": "github"})},
		{name: "come back as a new user", config: hubLinks, ends: true, prepare: ended(func(*stage) {}, "/sign-in/social")},
		{name: "come back as a known user", config: hubLinks, ends: true, prepare: ended(func(s *stage) {
			Visit(s.Client, "/sign-in/social", HubCode(s.email))
			s.DropCookies()
		}, "/sign-in/social")},
		{name: "come back and be linked", config: hubLinks, ends: true, prepare: ended(func(s *stage) {
			s.SignUp(s.email)
			s.DropCookies()
		}, "/sign-in/social")},
		{name: "come back to link", config: hubLinks, ends: true, prepare: ended(func(s *stage) { s.SignUp(s.email) }, "/link-social")},
		{name: "come back to link again", config: hubLinks, ends: true, prepare: ended(func(s *stage) {
			s.SignUp(s.email)
			Visit(s.Client, "/link-social", HubCode(s.email))
		}, "/link-social")},
		{name: "unlink", config: hubLinks, prepare: account("/unlink-account", 0)},
		{name: "refresh tokens", config: hubLinks, prepare: account("/refresh-token", 0), refused: http.StatusBadRequest},
		{name: "refresh tokens that end", config: hubLinks, prepare: account("/get-access-token", 2*time.Hour), refused: http.StatusBadRequest},
	}
}

// unlinkLeavesOne removes both accounts of a user at once, at two instances: nobody may be locked out.
func unlinkLeavesOne(t *testing.T, open Open) {
	auths := cluster(t, open, 2, ConnectHub)
	for round := range int64(5) {
		email := fmt.Sprintf("ann%d@example.com", round)
		c := NewClient(t, auths[0].Handler())
		c.SignUp(email)
		Visit(c, "/link-social", HubCode(email))
		var accounts []struct{ ID string }
		if err := json.Unmarshal([]byte(c.Get("/list-accounts").Expect(http.StatusOK).Body), &accounts); err != nil || len(accounts) != 2 {
			t.Fatalf("accounts %v, error %v", accounts, err)
		}
		answers := parallel(20, auths, c, func(c *Client, i int) *http.Request {
			return c.Request(http.MethodPost, "/unlink-account", map[string]any{"accountId": accounts[i/2%2].ID})
		})
		if n := Outcomes(answers); n["200"] != 1 || n["400 FAILED_TO_UNLINK_LAST_ACCOUNT"] != 19 {
			t.Errorf("%v, want one success", n)
		}
		wantRows(t, auths[0], map[string]int64{"account": round + 1})
	}
}
