package sqladapter

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/betterauth-go/betterauth/adapter"
)

// Plan returns the statements that are missing.
func (a *Adapter) Plan(ctx context.Context, s *adapter.Schema) ([]adapter.Statement, error) {
	l, err := a.d.introspect(ctx, a.conn)
	if err != nil {
		return nil, err
	}
	return a.plan(ctx, a.conn, s, l)
}

// Migrate brings the database to s.
func (a *Adapter) Migrate(ctx context.Context, s *adapter.Schema) error {
	_, err := a.align(ctx, s)
	return err
}

// Align brings the database to s and describes what differs all the same.
func (a *Adapter) Align(ctx context.Context, s *adapter.Schema) ([]string, error) {
	l, err := a.align(ctx, s)
	if err != nil {
		return nil, err
	}
	return a.d.drift(l, s), nil
}

// align brings the database to s and returns what it is like then.
func (a *Adapter) align(ctx context.Context, s *adapter.Schema) (*live, error) {
	l, err := a.d.introspect(ctx, a.conn)
	if err != nil {
		return nil, err
	}
	// Mostly nothing is missing, which needs neither lock nor transaction to be seen.
	if missing, err := a.plan(ctx, a.conn, s, l); err == nil && len(missing) == 0 {
		return l, nil
	}
	if err := a.add(ctx, s); err != nil {
		return nil, err
	}
	return a.d.introspect(ctx, a.conn)
}

// add plans again, while no other migration runs, and runs the plan.
func (a *Adapter) add(ctx context.Context, s *adapter.Schema) error {
	return a.Transaction(ctx, func(tx adapter.Adapter) error {
		conn := tx.(*Adapter).conn
		if lock := a.d.Migration.Lock; lock != nil {
			if err := conn.Query(ctx, lock, nil, func([]string, []any) {}); err != nil {
				return fmt.Errorf("migrate: wait for other migrations: %w", err)
			}
		}
		l, err := a.d.introspect(ctx, conn)
		if err != nil {
			return err
		}
		statements, err := a.plan(ctx, conn, s, l)
		if err != nil {
			return err
		}
		for _, st := range statements {
			if _, err := conn.Exec(ctx, &Stmt{SQL: string(st), Write: true}, nil); err != nil {
				return fmt.Errorf("migrate: %s: %w", st, err)
			}
		}
		return nil
	})
}

func (a *Adapter) plan(ctx context.Context, conn Conn, s *adapter.Schema, l *live) ([]adapter.Statement, error) {
	p := planner{d: a.d, conn: conn, schema: s, live: l}
	for _, t := range s.Tables() {
		if t.NoMigration {
			continue
		}
		if have := l.table(t.Physical); have == nil {
			p.create(t)
		} else if err := p.extend(ctx, t, have); err != nil {
			return nil, err
		}
	}
	if err := errors.Join(p.faults...); err != nil {
		return nil, err
	}
	return slices.Concat(p.schemas, p.tables, p.columns, p.indexes), nil
}

// A planner collects statements by what they do, which is the order in which they can run.
type planner struct {
	d      *Dialect
	conn   Conn
	schema *adapter.Schema
	live   *live

	schemas, tables, columns, indexes []adapter.Statement
	faults                            []error
}

// create plans a new table.
func (p *planner) create(t *adapter.Table) {
	if p.d.Schema != "" && p.schemas == nil {
		b := quote([]byte("CREATE SCHEMA IF NOT EXISTS "), p.d.Schema)
		p.schemas = []adapter.Statement{adapter.Statement(b)}
	}
	b := p.d.table([]byte("CREATE TABLE "), t.Physical)
	b = append(quote(append(b, " ("...), idColumn), ' ')
	b = append(b, p.d.Migration.IDs.of(p.schema.IDs())...)
	for i := range t.Fields {
		f := &t.Fields[i]
		b = p.define(append(b, ", "...), f, "")
		if f.Unique {
			b = append(b, " UNIQUE"...)
		} else if f.Index {
			p.index(t, nil, adapter.Index{Fields: []string{f.Name}})
		}
	}
	p.tables = append(p.tables, adapter.Statement(append(b, ')')))
	for _, x := range t.Indexes {
		p.index(t, nil, x)
	}
}

// extend plans the columns and indexes that a table lacks.
func (p *planner) extend(ctx context.Context, t *adapter.Table, have *liveTable) error {
	populated := -1 // unknown
	for i := range t.Fields {
		f := &t.Fields[i]
		if p.live.column(have, f.Column) != nil {
			if f.Index && !f.Unique {
				p.index(t, have, adapter.Index{Fields: []string{f.Name}})
			}
			continue
		}
		value := p.d.columnDefault(f)
		if !f.Optional && value == "" {
			if populated < 0 {
				var err error
				if populated, err = p.rows(ctx, t); err != nil {
					return err
				}
			}
			if populated > 0 {
				p.faults = append(p.faults, fmt.Errorf("migrate: column %q of table %q is required and has no default, but the table has rows: "+
					"add the column yourself, allowing NULL, fill it in every row, then set it NOT NULL", f.Column, t.Physical))
				continue
			}
		}
		b := p.d.table([]byte("ALTER TABLE "), t.Physical)
		b = p.define(append(b, " ADD COLUMN "...), f, value)
		p.columns = append(p.columns, adapter.Statement(b))
		if f.Index || f.Unique {
			p.index(t, have, adapter.Index{Fields: []string{f.Name}, Unique: f.Unique})
		}
	}
	for _, x := range t.Indexes {
		p.index(t, have, x)
	}
	return nil
}

