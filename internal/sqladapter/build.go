package sqladapter

import (
	"slices"

	"github.com/betterauth-go/betterauth/adapter"
)

// idColumn is the key of every table.
const idColumn = "id"

// A builder writes a statement's text. It visits a call's parts in the same order as a shape, so
// that parameters and arguments meet.
type builder struct {
	d     *Dialect
	known map[string]tableColumns // by physical table
	b     []byte
	n     int // parameters so far
}

func (b *builder) text(s string) { b.b = append(b.b, s...) }

func (b *builder) name(n string) { b.b = quote(b.b, n) }

func (b *builder) table(n string) { b.b = b.d.table(b.b, n) }

func (b *builder) param() {
	b.n++
	b.b = b.d.param(b.b, b.n)
}

// column writes a column, qualified by an alias if there is one.
func (b *builder) column(alias, n string) {
	if alias != "" {
		b.text(alias)
		b.text(".")
	}
	b.name(n)
}

func (b *builder) where(alias string, ws []adapter.Where) {
	if len(ws) == 0 {
		return
	}
	ors := slices.ContainsFunc(ws, func(w adapter.Where) bool { return w.Or })
	sep := " WHERE "
	for i := range ws {
		if !ws[i].Or {
			b.text(sep)
			b.condition(alias, &ws[i])
			sep = " AND "
		}
	}
	if !ors {
		return
	}
	sep += "("
	for i := range ws {
		if ws[i].Or {
			b.text(sep)
			b.condition(alias, &ws[i])
			sep = " OR "
		}
	}
	b.text(")")
}

// condition expands the template of w's condition; the shape has refused what does not classify.
func (b *builder) condition(alias string, w *adapter.Where) {
	c, _ := classify(w)
	b.expand(b.d.template(c), alias, w.Field)
}

// expand writes a template for a column.
func (b *builder) expand(t, alias, column string) {
	for i := 0; i < len(t); i++ {
		switch t[i] {
		case '{':
			b.column(alias, column)
			i++
		case '?':
			b.param()
		default:
			b.b = append(b.b, t[i])
		}
	}
}

func (b *builder) order(alias string, by []adapter.Sort) {
	sep := " ORDER BY "
	for _, o := range by {
		b.text(sep)
		b.column(alias, o.Field)
		if o.Desc {
			b.text(" DESC")
		}
		sep = ", "
	}
}

func (b *builder) limits(q *adapter.Query) {
	switch {
	case q.Limit == 1:
		b.text(" LIMIT 1")
	case q.Limit > 1:
		b.text(" LIMIT ")
		b.param()
	case q.Offset > 0:
		b.text(b.d.NoLimit)
	}
	if q.Offset > 0 {
		b.text(" OFFSET ")
		b.param()
	}
}

// from writes everything of a SELECT after its columns.
func (b *builder) from(q *adapter.Query) {
	b.text(" FROM ")
	b.table(q.Table)
	b.where("", q.Where)
	b.order("", q.SortBy)
	b.limits(q)
}

// one writes the condition that selects one row matching q. A row named by its id needs nothing
// else: the database checks the other conditions again after it has waited for a lock. Otherwise a
// subquery locks the first match that no other transaction takes away.
func (b *builder) one(q *adapter.Query, lock string) {
	if pinned(q.Where) {
		b.where("", q.Where)
		return
	}
	b.text(` WHERE "` + idColumn + `" = (SELECT "` + idColumn + `" FROM `)
	b.table(q.Table)
	b.where("", q.Where)
	b.order("", q.SortBy)
	b.text(" LIMIT 1")
	b.text(lock)
	b.text(")")
}

// pinned reports whether the conditions name a row by its id.
func pinned(ws []adapter.Where) bool {
	return slices.ContainsFunc(ws, func(w adapter.Where) bool {
		c, err := classify(&w)
		return err == nil && w.Field == idColumn && c == eq && !w.Or
	})
}

func (b *builder) sets(names []string) {
	for i, n := range names {
		if i > 0 {
			b.text(", ")
		}
		b.name(n)
		b.text(" = ")
		b.param()
	}
}

func (b *builder) insert(table string, columns []string) {
	b.text("INSERT INTO ")
	b.table(table)
	if len(columns) == 0 {
		b.text(" DEFAULT VALUES RETURNING *")
		return
	}
	b.text(" (")
	b.columns("", "", columns)
	b.text(") VALUES (")
	for i := range columns {
		if i > 0 {
			b.text(", ")
		}
		b.param()
	}
	b.text(") RETURNING *")
}

// increment writes additions; NULL counts as zero.
func (b *builder) increment(columns []string) {
	for i, n := range columns {
		if i > 0 {
			b.text(", ")
		}
		b.name(n)
		b.text(" = coalesce(")
		b.name(n)
		b.text(", 0) + ")
		b.param()
	}
}
