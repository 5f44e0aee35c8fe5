package dbtest

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/adapter/sqlite"
	"github.com/betterauth-go/betterauth/internal/securitytest"
)

// TestSQLiteContention has 8 writers and 50 readers on one file, through two handles as if they were
// processes. None of them meets a lock.
func TestSQLiteContention(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		dsn  string
		opts []sqlite.Option
	}{
		"write-ahead log":  {"", nil},
		"rollback journal": {"?_pragma=foreign_keys(1)", []sqlite.Option{sqlite.WithoutPragmas()}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "busy.db")
			open := func() database {
				return database{kind: "sqlite", sqlAdapter: sqlite.New(openSQLite(t, path+c.dsn), c.opts...)}
			}
			db := migrated(t, open())
			db.create(t, "user", db.user("u", "a@b.c"))
			each := securitytest.Scale(10, 100)
			contend(t, []database{db, open()}, each)
			if n := db.count(t, "session"); n != int64(8*each*2) {
				t.Errorf("%d sessions", n)
			}
		})
	}
}

// A stopwatch keeps the longest of many times.
type stopwatch struct {
	mu      sync.Mutex
	n       int
	longest time.Duration
}

func (s *stopwatch) run(fn func() error) error {
	start := time.Now()
	err := fn()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.n, s.longest = s.n+1, max(s.longest, time.Since(start))
	return err
}

func (s *stopwatch) String() string {
	return fmt.Sprintf("%d, the longest of %s", s.n, s.longest.Round(time.Millisecond))
}

func contend(t *testing.T, dbs []database, each int) {
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	var writers, readers sync.WaitGroup
	var writes, reads stopwatch
	done := make(chan struct{})
	for w := range 8 {
		writers.Go(func() {
			for i := range each {
				if err := writes.run(func() error { return dbs[w%2].writeSome(ctx, fmt.Sprintf("%d-%d", w, i)) }); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for r := range 50 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				case <-time.After(25 * time.Millisecond):
				}
				if err := reads.run(func() error { return dbs[r%2].readSome(ctx) }); err != nil {
					t.Error(err)
				}
			}
		})
	}
	writers.Wait()
	close(done)
	readers.Wait()
	t.Logf("writes: %v; reads: %v", &writes, &reads)
}

// writeSome creates a session alone and another in a transaction that reads first.
func (db database) writeSome(ctx context.Context, id string) error {
	if _, err := db.Create(ctx, "session", db.session(id, id, "u")); err != nil {
		return err
	}
	return db.Transaction(ctx, func(tx adapter.Adapter) error {
		if _, err := tx.Find(ctx, adapter.Query{Table: "session", Limit: 1}); err != nil {
			return err
		}
		_, err := tx.Create(ctx, "session", db.session(id+"x", id+"x", "u"))
		return err
	})
}

// readSome looks a session up with its user.
func (db database) readSome(ctx context.Context) error {
	_, err := db.FindJoined(ctx, adapter.Query{
		Table: "session", Limit: 1, Where: []adapter.Where{adapter.Eq("token", "0-0")},
		Joins: []adapter.Join{{Table: "user", From: "userId", To: "id"}},
	})
	return err
}

// TestSQLiteReaders reads many times at once: reads queue instead of opening ever more connections.
func TestSQLiteReaders(t *testing.T) {
	t.Parallel()
	handle := openSQLite(t, filepath.Join(t.TempDir(), "readers.db"))
	handle.SetMaxIdleConns(1000) // so that every connection stays open
	db := migrated(t, database{kind: "sqlite", sqlAdapter: sqlite.New(handle)})
	race(t, 200, func(int) error { return db.readSome(t.Context()) })
	if open, most := handle.Stats().OpenConnections, 2*runtime.GOMAXPROCS(0)+1; open > most {
		t.Errorf("%d connections, want at most %d", open, most)
	}
}

// TestSQLiteReadersWait has more readers than may run at once wait for a lock: those in the queue give up as
// those at the lock, when their time is over, and all read when the lock is free.
func TestSQLiteReadersWait(t *testing.T) {
	t.Parallel()
	handle := openSQLite(t, filepath.Join(t.TempDir(), "wait.db"))
	db := migrated(t, database{kind: "sqlite", sqlAdapter: sqlite.New(handle, sqlite.WithoutPragmas())})
	other, err := handle.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if _, err := other.ExecContext(t.Context(), "BEGIN EXCLUSIVE"); err != nil {
		t.Fatal(err)
	}
	const readers = 100
	race(t, readers, func(int) error {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		if err := db.readSome(ctx); ctx.Err() == nil {
			t.Errorf("a reader did not wait: %v", err)
		}
		return nil
	})
	freed := time.AfterFunc(50*time.Millisecond, func() {
		if _, err := other.ExecContext(context.Background(), "COMMIT"); err != nil {
			t.Error(err)
		}
	})
	defer freed.Stop()
	if won := race(t, readers, func(int) error { return db.readSome(t.Context()) }); won != readers {
		t.Errorf("%d of %d readers read", won, readers)
	}
}

// TestSQLiteHandedOn writes while another user hands the lock from one transaction to the next: as long as
// these commit, the writer waits, even beyond its BusyTimeout.
func TestSQLiteHandedOn(t *testing.T) {
	t.Parallel()
	handle := openSQLite(t, filepath.Join(t.TempDir(), "handed.db"))
	db := migrated(t, database{kind: "sqlite", sqlAdapter: sqlite.New(handle, sqlite.BusyTimeout(500*time.Millisecond))})
	db.create(t, "user", db.user("u", "a@b.c"))
	other, err := handle.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if _, err := other.ExecContext(t.Context(), "PRAGMA busy_timeout = 10000"); err != nil {
		t.Fatal(err)
	}
	started := make(chan struct{})
	var written atomic.Bool
	var holder sync.WaitGroup
	holder.Go(func() {
		for i := 0; i < 80 && !written.Load(); i++ {
			_, err := other.ExecContext(t.Context(), fmt.Sprintf(`BEGIN IMMEDIATE; UPDATE "user" SET name = '%d'`, i))
			if err != nil {
				t.Error(err)
				return
			}
			if i == 0 {
				close(started)
			}
			time.Sleep(20 * time.Millisecond)
			if _, err := other.ExecContext(t.Context(), "COMMIT"); err != nil {
				t.Error(err)
				return
			}
		}
	})
	<-started
	start := time.Now()
	db.create(t, "verification", db.verification("v", "x"))
	written.Store(true)
	t.Logf("written after %s", time.Since(start).Round(time.Millisecond))
	holder.Wait()
}
