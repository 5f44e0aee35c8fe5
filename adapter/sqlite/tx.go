package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/betterauth-go/betterauth/internal/sqladapter"
)

// A tx is a transaction. It holds the turn to write and a connection until it ends.
type tx struct {
	c  *conn
	dc *sql.Conn
	// failed is the error after which SQLite may have rolled back on its own: of an interruption, a
	// full disk. A statement run after that would be on its own, outside of any transaction.
	failed error
}

// begin waits for the lock to write.
func (t *tx) begin(ctx context.Context) error {
	return t.c.patiently(ctx, t.dc, func() error {
		_, err := t.dc.ExecContext(ctx, "BEGIN IMMEDIATE")
		return err
	})
}

// try runs fn unless an earlier statement has ended the transaction.
func (t *tx) try(fn func() error) error {
	if t.failed != nil {
		return fmt.Errorf("the transaction has failed: %w", t.failed)
	}
	err := fn()
	if err != nil && !strings.Contains(err.Error(), "constraint failed") {
		t.failed = err
	}
	return err
}

func (t *tx) Query(ctx context.Context, st *sqladapter.Stmt, args []any, row sqladapter.RowFunc) error {
	return t.try(func() error { return query(ctx, t.dc, st, args, row) })
}

func (t *tx) Exec(ctx context.Context, st *sqladapter.Stmt, args []any) (n int64, err error) {
	err = t.try(func() error {
		n, err = exec(ctx, t.dc, st, args)
		return err
	})
	return n, err
}

func (t *tx) Batch(ctx context.Context, calls []sqladapter.Call, row func(i int, columns []string, values []any)) error {
	return batch(ctx, t, calls, row)
}

func (t *tx) Begin(ctx context.Context) (sqladapter.Tx, error) { return newSavepoint(ctx, t) }

// Commit can have to wait for readers when the database has no write-ahead log; the transaction
// stays open meanwhile.
func (t *tx) Commit(ctx context.Context) error {
	err := t.try(func() error {
		return t.c.patiently(ctx, t.dc, func() error {
			_, err := t.dc.ExecContext(ctx, "COMMIT")
			return err
		})
	})
	if err != nil {
		t.Rollback()
		return err
	}
	t.c.release(t.dc)
	return nil
}

func (t *tx) Rollback() {
	ctx, cancel := context.WithTimeout(context.Background(), rollbackTimeout)
	defer cancel()
	if _, err := t.dc.ExecContext(ctx, "ROLLBACK"); err != nil {
		discard(t.dc)
	}
	t.c.release(t.dc)
}

func batch(ctx context.Context, t sqladapter.Tx, calls []sqladapter.Call, row func(i int, columns []string, values []any)) error {
	for i, call := range calls {
		err := t.Query(ctx, call.Stmt, call.Args, func(columns []string, values []any) { row(i, columns, values) })
		if err != nil {
			return err
		}
	}
	return nil
}

// A savepoint is a transaction within one. All have the same name: SQLite takes the innermost.
type savepoint struct{ *tx }

func newSavepoint(ctx context.Context, t *tx) (sqladapter.Tx, error) {
	err := t.try(func() error {
		_, err := t.dc.ExecContext(ctx, "SAVEPOINT betterauth")
		return err
	})
	return savepoint{t}, err
}

func (s savepoint) Begin(ctx context.Context) (sqladapter.Tx, error) { return newSavepoint(ctx, s.tx) }

func (s savepoint) Commit(ctx context.Context) error {
	err := s.try(func() error {
		_, err := s.dc.ExecContext(ctx, "RELEASE betterauth")
		return err
	})
	if err != nil {
		s.Rollback()
	}
	return err
}

// Rollback does nothing more when it fails: the transaction around it then fails as well.
func (s savepoint) Rollback() {
	ctx, cancel := context.WithTimeout(context.Background(), rollbackTimeout)
	defer cancel()
	_, _ = s.dc.ExecContext(ctx, "ROLLBACK TO betterauth; RELEASE betterauth")
}
