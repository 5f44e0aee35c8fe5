package memory_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/adapter/adaptertest"
	"github.com/betterauth-go/betterauth/adapter/memory"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	adaptertest.Run(t, func(*testing.T, *adapter.Schema) adapter.Adapter { return memory.New() })
}

func newItems(t *testing.T, options ...memory.Option) *memory.Adapter {
	t.Helper()
	schema, err := adapter.NewSchema(adapter.Table{Name: "item", Fields: []adapter.Field{
		{Name: "name", Type: adapter.String, Unique: true},
		{Name: "count", Type: adapter.Number, Optional: true, Index: true},
		{Name: "parent", Type: adapter.String, Optional: true, References: &adapter.Reference{Table: "item", Field: "id", OnDelete: "restrict"}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	a := memory.New(options...)
	if err := a.SetSchema(schema); err != nil {
		t.Fatal(err)
	}
	return a
}

func item(id string, count int64) adapter.Record {
	return adapter.Record{"id": id, "name": "name of " + id, "count": count}
}

func ids(t *testing.T, a adapter.Adapter, where ...adapter.Where) string {
	t.Helper()
	rows, err := a.Find(t.Context(), adapter.Query{Table: "item", Where: where})
	if err != nil {
		t.Fatal(err)
	}
	s := ""
	for _, r := range rows {
		s += r["id"].(string)
	}
	return s
}

// TestFailedStatement checks that a statement that fails within a transaction undoes itself alone.
func TestFailedStatement(t *testing.T) {
	t.Parallel()
	a, ctx := newItems(t), t.Context()
	err := a.Transaction(ctx, func(tx adapter.Adapter) error {
		for i, id := range []string{"a", "b", "c"} {
			if _, err := tx.Create(ctx, "item", item(id, int64(i))); err != nil {
				return err
			}
		}
		if _, err := tx.Update(ctx, adapter.Query{Table: "item", Where: []adapter.Where{adapter.Eq("id", "a")}}, adapter.Record{"count": int64(9)}); err != nil {
			return err
		}
		_, err := tx.UpdateMany(ctx, adapter.Query{Table: "item"}, adapter.Record{"name": "same", "count": int64(7)})
		if !errors.Is(err, adapter.ErrUnique) {
			t.Errorf("update many: %v", err)
		}
		if got := ids(t, tx, adapter.Eq("count", int64(9))) + ids(t, tx, adapter.Eq("count", int64(7))) + ids(t, tx); got != "aabc" {
			t.Errorf("after the failed update: %s", got)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := ids(t, a, adapter.Eq("count", int64(9))) + ids(t, a, adapter.Eq("name", "name of a")); got != "aa" {
		t.Errorf("after commit: %s", got)
	}
}

func TestSavepoints(t *testing.T) {
	t.Parallel()
	a, ctx := newItems(t), t.Context()
	stop := errors.New("stop")
	var kept adapter.Adapter
	err := a.Transaction(ctx, func(tx adapter.Adapter) error {
		kept = tx
		if _, err := tx.Create(ctx, "item", item("a", 1)); err != nil {
			return err
		}
		err := tx.Transaction(ctx, func(inner adapter.Adapter) error {
			if _, err := inner.Delete(ctx, adapter.Query{Table: "item"}); err != nil {
				return err
			}
			if _, err := inner.Create(ctx, "item", item("b", 1)); err != nil {
				return err
			}
			return stop
		})
		if !errors.Is(err, stop) {
			t.Errorf("inner transaction: %v", err)
		}
		return tx.Transaction(ctx, func(inner adapter.Adapter) error {
			_, err := inner.Create(ctx, "item", item("c", 1))
			return err
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := ids(t, a, adapter.Eq("count", int64(1))); got != "ac" {
		t.Errorf("after commit: %s", got)
	}
	if _, err := kept.Create(ctx, "item", item("late", 1)); !errors.Is(err, memory.ErrFinished) {
		t.Errorf("write after the end: %v", err)
	}
	if _, err := kept.Find(ctx, adapter.Query{Table: "item"}); !errors.Is(err, memory.ErrFinished) {
		t.Errorf("read after the end: %v", err)
	}
	if err := kept.Transaction(ctx, func(adapter.Adapter) error { return nil }); !errors.Is(err, memory.ErrFinished) {
		t.Errorf("transaction after the end: %v", err)
	}
}

func TestWritersWaitAWhile(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a, ctx := newItems(t, memory.WithWait(time.Second)), t.Context()
		began := time.Now()
		err := a.Transaction(ctx, func(adapter.Adapter) error {
			_, err := a.Create(ctx, "item", item("a", 1)) // not through the transaction
			return err
		})
		if !errors.Is(err, memory.ErrBusy) || time.Since(began) != time.Second {
			t.Errorf("got %v after %v", err, time.Since(began))
		}
		done := make(chan error)
		err = a.Transaction(ctx, func(adapter.Adapter) error {
			go func() {
				_, err := a.Create(ctx, "item", item("b", 1))
				done <- err
			}()
			time.Sleep(time.Second / 2)
			if got := ids(t, a); got != "" {
				t.Errorf("a reader sees %q", got)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
		if err := <-done; err != nil || ids(t, a) != "b" {
			t.Errorf("the waiting writer: %v", err)
		}
	})
}

func TestRestrict(t *testing.T) {
	t.Parallel()
	a, ctx := newItems(t), t.Context()
	child := item("b", 1)
	child["parent"] = "a"
	for _, r := range []adapter.Record{item("a", 1), child} {
		if _, err := a.Create(ctx, "item", r); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := a.Delete(ctx, adapter.Query{Table: "item", Where: []adapter.Where{adapter.Eq("id", "a")}}); err == nil {
		t.Error("a row that is referenced was deleted")
	}
	if got := ids(t, a); got != "ab" {
		t.Errorf("left: %s", got)
	}
}
