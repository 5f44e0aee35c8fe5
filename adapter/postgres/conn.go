package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/betterauth-go/betterauth/internal/sqladapter"
)

// rollbackTimeout bounds the cleaning up after a transaction whose context has ended.
const rollbackTimeout = 5 * time.Second

// A querier is a pool or a transaction.
type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults
	Begin(ctx context.Context) (pgx.Tx, error)
}

var (
	_ querier = (*pgxpool.Pool)(nil)
	_ querier = pgx.Tx(nil)
)

// A conn runs each statement on any connection of the pool.
type conn struct{ pool *pgxpool.Pool }

func (c conn) Query(ctx context.Context, st *sqladapter.Stmt, args []any, row sqladapter.RowFunc) error {
	return again(ctx, func() error { return query(ctx, c.pool, st, args, row) })
}

func (c conn) Stream(ctx context.Context, st *sqladapter.Stmt, args []any, w sqladapter.RowStream) error {
	return again(ctx, func() error { return stream(ctx, c.pool, st, args, w) })
}

func (c conn) Exec(ctx context.Context, st *sqladapter.Stmt, args []any) (n int64, err error) {
	err = again(ctx, func() error {
		n, err = exec(ctx, c.pool, st, args)
		return err
	})
	return n, err
}

func (c conn) Batch(ctx context.Context, calls []sqladapter.Call, row func(i int, columns []string, values []any)) error {
	return again(ctx, func() error { return batch(ctx, c.pool, calls, row) })
}

func (c conn) Begin(ctx context.Context) (sqladapter.Tx, error) {
	return begin(ctx, c.pool)
}

// attempts bounds how often one call is sent.
const attempts = 3

// again repeats fn, a statement or batch in a transaction of its own, when it failed without any
// effect for a reason that is gone then.
func again(ctx context.Context, fn func() error) error {
	err := fn()
	for n := 1; n < attempts && err != nil && ctx.Err() == nil && passing(err); n++ {
		err = fn()
	}
	return err
}

// passing reports whether an error without any effect will not come again: the connection had died
// before anything was sent on it, as after a restart of the server; the columns of a table had changed
// since the statement was prepared, as after a migration; another transaction was in the way.
func passing(err error) bool {
	if _, ok := errors.AsType[partialError](err); ok {
		return false
	}
	return pgconn.SafeToRetry(err) || code(err) == "0A000" || restart(err)
}

// A partialError ended a read some of whose rows have been handed over: to start again would repeat them.
type partialError struct{ error }

func (e partialError) Unwrap() error { return e.error }

// A tx is a transaction, or a savepoint in one.
type tx struct{ pgx.Tx }

func (t tx) Query(ctx context.Context, st *sqladapter.Stmt, args []any, row sqladapter.RowFunc) error {
	return query(ctx, t.Tx, st, args, row)
}

func (t tx) Exec(ctx context.Context, st *sqladapter.Stmt, args []any) (int64, error) {
	return exec(ctx, t.Tx, st, args)
}

func (t tx) Batch(ctx context.Context, calls []sqladapter.Call, row func(i int, columns []string, values []any)) error {
	return batch(ctx, t.Tx, calls, row)
}

func (t tx) Begin(ctx context.Context) (sqladapter.Tx, error) { return begin(ctx, t.Tx) }

func (t tx) Rollback() {
	ctx, cancel := context.WithTimeout(context.Background(), rollbackTimeout)
	defer cancel()
	// A rollback that fails leaves a dead connection, which the pool throws away.
	_ = t.Tx.Rollback(ctx)
}

func begin(ctx context.Context, q querier) (sqladapter.Tx, error) {
	t, err := q.Begin(ctx)
	return tx{t}, err
}

func query(ctx context.Context, q querier, st *sqladapter.Stmt, args []any, row sqladapter.RowFunc) error {
	rows, err := q.Query(ctx, st.SQL, args...)
	if err != nil {
		return err
	}
	n, err := scan(rows, row)
	return interrupted(st, n, err)
}

// interrupted is the error of a statement that has handed n rows over.
func interrupted(st *sqladapter.Stmt, n int, err error) error {
	if err != nil && n > 0 && !st.Write {
		return partialError{err}
	}
	return err
}

func stream(ctx context.Context, q querier, st *sqladapter.Stmt, args []any, w sqladapter.RowStream) error {
	rows, err := q.Query(ctx, st.SQL, args...)
	if err != nil {
		return err
	}
	n, err := write(rows, w)
	return interrupted(st, n, err)
}

func exec(ctx context.Context, q querier, st *sqladapter.Stmt, args []any) (int64, error) {
	tag, err := q.Exec(ctx, st.SQL, args...)
	return tag.RowsAffected(), err
}

// batch sends all statements before it reads the first answer; the server runs them as one
// transaction.
func batch(ctx context.Context, q querier, calls []sqladapter.Call, row func(i int, columns []string, values []any)) error {
	var b pgx.Batch
	for _, c := range calls {
		b.Queue(c.Stmt.SQL, c.Args...)
	}
	results := q.SendBatch(ctx, &b)
	for i := range calls {
		rows, err := results.Query()
		if err == nil {
			_, err = scan(rows, func(columns []string, values []any) { row(i, columns, values) })
		}
		if err != nil {
			_ = results.Close() // reports the same error again
			return err
		}
	}
	return results.Close()
}
