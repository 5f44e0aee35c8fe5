package sqladapter

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/betterauth-go/betterauth/adapter"
)

// maxStatements bounds the cache, for the case that shapes follow what clients ask for.
const maxStatements = 2048

// An Adapter keeps rows in a SQL database.
type Adapter struct {
	conn Conn
	*shared
	nested bool
}

// shared is what an Adapter and its transactions have in common.
type shared struct {
	d       *Dialect
	retries int
	mu      sync.Mutex // for writing statements
	// statements by shape and columns by table; replaced as a whole, so that reading needs no lock.
	statements atomic.Pointer[map[string]*Stmt]
	columns    atomic.Pointer[map[string]tableColumns]
}

// New returns an Adapter. A transaction that the database asks to restart is run again at most
// retries times.
func New(conn Conn, d *Dialect, retries int) *Adapter {
	s := &shared{d: d, retries: retries}
	s.replaceColumns(map[string]tableColumns{})
	return &Adapter{conn: conn, shared: s}
}

// Capabilities returns those of the dialect.
func (a *Adapter) Capabilities() adapter.Capabilities { return a.d.Capabilities }

// statement returns the statement of a shape and builds it the first time.
func (s *shared) statement(key []byte, write bool, build func(b *builder)) *Stmt {
	if st, ok := (*s.statements.Load())[string(key)]; ok {
		return st
	}
	known := s.columns.Load()
	b := builder{d: s.d, known: *known, b: make([]byte, 0, 256)}
	build(&b)
	st := &Stmt{SQL: string(b.b), Write: write}
	s.mu.Lock()
	defer s.mu.Unlock()
	old := *s.statements.Load()
	if known, ok := old[string(key)]; ok {
		return known
	}
	if len(old) < maxStatements && s.columns.Load() == known {
		next := maps.Clone(old)
		next[string(key)] = st
		s.statements.Store(&next)
	}
	return st
}

// wrap tells unique violations from other errors.
func (s *shared) wrap(op, table string, err error) error {
	switch {
	case err == nil || err == adapter.ErrNotFound:
		return err
	case s.d.Unique(err):
		return fmt.Errorf("%s %s: %w: %w", op, table, adapter.ErrUnique, err)
	}
	return fmt.Errorf("%s %s: %w", op, table, err)
}

// Create inserts one row.
func (a *Adapter) Create(ctx context.Context, table string, r adapter.Record) (adapter.Record, error) {
	var key [256]byte
	st, args := a.insert(key[:], table, r)
	rec, err := a.one(ctx, st, args)
	if err != nil {
		return nil, a.wrap("create", table, err)
	}
	return rec, nil
}

func (a *Adapter) insert(key []byte, table string, r adapter.Record) (*Stmt, []any) {
	var buf [32]string
	columns := sortedKeys(buf[:0], r)
	s := a.d.newShape(key, 'i', table, len(columns))
	s.columns(columns, r)
	return a.statement(s.key, true, func(b *builder) { b.insert(table, columns) }), s.args
}

// CreateBatch inserts several rows, all or none.
func (a *Adapter) CreateBatch(ctx context.Context, inserts []adapter.Insert) ([]adapter.Record, error) {
	calls := make([]Call, len(inserts))
	out := make([]adapter.Record, len(inserts))
	var key [256]byte
	for i, in := range inserts {
		calls[i].Stmt, calls[i].Args = a.insert(key[:], in.Table, in.Record)
	}
	err := a.conn.Batch(ctx, calls, func(i int, columns []string, values []any) {
		out[i] = record(columns, values)
	})
	if err != nil {
		return nil, a.wrap("create", "batch", err)
	}
	return out, nil
}

// Find returns the rows that match q.
func (a *Adapter) Find(ctx context.Context, q adapter.Query) ([]adapter.Record, error) {
	var key [256]byte
	s := a.d.newShape(key[:], 'f', q.Table, len(q.Where)+2)
	s.query(&q)
	if s.err != nil {
		return nil, s.err
	}
	st := a.statement(s.key, false, func(b *builder) {
		b.text("SELECT ")
		b.columns("", q.Table, q.Select)
		b.from(&q)
	})
	var out []adapter.Record
	err := a.conn.Query(ctx, st, s.args, func(columns []string, values []any) {
		out = append(out, record(columns, values))
	})
	if err != nil && a.forgetColumns(err) {
		return a.Find(ctx, q)
	}
	if err != nil {
		return nil, a.wrap("find", q.Table, err)
	}
	return out, nil
}

// Count returns how many rows match q.Where.
func (a *Adapter) Count(ctx context.Context, q adapter.Query) (int64, error) {
	var key [256]byte
	s := a.d.newShape(key[:], 'c', q.Table, len(q.Where))
	s.where(q.Where)
	if s.err != nil {
		return 0, s.err
	}
	st := a.statement(s.key, false, func(b *builder) {
		b.text("SELECT count(*) FROM ")
		b.table(q.Table)
		b.where("", q.Where)
	})
	var n int64
	err := a.conn.Query(ctx, st, s.args, func(_ []string, values []any) { n, _ = values[0].(int64) })
	return n, a.wrap("count", q.Table, err)
}

// Update changes one row that matches q.Where and returns it.
func (a *Adapter) Update(ctx context.Context, q adapter.Query, set adapter.Record) (adapter.Record, error) {
	return a.Increment(ctx, q, nil, set)
}

