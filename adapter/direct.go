package adapter

import (
	"context"
	"reflect"
	"time"

	"github.com/betterauth-go/betterauth/internal/wire"
)

// A DirectJoiner is a [Joiner] that can write the values of a row right where they belong instead of
// into a [Record]. The Store asks it for single rows, which sessions are.
type DirectJoiner interface {
	Joiner
	// JoinOne finds what FindJoined finds for q, which has Limit 1, no Select, and one join to at most one
	// row. It reports whether there was a row and whether one was related to it. It may write values to
	// related although there is none; if it writes a row several times the last counts.
	JoinOne(ctx context.Context, q Query, row, related RowWriter) (found, joined bool, err error)
}

// A RowWriter takes the values of one row, each with the name of its column.
type RowWriter interface {
	Text(column, text string) error
	// Time takes a date in UTC, in whole milliseconds.
	Time(column string, t time.Time) error
	// Value takes any value that a Record could hold.
	Value(column string, v any) error
}

// A planWriter is the RowWriter of a struct.
type planWriter struct {
	plan  *plan
	row   reflect.Value
	block []string // see plan.decode
	extra wire.Object
	next  int // the field that is likely the next: columns mostly come in the order of the fields
}

func (p *plan) writer(row any) planWriter {
	w := planWriter{plan: p, row: reflect.ValueOf(row).Elem()}
	if p.inline >= 0 && len(p.extra) > 0 {
		w.extra = make(wire.Object, len(p.extra))
		for i, c := range p.extra {
			w.extra[i].Name = c.name
		}
		*p.extras(w.row) = w.extra
	}
	return w
}

// field finds the field of a column, or nil.
func (w *planWriter) field(column string) *planField {
	fields := w.plan.fields
	for range fields {
		if w.next == len(fields) {
			w.next = 0
		}
		f := &fields[w.next]
		w.next++
		if f.column.column == column {
			return f
		}
	}
	return nil
}

func (w *planWriter) target(f *planField) any { return w.row.Field(f.index).Addr().Interface() }

func (w *planWriter) Text(column, text string) error {
	f := w.field(column)
	if f == nil || f.column.transforms() {
		return w.write(f, column, text)
	}
	switch t := w.target(f).(type) {
	case *string:
		*t = text
	case **string:
		if f.column.typ != String && !f.column.id {
			return w.write(f, column, text)
		}
		*t = w.optional(text)
	default:
		return w.write(f, column, text)
	}
	return nil
}

// optional puts a text into the block of the row.
func (w *planWriter) optional(text string) *string {
	if w.block == nil {
		w.block = make([]string, 0, w.plan.strings)
	}
	w.block = append(w.block, text)
	return &w.block[len(w.block)-1]
}

func (w *planWriter) Time(column string, t time.Time) error {
	f := w.field(column)
	if f != nil && f.column.typ == Date && !f.column.transforms() {
		if target, ok := w.target(f).(*time.Time); ok {
			*target = t
			return nil
		}
	}
	return w.write(f, column, t)
}

func (w *planWriter) Value(column string, v any) error { return w.write(w.field(column), column, v) }

// write stores a value in a field, or among the further columns if there is no field.
func (w *planWriter) write(f *planField, column string, v any) error {
	if f != nil {
		if v != nil && w.block == nil {
			w.block = make([]string, 0, w.plan.strings)
		}
		return f.column.assign(w.target(f), v, &w.block)
	}
	for i := range w.extra {
		if c := w.plan.extra[i]; c.column == column {
			v, err := c.output(v)
			w.extra[i].Value = v
			return err
		}
	}
	return nil
}
