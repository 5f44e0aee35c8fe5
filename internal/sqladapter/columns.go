package sqladapter

import (
	"maps"
	"slices"

	"github.com/betterauth-go/betterauth/adapter"
)

// A tableColumns lists a table's columns and tells the dates among them.
type tableColumns struct {
	names []string
	dates map[string]bool
}

// SetSchema tells the adapter which columns there are, for dialects that read dates in a form of their own.
// What several schemas say of a table adds up.
func (s *shared) SetSchema(schema *adapter.Schema) error {
	if s.d.Date == "" {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	next := maps.Clone(*s.columns.Load())
	for _, t := range schema.Tables() {
		next[t.Physical] = next[t.Physical].with(t)
	}
	s.replaceColumns(next)
	return nil
}

// with returns c and the columns of t.
func (c tableColumns) with(t *adapter.Table) tableColumns {
	sum := tableColumns{slices.Clone(c.names), map[string]bool{}}
	maps.Copy(sum.dates, c.dates)
	if !slices.Contains(sum.names, idColumn) {
		sum.names = append(sum.names, idColumn)
	}
	for i := range t.Fields {
		f := &t.Fields[i]
		if !slices.Contains(sum.names, f.Column) {
			sum.names = append(sum.names, f.Column)
		}
		if f.Type == adapter.Date {
			sum.dates[f.Column] = true
		}
	}
	return sum
}

// replaceColumns forgets the statements as well, whose texts name columns. The caller holds the mutex.
func (s *shared) replaceColumns(next map[string]tableColumns) {
	s.columns.Store(&next)
	s.statements.Store(&map[string]*Stmt{})
}

// forgetColumns reports whether a statement that failed with err can be tried again without naming columns:
// when it named one that the table does not have yet, as before a migration.
func (s *shared) forgetColumns(err error) bool {
	if s.d.Date == "" || !s.d.NoColumn(err) || len(*s.columns.Load()) == 0 {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.replaceColumns(map[string]tableColumns{})
	return true
}

// columns writes the columns of a table that a SELECT returns, all of them when names is empty.
func (b *builder) columns(alias, table string, names []string) {
	known := b.known[table]
	if len(names) == 0 {
		names = known.names
	}
	if len(names) == 0 {
		if alias != "" {
			b.text(alias + ".")
		}
		b.text("*")
		return
	}
	for i, n := range names {
		if i > 0 {
			b.text(", ")
		}
		if !known.dates[n] {
			b.column(alias, n)
			continue
		}
		b.expand(b.d.Date, alias, n)
		b.text(" AS ")
		b.name(n)
	}
}
