package dbtest

import (
	"embed"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/adapter/postgres"
)

//go:embed testdata/schema
var referenceSchemas embed.FS

// reference returns the statements by which the reference creates its tables.
func reference(tb testing.TB, name, kind string) string {
	tb.Helper()
	b, err := referenceSchemas.ReadFile("testdata/schema/" + name + "." + kind + ".sql")
	if err != nil {
		tb.Fatal(err)
	}
	return string(b)
}

var referenceCases = []struct {
	name string
	ids  adapter.IDStrategy
	more []adapter.Table
}{
	{"core", adapter.RandomIDs, nil},
	{"core", adapter.DatabaseIDs, nil},
	{"core-ratelimit", adapter.RandomIDs, []adapter.Table{adapter.RateLimitTable(now)}},
	{"core.id-serial", adapter.SerialIDs, nil},
	{"core.id-uuid", adapter.UUIDs, nil},
}

// additions are what our migrations add to the reference's.
var additions = []adapter.Statement{
	`CREATE INDEX "session_expiresAt_idx" ON "session" ("expiresAt")`,
	`CREATE INDEX "account_providerId_accountId_idx" ON "account" ("providerId", "accountId")`,
	`CREATE INDEX "verification_expiresAt_idx" ON "verification" ("expiresAt")`,
}

func TestMigrateReferenceDatabase(t *testing.T) {
	t.Parallel()
	for _, c := range referenceCases {
		each(t, func(t *testing.T, db database) {
			db.exec(t, reference(t, c.name, db.kind))
			schema := coreSchema(t, c.ids, c.more...)
			plan, err := db.Plan(t.Context(), schema)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(plan, additions) {
				t.Errorf("%s: plan = %q, want the three indexes", c.name, plan)
			}
			drift, err := db.Drift(t.Context(), schema)
			if err != nil || len(drift) > 0 {
				t.Errorf("%s: drift = %q, %v", c.name, drift, err)
			}
			migrateTwice(t, db, schema)
		})
	}
}

// TestMigrateEqualsReference compares what the database itself says about our tables and the
// reference's.
func TestMigrateEqualsReference(t *testing.T) {
	t.Parallel()
	for _, c := range referenceCases {
		each(t, func(t *testing.T, ours database) {
			theirs := newSQLite
			if ours.kind == "postgres" {
				theirs = newPostgres
			}
			other := theirs(t)
			other.exec(t, reference(t, c.name, other.kind))
			for _, statement := range additions {
				other.exec(t, string(statement))
			}
			migrateTwice(t, ours, coreSchema(t, c.ids, c.more...))
			got, want := describe(t, ours), describe(t, other)
			if !slices.Equal(got, want) {
				t.Errorf("%s:\n got %s\nwant %s", c.name, strings.Join(got, "\n     "), strings.Join(want, "\n     "))
			}
			if len(got) < 30 {
				t.Errorf("only %d facts compared", len(got))
			}
		})
	}
}

// describe lists everything about tables that the catalog knows: columns, keys, references, indexes.
func describe(tb testing.TB, db database) []string {
	tb.Helper()
	if db.kind == "sqlite" {
		return slices.Concat(
			db.query(tb, `SELECT m.name||'.'||p.cid||' '||p.name||' '||p.type||' notnull '||p."notnull"||' default '||coalesce(p.dflt_value,'-')||' key '||p.pk
				FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type='table' ORDER BY 1`),
			db.query(tb, `SELECT m.name||' fk '||f."from"||' '||f."table"||'.'||f."to"||' '||f.on_delete||' '||f.on_update
				FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f WHERE m.type='table' ORDER BY 1`),
			db.query(tb, `SELECT m.name||' '||l.name||' '||l."unique"||' '||l.origin||' '||l.partial||' '||i.seqno||' '||i.name
				FROM sqlite_master m JOIN pragma_index_list(m.name) l JOIN pragma_index_info(l.name) i WHERE m.type='table' ORDER BY 1`))
	}
	return slices.Concat(
		db.query(tb, `SELECT concat_ws(' ', table_name, ordinal_position, column_name, data_type, udt_name, is_nullable, column_default, is_identity, identity_generation)
			FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1`),
		db.query(tb, `SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
			WHERE connamespace = 'public'::regnamespace ORDER BY 1`),
		db.query(tb, `SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1`))
}

// migrateTwice migrates and checks that nothing is left to do.
func migrateTwice(tb testing.TB, db database, s *adapter.Schema) {
	tb.Helper()
	for range 2 {
		if err := db.Migrate(tb.Context(), s); err != nil {
			tb.Fatal(err)
		}
	}
	plan, err := db.Plan(tb.Context(), s)
	if err != nil || len(plan) > 0 {
		tb.Fatalf("plan after migration = %q, %v", plan, err)
	}
}

