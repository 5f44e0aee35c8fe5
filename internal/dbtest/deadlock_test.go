package dbtest

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/adapter/postgres"
)

// TestPostgresDeadlock has two transactions lock two rows in opposite order. PostgreSQL ends one of
// them, which is run again.
func TestPostgresDeadlock(t *testing.T) {
	t.Parallel()
	pool := openPool(t, newPostgresDatabase(t))
	db := migrated(t, database{kind: "postgres", sqlAdapter: postgres.New(pool, postgres.RetryTransactions(2))})
	db.create(t, "verification", db.verification("0", "x"), db.verification("1", "x"))
	set := func(tx adapter.Adapter, id int) error {
		_, err := tx.Update(t.Context(), adapter.Query{Table: "verification", Where: []adapter.Where{adapter.Eq("id", fmt.Sprint(id))}},
			adapter.Record{"value": "changed"})
		return err
	}
	var bothHold sync.WaitGroup
	bothHold.Add(2)
	var wg sync.WaitGroup
	var runs atomic.Int64
	for first := range 2 {
		wg.Go(func() {
			again := false
			err := db.Transaction(t.Context(), func(tx adapter.Adapter) error {
				runs.Add(1)
				if err := set(tx, first); err != nil {
					return err
				}
				if !again {
					again = true
					bothHold.Done()
					bothHold.Wait()
				}
				return set(tx, 1-first)
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if runs.Load() != 3 {
		t.Errorf("%d runs, want 3", runs.Load())
	}
	if n := db.count(t, "verification", adapter.Eq("value", "changed")); n != 2 {
		t.Errorf("%d rows changed", n)
	}
	assertIdle(t, pool)
}
