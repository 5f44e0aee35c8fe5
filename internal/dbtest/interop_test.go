package dbtest

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth/adapter"
)

// The reference's own rows: what it stored for a sign-up with additional fields of every type.
func referenceRows(t *testing.T, db database) {
	t.Helper()
	script, err := os.ReadFile("testdata/rows/" + db.kind + ".sql")
	if err != nil {
		t.Fatal(err)
	}
	db.exec(t, string(script))
}

func referenceSchema(t *testing.T) *adapter.Schema {
	return coreSchema(t, adapter.RandomIDs, adapter.RateLimitTable(now), adapter.Table{Name: "user", Fields: []adapter.Field{
		{Name: "age", Type: adapter.Number, Optional: true},
		{Name: "big", Type: adapter.Number, BigInt: true, Optional: true},
		{Name: "vip", Type: adapter.Boolean, Optional: true},
		{Name: "born", Type: adapter.Date, Optional: true},
		{Name: "tags", Type: adapter.StringArray, Optional: true},
		{Name: "nums", Type: adapter.NumberArray, Optional: true},
		{Name: "meta", Type: adapter.JSON, Optional: true},
	}})
}

func TestReadsReferenceRows(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db database) {
		referenceRows(t, db)
		plan, err := db.Plan(t.Context(), referenceSchema(t))
		if err != nil || !slices.Equal(plan, additions) {
			t.Errorf("plan = %q, %v", plan, err)
		}
		rows, err := db.FindJoined(t.Context(), adapter.Query{
			Table: "user", Where: []adapter.Where{adapter.Eq("email", "ann@example.com")}, Limit: 1,
			Joins: []adapter.Join{{Table: "account", From: "id", To: "userId", Many: true}, {Table: "session", From: "id", To: "userId"}},
		})
		if err != nil || len(rows) != 1 || len(rows[0].Related[0]) != 1 || len(rows[0].Related[1]) != 1 {
			t.Fatal(rows, err)
		}
		user := rows[0].Record
		for column, want := range map[string]any{
			"name": `Änn "O'Hara"`, "emailVerified": db.truth(false), "image": nil, "age": int64(42),
			"big": int64(1<<53 - 1), "vip": db.truth(true), "born": db.at(time.Date(1999, 12, 31, 23, 59, 59, 123e6, time.UTC)),
		} {
			if user[column] != want {
				t.Errorf("%s = %T %v, want %T %v", column, user[column], user[column], want, want)
			}
		}
		for column, want := range map[string]string{"tags": `["a","b\"c"]`, "nums": `[1,2.5]`, "meta": `{"k":[1,null,"ü"]}`} {
			if got := compact(t, user[column]); got != want {
				t.Errorf("%s = %s, want %s", column, got, want)
			}
		}
		v, err := db.Consume(t.Context(), adapter.Query{Table: "verification", Where: []adapter.Where{
			adapter.Eq("identifier", "i"),
			adapter.Gt("expiresAt", db.at(time.Date(2029, 12, 31, 23, 59, 59, 999e6, time.UTC))), adapter.Lt("expiresAt", db.at(time.Date(2030, 1, 1, 0, 0, 0, 1e6, time.UTC))),
		}})
		if err != nil || v["expiresAt"] != db.at(time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)) {
			t.Error(v, err)
		}
	})
}

func compact(t *testing.T, v any) string {
	t.Helper()
	raw, ok := v.(json.RawMessage)
	if s, isText := v.(string); isText {
		raw, ok = json.RawMessage(s), true
	}
	var value any
	if err := json.Unmarshal(raw, &value); !ok || err != nil {
		t.Fatalf("%T %v is not JSON: %v", v, v, err)
	}
	b, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestWritesLikeReference stores the reference's rows a second time and compares what the database
// holds, type by type and byte by byte.
func TestWritesLikeReference(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db database) {
		referenceRows(t, db)
		stored := func(column, where string) string {
			typ := "typeof(%[1]q)"
			if db.kind == "postgres" {
				typ = "pg_typeof(%[1]q)::text"
			}
			got := db.query(t, fmt.Sprintf(`SELECT `+typ+`||' '||coalesce(CAST(%[1]q AS text), 'NULL') FROM "user" WHERE %[2]s`, column, where))
			if len(got) != 1 {
				t.Fatalf("%s: %q", column, got)
			}
			return got[0]
		}
		rows, err := db.Find(t.Context(), adapter.Query{Table: "user"})
		if err != nil || len(rows) != 1 {
			t.Fatal(rows, err)
		}
		again := maps.Clone(rows[0])
		again["id"], again["email"] = "again", "again@example.com"
		db.create(t, "user", again)
		for column := range again {
			if column == "id" || column == "email" {
				continue
			}
			if got, want := stored(column, "id = 'again'"), stored(column, "id <> 'again'"); got != want {
				t.Errorf("%s is stored as %s, by the reference as %s", column, got, want)
			}
		}
	})
}