// rows returns 1 when the table has rows, and else 0.
func (p *planner) rows(ctx context.Context, t *adapter.Table) (n int, err error) {
	st := &Stmt{SQL: string(p.d.table([]byte("SELECT 1 FROM "), t.Physical)) + " LIMIT 1"}
	err = p.conn.Query(ctx, st, nil, func([]string, []any) { n = 1 })
	return n, err
}

// define appends a column's definition. value is the default that fills existing rows.
func (p *planner) define(b []byte, f *adapter.Field, value string) []byte {
	b = append(quote(b, f.Column), ' ')
	b = append(b, p.d.columnType(f, p.schema.IDs())...)
	if value == "" && f.Type == adapter.Date && f.Default != nil {
		value = p.d.Migration.Now
	}
	if value != "" {
		b = append(append(b, " DEFAULT "...), value...)
	}
	if !f.Optional {
		b = append(b, " NOT NULL"...)
	}
	if ref := f.References; ref != nil {
		target := p.schema.Table(ref.Table)
		b = p.d.table(append(b, " REFERENCES "...), target.Physical)
		b = append(quote(append(b, " ("...), target.Column(ref.Field)), ") ON DELETE "...)
		b = append(b, strings.ToUpper(ref.OnDelete)...)
	}
	return b
}

// index plans an index unless the table has one that serves.
func (p *planner) index(t *adapter.Table, have *liveTable, x adapter.Index) {
	columns := make([]string, len(x.Fields))
	for i, f := range x.Fields {
		columns[i] = t.Column(f)
	}
	if have != nil && p.live.index(have, columns, x.Unique) {
		return
	}
	name := indexName(t, x, columns)
	if other := p.live.indexes[p.live.key(name)]; other != nil {
		p.faults = append(p.faults, fmt.Errorf("migrate: an index %q exists on table %q with other columns: rename it, or name the index of %q (%s) otherwise",
			name, other.table, t.Physical, strings.Join(columns, ", ")))
		return
	}
	b := []byte("CREATE INDEX ")
	if x.Unique {
		b = []byte("CREATE UNIQUE INDEX ")
	}
	b = append(quote(b, name), " ON "...)
	b = append(p.d.table(b, t.Physical), " ("...)
	for i, c := range columns {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = quote(b, c)
	}
	statement := adapter.Statement(append(b, ')'))
	if !slices.Contains(p.indexes, statement) {
		p.indexes = append(p.indexes, statement)
	}
}

// maxName is how many bytes of an identifier PostgreSQL keeps.
const maxName = 63

// indexName is the name the reference gives: of the physical table and columns, shortened with a
// hash where it would be too long. A name other than the schema's default was chosen by someone.
func indexName(t *adapter.Table, x adapter.Index, columns []string) string {
	if x.Name != "" && x.Name != t.Name+"_"+strings.Join(x.Fields, "_")+"_idx" {
		return x.Name
	}
	kind := "_idx"
	if x.Unique {
		kind = "_uidx"
	}
	base := t.Physical + "_" + strings.Join(columns, "_")
	if len(base)+len(kind) <= maxName {
		return base + kind
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(base + kind))
	suffix := fmt.Sprintf("_%08x%s", h.Sum32(), kind)
	return strings.ToValidUTF8(base[:maxName-len(suffix)], "") + suffix
}

// of picks the value for an id strategy.
func (k Kinds) of(ids adapter.IDStrategy) string {
	switch ids {
	case adapter.SerialIDs:
		return k.Serial
	case adapter.UUIDs:
		return k.UUID
	}
	return k.Text
}

func (d *Dialect) columnType(f *adapter.Field, ids adapter.IDStrategy) string {
	switch {
	case f.ReferencesID():
		return d.Migration.IDTypes.of(ids)
	case f.Type == adapter.Number && f.BigInt:
		return d.Migration.BigInt
	}
	return d.Migration.Types[string(f.Type)]
}

// columnDefault is the default that a new column of an existing table gets, so that its rows have a
// value, or empty. A function that makes another value each time gives none.
func (d *Dialect) columnDefault(f *adapter.Field) string {
	if f.Default == nil || f.Unique && f.Optional {
		return ""
	}
	if f.Type == adapter.Date {
		return d.Migration.Now
	}
	v := f.Default()
	if !reflect.DeepEqual(v, f.Default()) {
		return ""
	}
	switch v := v.(type) {
	case string:
		return "'" + strings.ReplaceAll(v, "'", "''") + "'"
	case bool:
		if v {
			return d.Migration.True
		}
		return d.Migration.False
	case int:
		return strconv.Itoa(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return ""
}
