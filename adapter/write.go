package adapter

import (
	"context"
	"fmt"
	"maps"
)

// A newRow is what a create starts from: a struct or a Record with logical names.
type newRow interface {
	// pointer returns the struct's address, nil if there is no struct.
	pointer() any
	// logical returns the values that are set.
	logical() Record
	// merge takes over values that a hook changed.
	merge(Record) error
}

type untypedRow struct{ values Record }

func (r untypedRow) pointer() any    { return nil }
func (r untypedRow) logical() Record { return r.values }
func (r untypedRow) merge(changed Record) error {
	maps.Copy(r.values, changed)
	return nil
}

// create runs the hooks around an insert and returns the record as stored.
func (s *Store) create(ctx context.Context, t *table, row newRow) (Record, error) {
	rec, err := s.prepare(ctx, t, row)
	if err != nil {
		return nil, err
	}
	rec, err = call(ctx, s, func(ctx context.Context, a Adapter) (Record, error) {
		return a.Create(ctx, t.Physical, rec)
	})
	if err != nil {
		return nil, err
	}
	s.after(ctx, t, OnAfterCreate, rec)
	return rec, nil
}

// prepare runs the before hooks of a create and makes the record to insert.
func (s *Store) prepare(ctx context.Context, t *table, row newRow) (Record, error) {
	if t.events&OnBeforeCreate != 0 {
		if u, ok := row.(untypedRow); ok {
			row = untypedRow{values: cloneRecord(u.values)}
		}
		for i := range t.hooks {
			if h := &t.hooks[i]; h.beforeCreate != nil {
				if err := h.beforeCreate(ctx, t, row); err != nil {
					return nil, err
				}
			}
		}
	}
	return s.newRecord(t, row.logical())
}

func cloneRecord(r Record) Record {
	c := make(Record, len(r)+4)
	maps.Copy(c, r)
	return c
}

// newRecord makes the physical record of a new row: id, defaults and conversions. Optional fields that
// are not set become NULL; required ones are left out, so that the database's own default applies.
func (s *Store) newRecord(t *table, values Record) (Record, error) {
	for name := range values {
		if _, err := t.column(name); err != nil {
			return nil, err
		}
	}
	rec := make(Record, len(t.columns))
	for i := range t.columns {
		c := &t.columns[i]
		v, set := values[c.name]
		var err error
		if c.field == nil {
			v, set, err = s.newKey(t, v)
		} else {
			v, set = c.field.initial(plain(v), set)
		}
		if err != nil {
			return nil, err
		}
		if !set {
			continue
		}
		if rec[c.column], err = c.input(v); err != nil {
			return nil, err
		}
	}
	return rec, nil
}

func (s *Store) newKey(t *table, given any) (id any, set bool, err error) {
	if given = plain(given); given != nil && given != "" {
		return given, true, nil
	}
	made, err := s.newID(t.Name)
	return made, made != "", err
}

// initial returns the value of a field in a new row, and whether there is one to write.
func (f *Field) initial(v any, set bool) (any, bool) {
	missing := !set || v == nil && !f.Optional
	switch {
	case !missing:
		return v, true
	case f.Default != nil:
		return f.Default(), true
	case f.OnUpdate != nil && !f.Optional:
		return f.OnUpdate(), true
	}
	return nil, f.Optional
}

// changes makes the physical record of an update, with OnUpdate values for fields that are not set.
func (t *table) changes(set Changes) (Record, error) {
	for name := range set {
		if _, err := t.column(name); err != nil {
			return nil, err
		}
	}
	rec := make(Record, len(set)+1)
	for i := range t.columns {
		c := &t.columns[i]
		v, ok := set[c.name]
		if !ok && c.field != nil && c.field.OnUpdate != nil {
			v, ok = c.field.OnUpdate(), true
		}
		if !ok {
			continue
		}
		var err error
		if rec[c.column], err = c.input(v); err != nil {
			return nil, err
		}
	}
	return rec, nil
}

// updateInput runs the before hooks of an update and translates both the changes and the conditions.
func (s *Store) updateInput(ctx context.Context, t *table, set Changes, where []Where) (Query, Record, error) {
	set, err := t.beforeUpdate(ctx, set)
	if err != nil {
		return Query{}, nil, err
	}
	rec, err := t.changes(set)
	if err != nil {
		return Query{}, nil, err
	}
	q, err := t.query(where)
	return q, rec, err
}

func (s *Store) update(ctx context.Context, t *table, set Changes, where []Where) (Record, error) {
	q, changes, err := s.updateInput(ctx, t, set, where)
	if err != nil {
		return nil, err
	}
	if len(changes) == 0 {
		return s.findOne(ctx, t, where)
	}
	rec, err := call(ctx, s, func(ctx context.Context, a Adapter) (Record, error) {
		return a.Update(ctx, q, changes)
	})
	if err != nil {
		return nil, err
	}
	s.after(ctx, t, OnAfterUpdate, rec)
	return rec, nil
}

