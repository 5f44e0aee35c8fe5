package sqladapter

import (
	"context"
	"sync"
)

// A Stmt is a statement's text. Statements of one shape share one *Stmt, so a Conn may use the
// pointer as the key of what it prepared.
type Stmt struct {
	SQL string
	// Write says that the statement changes rows.
	Write bool
}

// A RowFunc receives one row. Neither slice may be kept; the values may.
type RowFunc func(columns []string, values []any)

// A Conn runs statements, each in a transaction of its own. It is safe for concurrent use. The
// values it hands out have the types of adapter.Record.
type Conn interface {
	// Query runs a statement and hands its rows to row, which is not called after an error.
	Query(ctx context.Context, st *Stmt, args []any, row RowFunc) error
	// Exec runs a statement and returns how many rows it changed.
	Exec(ctx context.Context, st *Stmt, args []any) (int64, error)
	// Batch runs statements that return rows, all or none, in as few round trips as it can.
	Batch(ctx context.Context, calls []Call, row func(i int, columns []string, values []any)) error
	// Begin starts a transaction; on a Tx, a savepoint.
	Begin(ctx context.Context) (Tx, error)
}

// A Call is a statement with its arguments.
type Call struct {
	Stmt *Stmt
	Args []any
}

// A Tx is an open transaction. Its owner calls Commit or Rollback once, and nothing afterwards. Only
// one goroutine uses it at a time.
type Tx interface {
	Conn
	// Commit makes the changes last. When it fails the transaction is over as well.
	Commit(ctx context.Context) error
	// Rollback undoes the changes, also when the context of Begin has ended.
	Rollback()
}

// A serialTx lets many goroutines use a Tx, one at a time. Savepoints share the mutex of their
// transaction, for they share its connection.
type serialTx struct {
	mu *sync.Mutex
	Tx
}

func (t serialTx) Query(ctx context.Context, st *Stmt, args []any, row RowFunc) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.Tx.Query(ctx, st, args, row)
}

func (t serialTx) Exec(ctx context.Context, st *Stmt, args []any) (int64, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.Tx.Exec(ctx, st, args)
}

func (t serialTx) Batch(ctx context.Context, calls []Call, row func(i int, columns []string, values []any)) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.Tx.Batch(ctx, calls, row)
}

func (t serialTx) Begin(ctx context.Context) (Tx, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	tx, err := t.Tx.Begin(ctx)
	return serialTx{t.mu, tx}, err
}

func (t serialTx) Commit(ctx context.Context) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.Tx.Commit(ctx)
}

func (t serialTx) Rollback() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.Tx.Rollback()
}
