package dbtest

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/internal/securitytest"
)

// A storm is what a process sends at once: N times the same request. Of an email in its body every other one
// is in upper case, and %d in a new password becomes the number of the request.
type storm struct {
	Method, Path string
	Body         map[string]string
	N            int
}

func (s *storm) build(c *securitytest.Client, i int) *http.Request {
	if s.Body == nil {
		return c.Request(s.Method, s.Path, nil)
	}
	body := map[string]any{}
	for name, value := range s.Body {
		if name == "email" && i%2 == 1 {
			value = strings.ToUpper(value)
		}
		body[name] = strings.Replace(value, "%d", fmt.Sprint(i), 1)
	}
	return c.Request(s.Method, s.Path, body)
}

// stormConfig is the configuration of the processes and of the test: three requests a minute to /ok, counted
// in the database, and no other limit.
func stormConfig(c *betterauth.Config) {
	c.Advanced.Database.Timeout = time.Minute // a busy machine must not decide a race
	c.RateLimit = betterauth.RateLimit{
		Storage: "database", Window: time.Minute, Max: 3,
		Rules: []betterauth.RateLimitRule{{Path: "/ok", Window: time.Minute, Max: 3}, {Path: "/**", Unlimited: true}},
	}
}

// serveStorms sends each storm that a line of r describes and prints how the requests ended.
func serveStorms(t *testing.T, auth *betterauth.Auth, r io.Reader) {
	for lines := bufio.NewScanner(r); lines.Scan(); {
		var s storm
		if err := json.Unmarshal(lines.Bytes(), &s); err != nil {
			t.Fatal(err)
		}
		answers := securitytest.AtOnce(s.N, securitytest.NewClient(t, auth.Handler()), s.build)
		text, err := json.Marshal(securitytest.Outcomes(answers))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Printf("outcomes %s\n", text)
	}
}

// A peer is a process that serves storms.
type peer struct {
	in  io.WriteCloser
	out *bufio.Scanner
}

// startPeers starts n processes on a database. They end with the test.
func startPeers(t *testing.T, n int, kind, name string) []*peer {
	t.Helper()
	peers := make([]*peer, n)
	for i := range peers {
		cmd := child(t, "storm", kind, name)
		cmd.Stderr = os.Stderr
		in, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		peers[i] = &peer{in, bufio.NewScanner(out)}
		t.Cleanup(func() {
			in.Close() // which ends the process, unless the end of the test's context has killed it already
			_ = cmd.Wait()
		})
	}
	strike(t, peers, storm{Method: http.MethodGet, Path: "/get-session", N: len(peers)}) // all have started
	return peers
}

// strike divides a storm among the processes and adds up its outcomes.
func strike(t *testing.T, peers []*peer, s storm) map[string]int {
	t.Helper()
	s.N /= len(peers)
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range peers {
		if _, err := fmt.Fprintf(p.in, "%s\n", text); err != nil {
			t.Fatal(err)
		}
	}
	sum := map[string]int{}
	for _, p := range peers {
		for outcome, n := range p.outcomes(t) {
			sum[outcome] += n
		}
	}
	return sum
}

func (p *peer) outcomes(t *testing.T) (n map[string]int) {
	t.Helper()
	for p.out.Scan() {
		if text, ok := strings.CutPrefix(p.out.Text(), "outcomes "); ok {
			if err := json.Unmarshal([]byte(text), &n); err != nil {
				t.Fatal(err)
			}
			return n
		}
	}
	t.Fatal("a process has ended")
	return nil
}

// TestStorms lets processes redeem one token, sign one address up and meet one limit, all at once: one
// redemption and one sign-up succeed, and as many requests as the limit allows.
func TestStorms(t *testing.T) {
	processes(t, func(t *testing.T, kind, name string, config betterauth.Config) {
		box := &securitytest.Mailbox{}
		stormConfig(&config)
		box.Connect(&config)
		auth := securitytest.New(t, config)
		if err := auth.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		peers := startPeers(t, 4, kind, name)
		limit := strike(t, peers, storm{Method: http.MethodGet, Path: "/ok", N: 60})
		if limit["200"] != 3 || limit["429 RATE_LIMIT_EXCEEDED"] != 57 {
			t.Errorf("limit: %v, want 3 successes and 57 refusals", limit)
		}
		c := securitytest.NewClient(t, auth.Handler())
		n := securitytest.Scale(100, 1000)
		for round := range securitytest.Scale(2, 10) {
			email := fmt.Sprintf("ann%d@example.com", round)
			once(t, strike(t, peers, storm{
				Method: http.MethodPost, Path: "/sign-up/email", N: n,
				Body: map[string]string{"name": "Ann", "email": email, "password": securitytest.Password},
			}), n, "422 USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL")
			c.Post("/request-password-reset", map[string]any{"email": email}).Expect(http.StatusOK)
			securitytest.Wait(t, auth)
			once(t, strike(t, peers[:2], storm{
				Method: http.MethodPost, Path: "/reset-password", N: n,
				Body: map[string]string{"token": box.Last(t).Token, "newPassword": "password-%d"},
			}), n, "400 INVALID_TOKEN")
		}
		checkWhole(t, auth, nil)
	})
}

// once reports an error unless one of n requests is a success and all others are lost.
func once(t *testing.T, outcomes map[string]int, n int, lost string) {
	t.Helper()
	if outcomes["200"] != 1 || outcomes[lost] != n-1 {
		t.Errorf("%v, want one success and %d x %q", outcomes, n-1, lost)
	}
}
