package sqladapter_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/internal/sqladapter"
)

// A recorder is a Conn that keeps what it is asked to run and answers with one row.
type recorder struct {
	statements []*sqladapter.Stmt
	args       [][]any
	columns    []string
	values     []any
	fail       []error // of the next commits
	rollbacks  int
}

func (r *recorder) Query(_ context.Context, st *sqladapter.Stmt, args []any, row sqladapter.RowFunc) error {
	r.statements, r.args = append(r.statements, st), append(r.args, args)
	if r.columns != nil {
		row(r.columns, r.values)
	}
	return nil
}

func (r *recorder) Exec(ctx context.Context, st *sqladapter.Stmt, args []any) (int64, error) {
	return 1, r.Query(ctx, st, args, func([]string, []any) {})
}

func (r *recorder) Batch(ctx context.Context, calls []sqladapter.Call, row func(int, []string, []any)) error {
	for i, c := range calls {
		if err := r.Query(ctx, c.Stmt, c.Args, func(columns []string, values []any) { row(i, columns, values) }); err != nil {
			return err
		}
	}
	return nil
}

func (r *recorder) Begin(context.Context) (sqladapter.Tx, error) { return r, nil }

func (r *recorder) Commit(context.Context) error {
	if len(r.fail) == 0 {
		return nil
	}
	err := r.fail[0]
	r.fail = r.fail[1:]
	return err
}

func (r *recorder) Rollback() { r.rollbacks++ }

var errRestart = errors.New("restart")

func testDialect() *sqladapter.Dialect {
	return &sqladapter.Dialect{
		Schema: "s", Numbered: true, LockUpdate: " LOCK U", LockDelete: " LOCK D",
		In: "{} = ANY(?)", NotIn: "{} <> ALL(?)", InFold: "fold {} = ANY(?)", NotInFold: "fold {} <> ALL(?)",
		Match: "{} LIKE ?", MatchFold: "{} ILIKE ?",
		Arg: func(v any) any { return v }, List: func(l []any) any { return len(l) }, Pattern: sqladapter.LikePattern,
		Unique:  func(error) bool { return false },
		Restart: func(err error) bool { return errors.Is(err, errRestart) },
		Migration: sqladapter.Migration{
			Columns: &sqladapter.Stmt{SQL: "columns"}, Indexes: &sqladapter.Stmt{SQL: "indexes"},
			IDs: sqladapter.Kinds{Text: "text key"}, IDTypes: sqladapter.Kinds{Text: "text"},
			Types: map[string]string{"string": "text", "date": "time"}, Now: "NOW",
		},
	}
}

