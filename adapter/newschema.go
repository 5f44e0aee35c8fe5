package adapter

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A Schema is the complete description of the tables: the core's with everything that plugins and the
// application added. It does not change once built and may be shared.
type Schema struct {
	tables     []*Table // in creation order
	byName     map[string]*Table
	byPhysical map[string]*Table
	ids        IDStrategy
}

// NewSchema merges tables in the order given: the core's, then those of plugins, then the fields of the
// application. A table whose name occurred before adds its fields and indexes to the earlier one; a field
// whose name occurred before replaces the earlier one in its place. Empty physical names, columns, index
// names and OnDelete actions are filled in. The error joins every fault found.
func NewSchema(tables ...Table) (*Schema, error) {
	s := &Schema{byName: map[string]*Table{}, byPhysical: map[string]*Table{}}
	for i := range tables {
		s.merge(&tables[i])
	}
	var faults []error
	for _, t := range s.tables {
		t.fill()
		faults = append(faults, t.check()...)
		if other, taken := s.byPhysical[t.Physical]; taken {
			faults = append(faults, fmt.Errorf("schema: tables %q and %q are both stored as %q", other.Name, t.Name, t.Physical))
		}
		s.byPhysical[t.Physical] = t
	}
	for _, t := range s.tables {
		faults = append(faults, s.checkReferences(t)...)
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	s.sort()
	return s, nil
}

// Table returns the table with a logical name, or nil.
func (s *Schema) Table(name string) *Table { return s.byName[name] }

// PhysicalTable returns the table with a name in the database, or nil.
func (s *Schema) PhysicalTable(name string) *Table { return s.byPhysical[name] }

// Tables returns all tables, each after the tables it references. The slice is the Schema's own: read it.
func (s *Schema) Tables() []*Table { return s.tables }

// IDs tells how ids are made, which decides the type of id columns and of references to them.
func (s *Schema) IDs() IDStrategy { return s.ids }

// WithIDs returns the schema with another id strategy.
func (s *Schema) WithIDs(ids IDStrategy) *Schema {
	c := *s
	c.ids = ids
	return &c
}

// Field returns the field with a logical name, or nil; the id is no field. It is safe on a nil Table.
func (t *Table) Field(name string) *Field {
	if t == nil {
		return nil
	}
	for i := range t.Fields {
		if t.Fields[i].Name == name {
			return &t.Fields[i]
		}
	}
	return nil
}

// FieldByColumn returns the field with a column name, or nil; the id is no field.
func (t *Table) FieldByColumn(column string) *Field {
	if t == nil {
		return nil
	}
	for i := range t.Fields {
		if t.Fields[i].Column == column {
			return &t.Fields[i]
		}
	}
	return nil
}

// Column returns the column of a logical field name, "id" included, or "" when there is none.
func (t *Table) Column(name string) string {
	if name == idName {
		return idName
	}
	if f := t.Field(name); f != nil {
		return f.Column
	}
	return ""
}

// ReferencesID reports whether the field holds the id of a row of some table.
func (f *Field) ReferencesID() bool { return f.References != nil && f.References.Field == idName }

// idName is the name of the key column, in every table and on every database.
const idName = "id"

func (s *Schema) merge(add *Table) {
	t := s.byName[add.Name]
	if t == nil {
		t = &Table{Name: add.Name}
		s.byName[add.Name] = t
		s.tables = append(s.tables, t)
	}
	if add.Physical != "" {
		t.Physical = add.Physical
	}
	t.NoMigration = t.NoMigration || add.NoMigration
	for i := range add.Fields {
		f := add.Fields[i]
		if f.References != nil {
			f.References = new(*f.References)
		}
		// Two fields of one name within one Table are left for check to report.
		if old := t.Field(f.Name); old != nil && !repeats(add.Fields[:i], f.Name) {
			*old = f
			continue
		}
		t.Fields = append(t.Fields, f)
	}
	t.Indexes = append(t.Indexes, add.Indexes...)
}

func repeats(fields []Field, name string) bool {
	return slices.ContainsFunc(fields, func(f Field) bool { return f.Name == name })
}

func (t *Table) fill() {
	if t.Physical == "" {
		t.Physical = t.Name
	}
	for i := range t.Fields {
		f := &t.Fields[i]
		if f.Column == "" {
			f.Column = f.Name
		}
		if f.References != nil && f.References.OnDelete == "" {
			f.References.OnDelete = "cascade"
		}
	}
	for i := range t.Indexes {
		x := &t.Indexes[i]
		if x.Name == "" {
			x.Name = t.Name + "_" + strings.Join(x.Fields, "_") + "_idx"
		}
	}
}

func (t *Table) check() (faults []error) {
	fault := func(format string, args ...any) {
		faults = append(faults, fmt.Errorf("schema: table %q: "+format, append([]any{t.Name}, args...)...))
	}
	if badName(t.Name) || badName(t.Physical) {
		fault("the name is empty or has a NUL byte")
	}
	columns := map[string]string{idName: idName}
	for i := range t.Fields {
		f := &t.Fields[i]
		if badName(f.Name) || badName(f.Column) {
			fault("field %q: the name or column is empty or has a NUL byte", f.Name)
		}
		if f.Name == idName {
			fault("field %q is added by itself, leave it out", idName)
		} else if other, taken := columns[f.Column]; taken {
			fault("fields %q and %q are both stored in column %q", other, f.Name, f.Column)
		}
		columns[f.Column] = f.Name
		if !f.Type.valid() {
			fault("field %q: unknown type %q", f.Name, f.Type)
		}
	}
	for _, x := range t.Indexes {
		if len(x.Fields) == 0 {
			fault("index %q has no fields", x.Name)
		}
		for _, name := range x.Fields {
			if t.Column(name) == "" {
				fault("index %q: there is no field %q", x.Name, name)
			}
		}
	}
	return faults
}

func (t Type) valid() bool {
	switch t {
	case String, Number, Boolean, Date, JSON, StringArray, NumberArray:
		return true
	}
	return false
}

func badName(name string) bool { return name == "" || strings.ContainsRune(name, 0) }

func (s *Schema) checkReferences(t *Table) (faults []error) {
	for i := range t.Fields {
		ref := t.Fields[i].References
		if ref == nil {
			continue
		}
		fault := func(what string) {
			faults = append(faults, fmt.Errorf("schema: table %q: field %q references %s", t.Name, t.Fields[i].Name, what))
		}
		target := s.byName[ref.Table]
		switch {
		case target == nil:
			fault(fmt.Sprintf("table %q, which does not exist", ref.Table))
		case target.Column(ref.Field) == "":
			fault(fmt.Sprintf("field %q of table %q, which does not exist", ref.Field, ref.Table))
		}
		switch ref.OnDelete {
		case "cascade", "no action", "restrict", "set null", "set default":
		default:
			fault(fmt.Sprintf("%q with the unknown OnDelete action %q", ref.Table, ref.OnDelete))
		}
	}
	return faults
}

// sort orders the tables so that each comes after those it references, and otherwise keeps the order.
// Tables that reference each other stay in the order they have.
func (s *Schema) sort() {
	sorted := make([]*Table, 0, len(s.tables))
	seen := map[*Table]bool{}
	var visit func(t *Table)
	visit = func(t *Table) {
		if seen[t] {
			return
		}
		seen[t] = true
		for i := range t.Fields {
			if ref := t.Fields[i].References; ref != nil {
				visit(s.byName[ref.Table])
			}
		}
		sorted = append(sorted, t)
	}
	for _, t := range s.tables {
		visit(t)
	}
	s.tables = sorted
}
