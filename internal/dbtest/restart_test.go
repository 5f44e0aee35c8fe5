package dbtest

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter/postgres"
	"github.com/betterauth-go/betterauth/internal/securitytest"
)

// A server is a PostgreSQL that the test may kill.
type server struct{ dir, url string }

func startServer(t *testing.T) *server {
	t.Helper()
	dir, err := os.MkdirTemp("", "betterauth-pg")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil { // the server may run as another user
		t.Fatal(err)
	}
	s := &server{dir: dir}
	t.Cleanup(func() {
		s.script(t, "stop")
		os.RemoveAll(dir)
	})
	s.url = strings.TrimSpace(s.script(t, "start"))
	return s
}

func (s *server) script(t *testing.T, command string) string {
	t.Helper()
	cmd := exec.Command("../../scripts/postgres.sh", command, s.dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("postgres.sh %s: %v", command, err)
	}
	return string(out)
}

// kill ends the server without a chance to finish anything.
func (s *server) kill(t *testing.T) {
	t.Helper()
	b, err := os.ReadFile(s.dir + "/data/postmaster.pid")
	if err != nil {
		t.Fatal(err)
	}
	var pid int
	if _, err := fmt.Sscan(string(b), &pid); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, syscall.SIGQUIT); err != nil { // immediate shutdown
		t.Fatal(err)
	}
	waitFor(t, func() bool {
		_, err := os.Readlink(fmt.Sprintf("/proc/%d/cwd", pid)) // fails for a zombie as well
		return syscall.Kill(pid, 0) != nil || runtime.GOOS == "linux" && err != nil
	}, "the server lives on")
}

// A load is sign-ups at a steady rate, with what came of them.
type load struct {
	auth *betterauth.Auth
	stop chan struct{}
	sent sync.WaitGroup

	mu           sync.Mutex
	acknowledged []string
	failed       int
	slowest      time.Duration
}

func startLoad(t *testing.T, auth *betterauth.Auth, name string, perSecond int) *load {
	l := &load{auth: auth, stop: make(chan struct{})}
	l.sent.Go(func() {
		tick := time.NewTicker(time.Second / time.Duration(perSecond))
		defer tick.Stop()
		for i := 0; ; i++ {
			select {
			case <-l.stop:
				return
			case <-tick.C:
				l.sent.Go(func() { l.signUp(t, fmt.Sprintf("%s%d@example.com", name, i)) })
			}
		}
	})
	return l
}

// signUp accepts a success and a proper error.
func (l *load) signUp(t *testing.T, email string) {
	start := time.Now()
	a := securitytest.NewClient(t, l.auth.Handler()).Post("/sign-up/email", map[string]any{"name": "Ann", "email": email, "password": securitytest.Password})
	l.mu.Lock()
	defer l.mu.Unlock()
	l.slowest = max(l.slowest, time.Since(start))
	switch {
	case a.Status == http.StatusOK:
		l.acknowledged = append(l.acknowledged, email)
	case a.Status >= 500 && a.String("code") != "":
		l.failed++
	default:
		t.Errorf("%d %s", a.Status, a.Body)
	}
}

// probe signs somebody else up.
func (l *load) probe(c *securitytest.Client) *securitytest.Answer {
	email := fmt.Sprintf("probe%d@example.com", time.Now().UnixNano())
	return c.Post("/sign-up/email", map[string]any{"name": "Ann", "email": email, "password": securitytest.Password})
}

// end stops the load and waits for the answers.
func (l *load) end(t *testing.T) {
	close(l.stop)
	l.sent.Wait()
	t.Logf("%d sign-ups acknowledged, %d failed, the slowest answer took %s", len(l.acknowledged), l.failed, l.slowest.Round(time.Millisecond))
	if l.failed == 0 || len(l.acknowledged) == 0 {
		t.Error("no mixture of successes and failures")
	}
}

// recovered waits until the server accepts connections and then, for at most a second in a full run, for
// the first good answer.
func (l *load) recovered(t *testing.T, s *server) {
	t.Helper()
	waitFor(t, func() bool {
		c, err := pgx.Connect(t.Context(), s.url)
		if err == nil {
			c.Close(t.Context())
		}
		return err == nil
	}, "the server does not accept")
	start := time.Now()
	c := securitytest.NewClient(t, l.auth.Handler())
	for l.probe(c).Status != http.StatusOK {
		if time.Since(start) > time.Duration(securitytest.Scale(5, 1))*time.Second {
			t.Fatal("no good answer")
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Logf("the first good answer came after %s", time.Since(start).Round(time.Millisecond))
}

// TestPostgresOutage kills the server under load, and stops it for a while. What was acknowledged survives,
// errors are proper and come in time, calls succeed as soon as the server is back, and nothing stays behind.
func TestPostgresOutage(t *testing.T) {
	s := startServer(t)
	pool := openPool(t, s.url)
	config := securitytest.Config(postgres.New(pool))
	config.Advanced.Database.Timeout = 2 * time.Second
	auth := securitytest.New(t, config)
	if err := auth.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	rate := securitytest.Scale(50, 200)
	var acknowledged []string
	t.Run("killed", func(t *testing.T) {
		l := startLoad(t, auth, "killed", rate)
		for range 3 {
			time.Sleep(time.Duration(securitytest.Scale(300, 15_000)) * time.Millisecond)
			s.kill(t)
			s.script(t, "start")
			l.recovered(t, s)
		}
		time.Sleep(time.Duration(securitytest.Scale(0, 15)) * time.Second)
		l.end(t)
		acknowledged = append(acknowledged, l.acknowledged...)
	})
	t.Run("stopped", func(t *testing.T) {
		base := runtime.NumGoroutine()
		l := startLoad(t, auth, "stopped", rate)
		time.Sleep(200 * time.Millisecond)
		s.script(t, "stop")
		time.Sleep(time.Duration(securitytest.Scale(1, 30)) * time.Second)
		s.script(t, "start")
		l.recovered(t, s)
		l.end(t)
		if l.slowest > 5*time.Second {
			t.Errorf("an answer took %s", l.slowest)
		}
		waitFor(t, func() bool { return runtime.NumGoroutine() <= base+5 }, "goroutines are left")
		t.Logf("%d goroutines before, %d after", base, runtime.NumGoroutine())
		acknowledged = append(acknowledged, l.acknowledged...)
	})
	config.Advanced.Database.Timeout = time.Minute
	checkWhole(t, securitytest.New(t, config), acknowledged)
	assertIdle(t, pool)
}
