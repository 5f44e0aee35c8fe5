package dbtest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/adapter/postgres"
)

// tracedPostgres returns a migrated database, the meter of its statements and its URL.
func tracedPostgres(tb testing.TB) (database, *meter, string) {
	tb.Helper()
	url, m := newPostgresDatabase(tb), &meter{}
	db := migrated(tb, database{kind: "postgres", sqlAdapter: postgres.New(tracedPool(tb, url, m))})
	m.texts()
	return db, m, url
}

var (
	sessionWithUser = adapter.Query{
		Table: "session", Limit: 1, Where: []adapter.Where{adapter.Eq("token", "t1")},
		Joins: []adapter.Join{{Table: "user", From: "userId", To: "id"}},
	}
	userWithAccounts = adapter.Query{
		Table: "user", Limit: 1, Where: []adapter.Where{adapter.Eq("email", "1@x")},
		Joins: []adapter.Join{{Table: "account", From: "id", To: "userId", Many: true}},
	}
)

func TestStatementCounts(t *testing.T) {
	t.Parallel()
	db, sent, _ := tracedPostgres(t)
	ctx := t.Context()
	byToken := sessionWithUser
	byToken.Joins = nil
	steps := []struct {
		name string
		run  func() error
		want int
	}{
		{"batch", func() error {
			_, err := db.CreateBatch(ctx, []adapter.Insert{
				{Table: "user", Record: db.user("u1", "1@x")},
				{Table: "account", Record: db.account("a1", "u1")},
				{Table: "session", Record: db.session("s1", "t1", "u1")},
			})
			return err
		}, 0},
		{"session with user", func() error { _, err := db.FindJoined(ctx, sessionWithUser); return err }, 1},
		{"user with accounts", func() error { _, err := db.FindJoined(ctx, userWithAccounts); return err }, 1},
		{"update", func() error { _, err := db.Update(ctx, byToken, adapter.Record{"ipAddress": "x"}); return err }, 1},
		{"delete", func() error { _, err := db.Delete(ctx, byToken); return err }, 1},
		{"create", func() error { _, err := db.Create(ctx, "session", db.session("s1", "t1", "u1")); return err }, 1},
		{"consume", func() error { _, err := db.Consume(ctx, byToken); return err }, 1},
	}
	for _, s := range steps {
		if err := s.run(); err != nil {
			t.Fatal(s.name, err)
		}
		if got := sent.texts(); len(got) != s.want {
			t.Errorf("%s takes %q, want %d statements", s.name, got, s.want)
		}
	}
	if sent.batches != 1 {
		t.Errorf("%d batches", sent.batches)
	}
}

// TestPlansUseIndexes asks PostgreSQL how it would run the hot statements.
func TestPlansUseIndexes(t *testing.T) {
	t.Parallel()
	db, sent, url := tracedPostgres(t)
	ctx := t.Context()
	queries := []adapter.Query{sessionWithUser, userWithAccounts, {Table: "account", Where: []adapter.Where{adapter.Eq("providerId", "p"), adapter.Eq("accountId", "a")}}}
	for _, q := range queries {
		if _, err := db.FindJoined(ctx, q); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := db.Delete(ctx, adapter.Query{Table: "verification", Where: []adapter.Where{adapter.Lt("expiresAt", now())}}); err != nil {
		t.Fatal(err)
	}
	// Small tables are read whole unless that is forbidden.
	fresh := openPool(t, url, "default_query_exec_mode=simple_protocol", "enable_seqscan=off")
	args := [][]any{{"t1"}, {"1@x"}, {"p", "a"}, {now()}}
	for i, statement := range sent.texts() {
		rows, err := fresh.Query(ctx, "EXPLAIN "+statement, args[i]...)
		if err != nil {
			t.Fatal(err)
		}
		lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil || slices.ContainsFunc(lines, func(l string) bool { return strings.Contains(l, "Seq Scan") }) {
			t.Errorf("%s\n%s\n%v", statement, strings.Join(lines, "\n"), err)
		}
	}
}

func benchmarkDatabases(b *testing.B, run func(b *testing.B, db database)) {
	for _, open := range []func(testing.TB) database{newSQLite, newPostgres} {
		db := migrated(b, open(b))
		db.create(b, "user", db.user("u1", "1@x"))
		db.create(b, "account", db.account("a1", "u1"))
		db.create(b, "session", db.session("s1", "t1", "u1"))
		b.Run(db.kind, func(b *testing.B) {
			b.ReportAllocs()
			run(b, db)
		})
	}
}

func BenchmarkSessionWithUser(b *testing.B) {
	benchmarkDatabases(b, func(b *testing.B, db database) {
		for b.Loop() {
			if rows, err := db.FindJoined(b.Context(), sessionWithUser); err != nil || len(rows) != 1 {
				b.Fatal(rows, err)
			}
		}
	})
}

func BenchmarkUserWithAccounts(b *testing.B) {
	benchmarkDatabases(b, func(b *testing.B, db database) {
		for b.Loop() {
			if rows, err := db.FindJoined(b.Context(), userWithAccounts); err != nil || len(rows) != 1 {
				b.Fatal(rows, err)
			}
		}
	})
}

func BenchmarkCreateSession(b *testing.B) {
	benchmarkDatabases(b, func(b *testing.B, db database) {
		r := db.session("", "", "u1")
		for i := 0; b.Loop(); i++ {
			r["id"] = fmt.Sprint(b.N, "-", i)
			r["token"] = r["id"]
			if _, err := db.Create(b.Context(), "session", r); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkPgxFloor is the same lookup written by hand, the least that pgx can do.
func BenchmarkPgxFloor(b *testing.B) {
	pool := openPool(b, newPostgresDatabase(b))
	db := migrated(b, database{kind: "postgres", sqlAdapter: postgres.New(pool)})
	db.create(b, "user", db.user("u1", "1@x"))
	db.create(b, "session", db.session("s1", "t1", "u1"))
	b.ReportAllocs()
	for b.Loop() {
		rows, err := pool.Query(b.Context(), `SELECT s.*, u.* FROM session s JOIN "user" u ON u.id = s."userId" WHERE s.token = $1`, "t1")
		if err != nil {
			b.Fatal(err)
		}
		for rows.Next() {
			_ = rows.RawValues()
		}
		if err := rows.Err(); err != nil {
			b.Fatal(err)
		}
	}
}
