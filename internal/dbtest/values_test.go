package dbtest

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/adapter/postgres"
	"github.com/jackc/pgx/v5/pgxpool"
)

// queryModes are pgx's ways to send a statement; behind PgBouncer only the last two work.
var queryModes = []string{"cache_statement", "cache_describe", "describe_exec", "exec", "simple_protocol"}

const typesSQL = `CREATE TYPE mood AS ENUM ('ok', 'sad');
CREATE TABLE types ("id" uuid PRIMARY KEY DEFAULT gen_random_uuid(), t text, v varchar(20), c char(3), b boolean, i2 smallint, i4 integer,
 i8 bigint, f4 real, f8 double precision, n numeric, tz timestamptz, ts timestamp, d date, j json, jb jsonb, e mood, a text[], ip inet)`

func TestPostgresValues(t *testing.T) {
	t.Parallel()
	url := newPostgresDatabase(t)
	if _, err := openPool(t, url).Exec(t.Context(), typesSQL); err != nil {
		t.Fatal(err)
	}
	for i, mode := range queryModes {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			a := postgres.New(openPool(t, url, "default_query_exec_mode="+mode, "timezone=Asia/Kolkata"))
			id := fmt.Sprintf("0191d7a0-0000-7000-8000-00000000000%d", i)
			checkValues(t, a, id)
			checkNulls(t, a)
			checkConditions(t, a, id)
		})
	}
}

func checkValues(t *testing.T, a *postgres.Adapter, id string) {
	t.Helper()
	moment := time.Date(2026, 5, 6, 7, 8, 9, 987654321, time.FixedZone("", 3600))
	kept := time.Date(2026, 5, 6, 6, 8, 9, 987e6, time.UTC)
	in := adapter.Record{
		"id": id, "t": "ä'\"\\;$1", "v": "", "c": "ab ", "b": true, "i2": int64(-2), "i4": int64(math.MinInt32),
		"i8": int64(math.MaxInt64), "f4": 0.5, "f8": -1.25, "n": 12.5, "tz": moment, "ts": moment, "d": time.Date(1999, 12, 31, 0, 0, 0, 0, time.UTC),
		"j": json.RawMessage(`{"a": ["\u0001", null]}`), "jb": json.RawMessage(`[1,"x"]`), "e": "sad", "a": nil, "ip": "10.0.0.1",
	}
	want := maps.Clone(in)
	want["tz"], want["ts"], want["jb"] = kept, kept, json.RawMessage(`[1, "x"]`)
	got, err := a.Create(t.Context(), "types", in)
	if err != nil {
		t.Fatal(err)
	}
	compare(t, got, want)
	rows, err := a.Find(t.Context(), adapter.Query{Table: "types", Where: []adapter.Where{adapter.Eq("id", id)}})
	if err != nil || len(rows) != 1 {
		t.Fatal(rows, err)
	}
	compare(t, rows[0], want)
}

func compare(t *testing.T, got, want adapter.Record) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%d columns, want %d", len(got), len(want))
	}
	for column, w := range want {
		if g := got[column]; fmt.Sprintf("%T %v", g, g) != fmt.Sprintf("%T %v", w, w) {
			if column != "ip" { // written with or without the length of the prefix
				t.Errorf("%s = %T %v, want %T %v", column, g, g, w, w)
			}
		}
	}
}

func checkNulls(t *testing.T, a *postgres.Adapter) {
	t.Helper()
	r, err := a.Create(t.Context(), "types", adapter.Record{})
	if err != nil {
		t.Fatal(err)
	}
	for column, v := range r {
		if (v == nil) == (column == "id") {
			t.Errorf("%s = %v", column, v)
		}
	}
	if s, _ := r["id"].(string); len(s) != 36 {
		t.Errorf("id = %v", r["id"])
	}
}

