package securitytest_test

import (
	"context"
	"math/rand/v2"
	"net/http"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/adapter/memory"
	. "github.com/betterauth-go/betterauth/internal/securitytest"
	"github.com/betterauth-go/betterauth/plugin"
)

// TestOutage has the database, or secondary storage, fail every call or hang. Every request is answered
// with 5xx and a code within the deadline, none with a session, and nothing is left behind.
func TestOutage(t *testing.T) {
	for name, gate := range map[string]Gate{"failing": Fail, "hanging": Hang} {
		t.Run("database "+name, func(t *testing.T) {
			db := NewGated(memory.New())
			config := Config(db)
			outage(t, config, func(on bool) { db.Set(when(on, gate)) })
		})
		t.Run("storage "+name, func(t *testing.T) {
			storage := NewStorage(time.Now)
			config := Config(memory.New())
			config.SecondaryStorage = storage
			outage(t, config, func(on bool) { storage.SetGate(when(on, gate)) })
		})
		t.Run("database behind a cookie cache "+name, func(t *testing.T) {
			db := NewGated(memory.New())
			config := Config(db)
			config.Session.CookieCache = betterauth.CookieCache{Enabled: true}
			outage(t, config, func(on bool) { db.Set(when(on, gate)) })
		})
	}
}

func when(on bool, gate Gate) Gate {
	if on {
		return gate
	}
	return nil
}

const deadline = 50 * time.Millisecond

func outage(t *testing.T, config betterauth.Config, cut func(on bool)) {
	box := &Mailbox{}
	box.Connect(&config)
	config.Advanced.Database.Timeout = deadline
	config.Session.AdditionalFields = []adapter.Field{{Name: "theme", Type: adapter.String, Optional: true}}
	auth := New(t, config)
	s := newScript(t, auth, box)
	before := Dump(t, auth)
	goroutines := runtime.NumGoroutine()
	refused := 0
	s.seen = func(step string, a *Answer, took time.Duration) {
		proper(t, step, a)
		if took > 2*time.Second {
			t.Errorf("%s took %s", step, took)
		}
		if a.Status >= 500 {
			refused++
		}
		if a.Status < 300 && strings.Contains(a.Header.Get("Set-Cookie"), "session_token=") && !strings.Contains(a.Header.Get("Set-Cookie"), "session_token=;") {
			t.Errorf("%s sets a session: %d %s", step, a.Status, a.Body)
		}
	}
	cut(true)
	s.play()
	Wait(t, auth)
	cut(false)
	if refused < 8 {
		t.Errorf("only %d requests were refused", refused)
	}
	if config.SecondaryStorage == nil {
		Unchanged(t, auth, before, "requests during the outage")
	}
	settle(t, goroutines)
	if s.SignedIn() == "" {
		t.Error("the session did not survive the outage")
	}
}

// settle waits until no more goroutines are left than there were.
func settle(t *testing.T, base int) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); runtime.NumGoroutine() > base+5; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			buf := make([]byte, 1<<16)
			t.Fatalf("%d goroutines, %d before\n%s", runtime.NumGoroutine(), base, buf[:runtime.Stack(buf, true)])
		}
	}
}

// TestFailClosed asks for a session while the store is away: the answer is an error, not "signed out"
// and never a session.
func TestFailClosed(t *testing.T) {
	t.Parallel()
	db, storage := NewGated(memory.New()), NewStorage(time.Now)
	kept := Config(memory.New())
	kept.SecondaryStorage = storage
	for name, c := range map[string]struct {
		config betterauth.Config
		cut    func()
	}{
		"database": {Config(db), func() { db.Set(Fail) }},
		"storage":  {kept, func() { storage.SetGate(Fail) }},
	} {
		t.Run(name, func(t *testing.T) {
			auth := New(t, c.config)
			client := NewClient(t, auth.Handler())
			client.SignUp("ann@example.com")
			c.cut()
			for _, path := range []string{"/get-session", "/session", "/list-sessions", "/user"} {
				a := client.Clone().Get(path)
				if a.Status != http.StatusInternalServerError || a.String("code") == "" || strings.Contains(a.Body, "ann@") {
					t.Errorf("%s: %d %s", path, a.Status, a.Body)
				}
				if a.Header.Get("Set-Cookie") != "" {
					t.Errorf("%s drops the cookies of a session that may be alive", path)
				}
			}
			page := auth.RequireSession(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the page was shown") }))
			if a := client.At(page).Get("/x"); a.Status != http.StatusInternalServerError {
				t.Errorf("page: %d %s", a.Status, a.Body)
			}
		})
	}
}

// TestCancelled ends requests at random moments: no goroutine stays, and no write is half done.
func TestCancelled(t *testing.T) {
	db := NewGated(memory.New())
	auth := New(t, Config(db))
	alive(t, auth.Handler())
	base := runtime.NumGoroutine()
	db.Set(func(ctx context.Context, _ Op) error {
		select {
		case <-time.After(time.Duration(rand.IntN(3000)) * time.Microsecond):
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	})
	CancelSignUps(t, auth, 1000, 12*time.Millisecond)
	settle(t, base)
}

// TestParallelHashes signs in many times at once: few passwords are hashed at a time, each in its 32 MiB,
// and sessions are answered meanwhile.
func TestParallelHashes(t *testing.T) {
	const limit, mib = 2, 1 << 20
	requests := Scale(4, 500)
	config := Config(memory.New())
	config.EmailAndPassword.Password = plugin.PasswordHash{} // the real one
	config.EmailAndPassword.MaxParallelHashes = limit
	auth := New(t, config)
	c := NewClient(t, auth.Handler())
	c.SignUp("ann@example.com")
	debug.FreeOSMemory() // what the hash of the sign-up held
	base := memoryInUse()
	var group sync.WaitGroup
	for range requests {
		one := c.Clone()
		group.Go(func() { one.SignIn("ann@example.com") })
	}
	finished := make(chan struct{})
	go func() { group.Wait(); close(finished) }()
	var most uint64
	var times []time.Duration
	for busy := true; busy; {
		start := time.Now()
		if c.Clone().SignedIn() == "" {
			t.Error("signed out")
		}
		times = append(times, time.Since(start))
		most = max(most, memoryInUse())
		select {
		case <-finished:
			busy = false
		case <-time.After(5 * time.Millisecond):
		}
	}
	grown := int64(most-base) / mib
	if grown < 32 || grown > limit*32+64 {
		t.Errorf("memory grew by %d MiB, want at least one hash and at most %d MiB", grown, limit*32+64)
	}
	slices.Sort(times)
	p99 := times[len(times)*99/100]
	if p99 > time.Duration(Scale(1000, 50))*time.Millisecond {
		t.Errorf("one session of a hundred took %s", p99)
	}
	t.Logf("%d sessions read during %d sign-ins, 99 %% of them within %s; %d MiB more in use", len(times), requests, p99, grown)
}

// memoryInUse is what the process holds of the machine's memory for Go, in bytes.
func memoryInUse() uint64 {
	s := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64() - s[1].Value.Uint64()
}
