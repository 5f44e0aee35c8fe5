package dbtest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/adapter/postgres"
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

// TestPostgresRestart kills the server under load. What was acknowledged must survive, and calls must
// succeed as soon as the server is back.
func TestPostgresRestart(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	db := migrated(t, database{kind: "postgres", sqlAdapter: postgres.New(openPool(t, s.url))})
	stop := make(chan struct{})
	var mu sync.Mutex
	var written []string
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				case <-time.After(5 * time.Millisecond):
				}
				id := fmt.Sprintf("%d-%d", w, i)
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				if _, err := db.Create(ctx, "verification", db.verification(id, id)); err == nil {
					mu.Lock()
					written = append(written, id)
					mu.Unlock()
				}
				cancel()
			}
		})
	}
	for range 3 {
		time.Sleep(200 * time.Millisecond)
		s.kill(t)
		s.script(t, "start")
		recovered(t, db)
	}
	close(stop)
	wg.Wait()
	for _, id := range written {
		if db.count(t, "verification", adapter.Eq("id", id)) != 1 {
			t.Errorf("acknowledged row %s is lost", id)
		}
	}
	if len(written) < 10 {
		t.Errorf("only %d rows written", len(written))
	}
}

// recovered waits for the first good answer, which must come within a second.
func recovered(t *testing.T, db database) {
	t.Helper()
	start := time.Now()
	for {
		_, err := db.Count(t.Context(), adapter.Query{Table: "verification"})
		if err == nil {
			return
		}
		if time.Since(start) > time.Second {
			t.Fatalf("no good answer after a second: %v", err)
		}
		time.Sleep(5 * time.Millisecond)
	}
}
