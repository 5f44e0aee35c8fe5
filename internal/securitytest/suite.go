package securitytest

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter"
)

// Open returns n adapters with connections of their own, as if of n processes, to one empty database.
type Open func(t *testing.T, n int) []adapter.Adapter

// Run holds a database to what requires that conditions and writes are one step: secrets that are good
// once, names that are unique, exact limits, and requests that write all or nothing.
func Run(t *testing.T, open Open) {
	t.Run("reset token once", func(t *testing.T) { t.Parallel(); resetOnce(t, open) })
	t.Run("delete token once", func(t *testing.T) { t.Parallel(); deleteOnce(t, open) })
	t.Run("email once", func(t *testing.T) { t.Parallel(); emailOnce(t, open) })
	t.Run("one password change", func(t *testing.T) { t.Parallel(); changeOnce(t, open) })
	t.Run("limit", func(t *testing.T) { t.Parallel(); limitExactly(t, open) })
	t.Run("callback once", func(t *testing.T) { t.Parallel(); callbackOnce(t, open) })
	t.Run("identity once", func(t *testing.T) { t.Parallel(); identityOnce(t, open) })
	t.Run("link once", func(t *testing.T) { t.Parallel(); linkOnce(t, open) })
	t.Run("last account", func(t *testing.T) { t.Parallel(); unlinkLeavesOne(t, open) })
	t.Run("failed writes", func(t *testing.T) { t.Parallel(); failedWrites(t, open) })
}

// cluster starts n instances of a configuration on one database.
func cluster(t *testing.T, open Open, n int, change func(c *betterauth.Config)) []*betterauth.Auth {
	t.Helper()
	auths := make([]*betterauth.Auth, n)
	for i, db := range open(t, n) {
		c := Config(db)
		c.Advanced.Database.Timeout = time.Minute // a busy machine must not decide a race
		change(&c)
		auths[i] = New(t, c)
	}
	if err := auths[0].Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return auths
}

// parallel is AtOnce for the instances of a cluster.
func parallel(n int, auths []*betterauth.Auth, c *Client, build func(c *Client, i int) *http.Request) []*Answer {
	sites := make([]http.Handler, len(auths))
	for i, auth := range auths {
		sites[i] = auth.Handler()
	}
	return AtOnce(n, c, build, sites...)
}

// Outcomes counts answers by status and code: "400 INVALID_TOKEN".
func Outcomes(answers []*Answer) map[string]int {
	n := map[string]int{}
	for _, a := range answers {
		n[strings.TrimSpace(fmt.Sprint(a.Status, " ", a.String("code")))]++
	}
	return n
}

// onlyOne reports an error unless one answer is a success and all others are lost.
func onlyOne(t *testing.T, answers []*Answer, lost string) {
	t.Helper()
	if n := Outcomes(answers); n["200"] != 1 || n[lost] != len(answers)-1 {
		t.Errorf("%v, want one success and %q otherwise", n, lost)
	}
}

func resetOnce(t *testing.T, open Open) {
	box := &Mailbox{}
	auths := cluster(t, open, 2, box.Connect)
	c := NewClient(t, auths[0].Handler())
	c.SignUp("ann@example.com")
	c.DropCookies()
	for round := range Scale(2, 10) {
		c.Post("/request-password-reset", map[string]any{"email": "Ann@example.com"}).Expect(http.StatusOK)
		Wait(t, auths[0])
		token := box.Last(t).Token
		answers := parallel(Scale(300, 1000), auths, c, func(c *Client, i int) *http.Request {
			return c.Request(http.MethodPost, "/reset-password", map[string]any{"token": token, "newPassword": fmt.Sprintf("password-%d-%d", round, i)})
		})
		onlyOne(t, answers, "400 INVALID_TOKEN")
		for i, a := range answers {
			if a.Status == http.StatusOK {
				c.Clone().Post("/sign-in/email", map[string]any{"email": "ann@example.com", "password": fmt.Sprintf("password-%d-%d", round, i)}).Expect(http.StatusOK)
			}
		}
	}
}

func deleteOnce(t *testing.T, open Open) {
	box := &Mailbox{}
	auths := cluster(t, open, 2, func(c *betterauth.Config) {
		box.Connect(c)
		c.User.DeleteUser.SendDeleteAccountVerification = box.Keep
	})
	c := NewClient(t, auths[0].Handler())
	c.SignUp("ann@example.com")
	c.Post("/delete-user", map[string]any{}).Expect(http.StatusOK)
	Wait(t, auths[0])
	token := box.Last(t).Token
	answers := parallel(Scale(100, 1000), auths, c, func(c *Client, _ int) *http.Request {
		return c.Request(http.MethodPost, "/delete-user", map[string]any{"token": token})
	})
	n := Outcomes(answers)
	// Those who come after the end of the session are signed out; the others meet a used token.
	if n["200"] != 1 || n["404 INVALID_TOKEN"]+n["401 UNAUTHORIZED"] != len(answers)-1 {
		t.Errorf("%v, want one success", n)
	}
}

func emailOnce(t *testing.T, open Open) {
	auths := cluster(t, open, 2, func(*betterauth.Config) {})
	c := NewClient(t, auths[0].Handler())
	for round := range int64(Scale(2, 10)) {
		email := fmt.Sprintf("ann%d@example.com", round)
		answers := parallel(Scale(300, 1000), auths, c, func(c *Client, i int) *http.Request {
			return c.Request(http.MethodPost, "/sign-up/email", map[string]any{"email": mixedCase(email, i), "password": Password, "name": "Ann"})
		})
		onlyOne(t, answers, "422 USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL")
		for _, table := range []string{"user", "account", "session"} {
			n, err := auths[0].Store().Count(t.Context(), table)
			if err != nil || n != round+1 {
				t.Errorf("%d rows in %s after %d rounds, error %v", n, table, round+1, err)
			}
		}
	}
}

// mixedCase writes those letters of s in upper case that the bits of n select.
func mixedCase(s string, n int) string {
	b := []byte(s)
	for i := range b {
		if n>>(i%8)&1 == 1 && b[i] >= 'a' && b[i] <= 'z' {
			b[i] -= 'a' - 'A'
		}
	}
	return string(b)
}

// changeOnce changes a password many times at once; of those who prove the same old password one wins.
func changeOnce(t *testing.T, open Open) {
	auths := cluster(t, open, 2, func(*betterauth.Config) {})
	c := NewClient(t, auths[0].Handler())
	c.SignUp("ann@example.com")
	answers := parallel(Scale(100, 1000), auths, c, func(c *Client, i int) *http.Request {
		return c.Request(http.MethodPost, "/change-password", map[string]any{"currentPassword": Password, "newPassword": fmt.Sprintf("password-%d", i)})
	})
	onlyOne(t, answers, "400 INVALID_PASSWORD")
}

// limitExactly sends many requests of one client to instances that count in the database.
func limitExactly(t *testing.T, open Open) {
	auths := cluster(t, open, 4, func(c *betterauth.Config) {
		c.RateLimit = betterauth.RateLimit{Storage: "database", Window: time.Minute, Max: 3, Rules: []betterauth.RateLimitRule{{Path: "/ok", Window: time.Minute, Max: 3}}}
	})
	answers := parallel(60, auths, NewClient(t, nil), func(c *Client, _ int) *http.Request {
		return c.Request(http.MethodGet, "/ok", nil)
	})
	if n := Outcomes(answers); n["200"] != 3 || n["429 RATE_LIMIT_EXCEEDED"] != 57 {
		t.Errorf("%v, want 3 successes and 57 refusals", n)
	}
}