func (s *Store) updateMany(ctx context.Context, t *table, set Changes, where []Where) (int64, error) {
	q, changes, err := s.updateInput(ctx, t, set, where)
	if err != nil {
		return 0, err
	}
	if len(changes) == 0 {
		return s.Count(ctx, t.Name, where...)
	}
	if t.events&OnAfterUpdate == 0 {
		return s.updateAll(ctx, t, q, changes)
	}
	var n int64
	err = s.Transaction(ctx, func(ctx context.Context) error {
		n, err = s.updateObserved(ctx, t, q, changes)
		return err
	})
	return n, err
}

func (s *Store) updateAll(ctx context.Context, t *table, q Query, changes Record) (int64, error) {
	return call(ctx, s, func(ctx context.Context, a Adapter) (int64, error) {
		return a.UpdateMany(ctx, q, changes)
	})
}

// updateObserved updates rows and hands each to the after hooks, for which it must know them by id: the
// update may change what the conditions look at.
func (s *Store) updateObserved(ctx context.Context, t *table, q Query, changes Record) (int64, error) {
	recs, err := s.findPhysical(ctx, t, q)
	if err != nil || len(recs) == 0 {
		return 0, err
	}
	ids := make([]any, len(recs))
	for i, rec := range recs {
		ids[i] = rec[idName]
	}
	q.Where = []Where{In(idName, ids)}
	n, err := s.updateAll(ctx, t, q, changes)
	if err != nil {
		return 0, err
	}
	if recs, err = s.findPhysical(ctx, t, q); err != nil {
		return 0, err
	}
	s.after(ctx, t, OnAfterUpdate, recs...)
	return n, nil
}

// delete removes rows; if there are delete hooks it reads the rows first and asks every hook about every
// row before anything is removed.
func (s *Store) delete(ctx context.Context, t *table, where []Where) (int64, error) {
	q, err := t.query(where)
	if err != nil {
		return 0, err
	}
	var recs []Record
	if t.events&(OnBeforeDelete|OnAfterDelete) != 0 {
		if recs, err = s.findPhysical(ctx, t, q); err != nil || len(recs) == 0 {
			return 0, err
		}
		if err = t.beforeDelete(ctx, recs); err != nil {
			return 0, err
		}
	}
	n, err := call(ctx, s, func(ctx context.Context, a Adapter) (int64, error) {
		return a.Delete(ctx, q)
	})
	if err != nil || n == 0 {
		return 0, err
	}
	s.after(ctx, t, OnAfterDelete, recs...)
	return n, nil
}

// consume removes one row. Before hooks see a snapshot, since only the removal itself tells who wins it;
// after hooks run for the winner.
func (s *Store) consume(ctx context.Context, t *table, logical Query) (Record, error) {
	logical.Limit = 1
	q, err := t.fullQuery(nil, logical, 1)
	if err != nil {
		return nil, err
	}
	if t.events&OnBeforeDelete != 0 {
		recs, err := s.findPhysical(ctx, t, q)
		if err != nil {
			return nil, err
		}
		if err := t.beforeDelete(ctx, recs); err != nil {
			return nil, err
		}
	}
	rec, err := call(ctx, s, func(ctx context.Context, a Adapter) (Record, error) {
		return a.Consume(ctx, q)
	})
	if err != nil {
		return nil, err
	}
	s.after(ctx, t, OnAfterDelete, rec)
	return rec, nil
}

func (s *Store) increment(ctx context.Context, t *table, by map[string]int64, set Changes, where []Where) (Record, error) {
	q, err := t.query(where)
	if err != nil {
		return nil, err
	}
	changes, err := t.changes(set)
	if err != nil {
		return nil, err
	}
	columns := make(map[string]int64, len(by))
	for name, n := range by {
		c, err := t.column(name)
		if err != nil {
			return nil, err
		}
		if c.typ != Number {
			return nil, fmt.Errorf("adapter: field %q is no number to increment", name)
		}
		columns[c.column] = n
	}
	if len(columns) == 0 && len(changes) == 0 {
		return nil, fmt.Errorf("adapter: increment %s: nothing to change", t.Name)
	}
	return call(ctx, s, func(ctx context.Context, a Adapter) (Record, error) {
		return a.Increment(ctx, q, columns, changes)
	})
}

func (s *Store) find(ctx context.Context, t *table, logical Query) ([]Record, error) {
	q, err := t.fullQuery(nil, logical, s.options.DefaultLimit)
	if err != nil {
		return nil, err
	}
	return s.findPhysical(ctx, t, q)
}

func (s *Store) findPhysical(ctx context.Context, t *table, q Query) ([]Record, error) {
	return call(ctx, s, func(ctx context.Context, a Adapter) ([]Record, error) { return a.Find(ctx, q) })
}

func (s *Store) findOne(ctx context.Context, t *table, where []Where) (Record, error) {
	q, err := t.query(where)
	if err != nil {
		return nil, err
	}
	q.Limit = 1
	recs, err := s.findPhysical(ctx, t, q)
	if err == nil && len(recs) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return recs[0], nil
}
