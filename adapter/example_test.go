package adapter_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/adapter/memory"
)

// A note is a row of a table that a plugin brings.
type note struct {
	ID   string `json:"id"`
	Text string `json:"text"`
	Uses int    `json:"uses"`
}

var notes = adapter.Rows[note]{Table: "note"}

// A Store is what endpoints and plugins get from their Context as c.DB, and applications from auth.Store.
func Example() {
	ctx := context.Background()
	schema, err := adapter.NewSchema(adapter.Table{Name: "note", Fields: []adapter.Field{
		{Name: "text", Type: adapter.String},
		{Name: "uses", Type: adapter.Number, Default: func() any { return 0 }},
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	store, err := adapter.NewStore(adapter.Options{Adapter: memory.New(), Schema: schema})
	if err != nil {
		fmt.Println(err)
		return
	}

	n, err := notes.Create(ctx, store, &note{Text: "buy milk"})
	fmt.Println(len(n.ID), n.Text, err)

	// Check and write in one step: only while it was used less than three times.
	n, err = notes.Increment(ctx, store, map[string]int64{"uses": 1}, nil, adapter.Eq("id", n.ID), adapter.Lt("uses", 3))
	fmt.Println(n.Uses, err)

	// Of several callers, one takes the row.
	_, err = notes.Consume(ctx, store, adapter.Eq("id", n.ID))
	_, again := notes.Consume(ctx, store, adapter.Eq("id", n.ID))
	fmt.Println(err, errors.Is(again, adapter.ErrNotFound))
	// Output:
	// 32 buy milk <nil>
	// 1 <nil>
	// <nil> true
}

// Several writes that belong together share the context of a transaction.
func ExampleStore_Transaction() {
	ctx := context.Background()
	schema, err := adapter.NewSchema(adapter.Table{Name: "note", Fields: []adapter.Field{
		{Name: "text", Type: adapter.String},
		{Name: "uses", Type: adapter.Number, Default: func() any { return 0 }},
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	store, err := adapter.NewStore(adapter.Options{Adapter: memory.New(), Schema: schema})
	if err != nil {
		fmt.Println(err)
		return
	}

	err = store.Transaction(ctx, func(ctx context.Context) error {
		if _, err := notes.Create(ctx, store, &note{Text: "half of it"}); err != nil {
			return err
		}
		return errors.New("the other half fails")
	})
	left, _ := notes.Count(ctx, store)
	fmt.Println(err, left)
	// Output: the other half fails 0
}
