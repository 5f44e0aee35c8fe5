package dbtest

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/adapter/postgres"
	"github.com/betterauth-go/betterauth/adapter/sqlite"
	"github.com/betterauth-go/betterauth/internal/securitytest"
)

// TestSQLiteForeignLock waits for another user of the handle, gives up in time, and works afterwards.
func TestSQLiteForeignLock(t *testing.T) {
	t.Parallel()
	handle := openSQLite(t, filepath.Join(t.TempDir(), "lock.db"))
	db := migrated(t, database{kind: "sqlite", sqlAdapter: sqlite.New(handle, sqlite.BusyTimeout(30*time.Millisecond))})
	other, err := handle.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	run := func(statement string) {
		if _, err := other.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	run("BEGIN IMMEDIATE")
	if _, err := db.Create(t.Context(), "verification", db.verification("v", "x")); err == nil || !strings.Contains(err.Error(), "locked") {
		t.Errorf("error = %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
	defer cancel()
	if err := db.Transaction(ctx, func(adapter.Adapter) error { return nil }); err == nil {
		t.Error("a transaction began without the lock")
	}
	run("COMMIT")
	db.create(t, "verification", db.verification("v", "x"))
	if n := handle.Stats().InUse; n != 1 {
		t.Errorf("%d connections in use", n)
	}
}

// TestSQLiteFailedTransaction checks that nothing is written after an interrupted statement, which
// makes SQLite roll back on its own.
func TestSQLiteFailedTransaction(t *testing.T) {
	t.Parallel()
	db := migrated(t, newSQLite(t))
	err := db.Transaction(t.Context(), func(tx adapter.Adapter) error {
		if _, err := tx.Create(t.Context(), "verification", db.verification("1", "x")); err != nil {
			return err
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := tx.Create(ctx, "verification", db.verification("2", "x")); err == nil {
			t.Error("a cancelled write succeeded")
		}
		if _, err := tx.Create(t.Context(), "verification", db.verification("3", "x")); err == nil {
			t.Error("a write after the failure succeeded")
		}
		return nil
	})
	if err == nil {
		t.Error("the failed transaction was committed")
	}
	if n := db.count(t, "verification"); n != 0 {
		t.Errorf("%d rows", n)
	}
}

// TestCancel ends calls at random moments. None may leave half of its rows, a connection in use or a
// goroutine behind.
func TestCancel(t *testing.T) {
	base := runtime.NumGoroutine()
	t.Run("sqlite", func(t *testing.T) {
		handle := openSQLite(t, filepath.Join(t.TempDir(), "cancel.db"))
		cancelMany(t, migrated(t, database{kind: "sqlite", sqlAdapter: sqlite.New(handle)}))
		waitFor(t, func() bool { return handle.Stats().InUse == 0 }, "connections are in use")
	})
	t.Run("sqlite requests", func(t *testing.T) {
		handle := openSQLite(t, filepath.Join(t.TempDir(), "cancel.db"))
		cancelRequests(t, sqlite.New(handle))
		waitFor(t, func() bool { return handle.Stats().InUse == 0 }, "connections are in use")
	})
	t.Run("postgres", func(t *testing.T) {
		pool := openPool(t, newPostgresDatabase(t), "pool_max_conns=6")
		cancelMany(t, migrated(t, database{kind: "postgres", sqlAdapter: postgres.New(pool)}))
		assertIdle(t, pool)
	})
	t.Run("postgres requests", func(t *testing.T) {
		pool := openPool(t, newPostgresDatabase(t), "pool_max_conns=6")
		cancelRequests(t, postgres.New(pool))
		assertIdle(t, pool)
	})
	waitFor(t, func() bool { return runtime.NumGoroutine() <= base+5 }, "goroutines are left")
}

// cancelRequests ends requests of the whole library.
func cancelRequests(t *testing.T, db adapter.Adapter) {
	config := securitytest.Config(db)
	config.Advanced.Database.Timeout = time.Minute // a busy machine must not end requests
	auth := securitytest.New(t, config)
	if err := auth.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	securitytest.CancelSignUps(t, auth, securitytest.Scale(200, 1000), 200*time.Millisecond)
}

func waitFor(t *testing.T, cond func() bool, what string) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !cond(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal(what)
		}
	}
}

func cancelMany(t *testing.T, db database) {
	slots := make(chan struct{}, 20)
	var wg sync.WaitGroup
	var failed atomic.Int64
	for i := range 1000 {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			ctx, cancel := context.WithTimeout(t.Context(), time.Duration(rand.IntN(10_000))*time.Microsecond)
			defer cancel()
			if db.writePair(ctx, i) != nil {
				failed.Add(1)
			}
		})
	}
	wg.Wait()
	users, sessions := db.count(t, "user"), db.count(t, "session")
	if users != sessions {
		t.Errorf("%d users but %d sessions", users, sessions)
	}
	if failed.Load() == 0 || users == 0 {
		t.Errorf("%d failed and %d written: no mixture", failed.Load(), users)
	}
	if unreported := users - (1000 - failed.Load()); unreported < 0 {
		t.Errorf("%d reported writes are lost", -unreported)
	}
}

// writePair writes a user with a session in one of the three ways that are all or nothing.
func (db database) writePair(ctx context.Context, i int) error {
	id := fmt.Sprint(i)
	inserts := []adapter.Insert{{Table: "user", Record: db.user(id, id)}, {Table: "session", Record: db.session(id, id, id)}}
	if i%2 == 0 {
		_, err := db.CreateBatch(ctx, inserts)
		return err
	}
	return db.Transaction(ctx, func(tx adapter.Adapter) error {
		if i%4 == 1 {
			_, err := tx.(adapter.Batcher).CreateBatch(ctx, inserts)
			return err
		}
		for _, in := range inserts {
			if _, err := tx.Create(ctx, in.Table, in.Record); err != nil {
				return err
			}
		}
		return nil
	})
}

// TestSQLiteInMemory uses a database that exists on one connection only.
func TestSQLiteInMemory(t *testing.T) {
	t.Parallel()
	handle, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	defer handle.Close()
	handle.SetMaxOpenConns(1)
	db := migrated(t, database{kind: "sqlite", sqlAdapter: sqlite.New(handle)})
	db.create(t, "user", db.user("u", "a@b.c"))
	if won := race(t, 8, func(i int) error { return db.writeSome(t.Context(), fmt.Sprint(i)) }); won != 8 {
		t.Errorf("%d of 8 writers succeeded", won)
	}
}
