package dbtest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/betterauth-go/betterauth/adapter"
)

func TestConditions(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db database) {
		migrated(t, db)
		for i, email := range []string{"a@x.org", "B@x.org", "c%_@x.org", "d[*?]@y.org"} {
			r := db.user(fmt.Sprint(i), email)
			if i > 0 {
				r["image"] = fmt.Sprint("i", i)
			}
			db.create(t, "user", r)
		}
		fold := func(w adapter.Where) adapter.Where { w.Insensitive = true; return w }
		or := func(w adapter.Where) adapter.Where { w.Or = true; return w }
		match := func(op adapter.Operator, s string) adapter.Where {
			return adapter.Where{Field: "email", Op: op, Value: s}
		}
		for i, c := range []struct {
			where []adapter.Where
			want  string
		}{
			{nil, "0123"},
			{[]adapter.Where{adapter.Eq("email", "b@x.org")}, ""},
			{[]adapter.Where{fold(adapter.Eq("email", "b@X.org"))}, "1"},
			{[]adapter.Where{fold(adapter.Ne("email", "b@X.org"))}, "023"},
			{[]adapter.Where{adapter.Eq("image", nil)}, "0"},
			{[]adapter.Where{adapter.Ne("image", nil)}, "123"},
			{[]adapter.Where{adapter.Ne("image", "i1")}, "23"},
			{[]adapter.Where{adapter.Gt("image", "i1"), adapter.Lte("image", "i3")}, "23"},
			{[]adapter.Where{adapter.Gte("image", "i1"), adapter.Lt("image", "i3")}, "12"},
			{[]adapter.Where{adapter.Lt("image", nil)}, ""},
			{[]adapter.Where{adapter.In("id", []any{"1", "2", "x"})}, "12"},
			{[]adapter.Where{adapter.In("id", nil)}, ""},
			{[]adapter.Where{{Field: "id", Op: adapter.OpNotIn, Value: []any{"1", "2"}}}, "03"},
			{[]adapter.Where{{Field: "id", Op: adapter.OpNotIn, Value: []any{}}}, "0123"},
			{[]adapter.Where{fold(adapter.In("email", []any{"A@X.ORG", "b@x.org"}))}, "01"},
			{[]adapter.Where{fold(adapter.Where{Field: "email", Op: adapter.OpNotIn, Value: []any{"A@X.ORG", "b@x.org"}})}, "23"},
			{[]adapter.Where{match(adapter.OpContains, "@X")}, ""},
			{[]adapter.Where{fold(match(adapter.OpContains, "@X"))}, "012"},
			{[]adapter.Where{match(adapter.OpContains, "%")}, "2"},
			{[]adapter.Where{match(adapter.OpContains, "%_")}, "2"},
			{[]adapter.Where{match(adapter.OpContains, "[*?]")}, "3"},
			{[]adapter.Where{match(adapter.OpContains, "*")}, "3"},
			{[]adapter.Where{match(adapter.OpStartsWith, "b")}, ""},
			{[]adapter.Where{fold(match(adapter.OpStartsWith, "b"))}, "1"},
			{[]adapter.Where{match(adapter.OpEndsWith, "y.org")}, "3"},
			{[]adapter.Where{or(adapter.Eq("id", "0")), or(adapter.Eq("id", "3"))}, "03"},
			{[]adapter.Where{or(adapter.Eq("id", "0")), adapter.Ne("id", "2"), or(adapter.Ne("image", nil))}, "013"},
			{[]adapter.Where{adapter.Eq("email", "' OR 1=1 --")}, ""},
		} {
			q := adapter.Query{Table: "user", Where: c.where, Select: []string{"id"}, SortBy: []adapter.Sort{{Field: "id"}}}
			for range 2 { // built, then cached
				rows, err := db.Find(t.Context(), q)
				var got strings.Builder
				for _, r := range rows {
					got.WriteString(r["id"].(string))
				}
				if err != nil || got.String() != c.want {
					t.Errorf("case %d: %q, want %q (%v)", i, got.String(), c.want, err)
				}
			}
			if n, err := db.Count(t.Context(), q); int(n) != len(c.want) || err != nil {
				t.Errorf("case %d: count %d, %v", i, n, err)
			}
		}
		if _, err := db.Find(t.Context(), adapter.Query{Table: "user", Where: []adapter.Where{{Field: "id", Op: "~"}}}); err == nil {
			t.Error("an unknown operator was accepted")
		}
	})
}

