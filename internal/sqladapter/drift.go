package sqladapter

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/betterauth-go/betterauth/adapter"
)

// Drift describes what differs from s and is left alone.
func (a *Adapter) Drift(ctx context.Context, s *adapter.Schema) ([]string, error) {
	l, err := a.d.introspect(ctx, a.conn)
	if err != nil {
		return nil, err
	}
	return a.d.drift(l, s), nil
}

func (d *Dialect) drift(l *live, s *adapter.Schema) (out []string) {
	for _, t := range s.Tables() {
		if have := l.table(t.Physical); have != nil {
			out = append(out, d.tableDrift(l, s, t, have)...)
		}
	}
	return out
}

func (d *Dialect) tableDrift(l *live, s *adapter.Schema, t *adapter.Table, have *liveTable) (out []string) {
	say := func(column, format string, args ...any) {
		out = append(out, fmt.Sprintf("column %q of table %q ", column, t.Physical)+fmt.Sprintf(format, args...))
	}
	known := map[string]bool{l.key(idColumn): true}
	for i := range t.Fields {
		f := &t.Fields[i]
		known[l.key(f.Column)] = true
		c := l.column(have, f.Column)
		if c == nil {
			continue
		}
		if want := d.accepted(f, s.IDs()); !slices.Contains(want, baseType(c.typ)) {
			say(f.Column, "has type %s, expected %s", c.typ, d.columnType(f, s.IDs()))
		}
		if !f.Optional && c.nullable {
			say(f.Column, "allows NULL but is required")
		}
		if f.Unique && !l.index(have, []string{f.Column}, true) {
			say(f.Column, "should be unique but has no unique index")
		}
	}
	for key, c := range have.columns {
		if !known[key] && !c.nullable && !c.filled {
			say(c.name, "is required and has no default, but is not in the schema: rows cannot be created")
		}
	}
	slices.Sort(out)
	return out
}

// accepted lists the types that can hold f.
func (d *Dialect) accepted(f *adapter.Field, ids adapter.IDStrategy) []string {
	if f.ReferencesID() && ids == adapter.SerialIDs {
		return d.Migration.Accepts[string(adapter.Number)]
	}
	return d.Migration.Accepts[string(f.Type)]
}

// baseType is a type without its length.
func baseType(t string) string {
	t, _, _ = strings.Cut(strings.ToLower(t), "(")
	return strings.TrimSpace(t)
}
