package adaptertest

import (
	"strings"
	"testing"
	"time"

	"github.com/betterauth-go/betterauth/adapter"
)

// or and insensitive return a condition with the flag set.
func or(w adapter.Where) adapter.Where          { w.Or = true; return w }
func insensitive(w adapter.Where) adapter.Where { w.Insensitive = true; return w }

func where(field string, op adapter.Operator, value any) adapter.Where {
	return adapter.Where{Field: field, Op: op, Value: value}
}

func (s *suite) testOperators() {
	day := func(n int) time.Time { return time.Date(2024, 1, n, 0, 0, 0, 1_000_000, time.UTC) }
	s.create("item", adapter.Record{"name": "a", "email": "Ann@x.org", "active": true, "count": 1, "at": day(1)})
	s.create("item", adapter.Record{"name": "b", "email": "50%_off@x.org", "active": false, "count": 2, "at": day(2)})
	s.create("item", adapter.Record{"name": "c", "email": `back\slash@y.org`, "active": true, "count": 3, "at": day(3)})
	s.create("item", adapter.Record{"name": "d"})
	s.create("item", adapter.Record{"name": "e", "email": "505 off@x.org", "count": 10, "big": 9_000_000_000})

	for _, test := range []struct {
		name  string
		where []adapter.Where
		want  string
	}{
		{"all", nil, "abcde"},
		{"eq", []adapter.Where{adapter.Eq("name", "a")}, "a"},
		{"eq nothing", []adapter.Where{adapter.Eq("name", "z")}, ""},
		{"eq is sensitive", []adapter.Where{adapter.Eq("email", "ann@X.org")}, ""},
		{"eq insensitive", []adapter.Where{insensitive(adapter.Eq("email", "ann@X.org"))}, "a"},
		{"eq null", []adapter.Where{adapter.Eq("email", nil)}, "d"},
		{"eq boolean", []adapter.Where{adapter.Eq("active", true)}, "ac"},
		{"eq false", []adapter.Where{adapter.Eq("active", false)}, "b"},
		{"eq number", []adapter.Where{adapter.Eq("count", 10)}, "e"},
		{"eq big number", []adapter.Where{adapter.Eq("big", 9_000_000_000)}, "e"},
		{"eq date", []adapter.Where{adapter.Eq("at", day(2))}, "b"},
		{"eq date of another zone", []adapter.Where{adapter.Eq("at", day(2).In(time.FixedZone("", -7200)))}, "b"},
		{"ne leaves NULL out", []adapter.Where{adapter.Ne("count", 1)}, "bce"},
		{"ne null", []adapter.Where{adapter.Ne("email", nil)}, "abce"},
		{"ne insensitive", []adapter.Where{insensitive(adapter.Ne("email", "ANN@x.org"))}, "bce"},
		{"lt", []adapter.Where{adapter.Lt("count", 2)}, "a"},
		{"lte", []adapter.Where{adapter.Lte("count", 2)}, "ab"},
		{"gt compares numbers, not text", []adapter.Where{adapter.Gt("count", 2)}, "ce"},
		{"gte", []adapter.Where{adapter.Gte("count", 2)}, "bce"},
		{"lt date", []adapter.Where{adapter.Lt("at", day(2))}, "a"},
		{"lt date by a millisecond", []adapter.Where{adapter.Lt("at", day(2).Add(time.Millisecond))}, "ab"},
		{"gte date", []adapter.Where{adapter.Gte("at", day(2))}, "bc"},
		{"gt text", []adapter.Where{adapter.Gt("name", "c")}, "de"},
		{"lt null", []adapter.Where{adapter.Lt("count", nil)}, ""},
		{"in", []adapter.Where{adapter.In("name", []any{"a", "e", "a", "z"})}, "ae"},
		{"in numbers", []adapter.Where{adapter.In("count", []any{1, 10})}, "ae"},
		{"in dates", []adapter.Where{adapter.In("at", []any{day(1), day(3)})}, "ac"},
		{"in nothing", []adapter.Where{adapter.In("name", nil)}, ""},
		{"in insensitive", []adapter.Where{insensitive(adapter.In("email", []any{"ANN@X.ORG", "nobody"}))}, "a"},
		{"not in leaves NULL out", []adapter.Where{where("count", adapter.OpNotIn, []any{1, 2})}, "ce"},
		{"not in nothing", []adapter.Where{where("count", adapter.OpNotIn, []any{})}, "abcde"},
		{"not in insensitive", []adapter.Where{insensitive(where("email", adapter.OpNotIn, []any{"ANN@X.ORG"}))}, "bce"},
		{"contains", []adapter.Where{where("email", adapter.OpContains, "off")}, "be"},
		{"contains percent", []adapter.Where{where("email", adapter.OpContains, "0%")}, "b"},
		{"contains underscore", []adapter.Where{where("email", adapter.OpContains, "_off")}, "b"},
		{"contains backslash", []adapter.Where{where("email", adapter.OpContains, `k\s`)}, "c"},
		{"contains insensitive", []adapter.Where{insensitive(where("email", adapter.OpContains, "NN@X"))}, "a"},
		{"contains percent insensitive", []adapter.Where{insensitive(where("email", adapter.OpContains, "%_OFF"))}, "b"},
		{"contains everything", []adapter.Where{where("email", adapter.OpContains, "")}, "abce"},
		{"starts with", []adapter.Where{adapter.StartsWith("email", "50")}, "be"},
		{"starts with percent", []adapter.Where{adapter.StartsWith("email", "50%")}, "b"},
		{"starts with insensitive", []adapter.Where{insensitive(adapter.StartsWith("email", "BACK\\"))}, "c"},
		{"ends with", []adapter.Where{where("email", adapter.OpEndsWith, "y.org")}, "c"},
		{"ends with insensitive", []adapter.Where{insensitive(where("email", adapter.OpEndsWith, "@X.ORG"))}, "abe"},
		{"and", []adapter.Where{adapter.Gt("count", 1), adapter.Lt("count", 10)}, "bc"},
		{"or", []adapter.Where{or(adapter.Eq("name", "a")), or(adapter.Eq("name", "d"))}, "ad"},
		{"one or", []adapter.Where{or(adapter.Eq("name", "a"))}, "a"},
		{"and with or", []adapter.Where{adapter.Eq("active", true), or(adapter.Eq("name", "a")), or(adapter.Eq("name", "b"))}, "a"},
		{"or between ands", []adapter.Where{or(adapter.Eq("count", 1)), adapter.Ne("name", "z"), or(adapter.Eq("count", nil)), adapter.Ne("name", "a")}, "d"},
		{"a value that cannot be", []adapter.Where{adapter.Eq("name", "a\x00")}, ""},
		{"not a value that cannot be", []adapter.Where{adapter.Ne("email", "a\xff")}, "abce"},
		{"injection", []adapter.Where{adapter.Eq("name", `a' OR '1'='1`)}, ""},
	} {
		s.T.Run(test.name, func(t *testing.T) {
			sub := *s
			sub.T = t
			if got := strings.Join(sub.names(test.where...), ""); got != test.want {
				t.Errorf("found %q, want %q", got, test.want)
			}
			if n := sub.count("item", test.where...); n != int64(len(test.want)) {
				t.Errorf("counted %d, want %d", n, len(test.want))
			}
		})
	}
}