func TestPages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db database) {
		migrated(t, db)
		for i := range 5 {
			db.create(t, "verification", db.verification(fmt.Sprint(i), fmt.Sprint("x", i%2)))
		}
		sort := []adapter.Sort{{Field: "identifier", Desc: true}, {Field: "id"}}
		for _, c := range []struct {
			limit, offset int
			want          string
		}{{0, 0, "13024"}, {1, 0, "1"}, {2, 0, "13"}, {2, 2, "02"}, {0, 3, "24"}, {9, 5, ""}, {1, 1, "3"}} {
			rows, err := db.Find(t.Context(), adapter.Query{Table: "verification", SortBy: sort, Limit: c.limit, Offset: c.offset})
			got := ""
			for _, r := range rows {
				got += r["id"].(string)
			}
			if err != nil || got != c.want {
				t.Errorf("limit %d offset %d: %q, want %q (%v)", c.limit, c.offset, got, c.want, err)
			}
		}
	})
}

func TestJoins(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db database) {
		migrated(t, db)
		db.create(t, "user", db.user("u1", "1@x"), db.user("u2", "2@x"), db.user("u3", "3@x"))
		db.create(t, "session", db.session("s1", "t1", "u1"), db.session("s2", "t2", "u1"), db.session("s3", "t3", "u2"))
		db.create(t, "account", db.account("a1", "u1"), db.account("a2", "u1"), db.account("a3", "u1"), db.account("a4", "u2"))
		sessions := adapter.Join{Table: "session", From: "id", To: "userId", Many: true}
		accounts := adapter.Join{Table: "account", From: "id", To: "userId", Many: true}
		firstAccount := adapter.Join{Table: "account", From: "id", To: "userId"}
		twoAccounts := adapter.Join{Table: "account", From: "id", To: "userId", Many: true, Limit: 2}
		byID := []adapter.Sort{{Field: "id"}}
		for i, c := range []struct {
			q    adapter.Query
			want string // main id: related ids per join
		}{
			{adapter.Query{
				Table: "session", Where: []adapter.Where{adapter.Eq("token", "t1")}, Limit: 1,
				Joins: []adapter.Join{{Table: "user", From: "userId", To: "id"}},
			}, "s1:u1"},
			{adapter.Query{
				Table: "session", Where: []adapter.Where{adapter.Eq("token", "no")}, Limit: 1,
				Joins: []adapter.Join{{Table: "user", From: "userId", To: "id"}},
			}, ""},
			{adapter.Query{Table: "user", Where: []adapter.Where{adapter.Eq("email", "1@x")}, Limit: 1, Joins: []adapter.Join{accounts}}, "u1:a1,a2,a3"},
			{adapter.Query{Table: "user", Where: []adapter.Where{adapter.Eq("email", "3@x")}, Limit: 1, Joins: []adapter.Join{accounts}}, "u3:"},
			{adapter.Query{Table: "user", SortBy: byID, Joins: []adapter.Join{accounts}}, "u1:a1,a2,a3 u2:a4 u3:"},
			{adapter.Query{Table: "user", SortBy: byID, Limit: 2, Joins: []adapter.Join{accounts}}, "u1:a1,a2,a3 u2:a4"},
			{adapter.Query{Table: "user", SortBy: byID, Limit: 2, Offset: 1, Joins: []adapter.Join{accounts}}, "u2:a4 u3:"},
			{adapter.Query{Table: "user", SortBy: byID, Limit: 1, Joins: []adapter.Join{twoAccounts}}, "u1:2"},
			{adapter.Query{Table: "user", SortBy: byID, Joins: []adapter.Join{firstAccount}}, "u1:1 u2:a4 u3:"},
			{adapter.Query{Table: "user", SortBy: byID, Limit: 2, Joins: []adapter.Join{firstAccount}}, "u1:1 u2:a4"},
			{adapter.Query{Table: "user", SortBy: byID, Joins: []adapter.Join{sessions, accounts}}, "u1:s1,s2:a1,a2,a3 u2:s3:a4 u3::"},
			{adapter.Query{Table: "user", SortBy: byID, Select: []string{"email"}, Joins: []adapter.Join{sessions, firstAccount, twoAccounts}}, ":s1,s2:1:2 :s3:a4:a4 :::"},
		} {
			rows, err := db.FindJoined(t.Context(), c.q)
			if err != nil {
				t.Errorf("case %d: %v", i, err)
				continue
			}
			if got := formatJoined(rows, c.q.Joins); got != c.want {
				t.Errorf("case %d: %q, want %q", i, got, c.want)
			}
			if len(c.q.Select) > 0 && len(rows[0].Record) != len(c.q.Select) {
				t.Errorf("case %d: selected %v", i, rows[0].Record)
			}
		}
	})
}

