package sqladapter

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// A Migration is the part of a Dialect that only migrations use.
type Migration struct {
	// Lock, if any, keeps other migrations waiting until the transaction ends.
	Lock *Stmt
	// Args are the arguments of the two statements below.
	Args []any
	// Columns lists the columns of all tables: table, column, type, whether NULL is allowed, whether
	// the database fills it.
	Columns *Stmt
	// Indexes lists the columns of all indexes in order: table, index, column or NULL, whether the
	// index is unique, whether it is valid and covers all rows.
	Indexes *Stmt
	// FoldNames says that names that differ in case alone are the same name.
	FoldNames bool

	// IDs are the definitions of key columns, and IDTypes the types of references to them.
	IDs, IDTypes Kinds
	// Types are the types of columns by logical type; BigInt is that of 64-bit numbers.
	Types  map[string]string
	BigInt string
	// Accepts lists the types, in lower case, that can hold a logical type.
	Accepts map[string][]string
	// Now is the default of date columns that have one, or empty.
	Now string
	// False and True are the literals.
	False, True string
}

// Kinds has one value for each kind of id.
type Kinds struct{ Text, Serial, UUID string }

// A live database is what migrations found.
type live struct {
	fold    bool
	tables  map[string]*liveTable
	indexes map[string]*liveIndex // by name
}

type liveTable struct {
	columns map[string]*liveColumn
	indexes []*liveIndex
}

type liveColumn struct {
	name, typ        string
	nullable, filled bool
}

type liveIndex struct {
	table   string
	columns []string
	unique  bool
	whole   bool // valid, and over all rows and plain columns
}

func (l *live) key(name string) string {
	if l.fold {
		return strings.ToLower(name)
	}
	return name
}

func (l *live) table(name string) *liveTable { return l.tables[l.key(name)] }

func (l *live) column(t *liveTable, name string) *liveColumn { return t.columns[l.key(name)] }

// index finds an index of t that begins with the columns; a unique one must have no others.
func (l *live) index(t *liveTable, columns []string, unique bool) bool {
	return slices.ContainsFunc(t.indexes, func(x *liveIndex) bool {
		if !x.whole || len(x.columns) < len(columns) || unique && (!x.unique || len(x.columns) != len(columns)) {
			return false
		}
		for i, c := range columns {
			if x.columns[i] != l.key(c) {
				return false
			}
		}
		return true
	})
}

// introspect reads the tables and indexes.
func (d *Dialect) introspect(ctx context.Context, conn Conn) (*live, error) {
	m := &d.Migration
	l := &live{fold: m.FoldNames, tables: map[string]*liveTable{}, indexes: map[string]*liveIndex{}}
	err := conn.Query(ctx, m.Columns, m.Args, func(_ []string, v []any) { l.addColumn(v) })
	if err == nil {
		err = conn.Query(ctx, m.Indexes, m.Args, func(_ []string, v []any) { l.addIndexColumn(v) })
	}
	if err != nil {
		return nil, fmt.Errorf("migrate: read the schema: %w", err)
	}
	return l, nil
}

func (l *live) addColumn(v []any) {
	table, _ := v[0].(string)
	name, _ := v[1].(string)
	typ, _ := v[2].(string)
	t := l.table(table)
	if t == nil {
		t = &liveTable{columns: map[string]*liveColumn{}}
		l.tables[l.key(table)] = t
	}
	t.columns[l.key(name)] = &liveColumn{name: name, typ: typ, nullable: truth(v[3]), filled: truth(v[4])}
}

func (l *live) addIndexColumn(v []any) {
	table, _ := v[0].(string)
	name, _ := v[1].(string)
	column, plain := v[2].(string)
	x := l.indexes[l.key(name)]
	if x == nil {
		x = &liveIndex{table: table, unique: truth(v[3]), whole: truth(v[4])}
		l.indexes[l.key(name)] = x
		if t := l.table(table); t != nil {
			t.indexes = append(t.indexes, x)
		}
	}
	x.columns = append(x.columns, l.key(column))
	x.whole = x.whole && plain
}
