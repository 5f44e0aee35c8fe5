package memory

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/betterauth-go/betterauth/adapter"
)

// TestNothingIsLeftBehind checks that rows and index entries go with the rows, however they end.
func TestNothingIsLeftBehind(t *testing.T) {
	t.Parallel()
	schema, err := adapter.NewSchema(adapter.Table{Name: "item", Fields: []adapter.Field{
		{Name: "name", Type: adapter.String, Unique: true},
		{Name: "count", Type: adapter.Number, Optional: true, Index: true},
	}, Indexes: []adapter.Index{{Fields: []string{"name", "count"}}}})
	if err != nil {
		t.Fatal(err)
	}
	a, ctx := New(), t.Context()
	if err := a.SetSchema(schema); err != nil {
		t.Fatal(err)
	}
	work := func(ctx context.Context, a adapter.Adapter) error {
		for i := range 10 {
			if _, err := a.Create(ctx, "item", adapter.Record{"id": fmt.Sprint(i), "name": fmt.Sprint("n", i), "count": int64(i)}); err != nil {
				return err
			}
		}
		if _, err := a.UpdateMany(ctx, adapter.Query{Table: "item"}, adapter.Record{"count": int64(100)}); err != nil {
			return err
		}
		if _, err := a.UpdateMany(ctx, adapter.Query{Table: "item"}, adapter.Record{"count": 1.5}); err != nil {
			return err
		}
		_, err := a.Consume(ctx, adapter.Query{Table: "item"})
		return err
	}
	empty := func(when string) {
		t.Helper()
		table := a.db.tables["item"]
		if table.head != nil || table.tail != nil {
			t.Errorf("%s: rows are left", when)
		}
		for _, x := range table.indexes {
			if len(x.nodes) != 0 {
				t.Errorf("%s: the index on %v has %d entries", when, x.columns, len(x.nodes))
			}
		}
	}
	stop := errors.New("stop")
	err = a.Transaction(ctx, func(tx adapter.Adapter) error {
		if err := work(ctx, tx); err != nil {
			return err
		}
		return stop
	})
	if !errors.Is(err, stop) {
		t.Fatal(err)
	}
	empty("after a rollback")
	for range 2 {
		if err := work(ctx, a); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Delete(ctx, adapter.Query{Table: "item"}); err != nil {
			t.Fatal(err)
		}
		empty("after a delete")
	}
}