// formatJoined writes the ids, or how many there are where a limit may have taken any.
func formatJoined(rows []adapter.Joined, joins []adapter.Join) string {
	var out []string
	for _, r := range rows {
		id, _ := r.Record["id"].(string)
		for i, related := range r.Related {
			var ids []string
			for _, x := range related {
				ids = append(ids, x["id"].(string))
			}
			slices.Sort(ids)
			capped := joins[i].Limit > 0 || !joins[i].Many && joins[i].Table == "account"
			if capped && len(ids) > 0 && ids[0] != "a4" {
				ids = []string{fmt.Sprint(len(ids))}
			}
			id += ":" + strings.Join(ids, ",")
		}
		out = append(out, id)
	}
	return strings.Join(out, " ")
}

func TestUnique(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db database) {
		migrated(t, db)
		db.create(t, "user", db.user("u1", "1@x"), db.user("u2", "2@x"))
		ctx := t.Context()
		_, sameEmail := db.Create(ctx, "user", db.user("u3", "1@x"))
		_, sameID := db.Create(ctx, "user", db.user("u1", "3@x"))
		_, update := db.Update(ctx, adapter.Query{Table: "user", Where: []adapter.Where{adapter.Eq("id", "u2")}}, adapter.Record{"email": "1@x"})
		_, many := db.UpdateMany(ctx, adapter.Query{Table: "user"}, adapter.Record{"email": "1@x"})
		_, batch := db.CreateBatch(ctx, []adapter.Insert{{Table: "user", Record: db.user("u4", "4@x")}, {Table: "user", Record: db.user("u5", "1@x")}})
		for i, err := range []error{sameEmail, sameID, update, many, batch} {
			if !errors.Is(err, adapter.ErrUnique) {
				t.Errorf("%d: %v", i, err)
			}
			if strings.Contains(fmt.Sprint(err), "1@x") {
				t.Errorf("%d: the error tells the value: %v", i, err)
			}
		}
		if _, err := db.Create(ctx, "session", db.session("s1", "t1", "nobody")); err == nil || errors.Is(err, adapter.ErrUnique) {
			t.Errorf("a session of nobody: %v", err)
		}
		if n := db.count(t, "user"); n != 2 {
			t.Errorf("%d users", n)
		}
	})
}

// race runs fn in n goroutines and returns how many succeeded; others must report ErrNotFound.
func race(t *testing.T, n int, fn func(i int) error) int {
	t.Helper()
	var won atomic.Int64
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			switch err := fn(i); {
			case err == nil:
				won.Add(1)
			case !errors.Is(err, adapter.ErrNotFound):
				t.Error(err)
			}
		})
	}
	wg.Wait()
	return int(won.Load())
}

func TestRaces(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db database) {
		migrated(t, db)
		byIdentifier := adapter.Query{Table: "verification", Where: []adapter.Where{adapter.Eq("identifier", "x")}}
		byID := adapter.Query{Table: "verification", Where: []adapter.Where{adapter.Eq("id", "v")}}
		for round := range 5 {
			for _, q := range []adapter.Query{byIdentifier, byID} {
				db.create(t, "verification", db.verification("v", "x"))
				if won := race(t, 20, func(int) error { _, err := db.Consume(t.Context(), q); return err }); won != 1 {
					t.Fatalf("round %d: %d consumed one row", round, won)
				}
			}
			// As many winners as rows, and no row is missed while others wait for it.
			for i := range 10 {
				db.create(t, "verification", db.verification(fmt.Sprint(i), "x"))
			}
			if won := race(t, 20, func(int) error { _, err := db.Consume(t.Context(), byIdentifier); return err }); won != 10 {
				t.Fatalf("round %d: %d consumed ten rows", round, won)
			}
			for _, guard := range []string{"id", "identifier"} {
				db.create(t, "verification", db.verification("v", "v"))
				q := adapter.Query{Table: "verification", Where: []adapter.Where{adapter.Eq(guard, "v"), adapter.Eq("value", "0")}}
				if won := race(t, 20, func(i int) error {
					_, err := db.Update(t.Context(), q, adapter.Record{"value": fmt.Sprint("won by ", i)})
					return err
				}); won != 1 {
					t.Fatalf("round %d: %d changed one value", round, won)
				}
				if n, err := db.Delete(t.Context(), byID); n != 1 || err != nil {
					t.Fatal(n, err)
				}
			}
		}
	})
}

