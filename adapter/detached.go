package adapter

import (
	"context"
	"reflect"
)

// Prepare fills a new row as Create would, before hooks, id and defaults included, without writing it:
// for rows that live in another store. After hooks run as if it had been written.
func (r Rows[T]) Prepare(ctx context.Context, s *Store, v *T) (*T, error) {
	t, p, err := r.resolve(s)
	if err != nil {
		return nil, err
	}
	rec, err := s.prepare(ctx, t, typedRow{v, p})
	if err != nil {
		return nil, err
	}
	if rec[idName] == nil {
		if rec[idName], err = randomID(s.options.Rand); err != nil {
			return nil, err
		}
	}
	if err := p.decode(rec, v); err != nil {
		return nil, err
	}
	s.after(ctx, t, OnAfterCreate, rec)
	return v, nil
}

// Apply returns a copy of v with set applied as given, without writing it: no hooks, no OnUpdate.
func (r Rows[T]) Apply(s *Store, v *T, set Changes) (*T, error) {
	_, p, err := r.resolve(s)
	if err != nil {
		return nil, err
	}
	c := *v
	if p.inline >= 0 {
		extra := p.extras(reflect.ValueOf(&c).Elem())
		*extra = extra.Clone()
	}
	return &c, p.assignLogical(&c, Record(set))
}