func TestMigrateInParallel(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db database) {
		schema := coreSchema(t, adapter.RandomIDs, adapter.RateLimitTable(now))
		var wg sync.WaitGroup
		for range 10 {
			other := db.open(t)
			wg.Go(func() {
				if err := other.Migrate(t.Context(), schema); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		migrateTwice(t, db, schema)
	})
}

func customTables() []adapter.Table {
	return []adapter.Table{
		{Name: "user", Physical: "people", Fields: []adapter.Field{
			{Name: "email", Column: "e mail", Type: adapter.String, Unique: true},
			{Name: "role", Type: adapter.String, Default: func() any { return "it's" }},
			{Name: "age", Type: adapter.Number, Optional: true, Index: true},
			{Name: "active", Type: adapter.Boolean, Default: func() any { return true }},
			{Name: "score", Type: adapter.Number, BigInt: true, Default: func() any { return 7 }},
			{Name: "nick", Type: adapter.String, Optional: true, Unique: true},
			{Name: "settings", Type: adapter.JSON, Optional: true},
			{Name: "tags", Type: adapter.StringArray, Optional: true},
			{
				Name: "manager", Type: adapter.String, Optional: true,
				References: &adapter.Reference{Table: "user", Field: "id", OnDelete: "set null"},
			},
		}, Indexes: []adapter.Index{{Fields: []string{"role", "active"}, Unique: true}}},
		{Name: "session", Physical: `odd"name`},
		{Name: "elsewhere", NoMigration: true, Fields: []adapter.Field{{Name: "x", Type: adapter.String}}},
	}
}

func TestMigrateCustomNamesAndFields(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db database) {
		schema := coreSchema(t, adapter.RandomIDs, customTables()...)
		migrateTwice(t, db, schema)
		r := db.user("u1", "")
		delete(r, "email")
		r["e mail"], r["role"], r["active"], r["score"], r["tags"] = "a@b.c", "admin", db.truth(true), int64(1<<40), nil
		db.create(t, "people", r)
		db.create(t, `odd"name`, db.session("s1", "t", "u1"))
		if _, err := db.Delete(t.Context(), adapter.Query{Table: "people"}); err != nil {
			t.Fatal(err)
		}
		if n := db.count(t, `odd"name`); n != 0 {
			t.Errorf("%d sessions outlive their user", n)
		}
	})
}

// TestMigrateAddsFields adds columns to tables that have rows, which keep their values and get the
// defaults.
func TestMigrateAddsFields(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db database) {
		migrated(t, db)
		db.create(t, "user", db.user("u1", "a@b.c"))
		// The statement is prepared now; afterwards it has more columns.
		before, err := db.Find(t.Context(), adapter.Query{Table: "user"})
		if err != nil || len(before[0]) != 7 {
			t.Fatal(before, err)
		}
		more := customTables()[0]
		more.Physical, more.Fields = "", more.Fields[1:]
		migrateTwice(t, db, coreSchema(t, adapter.RandomIDs, more))
		rows, err := db.Find(t.Context(), adapter.Query{Table: "user"})
		if err != nil || len(rows) != 1 {
			t.Fatal(rows, err)
		}
		r := rows[0]
		if r["email"] != "a@b.c" || r["role"] != "it's" || r["active"] != db.truth(true) || r["score"] != int64(7) || r["nick"] != nil {
			t.Errorf("row after migration = %v", r)
		}
	})
}

func TestMigrateRefusesUnsafeColumn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db database) {
		migrated(t, db)
		db.create(t, "user", db.user("u1", "a@b.c"))
		schema := coreSchema(t, adapter.RandomIDs, adapter.Table{Name: "user", Fields: []adapter.Field{
			{Name: "plan", Type: adapter.String}, {Name: "note", Type: adapter.String, Optional: true},
		}})
		if err := db.Migrate(t.Context(), schema); err == nil || !strings.Contains(err.Error(), `"plan"`) {
			t.Fatalf("error = %v", err)
		}
		rows, err := db.Find(t.Context(), adapter.Query{Table: "user"})
		if err != nil || len(rows[0]) != 7 {
			t.Errorf("the refused migration changed the table: %v, %v", rows, err)
		}
	})
}

func TestDrift(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db database) {
		db.exec(t, `CREATE TABLE "user" ("id" text PRIMARY KEY NOT NULL, "name" integer NOT NULL, "email" text NOT NULL,
			"emailVerified" text, "image" text, "createdAt" text NOT NULL, "updatedAt" text NOT NULL, "tenant" text NOT NULL)`)
		drift, err := db.Drift(t.Context(), coreSchema(t, adapter.RandomIDs))
		if err != nil {
			t.Fatal(err)
		}
		all := strings.Join(drift, "\n")
		for _, want := range []string{
			`"name" of table "user" has type integer`, `"email" of table "user" should be unique`,
			`"emailVerified" of table "user" has type text`, `"emailVerified" of table "user" allows NULL`, `"tenant" of table "user" is required`,
		} {
			if !strings.Contains(strings.ToLower(all), strings.ToLower(want)) {
				t.Errorf("drift lacks %q:\n%s", want, all)
			}
		}
	})
}

func TestPostgresSchemaOption(t *testing.T) {
	t.Parallel()
	db := newPostgres(t)
	pool := openPool(t, newPostgresDatabase(t))
	db.sqlAdapter = postgres.New(pool, postgres.Schema("my auth"))
	migrateTwice(t, db, coreSchema(t, adapter.RandomIDs))
	db.create(t, "user", db.user("u1", "a@b.c"))
	db.create(t, "session", db.session("s1", "t1", "u1"))
	var n int
	if err := pool.QueryRow(t.Context(), `SELECT count(*) FROM "my auth"."session"`).Scan(&n); err != nil || n != 1 {
		t.Fatal(n, err)
	}
	rows, err := db.FindJoined(t.Context(), adapter.Query{
		Table: "session", Limit: 1, Where: []adapter.Where{adapter.Eq("token", "t1")},
		Joins: []adapter.Join{{Table: "user", From: "userId", To: "id"}},
	})
	if err != nil || len(rows) != 1 || len(rows[0].Related[0]) != 1 {
		t.Fatal(rows, err)
	}
}
