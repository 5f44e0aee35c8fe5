package dbtest

import (
	"testing"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/adapter/sqlite"
)

// TestReadBeforeMigration reads tables that lack a column of the schema: the rest is there, and the column as
// soon as it is.
func TestReadBeforeMigration(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db database) {
		old := migrated(t, db)
		old.create(t, "user", db.user("u1", "1@x"))
		old.create(t, "session", db.session("s1", "t1", "u1"))
		schema := coreSchema(t, adapter.RandomIDs, adapter.Table{Name: "user", Fields: []adapter.Field{
			{Name: "plan", Type: adapter.String, Optional: true}, {Name: "seen", Type: adapter.Date, Optional: true},
		}})
		setSchema(t, db.sqlAdapter, schema)
		read := func(column string) {
			t.Helper()
			rows, err := db.FindJoined(t.Context(), sessionWithUser)
			if err != nil || len(rows) != 1 || len(rows[0].Related[0]) != 1 {
				t.Fatal(rows, err)
			}
			user := rows[0].Related[0][0]
			if user["createdAt"] != db.at(now()) || rows[0].Record["expiresAt"] == nil {
				t.Errorf("%v %v", rows[0].Record, user)
			}
			if _, ok := user[column]; !ok {
				t.Errorf("no column %q in %v", column, user)
			}
			found, err := db.Find(t.Context(), adapter.Query{Table: "user", Select: []string{"createdAt", "id"}})
			if err != nil || len(found) != 1 || len(found[0]) != 2 || found[0]["createdAt"] != db.at(now()) {
				t.Errorf("%v %v", found, err)
			}
		}
		read("email")
		if err := db.Migrate(t.Context(), schema); err != nil {
			t.Fatal(err)
		}
		read("seen")
		setSchema(t, db.sqlAdapter, schema)
		read("seen")
	})
}

func setSchema(tb testing.TB, a sqlAdapter, s *adapter.Schema) {
	tb.Helper()
	if setter, ok := a.(adapter.SchemaSetter); ok {
		if err := setter.SetSchema(s); err != nil {
			tb.Fatal(err)
		}
	}
}

// TestDatesAreNotParsed counts what the lookup of a session allocates on SQLite: nearly twice as much when the
// driver sees the declared type of dates, for it then tries layout after layout on each.
func TestDatesAreNotParsed(t *testing.T) {
	db := migrated(t, newSQLite(t))
	raw := db.sqlAdapter.(*sqlite.Adapter)
	setSchema(t, raw, coreSchema(t, adapter.RandomIDs))
	db.create(t, "user", db.user("u1", "1@x"))
	db.create(t, "session", db.session("s1", "t1", "u1"))
	allocs := testing.AllocsPerRun(100, func() {
		if rows, err := raw.FindJoined(t.Context(), sessionWithUser); err != nil || len(rows) != 1 {
			t.Fatal(rows, err)
		}
	})
	if allocs > 95 {
		t.Errorf("the lookup allocates %v times", allocs)
	}
}