// Increment adds to columns of one row that matches q.Where, sets others, and returns the row.
func (a *Adapter) Increment(ctx context.Context, q adapter.Query, by map[string]int64, set adapter.Record) (adapter.Record, error) {
	var key [256]byte
	var buf, buf2 [32]string
	adds, sets := sortedKeys(buf[:0], by), sortedKeys(buf2[:0], set)
	sets = slices.DeleteFunc(sets, func(n string) bool { return slices.Contains(adds, n) })
	if len(adds)+len(sets) == 0 {
		return a.first(ctx, q)
	}
	s := a.d.newShape(key[:], 'u', q.Table, len(adds)+len(sets)+len(q.Where))
	for _, n := range adds {
		s.name(n)
		s.args = append(s.args, by[n])
	}
	s.flag(1)
	s.columns(sets, set)
	s.where(q.Where)
	s.order(q.SortBy)
	if s.err != nil {
		return nil, s.err
	}
	st := a.statement(s.key, true, func(b *builder) { b.updateOne(&q, adds, sets) })
	r, err := a.one(ctx, st, s.args)
	if err != nil {
		return nil, a.wrap("update", q.Table, err)
	}
	return r, nil
}

func (b *builder) updateOne(q *adapter.Query, adds, sets []string) {
	b.text("UPDATE ")
	b.table(q.Table)
	b.text(" SET ")
	b.increment(adds)
	if len(adds) > 0 && len(sets) > 0 {
		b.text(", ")
	}
	b.sets(sets)
	b.one(q, b.d.LockUpdate)
	b.text(" RETURNING *")
}

// first returns the first match, for an update that changes nothing.
func (a *Adapter) first(ctx context.Context, q adapter.Query) (adapter.Record, error) {
	q.Limit, q.Offset, q.Select = 1, 0, nil
	rows, err := a.Find(ctx, q)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, adapter.ErrNotFound
	}
	return rows[0], nil
}

// UpdateMany changes every row that matches q.Where.
func (a *Adapter) UpdateMany(ctx context.Context, q adapter.Query, set adapter.Record) (int64, error) {
	if len(set) == 0 {
		return a.Count(ctx, q)
	}
	var key [256]byte
	var buf [32]string
	sets := sortedKeys(buf[:0], set)
	s := a.d.newShape(key[:], 'U', q.Table, len(sets)+len(q.Where))
	s.columns(sets, set)
	s.where(q.Where)
	if s.err != nil {
		return 0, s.err
	}
	st := a.statement(s.key, true, func(b *builder) {
		b.text("UPDATE ")
		b.table(q.Table)
		b.text(" SET ")
		b.sets(sets)
		b.where("", q.Where)
	})
	n, err := a.conn.Exec(ctx, st, s.args)
	return n, a.wrap("update", q.Table, err)
}

// Delete removes every row that matches q.Where.
func (a *Adapter) Delete(ctx context.Context, q adapter.Query) (int64, error) {
	var key [256]byte
	s := a.d.newShape(key[:], 'D', q.Table, len(q.Where))
	s.where(q.Where)
	if s.err != nil {
		return 0, s.err
	}
	st := a.statement(s.key, true, func(b *builder) {
		b.text("DELETE FROM ")
		b.table(q.Table)
		b.where("", q.Where)
	})
	n, err := a.conn.Exec(ctx, st, s.args)
	return n, a.wrap("delete", q.Table, err)
}

// Consume removes one row that matches q.Where and returns it.
func (a *Adapter) Consume(ctx context.Context, q adapter.Query) (adapter.Record, error) {
	var key [256]byte
	s := a.d.newShape(key[:], 'd', q.Table, len(q.Where))
	s.where(q.Where)
	s.order(q.SortBy)
	if s.err != nil {
		return nil, s.err
	}
	st := a.statement(s.key, true, func(b *builder) {
		b.text("DELETE FROM ")
		b.table(q.Table)
		b.one(&q, b.d.LockDelete)
		b.text(" RETURNING *")
	})
	r, err := a.one(ctx, st, s.args)
	if err != nil {
		return nil, a.wrap("consume", q.Table, err)
	}
	return r, nil
}

// one runs a statement that returns at most one row.
func (a *Adapter) one(ctx context.Context, st *Stmt, args []any) (adapter.Record, error) {
	var r adapter.Record
	err := a.conn.Query(ctx, st, args, func(columns []string, values []any) { r = record(columns, values) })
	if err != nil {
		return nil, err
	}
	if r == nil {
		return nil, adapter.ErrNotFound
	}
	return r, nil
}

// Transaction runs fn in a transaction; within one, in a savepoint.
func (a *Adapter) Transaction(ctx context.Context, fn func(tx adapter.Adapter) error) error {
	for attempt := 0; ; attempt++ {
		err := a.attempt(ctx, fn)
		if err == nil || a.nested || attempt >= a.retries || ctx.Err() != nil || !a.d.Restart(err) {
			return err
		}
	}
}

func (a *Adapter) attempt(ctx context.Context, fn func(tx adapter.Adapter) error) error {
	tx, err := a.begin(ctx)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	open := true
	defer func() { // also when fn panics
		if open {
			tx.Rollback()
		}
	}()
	if err := fn(&Adapter{conn: tx, shared: a.shared, nested: true}); err != nil {
		return err
	}
	open = false
	return a.wrap("commit", "transaction", tx.Commit(ctx))
}

func (a *Adapter) begin(ctx context.Context) (Tx, error) {
	tx, err := a.conn.Begin(ctx)
	if err != nil || a.nested {
		return tx, err
	}
	return serialTx{new(sync.Mutex), tx}, nil
}

// sortedKeys appends the keys of m to buf in a fixed order.
func sortedKeys[V any](buf []string, m map[string]V) []string {
	for k := range m {
		buf = append(buf, k)
	}
	slices.Sort(buf)
	return buf
}

// record makes a record of a row.
func record(columns []string, values []any) adapter.Record {
	r := make(adapter.Record, len(columns))
	for i, c := range columns {
		r[c] = values[i]
	}
	return r
}
