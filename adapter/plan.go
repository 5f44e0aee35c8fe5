package adapter

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/betterauth-go/betterauth/internal/wire"
)

// A plan maps a Go struct to the columns of a table; it is made once for each pair.
type plan struct {
	table   *table
	fields  []planField
	extra   []*column // columns without a struct field, in schema order
	inline  int       // index of the field for extra columns, or -1
	strings int       // how many fields are a *string
}

type planField struct {
	index  int // in the struct
	column *column
}

// planCache holds the plans of one table by struct type.
type planCache struct{ m sync.Map }

var objectPointer = reflect.TypeFor[*wire.Object]()

// plan returns the plan of a struct type, or an error that tells what is wrong with the type.
func (t *table) plan(typ reflect.Type) (*plan, error) {
	if p, ok := t.plans.m.Load(typ); ok {
		return p.(*plan), nil
	}
	p, err := t.newPlan(typ)
	if err != nil {
		return nil, err
	}
	t.plans.m.Store(typ, p)
	return p, nil
}

func (t *table) newPlan(typ reflect.Type) (*plan, error) {
	if typ.Kind() != reflect.Struct {
		return nil, fmt.Errorf("adapter: rows of %q cannot be a %s, which is no struct", t.Name, typ)
	}
	p := &plan{table: t, inline: -1}
	taken := map[string]bool{}
	for i := range typ.NumField() {
		f := typ.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case !f.IsExported() || name == "-":
			continue
		case options == "inline":
			if !reflect.PointerTo(f.Type).ConvertibleTo(objectPointer) {
				return nil, fmt.Errorf("adapter: %s.%s cannot hold further columns", typ, f.Name)
			}
			p.inline = i
			continue
		case name == "":
			name = f.Name
		}
		c, err := t.column(name)
		if err != nil {
			return nil, fmt.Errorf("%s.%s: %w", typ, f.Name, err)
		}
		if f.Type == reflect.TypeFor[*string]() {
			p.strings++
		}
		taken[name] = true
		p.fields = append(p.fields, planField{i, c})
	}
	for i := range t.columns {
		if c := &t.columns[i]; !taken[c.name] && c.name != idName {
			p.extra = append(p.extra, c)
		}
	}
	return p, nil
}

// decode fills the struct that row points to from a record of the adapter.
func (p *plan) decode(rec Record, row any) error {
	v := reflect.ValueOf(row).Elem()
	// One array for all optional strings of the row, instead of an allocation for each.
	var block []string
	for i := range p.fields {
		f := &p.fields[i]
		target := v.Field(f.index).Addr().Interface()
		value := rec[f.column.column]
		if _, isOptional := target.(**string); isOptional && value != nil && block == nil {
			block = make([]string, 0, p.strings)
		}
		if err := f.column.assign(target, value, &block); err != nil {
			return err
		}
	}
	if p.inline < 0 || len(p.extra) == 0 {
		return nil
	}
	extra := make(wire.Object, len(p.extra))
	for i, c := range p.extra {
		value, err := c.output(rec[c.column])
		if err != nil {
			return err
		}
		extra[i] = wire.Member{Name: c.name, Value: value}
	}
	*p.extras(v) = extra
	return nil
}

// extras returns the struct's field for further columns.
func (p *plan) extras(v reflect.Value) *wire.Object {
	return v.Field(p.inline).Addr().Convert(objectPointer).Interface().(*wire.Object)
}

// assign stores a value of the adapter in a struct field. The common pairs of types need no allocation.
func (c *column) assign(target, value any, block *[]string) error {
	if !c.transforms() {
		switch t := target.(type) {
		case *string:
			if s, ok := value.(string); ok {
				*t = s
				return nil
			}
		case *bool:
			if b, ok := value.(bool); ok {
				*t = b
				return nil
			}
		case *int64:
			if n, ok := value.(int64); ok {
				*t = n
				return nil
			}
		}
	}
	value, err := c.output(value)
	if err != nil {
		return err
	}
	switch t := target.(type) {
	case **string:
		if s, ok := value.(string); ok {
			*block = append(*block, s)
			*t = &(*block)[len(*block)-1]
			return nil
		}
	case *time.Time:
		if d, ok := value.(time.Time); ok {
			*t = d
			return nil
		}
	}
	return c.set(reflect.ValueOf(target).Elem(), value)
}

