package adaptertest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth/adapter"
)

// Open returns an adapter on an empty database that has the tables of s, with every column, unique
// constraint and foreign key, and with id columns that fit s.IDs(). It registers what must be closed with
// t.Cleanup. The suite calls it once for each of its parts.
type Open func(t *testing.T, s *adapter.Schema) adapter.Adapter

// Run runs the suite.
func Run(t *testing.T, open func(t *testing.T, s *adapter.Schema) adapter.Adapter) {
	parts := []struct {
		name string
		test func(*suite)
	}{
		{"create", (*suite).testCreate},
		{"types", (*suite).testTypes},
		{"unique", (*suite).testUnique},
		{"operators", (*suite).testOperators},
		{"order", (*suite).testOrder},
		{"update", (*suite).testUpdate},
		{"update many", (*suite).testUpdateMany},
		{"delete", (*suite).testDelete},
		{"consume", (*suite).testConsume},
		{"increment", (*suite).testIncrement},
		{"transaction", (*suite).testTransaction},
		{"batch", (*suite).testBatch},
		{"joins", (*suite).testJoins},
		{"concurrency", (*suite).testConcurrency},
		{"context", (*suite).testContext},
	}
	for _, part := range parts {
		t.Run(part.name, func(t *testing.T) { part.test(newSuite(t, open, adapter.RandomIDs)) })
	}
	t.Run("serial ids", func(t *testing.T) { newSuite(t, open, adapter.SerialIDs).testSerialIDs() })
	t.Run("uuids", func(t *testing.T) { newSuite(t, open, adapter.UUIDs).testUUIDs() })
}

// A suite is one part of the run with its own database. Most checks go through a Store, which converts
// values for databases that lack a type; an adapter is only good if that works.
type suite struct {
	*testing.T
	ctx     context.Context
	schema  *adapter.Schema
	adapter adapter.Adapter
	store   *adapter.Store
}

func newSuite(t *testing.T, open Open, ids adapter.IDStrategy) *suite {
	schema, err := adapter.NewSchema(tables()...)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	s := &suite{T: t, ctx: ctx, schema: schema.WithIDs(ids)}
	s.adapter = open(t, s.schema)
	s.store = s.newStore(adapter.Options{IDs: ids})
	return s
}

func (s *suite) newStore(o adapter.Options) *adapter.Store {
	s.Helper()
	o.Adapter, o.Schema, o.Timeout = s.adapter, s.schema, 30*time.Second
	store, err := adapter.NewStore(o)
	s.must(err)
	return store
}

// tables has every type of column, names that differ from the logical ones and need quoting, and every
// way in which tables refer to each other.
func tables() []adapter.Table {
	return []adapter.Table{
		{
			Name: "item", Physical: "test items",
			Fields: []adapter.Field{
				{Name: "name", Type: adapter.String, Sortable: true},
				{Name: "email", Column: "e_mail", Type: adapter.String, Optional: true, Unique: true},
				{Name: "active", Column: "select", Type: adapter.Boolean, Optional: true},
				{Name: "count", Type: adapter.Number, Optional: true},
				{Name: "big", Type: adapter.Number, BigInt: true, Optional: true},
				{Name: "at", Column: "atTime", Type: adapter.Date, Optional: true},
				{Name: "meta", Type: adapter.JSON, Optional: true},
				{Name: "tags", Type: adapter.StringArray, Optional: true},
				{Name: "scores", Type: adapter.NumberArray, Optional: true},
			},
			Indexes: []adapter.Index{{Fields: []string{"name", "count"}, Unique: true}},
		},
		{Name: "note", Fields: []adapter.Field{
			{Name: "text", Type: adapter.String},
			{
				Name: "itemId", Column: "item_id", Type: adapter.String, Index: true,
				References: &adapter.Reference{Table: "item", Field: "id"},
			},
		}},
		{Name: "link", Fields: []adapter.Field{
			{
				Name: "noteId", Type: adapter.String, Optional: true,
				References: &adapter.Reference{Table: "note", Field: "id", OnDelete: "set null"},
			},
			{Name: "label", Type: adapter.String},
		}},
	}
}

func (s *suite) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// wants checks that err wraps one of the adapter's errors.
func (s *suite) wants(err, target error) {
	s.Helper()
	if !errors.Is(err, target) {
		s.Fatalf("got error %v, want %v", err, target)
	}
}

func (s *suite) equal(what string, got, want any) {
	s.Helper()
	if !reflect.DeepEqual(got, want) {
		s.Errorf("%s: got %#v, want %#v", what, got, want)
	}
}

// create inserts a row through the Store.
func (s *suite) create(table string, r adapter.Record) adapter.Record {
	s.Helper()
	row, err := s.store.Create(s.ctx, table, r)
	s.must(err)
	return row
}

// item inserts an item with a name alone and returns its id.
func (s *suite) item(name string) string {
	s.Helper()
	return s.create("item", adapter.Record{"name": name})["id"].(string)
}

func (s *suite) find(q adapter.Query) []adapter.Record {
	s.Helper()
	rows, err := s.store.Find(s.ctx, q)
	s.must(err)
	return rows
}

// names returns one field of the items that match, sorted.
func (s *suite) names(where ...adapter.Where) []string {
	s.Helper()
	names := column(s.find(adapter.Query{Table: "item", Where: where}), "name")
	slices.Sort(names)
	return names
}

func (s *suite) count(table string, where ...adapter.Where) int64 {
	s.Helper()
	n, err := s.store.Count(s.ctx, table, where...)
	s.must(err)
	return n
}

func column(rows []adapter.Record, name string) []string {
	values := make([]string, len(rows))
	for i, r := range rows {
		values[i] = fmt.Sprint(r[name])
	}
	return values
}

// sameJSON compares by meaning: a database may order members and space them as it likes.
func (s *suite) sameJSON(what string, got any, want string) {
	s.Helper()
	raw, ok := got.(json.RawMessage)
	var a, b any
	if !ok || json.Unmarshal(raw, &a) != nil || json.Unmarshal([]byte(want), &b) != nil || !reflect.DeepEqual(a, b) {
		s.Errorf("%s: got %T %s, want %s", what, got, raw, want)
	}
}
