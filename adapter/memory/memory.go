package memory

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/betterauth-go/betterauth/adapter"
)

// ErrBusy is what a write returns when another transaction stays open for too long; see [WithWait].
var ErrBusy = errors.New("memory: another transaction is still open")

// ErrFinished is what a transaction's adapter returns after the end of the transaction.
var ErrFinished = errors.New("memory: the transaction is over")

// An Option changes how an Adapter works.
type Option func(*database)

// WithWait sets how long a write waits for a transaction of somebody else; the default is 5 seconds.
func WithWait(d time.Duration) Option { return func(db *database) { db.wait = d } }

// An Adapter is a database in memory, or one transaction of it. It implements [adapter.Joiner] and
// [adapter.Batcher].
type Adapter struct {
	db *database
	tx *transaction // nil outside of transactions
}

// New returns an empty database. It has no tables until it is given a schema, which the Store does.
func New(options ...Option) *Adapter {
	db := &database{writer: make(chan struct{}, 1), wait: 5 * time.Second, tables: map[string]*table{}}
	for _, o := range options {
		o(db)
	}
	return &Adapter{db: db}
}

// SetSchema makes the tables of s. Tables that exist keep their rows, unless these break a unique
// constraint of s: then SetSchema fails and changes nothing.
func (a *Adapter) SetSchema(s *adapter.Schema) error { return a.db.setSchema(s) }

// Capabilities says that memory holds every value as it is.
func (a *Adapter) Capabilities() adapter.Capabilities {
	return adapter.Capabilities{InProcess: true, Kind: "memory"}
}

// Create implements [adapter.Adapter].
func (a *Adapter) Create(ctx context.Context, name string, r adapter.Record) (adapter.Record, error) {
	var stored adapter.Record
	err := a.write(ctx, func(tx *transaction) (err error) {
		stored, err = tx.insert(name, r)
		return err
	})
	return stored, err
}