// set stores a logical value in a struct field of any type that can hold it.
func (c *column) set(field reflect.Value, value any) error {
	if value == nil {
		field.SetZero()
		return nil
	}
	if field.Kind() == reflect.Pointer {
		p := reflect.New(field.Type().Elem())
		field.Set(p)
		return c.set(p.Elem(), value)
	}
	v := reflect.ValueOf(value)
	switch {
	case v.Type().AssignableTo(field.Type()):
		field.Set(v)
	case v.Kind() == reflect.Float64 && field.CanInt():
		field.SetInt(int64(v.Float()))
	case v.Kind() == reflect.Int64 && field.CanFloat():
		field.SetFloat(float64(v.Int()))
	case sameKind(v.Kind(), field.Kind()) && v.CanConvert(field.Type()):
		field.Set(v.Convert(field.Type()))
	default:
		return c.setJSON(field, value)
	}
	return nil
}

func sameKind(a, b reflect.Kind) bool {
	number := func(k reflect.Kind) bool { return k >= reflect.Int && k <= reflect.Float64 }
	return a == b && a != reflect.Slice || number(a) && number(b)
}

// setJSON goes through JSON, for lists and for structs that mirror a JSON column.
func (c *column) setJSON(field reflect.Value, value any) error {
	raw, isRaw := value.(json.RawMessage)
	if !isRaw && c.typ != JSON && c.typ != StringArray && c.typ != NumberArray {
		return fmt.Errorf("adapter: field %q: a %s does not fit into a %s", c.name, c.typ, field.Type())
	}
	if !isRaw {
		var err error
		if raw, err = json.Marshal(value); err != nil {
			return c.stored(value)
		}
	}
	if json.Unmarshal(raw, field.Addr().Interface()) != nil {
		return fmt.Errorf("adapter: field %q: the stored JSON does not fit into a %s", c.name, field.Type())
	}
	return nil
}

// logical returns the values of a struct that are set, by logical name. A nil pointer, nil slice or zero
// time is not set, nor is any other zero value of a field that has a default, nor an empty id.
func (p *plan) logical(row any) Record {
	v := reflect.ValueOf(row).Elem()
	rec := make(Record, len(p.table.columns))
	for i := range p.fields {
		f := &p.fields[i]
		field := v.Field(f.index)
		if field.IsZero() && unsetWhenZero(field, f.column) {
			continue
		}
		rec[f.column.name] = plain(field.Interface())
	}
	if p.inline >= 0 {
		for _, m := range *p.extras(v) {
			if m.Value != (wire.Undefined{}) {
				rec[m.Name] = plain(m.Value)
			}
		}
	}
	return rec
}

func unsetWhenZero(field reflect.Value, c *column) bool {
	switch field.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map, reflect.Interface:
		return true
	}
	_, isTime := field.Interface().(time.Time)
	return isTime || c.field == nil || c.field.Default != nil
}

// assignLogical stores logical values in the struct; names it has no field for go to its further columns.
func (p *plan) assignLogical(row any, values Record) error {
	v := reflect.ValueOf(row).Elem()
	for i := range p.fields {
		f := &p.fields[i]
		if value, ok := values[f.column.name]; ok {
			if err := f.column.set(v.Field(f.index), plain(value)); err != nil {
				return err
			}
		}
	}
	if p.inline < 0 {
		return nil
	}
	extra := p.extras(v)
	for _, c := range p.extra {
		if value, ok := values[c.name]; ok {
			extra.Set(c.name, value)
		}
	}
	return nil
}