func checkConditions(t *testing.T, a *postgres.Adapter, id string) {
	t.Helper()
	for _, w := range []adapter.Where{
		adapter.In("id", []any{id, "00000000-0000-0000-0000-000000000000"}), adapter.In("t", []any{"ä'\"\\;$1"}),
		adapter.In("i8", []any{int64(math.MaxInt64), nil}), adapter.In("b", []any{true}), adapter.In("f8", []any{-1.25}),
		adapter.In("tz", []any{time.Date(2026, 5, 6, 6, 8, 9, 987e6, time.UTC)}), adapter.Gt("tz", time.Unix(0, 0)),
		{Field: "t", Op: adapter.OpIn, Value: []any{"Ä'\"\\;$1"}, Insensitive: true},
		{Field: "t", Op: adapter.OpEndsWith, Value: `\;$1`},
		adapter.Eq("e", "sad"),
	} {
		rows, err := a.Find(t.Context(), adapter.Query{Table: "types", Where: []adapter.Where{adapter.Eq("id", id), w}, Limit: 7})
		if err != nil || len(rows) != 1 {
			t.Errorf("%s %s: %d rows, %v", w.Field, w.Op, len(rows), err)
		}
	}
	r, err := a.Increment(t.Context(), adapter.Query{Table: "types", Where: []adapter.Where{adapter.Eq("id", id)}},
		map[string]int64{"i2": 3}, adapter.Record{"b": false})
	if err != nil || r["i2"] != int64(1) || r["b"] != false {
		t.Error(r, err)
	}
	rows, err := a.CreateBatch(t.Context(), []adapter.Insert{
		{Table: "types", Record: adapter.Record{"t": "1", "tz": time.Unix(1, 0), "jb": json.RawMessage(`{}`)}},
		{Table: "types", Record: adapter.Record{"t": "2"}},
	})
	if err != nil || len(rows) != 2 || rows[0]["t"] != "1" || rows[1]["t"] != "2" {
		t.Error(rows, err)
	}
	if _, err := a.CreateBatch(t.Context(), []adapter.Insert{
		{Table: "types", Record: adapter.Record{"t": "gone"}}, {Table: "types", Record: adapter.Record{"id": id}},
	}); err == nil {
		t.Error("a batch with a taken key succeeded")
	}
	if n, err := a.Count(t.Context(), adapter.Query{Table: "types", Where: []adapter.Where{adapter.Eq("t", "gone")}}); n != 0 || err != nil {
		t.Error("half a batch was written", n, err)
	}
}

// TestPostgresOtherTypes reads columns that only databases made by others have.
func TestPostgresOtherTypes(t *testing.T) {
	t.Parallel()
	pool := openPool(t, newPostgresDatabase(t))
	if _, err := pool.Exec(t.Context(), typesSQL+`; INSERT INTO types (a, n) VALUES ('{x,y}', 1.5); INSERT INTO types (tz) VALUES ('infinity')`); err != nil {
		t.Fatal(err)
	}
	a := postgres.New(pool)
	rows, err := a.Find(t.Context(), adapter.Query{Table: "types", Where: []adapter.Where{adapter.Eq("n", 1.5)}})
	if err != nil || len(rows) != 1 {
		t.Fatal(rows, err)
	}
	if list, _ := rows[0]["a"].(json.RawMessage); string(list) != `["x","y"]` {
		t.Errorf("a = %s", list)
	}
	if _, err := a.Find(t.Context(), adapter.Query{Table: "types"}); err == nil {
		t.Error("an infinite timestamp was read")
	}
	assertIdle(t, pool)
}

// assertIdle checks that all connections are back in the pool.
func assertIdle(tb testing.TB, pool *pgxpool.Pool) {
	tb.Helper()
	deadline := time.Now().Add(5 * time.Second)
	for pool.Stat().AcquiredConns() != 0 {
		if time.Now().After(deadline) {
			tb.Fatalf("%d connections are still in use", pool.Stat().AcquiredConns())
		}
		time.Sleep(5 * time.Millisecond)
	}
}