// CreateBatch implements [adapter.Batcher].
func (a *Adapter) CreateBatch(ctx context.Context, inserts []adapter.Insert) ([]adapter.Record, error) {
	stored := make([]adapter.Record, len(inserts))
	err := a.write(ctx, func(tx *transaction) (err error) {
		for i, in := range inserts {
			if stored[i], err = tx.insert(in.Table, in.Record); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return stored, nil
}

// Find implements [adapter.Adapter].
func (a *Adapter) Find(ctx context.Context, q adapter.Query) ([]adapter.Record, error) {
	var found []adapter.Record
	err := a.read(ctx, q.Table, func(t *table) error {
		found = t.find(&q, a.tx != nil)
		return nil
	})
	return found, err
}

// FindJoined implements [adapter.Joiner].
func (a *Adapter) FindJoined(ctx context.Context, q adapter.Query) ([]adapter.Joined, error) {
	var joined []adapter.Joined
	err := a.read(ctx, q.Table, func(t *table) (err error) {
		joined, err = a.db.findJoined(t, &q, a.tx != nil)
		return err
	})
	return joined, err
}

// Count implements [adapter.Adapter].
func (a *Adapter) Count(ctx context.Context, q adapter.Query) (int64, error) {
	var n int64
	err := a.read(ctx, q.Table, func(t *table) error {
		for range t.matches(q.Where, a.tx != nil) {
			n++
		}
		return nil
	})
	return n, err
}

// Update implements [adapter.Adapter].
func (a *Adapter) Update(ctx context.Context, q adapter.Query, set adapter.Record) (adapter.Record, error) {
	return a.changeOne(ctx, &q, func(adapter.Record) (adapter.Record, error) { return set, nil })
}

// Increment implements [adapter.Adapter].
func (a *Adapter) Increment(ctx context.Context, q adapter.Query, by map[string]int64, set adapter.Record) (adapter.Record, error) {
	return a.changeOne(ctx, &q, func(old adapter.Record) (adapter.Record, error) {
		changes := make(adapter.Record, len(by)+len(set))
		maps.Copy(changes, set)
		for column, n := range by {
			sum, err := add(old[column], n)
			if err != nil {
				return nil, fmt.Errorf("memory: column %q: %w", column, err)
			}
			changes[column] = sum
		}
		return changes, nil
	})
}

func add(v any, n int64) (any, error) {
	switch x := v.(type) {
	case nil:
		return n, nil
	case int64:
		return x + n, nil
	case float64:
		return x + float64(n), nil
	}
	return nil, fmt.Errorf("a %T is no number", v)
}

// changeOne applies what change makes of the first row that matches q.
func (a *Adapter) changeOne(ctx context.Context, q *adapter.Query, change func(old adapter.Record) (adapter.Record, error)) (adapter.Record, error) {
	var updated adapter.Record
	err := a.write(ctx, func(tx *transaction) error {
		t, err := tx.db.table(q.Table)
		if err != nil {
			return err
		}
		n := t.first(q, true)
		if n == nil {
			return adapter.ErrNotFound
		}
		set, err := change(n.record(true))
		if err != nil {
			return err
		}
		updated, err = tx.update(t, n, set)
		return err
	})
	return updated, err
}

// UpdateMany implements [adapter.Adapter].
func (a *Adapter) UpdateMany(ctx context.Context, q adapter.Query, set adapter.Record) (int64, error) {
	return a.changeAll(ctx, &q, func(tx *transaction, t *table, n *node) error {
		_, err := tx.update(t, n, set)
		return err
	})
}

// Delete implements [adapter.Adapter].
func (a *Adapter) Delete(ctx context.Context, q adapter.Query) (int64, error) {
	return a.changeAll(ctx, &q, (*transaction).remove)
}

func (a *Adapter) changeAll(ctx context.Context, q *adapter.Query, change func(*transaction, *table, *node) error) (int64, error) {
	var count int64
	err := a.write(ctx, func(tx *transaction) error {
		t, err := tx.db.table(q.Table)
		if err != nil {
			return err
		}
		var nodes []*node
		for n := range t.matches(q.Where, true) {
			nodes = append(nodes, n)
		}
		for _, n := range nodes {
			if err := change(tx, t, n); err != nil {
				return err
			}
		}
		count = int64(len(nodes))
		return nil
	})
	if err != nil {
		return 0, err
	}
	return count, nil
}

// Consume implements [adapter.Adapter].
func (a *Adapter) Consume(ctx context.Context, q adapter.Query) (adapter.Record, error) {
	var consumed adapter.Record
	err := a.write(ctx, func(tx *transaction) error {
		t, err := tx.db.table(q.Table)
		if err != nil {
			return err
		}
		n := t.first(&q, true)
		if n == nil {
			return adapter.ErrNotFound
		}
		consumed = n.record(true)
		return tx.remove(t, n)
	})
	if err != nil {
		return nil, err
	}
	return consumed, nil
}

// Transaction implements [adapter.Adapter]. A transaction within a transaction is a savepoint.
func (a *Adapter) Transaction(ctx context.Context, fn func(tx adapter.Adapter) error) error {
	if a.tx != nil {
		return a.savepoint(ctx, fn)
	}
	if err := a.db.lockWriter(ctx); err != nil {
		return err
	}
	defer a.db.unlockWriter()
	tx := &transaction{db: a.db}
	committed := false
	defer func() { tx.finish(committed) }()
	if err := fn(&Adapter{db: a.db, tx: tx}); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	committed = true
	return nil
}

func (a *Adapter) savepoint(ctx context.Context, fn func(tx adapter.Adapter) error) (err error) {
	a.db.mu.Lock()
	mark, over := len(a.tx.log), a.tx.over
	a.db.mu.Unlock()
	if over {
		return ErrFinished
	}
	done := false
	defer func() {
		if !done {
			a.db.mu.Lock()
			a.tx.rollback(mark)
			a.db.mu.Unlock()
		}
	}()
	if err := fn(a); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	done = true
	return nil
}