func TestStatements(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	where := []adapter.Where{
		{Field: "a", Op: adapter.OpEq, Value: 1, Or: true},
		adapter.Gt("b", 2), adapter.In("c", []any{3, 3}),
		{Field: "d", Op: adapter.OpContains, Value: "5%", Or: true},
	}
	const conditions = `WHERE "b" > $N AND "c" = ANY($N) AND ("a" = $N OR "d" LIKE $N)`
	first := adapter.Query{Table: "t", Where: []adapter.Where{adapter.Eq("k", "v")}, SortBy: []adapter.Sort{{Field: "o", Desc: true}}}
	pinned := adapter.Query{Table: "t", Where: []adapter.Where{adapter.Eq("id", "i"), adapter.Eq("k", "v")}}
	join := adapter.Join{Table: "u", From: "uid", To: "id"}
	for _, c := range []struct {
		run  func(a *sqladapter.Adapter) error
		want string
		args string
	}{
		{func(a *sqladapter.Adapter) error {
			_, err := a.Find(ctx, adapter.Query{Table: "t", Where: where, Select: []string{"x", `y"`}, Limit: 9, Offset: 8})
			return err
		}, `SELECT "x", "y""" FROM "s"."t" ` + conditions + ` LIMIT $N OFFSET $N`, `[2 2 1 %5\%% 9 8]`},
		{func(a *sqladapter.Adapter) error {
			_, err := a.UpdateMany(ctx, adapter.Query{Table: "t", Where: where}, adapter.Record{"z": 7, "y": 6})
			return err
		}, `UPDATE "s"."t" SET "y" = $N, "z" = $N ` + conditions, `[6 7 2 2 1 %5\%%]`},
		{func(a *sqladapter.Adapter) error {
			_, err := a.Increment(ctx, first, map[string]int64{"n": 4}, adapter.Record{"z": 7, "n": 0})
			return err
		}, `UPDATE "s"."t" SET "n" = coalesce("n", 0) + $N, "z" = $N WHERE "id" = (SELECT "id" FROM "s"."t" WHERE "k" = $N ORDER BY "o" DESC LIMIT 1 LOCK U) RETURNING *`, `[4 7 v]`},
		{
			func(a *sqladapter.Adapter) error { _, err := a.Update(ctx, pinned, adapter.Record{"z": 7}); return err },
			`UPDATE "s"."t" SET "z" = $N WHERE "id" = $N AND "k" = $N RETURNING *`, `[7 i v]`,
		},
		{
			func(a *sqladapter.Adapter) error { _, err := a.Consume(ctx, first); return err },
			`DELETE FROM "s"."t" WHERE "id" = (SELECT "id" FROM "s"."t" WHERE "k" = $N ORDER BY "o" DESC LIMIT 1 LOCK D) RETURNING *`, `[v]`,
		},
		{func(a *sqladapter.Adapter) error { _, err := a.Create(ctx, "t", nil); return err }, `INSERT INTO "s"."t" DEFAULT VALUES RETURNING *`, `[]`},
		{func(a *sqladapter.Adapter) error {
			_, err := a.Find(ctx, adapter.Query{Table: "t", Where: []adapter.Where{{Field: "a", Op: adapter.OpEq, Or: true}, adapter.In("b", nil)}})
			return err
		}, `SELECT * FROM "s"."t" WHERE 1=0 AND ("a" IS NULL)`, `[]`},
		{func(a *sqladapter.Adapter) error {
			_, err := a.FindJoined(ctx, adapter.Query{Table: "t", Where: pinned.Where, Limit: 1, Joins: []adapter.Join{join}})
			return err
		}, `SELECT p.*, ja."id" IS NOT NULL AS "~", ja.* FROM "s"."t" p LEFT JOIN "s"."u" ja ON ja."id" = p."uid" WHERE p."id" = $N AND p."k" = $N LIMIT 1`, `[i v]`},
		{func(a *sqladapter.Adapter) error {
			q := first
			q.Limit, q.Joins = 1, []adapter.Join{{Table: "u", From: "id", To: "tid", Many: true}}
			_, err := a.FindJoined(ctx, q)
			return err
		}, `SELECT p."id", p.*, ja."tid" IS NOT NULL AS "~", ja.* FROM (SELECT * FROM "s"."t" WHERE "k" = $N ORDER BY "o" DESC LIMIT 1) p LEFT JOIN "s"."u" ja ON ja."tid" = p."id" ORDER BY p."o" DESC`, `[v]`},
	} {
		r := &recorder{columns: []string{"id", "~", "id"}, values: []any{"1", true, "2"}}
		a := sqladapter.New(r, testDialect(), 0)
		for range 2 {
			if err := c.run(a); err != nil {
				t.Fatal(err)
			}
		}
		if got := numbered(c.want); r.statements[0].SQL != got {
			t.Errorf("\n got %s\nwant %s", r.statements[0].SQL, got)
		}
		if got := fmt.Sprint(r.args[1]); got != c.args {
			t.Errorf("%s\nargs %s, want %s", c.want, got, c.args)
		}
		if r.statements[0] != r.statements[1] {
			t.Errorf("%s is built twice", c.want)
		}
	}
}

// numbered replaces each $N with the next number.
func numbered(s string) string {
	for i := 1; strings.Contains(s, "$N"); i++ {
		s = strings.Replace(s, "$N", fmt.Sprint("$", i), 1)
	}
	return s
}