func TestIncrementRace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db database) {
		if err := db.Migrate(t.Context(), coreSchema(t, adapter.RandomIDs, adapter.RateLimitTable(now))); err != nil {
			t.Fatal(err)
		}
		db.create(t, "rateLimit", adapter.Record{"id": "1", "key": "k", "count": int64(0), "lastRequest": int64(0)})
		q := adapter.Query{Table: "rateLimit", Where: []adapter.Where{adapter.Eq("key", "k"), adapter.Lt("count", int64(10))}}
		if won := race(t, 40, func(i int) error {
			_, err := db.Increment(t.Context(), q, map[string]int64{"count": 1}, adapter.Record{"lastRequest": int64(i)})
			return err
		}); won != 10 {
			t.Errorf("%d passed a limit of 10", won)
		}
		r, err := db.Increment(t.Context(), adapter.Query{Table: "rateLimit"}, map[string]int64{"count": -3}, nil)
		if err != nil || r["count"] != int64(7) {
			t.Error(r, err)
		}
	})
}

func TestTransactions(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db database) {
		migrated(t, db)
		failure := errors.New("failure")
		create := func(a adapter.Adapter, id string) {
			if _, err := a.Create(t.Context(), "verification", db.verification(id, id)); err != nil {
				t.Error(err)
			}
		}
		err := db.Transaction(t.Context(), func(tx adapter.Adapter) error {
			create(tx, "kept")
			inner := tx.Transaction(t.Context(), func(tx adapter.Adapter) error { create(tx, "undone"); return failure })
			if inner != failure {
				t.Error(inner)
			}
			if err := tx.Transaction(t.Context(), func(tx adapter.Adapter) error { create(tx, "nested"); return nil }); err != nil {
				t.Error(err)
			}
			_, err := tx.(adapter.Batcher).CreateBatch(t.Context(), []adapter.Insert{{Table: "verification", Record: db.verification("batch", "b")}})
			var wg sync.WaitGroup
			for i := range 5 { // one transaction used by several goroutines
				wg.Go(func() { create(tx, fmt.Sprint("parallel ", i)) })
			}
			wg.Wait()
			if n := db.count(t, "verification"); n != 0 {
				t.Errorf("%d rows are visible outside", n)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if n := db.count(t, "verification"); n != 8 {
			t.Errorf("%d rows after the transaction", n)
		}
		if err := db.Transaction(t.Context(), func(tx adapter.Adapter) error { create(tx, "x"); return failure }); err != failure {
			t.Error(err)
		}
		func() {
			defer func() { recover() }()
			_ = db.Transaction(t.Context(), func(tx adapter.Adapter) error { create(tx, "x"); panic("x") })
		}()
		ctx, cancel := context.WithCancel(t.Context())
		err = db.Transaction(ctx, func(tx adapter.Adapter) error { create(tx, "x"); cancel(); return nil })
		if err == nil {
			t.Error("a cancelled transaction was committed")
		}
		if n := db.count(t, "verification", adapter.Eq("id", "x")); n != 0 {
			t.Error("undone rows remain")
		}
		create(db, "x") // no lock is left behind
	})
}

// TestReadThenWrite has transactions read before they write, which fails on SQLite when the lock is
// taken late.
func TestReadThenWrite(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db database) {
		migrated(t, db)
		if won := race(t, 20, func(i int) error {
			return db.Transaction(t.Context(), func(tx adapter.Adapter) error {
				if _, err := tx.Find(t.Context(), adapter.Query{Table: "verification"}); err != nil {
					return err
				}
				_, err := tx.Create(t.Context(), "verification", db.verification(fmt.Sprint(i), "x"))
				return err
			})
		}); won != 20 {
			t.Errorf("%d of 20 succeeded", won)
		}
	})
}

func TestEmptyChanges(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db database) {
		migrated(t, db)
		db.create(t, "verification", db.verification("v", "x"))
		q := adapter.Query{Table: "verification", Where: []adapter.Where{adapter.Eq("id", "v")}}
		if r, err := db.Update(t.Context(), q, nil); err != nil || r["id"] != "v" {
			t.Error(r, err)
		}
		if n, err := db.UpdateMany(t.Context(), q, nil); err != nil || n != 1 {
			t.Error(n, err)
		}
		q.Where[0].Value = "none"
		if _, err := db.Update(t.Context(), q, nil); !errors.Is(err, adapter.ErrNotFound) {
			t.Error(err)
		}
		if rows, err := db.CreateBatch(t.Context(), nil); err != nil || len(rows) != 0 {
			t.Error(rows, err)
		}
		if n, err := db.UpdateMany(t.Context(), q, adapter.Record{"value": "x"}); err != nil || n != 0 {
			t.Error(n, err)
		}
	})
}
