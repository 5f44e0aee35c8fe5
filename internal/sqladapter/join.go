package sqladapter

import (
	"context"
	"slices"

	"github.com/betterauth-go/betterauth/adapter"
)

// marker names the column that stands before the columns of a joined table and tells whether the
// main row has a related one.
const marker = "~"

// FindJoined returns the rows that match q with the rows related to them. Joins to at most one row,
// or a single join to many, take one statement in all; further joins to many take one each, since
// their combinations would multiply.
func (a *Adapter) FindJoined(ctx context.Context, q adapter.Query) ([]adapter.Joined, error) {
	one, many := splitJoins(q.Joins)
	wanted := q.Select
	if len(wanted) > 0 {
		q.Select = withFrom(q.Select, q.Joins, many)
	}
	rows, err := a.findInline(ctx, q, one)
	if err != nil {
		return nil, err
	}
	for _, i := range many {
		if err := a.attach(ctx, rows, q.Joins[i], i); err != nil {
			return nil, err
		}
	}
	for _, c := range q.Select[len(wanted):] {
		for _, r := range rows {
			delete(r.Record, c)
		}
	}
	return rows, nil
}

// splitJoins returns the positions of the joins that go into the main statement, and of the others.
func splitJoins(joins []adapter.Join) (inline, apart []int) {
	for i, j := range joins {
		if j.Many && len(joins) > 1 {
			apart = append(apart, i)
		} else {
			inline = append(inline, i)
		}
	}
	return inline, apart
}

// withFrom adds to columns those by which rows are attached later.
func withFrom(columns []string, joins []adapter.Join, apart []int) []string {
	columns = slices.Clip(columns)
	for _, i := range apart {
		if !slices.Contains(columns, joins[i].From) {
			columns = append(columns, joins[i].From)
		}
	}
	return columns
}

// findInline fetches the main rows and those of the joins at the positions inline.
func (a *Adapter) findInline(ctx context.Context, q adapter.Query, inline []int) ([]adapter.Joined, error) {
	whole, total := q, len(q.Joins)
	if len(inline) < total {
		joins := make([]adapter.Join, len(inline))
		for k, i := range inline {
			joins[k] = q.Joins[i]
		}
		q.Joins = joins
	}
	var key [256]byte
	s := a.d.newShape(key[:], 'j', q.Table, len(q.Where)+2)
	s.query(&q)
	s.joins(q.Joins)
	if s.err != nil {
		return nil, s.err
	}
	st := a.statement(s.key, false, func(b *builder) { b.selectJoined(&q) })
	g := grouper{q: &q, inline: inline, total: total, keyed: !single(&q)}
	if err := a.conn.Query(ctx, st, s.args, g.row); err != nil {
		if a.forgetColumns(err) {
			return a.findInline(ctx, whole, inline)
		}
		return nil, a.wrap("find", q.Table, err)
	}
	return g.rows, nil
}

// single reports whether q finds one row, which needs neither grouping nor a subquery: joined to at
// most one row each, it fills one row of the result.
func single(q *adapter.Query) bool {
	return q.Limit == 1 && q.Offset == 0 && !slices.ContainsFunc(q.Joins, func(j adapter.Join) bool { return j.Many })
}

// selectJoined writes the SELECT of q and its joins. A limit must count main rows, not combinations,
// so it goes into a subquery; ordering is then repeated outside.
func (b *builder) selectJoined(q *adapter.Query) {
	b.text("SELECT ")
	if !single(q) {
		b.text(`p."` + idColumn + `", `)
	}
	b.columns("p", q.Table, q.Select)
	for i, j := range q.Joins {
		alias := "j" + string(rune('a'+i))
		b.text(", ")
		b.column(alias, j.To)
		b.text(` IS NOT NULL AS "` + marker + `", `)
		b.columns(alias, j.Table, nil)
	}
	flat := single(q) || (q.Limit == 0 && q.Offset == 0)
	b.text(" FROM ")
	if flat {
		b.table(q.Table)
	} else {
		b.text("(SELECT *")
		b.from(q)
		b.text(")")
	}
	b.text(" p")
	b.leftJoins(q.Joins)
	if flat {
		b.where("p", q.Where)
	}
	b.order("p", q.SortBy)
	if flat {
		b.limits(q)
	}
}

func (b *builder) leftJoins(joins []adapter.Join) {
	for i, j := range joins {
		alias := "j" + string(rune('a'+i))
		b.text(" LEFT JOIN ")
		b.table(j.Table)
		b.text(" " + alias + " ON ")
		b.column(alias, j.To)
		b.text(" = ")
		b.column("p", j.From)
	}
}

// A grouper gathers the rows of a joined SELECT by their main row.
type grouper struct {
	q      *adapter.Query
	inline []int // positions of the query's joins among all
	total  int
	keyed  bool // the first column repeats the main row's id

	starts []int       // of each joined table's columns, and the end
	index  map[any]int // of rows by main id
	rows   []adapter.Joined
}

func (g *grouper) row(columns []string, values []any) {
	if g.starts == nil {
		g.locate(columns)
	}
	r := g.main(columns, values)
	for k, j := range g.q.Joins {
		from, to := g.starts[k], g.starts[k+1]-1
		related := &r.Related[g.inline[k]]
		if !truth(values[from-1]) || full(j, len(*related)) {
			continue
		}
		*related = append(*related, record(columns[from:to], values[from:to]))
	}
}

// locate finds the markers.
func (g *grouper) locate(columns []string) {
	g.starts = make([]int, 0, len(g.q.Joins)+1)
	for i, c := range columns {
		if c == marker {
			g.starts = append(g.starts, i+1)
		}
	}
	g.starts = append(g.starts, len(columns)+1)
}

// main finds or adds the entry of the main row.
func (g *grouper) main(columns []string, values []any) *adapter.Joined {
	first, end := 0, g.starts[0]-1
	if g.keyed {
		if i, ok := g.index[values[0]]; ok {
			return &g.rows[i]
		}
		if g.index == nil {
			g.index = map[any]int{}
		}
		g.index[values[0]] = len(g.rows)
		first = 1
	}
	g.rows = append(g.rows, adapter.Joined{
		Record:  record(columns[first:end], values[first:end]),
		Related: make([][]adapter.Record, g.total),
	})
	return &g.rows[len(g.rows)-1]
}

// full reports whether a join that has n related rows takes no more.
func full(j adapter.Join, n int) bool {
	return !j.Many && n >= 1 || j.Limit > 0 && n >= j.Limit
}

func truth(v any) bool { return v == true || v == int64(1) }

// attach fetches the rows of one join for all main rows.
func (a *Adapter) attach(ctx context.Context, rows []adapter.Joined, j adapter.Join, at int) error {
	index := map[any][]int{}
	var keys []any
	for i, r := range rows {
		v := r.Record[j.From]
		if v == nil {
			continue
		}
		if index[v] == nil {
			keys = append(keys, v)
		}
		index[v] = append(index[v], i)
	}
	if len(keys) == 0 {
		return nil
	}
	found, err := a.Find(ctx, adapter.Query{Table: j.Table, Where: []adapter.Where{adapter.In(j.To, keys)}})
	if err != nil {
		return err
	}
	for _, r := range found {
		for _, i := range index[r[j.To]] {
			if related := &rows[i].Related[at]; !full(j, len(*related)) {
				*related = append(*related, r)
			}
		}
	}
	return nil
}