// TestShapes checks that calls with different texts never share a statement.
func TestShapes(t *testing.T) {
	t.Parallel()
	queries := []adapter.Query{
		{Table: "t"},
		{Table: "tt"},
		{Table: "t", Select: []string{"a"}},
		{Table: "t", Select: []string{"a", "b"}},
		{Table: "t", Select: []string{"ab"}},
		{Table: "t", Limit: 1},
		{Table: "t", Limit: 2},
		{Table: "t", Offset: 2},
		{Table: "t", Limit: 2, Offset: 2},
		{Table: "t", Where: []adapter.Where{adapter.Eq("a", 1)}},
		{Table: "t", Where: []adapter.Where{adapter.Eq("a", nil)}},
		{Table: "t", Where: []adapter.Where{adapter.Ne("a", 1)}},
		{Table: "t", Where: []adapter.Where{{Field: "a", Op: adapter.OpEq, Value: 1, Or: true}}},
		{Table: "t", Where: []adapter.Where{{Field: "a", Op: adapter.OpEq, Value: "x", Insensitive: true}}},
		{Table: "t", Where: []adapter.Where{adapter.In("a", []any{"x"})}},
		{Table: "t", Where: []adapter.Where{adapter.In("a", nil)}},
		{Table: "t", Where: []adapter.Where{{Field: "a", Op: adapter.OpIn, Value: []any{"x"}, Insensitive: true}}},
		{Table: "t", Where: []adapter.Where{adapter.StartsWith("a", "x")}},
		{Table: "t", Where: []adapter.Where{adapter.Eq("a", 1), adapter.Eq("a", 2)}},
		{Table: "t", SortBy: []adapter.Sort{{Field: "a"}}},
		{Table: "t", SortBy: []adapter.Sort{{Field: "a", Desc: true}}},
		{Table: "t", SortBy: []adapter.Sort{{Field: "a"}, {Field: "b"}}},
	}
	r := &recorder{}
	a := sqladapter.New(r, testDialect(), 0)
	for _, q := range queries {
		if _, err := a.Find(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
	seen := map[string]bool{}
	for _, st := range r.statements {
		if seen[st.SQL] {
			t.Errorf("twice: %s", st.SQL)
		}
		seen[st.SQL] = true
	}
}

func TestTransactionRestarts(t *testing.T) {
	t.Parallel()
	other := errors.New("other")
	for _, c := range []struct {
		retries int
		fail    []error
		runs    int
		err     error
	}{
		{0, nil, 1, nil},
		{0, []error{errRestart}, 1, errRestart},
		{2, []error{errRestart}, 2, nil},
		{2, []error{errRestart, errRestart, errRestart}, 3, errRestart},
		{2, []error{other}, 1, other},
	} {
		runs := 0
		a := sqladapter.New(&recorder{fail: c.fail}, testDialect(), c.retries)
		err := a.Transaction(t.Context(), func(adapter.Adapter) error { runs++; return nil })
		if runs != c.runs || !errors.Is(err, c.err) {
			t.Errorf("%d retries, failures %v: %d runs, %v", c.retries, c.fail, runs, err)
		}
	}
}

func TestTransactionRollsBack(t *testing.T) {
	t.Parallel()
	r := &recorder{}
	a := sqladapter.New(r, testDialect(), 0)
	failure := errors.New("failure")
	if err := a.Transaction(t.Context(), func(adapter.Adapter) error { return failure }); err != failure || r.rollbacks != 1 {
		t.Errorf("error %v, %d rollbacks", err, r.rollbacks)
	}
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic was swallowed")
			}
		}()
		_ = a.Transaction(t.Context(), func(adapter.Adapter) error { panic("x") })
	}()
	if r.rollbacks != 2 {
		t.Errorf("%d rollbacks after a panic", r.rollbacks)
	}
}

func TestPlanNames(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("l", 40)
	schema, err := adapter.NewSchema(adapter.Table{
		Name: "t", Physical: "my t", Fields: []adapter.Field{
			{Name: "a", Column: "col a", Type: adapter.String, Index: true},
			{Name: "b", Type: adapter.Date, Default: func() any { return nil }, Optional: true},
			{Name: long, Type: adapter.String, Index: true},
			{Name: long + "2", Type: adapter.String, Index: true},
		},
		Indexes: []adapter.Index{{Fields: []string{"a", "b"}, Unique: true}, {Name: "mine", Fields: []string{"b"}}, {Fields: []string{long, long + "2"}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	plan, err := sqladapter.New(&recorder{}, testDialect(), 0).Plan(t.Context(), schema)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{
		`CREATE SCHEMA IF NOT EXISTS "s"`,
		`CREATE TABLE "s"."my t" ("id" text key, "col a" text NOT NULL, "b" time DEFAULT NOW, `,
		`CREATE INDEX "my t_col a_idx" ON "s"."my t" ("col a")`,
		`CREATE INDEX "my t_` + long + `_idx" ON`, `CREATE INDEX "my t_` + long + `2_idx" ON`,
		`CREATE UNIQUE INDEX "my t_col a_b_uidx" ON "s"."my t" ("col a", "b")`,
		`CREATE INDEX "mine" ON "s"."my t" ("b")`,
		// The hash is the one the reference computes for the same name.
		`CREATE INDEX "my t_` + long + `_llll_8fdec9f1_idx" ON`,
	} {
		if !strings.HasPrefix(string(plan[i]), want) {
			t.Errorf("%d: %s\nwant %s", i, plan[i], want)
		}
	}
}
