package memory

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/betterauth-go/betterauth/adapter"
)

// A database is what all transactions share. writer is held by whoever writes, for the length of a
// transaction; mu guards the tables for the length of one operation.
type database struct {
	writer chan struct{}
	wait   time.Duration
	mu     sync.RWMutex
	tables map[string]*table
}

func (db *database) table(name string) (*table, error) {
	if t := db.tables[name]; t != nil {
		return t, nil
	}
	return nil, fmt.Errorf("memory: there is no table %q", name)
}

// lockWriter waits for its turn to write, until ctx ends or the wait is over.
func (db *database) lockWriter(ctx context.Context) error {
	select {
	case db.writer <- struct{}{}:
		return nil
	default:
	}
	timer := time.NewTimer(db.wait)
	defer timer.Stop()
	select {
	case db.writer <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return ErrBusy
	}
}

func (db *database) unlockWriter() { <-db.writer }

// read runs fn on a table while nobody changes it.
func (a *Adapter) read(ctx context.Context, name string, fn func(*table) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	a.db.mu.RLock()
	defer a.db.mu.RUnlock()
	if a.tx != nil && a.tx.over {
		return ErrFinished
	}
	t, err := a.db.table(name)
	if err != nil {
		return err
	}
	return fn(t)
}

// write runs fn as a part of the adapter's transaction, or as a transaction of its own. If fn fails,
// everything it did is undone.
func (a *Adapter) write(ctx context.Context, fn func(*transaction) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	tx := a.tx
	if tx == nil {
		if err := a.db.lockWriter(ctx); err != nil {
			return err
		}
		defer a.db.unlockWriter()
		tx = &transaction{db: a.db}
	}
	a.db.mu.Lock()
	defer a.db.mu.Unlock()
	if tx.over {
		return ErrFinished
	}
	mark := len(tx.log)
	err := fn(tx)
	if err != nil {
		tx.rollback(mark)
	}
	if a.tx == nil {
		tx.commit()
	}
	return err
}

// setSchema builds the tables anew from s and from the rows there are.
func (db *database) setSchema(s *adapter.Schema) error {
	if err := db.lockWriter(context.Background()); err != nil {
		return err
	}
	defer db.unlockWriter()
	db.mu.Lock()
	defer db.mu.Unlock()
	tables := make(map[string]*table, len(db.tables))
	for name, t := range db.tables {
		tables[name] = t
	}
	for _, def := range s.Tables() {
		t := newTable(def, s.IDs())
		if old := tables[t.name]; old != nil {
			if err := t.adopt(old); err != nil {
				return fmt.Errorf("memory: table %q: %w", t.name, err)
			}
		}
		tables[t.name] = t
	}
	for _, def := range s.Tables() {
		link(tables, s, def)
	}
	db.tables = tables
	return nil
}

// link tells each table that is referenced which tables reference it.
func link(tables map[string]*table, s *adapter.Schema, def *adapter.Table) {
	for i := range def.Fields {
		f := &def.Fields[i]
		if f.References == nil {
			continue
		}
		parent := s.Table(f.References.Table)
		p := tables[parent.Physical]
		p.children = append(p.children, child{
			table: def.Physical, column: f.Column,
			parent: parent.Column(f.References.Field), action: f.References.OnDelete,
		})
	}
}
