package adapter

import (
	"context"
	"reflect"
)

// Rows is the typed access to one table. It holds no state: declare it once as a variable.
//
// T is a struct whose json names are logical field names. Its fields may be strings, booleans, numbers,
// time.Time, pointers to these (nil is NULL), json.RawMessage, []string, []float64, or a struct, slice or
// map that mirrors a JSON column. A field tagged `json:",inline"`, of a type made from a list of name and
// value pairs such as api.Fields, receives all further columns in schema order: as string, bool, float64,
// time.Time, json.RawMessage, []any or nil. Hidden columns are among them.
type Rows[T any] struct {
	// Table is the logical name of the table.
	Table string
}

// resolve finds the table in a store and the plan for T.
func (r Rows[T]) resolve(s *Store) (*table, *plan, error) {
	t, err := s.table(r.Table)
	if err != nil {
		return nil, nil, err
	}
	p, err := t.plan(reflect.TypeFor[T]())
	return t, p, err
}

func decodeRow[T any](t *table, rec Record) (*T, error) {
	p, err := t.plan(reflect.TypeFor[T]())
	if err != nil {
		return nil, err
	}
	row := new(T)
	return row, p.decode(rec, row)
}

// decodeOr decodes rec unless there is an error already.
func decodeOr[T any](p *plan, rec Record, err error) (*T, error) {
	if err != nil {
		return nil, err
	}
	row := new(T)
	if err := p.decode(rec, row); err != nil {
		return nil, err
	}
	return row, nil
}

// typedRow is a new row held in a struct.
type typedRow struct {
	ptr  any
	plan *plan
}

func (r typedRow) pointer() any               { return r.ptr }
func (r typedRow) logical() Record            { return r.plan.logical(r.ptr) }
func (r typedRow) merge(changed Record) error { return r.plan.assignLogical(r.ptr, changed) }

// Create inserts v and returns v, filled with the row as stored. An empty id is made; a nil pointer, a
// zero time, and the zero value of a field that has a default count as not set and get the default.
// It returns an error wrapping ErrUnique when a unique value is taken.
func (r Rows[T]) Create(ctx context.Context, s *Store, v *T) (*T, error) {
	t, p, err := r.resolve(s)
	if err != nil {
		return nil, err
	}
	rec, err := s.create(ctx, t, typedRow{v, p})
	if err != nil {
		return nil, err
	}
	return v, p.decode(rec, v)
}

// FindOne returns the first row that matches, or ErrNotFound.
func (r Rows[T]) FindOne(ctx context.Context, s *Store, where ...Where) (*T, error) {
	t, p, err := r.resolve(s)
	if err != nil {
		return nil, err
	}
	rec, err := s.findOne(ctx, t, where)
	return decodeOr[T](p, rec, err)
}

// Find returns the rows that match q, whose Table is ignored. Options.DefaultLimit applies when q.Limit
// is 0; a negative limit is none.
func (r Rows[T]) Find(ctx context.Context, s *Store, q Query) ([]*T, error) {
	t, p, err := r.resolve(s)
	if err != nil {
		return nil, err
	}
	recs, err := s.find(ctx, t, q)
	if err != nil {
		return nil, err
	}
	return decodeAll[T](p, recs)
}

func decodeAll[T any](p *plan, recs []Record) ([]*T, error) {
	if len(recs) == 1 { // the user of a session: row and list in one allocation
		one := &struct {
			rows [1]*T
			row  T
		}{}
		one.rows[0] = &one.row
		return one.rows[:], p.decode(recs[0], &one.row)
	}
	rows := make([]*T, len(recs))
	for i, rec := range recs {
		rows[i] = new(T)
		if err := p.decode(rec, rows[i]); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// Count returns how many rows match.
func (r Rows[T]) Count(ctx context.Context, s *Store, where ...Where) (int64, error) {
	return s.Count(ctx, r.Table, where...)
}

// Update changes one row and returns it as it is then, or ErrNotFound. The conditions and the write are
// one step: of two callers that guard on the same old value one wins.
func (r Rows[T]) Update(ctx context.Context, s *Store, set Changes, where ...Where) (*T, error) {
	t, p, err := r.resolve(s)
	if err != nil {
		return nil, err
	}
	rec, err := s.update(ctx, t, set, where)
	return decodeOr[T](p, rec, err)
}

// UpdateMany changes every row that matches and returns how many there were.
func (r Rows[T]) UpdateMany(ctx context.Context, s *Store, set Changes, where ...Where) (int64, error) {
	return s.UpdateMany(ctx, r.Table, set, where...)
}

// Delete removes every row that matches and returns how many there were.
func (r Rows[T]) Delete(ctx context.Context, s *Store, where ...Where) (int64, error) {
	return s.Delete(ctx, r.Table, where...)
}

// Consume removes one row that matches and returns it, or ErrNotFound; of many concurrent callers exactly
// one gets it.
func (r Rows[T]) Consume(ctx context.Context, s *Store, where ...Where) (*T, error) {
	t, p, err := r.resolve(s)
	if err != nil {
		return nil, err
	}
	rec, err := s.consume(ctx, t, Query{Where: where})
	return decodeOr[T](p, rec, err)
}

// Increment adds by to numeric fields of one row that matches, applies set, and returns the row, or
// ErrNotFound when none matches. Update hooks do not run.
func (r Rows[T]) Increment(ctx context.Context, s *Store, by map[string]int64, set Changes, where ...Where) (*T, error) {
	t, p, err := r.resolve(s)
	if err != nil {
		return nil, err
	}
	rec, err := s.increment(ctx, t, by, set, where)
	return decodeOr[T](p, rec, err)
}
