package adapter

import (
	"context"
	"fmt"
)

// A Batch collects rows to create together; see [Store.Batch] and [Rows.Add].
type Batch struct {
	store *Store
	rows  []batchRow
	err   error // of the first Add that could not resolve its table
}

type batchRow struct {
	table *table
	row   typedRow
	fill  []func()
}

// Batch creates the rows that fn adds, all or none, in one round trip where the database allows it: its
// adapter is a [Batcher], the Store makes the ids, and no before hook watches one of the tables.
// Otherwise the rows are created one by one in a transaction. After hooks run when all are stored.
//
//	err := store.Batch(ctx, func(b *adapter.Batch) {
//		users.Add(b, user)
//		accounts.Add(b, account, func() { account.UserID = user.ID })
//	})
func (s *Store) Batch(ctx context.Context, fn func(b *Batch)) error {
	b := &Batch{store: s}
	fn(b)
	if b.err != nil {
		return b.err
	}
	if len(b.rows) == 0 {
		return nil
	}
	if batcher, ok := s.current(ctx).(Batcher); ok && s.options.IDs.generated() && !b.watched() {
		return s.createBatch(ctx, batcher, b.rows)
	}
	return s.Transaction(ctx, func(ctx context.Context) error {
		for _, r := range b.rows {
			if err := s.createOne(ctx, r); err != nil {
				return err
			}
		}
		return nil
	})
}

// Add adds a row to the batch. fill functions run right before the row is written, when the rows added
// earlier have their ids. After the batch v holds the row as stored.
func (r Rows[T]) Add(b *Batch, v *T, fill ...func()) {
	t, p, err := r.resolve(b.store)
	if err != nil && b.err == nil {
		b.err = err
	}
	b.rows = append(b.rows, batchRow{table: t, row: typedRow{v, p}, fill: fill})
}

// watched reports whether a before hook may look at, write to, or fail because of, the rows so far: then
// they must share a transaction with it.
func (b *Batch) watched() bool {
	for _, r := range b.rows {
		if r.table.events&OnBeforeCreate != 0 {
			return true
		}
	}
	return false
}

func (s *Store) createOne(ctx context.Context, r batchRow) error {
	for _, f := range r.fill {
		f()
	}
	rec, err := s.create(ctx, r.table, r.row)
	if err != nil {
		return err
	}
	return r.row.plan.decode(rec, r.row.ptr)
}

func (s *Store) createBatch(ctx context.Context, batcher Batcher, rows []batchRow) error {
	inserts := make([]Insert, len(rows))
	for i, r := range rows {
		for _, f := range r.fill {
			f()
		}
		rec, err := s.newRecord(r.table, r.row.logical())
		if err != nil {
			return err
		}
		// Later rows may refer to this one.
		id, err := r.table.idColumn().output(rec[idName])
		if err == nil {
			err = r.row.merge(Record{idName: id})
		}
		if err != nil {
			return err
		}
		inserts[i] = Insert{Table: r.table.Physical, Record: rec}
	}
	recs, err := call(ctx, s, func(ctx context.Context, _ Adapter) ([]Record, error) {
		return batcher.CreateBatch(ctx, inserts)
	})
	if err != nil {
		return err
	}
	if len(recs) != len(rows) {
		return fmt.Errorf("adapter: a batch of %d rows returned %d", len(rows), len(recs))
	}
	for i, r := range rows {
		if err := r.row.plan.decode(recs[i], r.row.ptr); err != nil {
			return err
		}
		s.after(ctx, r.table, OnAfterCreate, recs[i])
	}
	return nil
}