func (s *suite) testOrder() {
	for i, name := range []string{"d", "a", "c", "b", "a"} {
		s.create("item", adapter.Record{"name": name, "count": i, "at": time.UnixMilli(int64(i * 1000))})
	}
	name, count := adapter.Sort{Field: "name"}, adapter.Sort{Field: "count"}
	for _, test := range []struct {
		name string
		q    adapter.Query
		want string
	}{
		{"ascending", adapter.Query{SortBy: []adapter.Sort{name, count}}, "1 4 3 2 0"},
		{"descending", adapter.Query{SortBy: []adapter.Sort{{Field: "name", Desc: true}, count}}, "0 2 3 1 4"},
		{"two keys", adapter.Query{SortBy: []adapter.Sort{name, {Field: "count", Desc: true}}}, "4 1 3 2 0"},
		{"by date", adapter.Query{SortBy: []adapter.Sort{{Field: "at", Desc: true}}}, "4 3 2 1 0"},
		{"limit", adapter.Query{SortBy: []adapter.Sort{count}, Limit: 2}, "0 1"},
		{"offset", adapter.Query{SortBy: []adapter.Sort{count}, Limit: 2, Offset: 3}, "3 4"},
		{"offset alone", adapter.Query{SortBy: []adapter.Sort{count}, Limit: -1, Offset: 3}, "3 4"},
		{"beyond the end", adapter.Query{SortBy: []adapter.Sort{count}, Limit: 2, Offset: 9}, ""},
		{"with a condition", adapter.Query{SortBy: []adapter.Sort{count}, Where: []adapter.Where{adapter.Eq("name", "a")}, Limit: 1, Offset: 1}, "4"},
		{"some columns", adapter.Query{SortBy: []adapter.Sort{count}, Select: []string{"count"}, Limit: 1}, "0"},
	} {
		test.q.Table = "item"
		if got := strings.Join(column(s.find(test.q), "count"), " "); got != test.want {
			s.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
	if rows := s.find(adapter.Query{Table: "item", Limit: 3}); len(rows) != 3 {
		s.Errorf("a limit of 3 gave %d rows", len(rows))
	}
}
