package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/betterauth-go/betterauth/internal/sqladapter"
)

// rollbackTimeout bounds the cleaning up after a transaction whose context has ended.
const rollbackTimeout = 5 * time.Second

// After a lock was in the way, as many writes as courtesy says begin with a pause of giveWay: a process with
// a queue of writes would otherwise hardly ever let go of the lock for another one to find it free.
const (
	courtesy = 64
	giveWay  = 4 * time.Millisecond
)

// A conn runs each statement on any connection of the handle: one write at a time, and as many reads as the
// machine can run at once. Others queue in order; were they to compete for connections and locks, they would
// open ever more of the former and starve each other of the latter.
type conn struct {
	db      *sql.DB
	pragmas bool
	busy    time.Duration
	writer  chan struct{} // holds a token while a write runs
	readers chan struct{} // holds a token for each read that runs

	courtesy atomic.Int64 // of the next writes, how many give way to another process

	prepared sync.Map // *sqladapter.Stmt to *sql.Stmt

	setup       chan struct{} // guards the next two, until ready
	checked     bool
	foreignKeys bool // to be turned on for each connection that writes
	ready       atomic.Bool
}

func (c *conn) Query(ctx context.Context, st *sqladapter.Stmt, args []any, row sqladapter.RowFunc) error {
	if st.Write {
		return c.write(ctx, func(dc *sql.Conn) error { return query(ctx, dc, st, args, row) })
	}
	if err := c.prepare(ctx); err != nil {
		return err
	}
	select {
	case c.readers <- struct{}{}:
		defer func() { <-c.readers }()
	case <-ctx.Done():
		return ctx.Err()
	}
	seen := false
	once := func(columns []string, values []any) {
		seen = true
		row(columns, values)
	}
	err := c.read(ctx, st, args, once)
	if err == nil || seen || !isBusy(err) {
		return err
	}
	return c.readPatiently(ctx, st, args, once, &seen)
}

// read runs a statement that is prepared once for each connection.
func (c *conn) read(ctx context.Context, st *sqladapter.Stmt, args []any, row sqladapter.RowFunc) error {
	p, ok := c.prepared.Load(st)
	if !ok {
		fresh, err := c.db.PrepareContext(ctx, st.SQL)
		if err != nil {
			return err
		}
		if p, ok = c.prepared.LoadOrStore(st, fresh); ok {
			_ = fresh.Close() // another goroutine was faster
		}
	}
	rows, err := p.(*sql.Stmt).QueryContext(ctx, args...)
	if err != nil {
		return err
	}
	return scan(rows, row)
}

// readPatiently repeats a read on one connection while another process holds a lock, but not once it has
// returned rows.
func (c *conn) readPatiently(ctx context.Context, st *sqladapter.Stmt, args []any, row sqladapter.RowFunc, seen *bool) error {
	dc, err := c.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer dc.Close()
	return c.patiently(ctx, dc, func() error {
		err := query(ctx, dc, st, args, row)
		if err != nil && *seen {
			return final{err}
		}
		return err
	})
}

func (c *conn) Exec(ctx context.Context, st *sqladapter.Stmt, args []any) (n int64, err error) {
	err = c.write(ctx, func(dc *sql.Conn) error {
		n, err = exec(ctx, dc, st, args)
		return err
	})
	return n, err
}

func (c *conn) Batch(ctx context.Context, calls []sqladapter.Call, row func(i int, columns []string, values []any)) error {
	t, err := c.Begin(ctx)
	if err != nil {
		return err
	}
	if err := t.Batch(ctx, calls, row); err != nil {
		t.Rollback()
		return err
	}
	return t.Commit(ctx)
}

func (c *conn) Begin(ctx context.Context) (sqladapter.Tx, error) {
	dc, err := c.acquire(ctx)
	if err != nil {
		return nil, err
	}
	t := &tx{c: c, dc: dc}
	if err := t.begin(ctx); err != nil {
		// The context may have ended while the lock was being granted.
		t.Rollback()
		return nil, err
	}
	return t, nil
}

// write runs fn, one statement, when no other write runs in this process. Where another process is in
// the way, it does so in a transaction: that keeps its place in the queue while it waits for readers,
// who would otherwise starve it.
func (c *conn) write(ctx context.Context, fn func(dc *sql.Conn) error) error {
	dc, err := c.acquire(ctx)
	if err != nil {
		return err
	}
	if err = fn(dc); err == nil || !isBusy(err) {
		c.release(dc)
		return err
	}
	t := &tx{c: c, dc: dc}
	if err = t.begin(ctx); err == nil {
		err = fn(dc)
	}
	if err != nil {
		t.Rollback()
		return err
	}
	return t.Commit(ctx)
}

// acquire waits for its turn to write and takes a connection.
func (c *conn) acquire(ctx context.Context) (*sql.Conn, error) {
	if err := c.prepare(ctx); err != nil {
		return nil, err
	}
	select {
	case c.writer <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if c.courtesy.Load() > 0 {
		c.courtesy.Add(-1)
		select {
		case <-time.After(giveWay):
		case <-ctx.Done():
			<-c.writer
			return nil, ctx.Err()
		}
	}
	dc, err := c.db.Conn(ctx)
	if err != nil {
		<-c.writer
		return nil, err
	}
	if c.foreignKeys {
		if _, err := dc.ExecContext(ctx, "PRAGMA foreign_keys = ON"); err != nil {
			c.release(dc)
			return nil, err
		}
	}
	return dc, nil
}

func (c *conn) release(dc *sql.Conn) {
	_ = dc.Close() // returns it to the pool
	<-c.writer
}

// prepare looks at the first connection and switches the database to a write-ahead log, once. Where
// that is impossible, as for a database in memory or on a read-only disk, it works without; where
// another process is using the database just now, the next call tries again.
func (c *conn) prepare(ctx context.Context) error {
	if !c.pragmas || c.ready.Load() {
		return nil
	}
	select {
	case c.setup <- struct{}{}:
		defer func() { <-c.setup }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if c.ready.Load() {
		return nil
	}
	if !c.checked {
		var on bool
		if err := c.db.QueryRowContext(ctx, "PRAGMA foreign_keys").Scan(&on); err != nil {
			return fmt.Errorf("open database: %w", err)
		}
		c.foreignKeys, c.checked = !on, true
	}
	var mode string
	err := c.db.QueryRowContext(ctx, "PRAGMA journal_mode = WAL").Scan(&mode)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	c.ready.Store(err == nil || !isBusy(err))
	return nil
}

// final marks an error that must not be waited out.
type final struct{ error }

// patiently repeats fn, which has no effect when it fails, while another process holds a lock. It gives up
// when nothing moves: not while others commit, in whose shadow this one only has bad luck.
func (c *conn) patiently(ctx context.Context, dc *sql.Conn, fn func() error) error {
	err := fn()
	if err == nil || !isBusy(err) {
		return plain(err)
	}
	c.courtesy.Store(courtesy)
	seen, moved := version(ctx, dc), false
	timeout := time.NewTimer(c.busy)
	defer timeout.Stop()
	for pause := time.Millisecond; ; pause = nextPause(pause) {
		expired := false
		select {
		case <-time.After(pause):
		case <-timeout.C:
			expired = true
		case <-ctx.Done():
			return ctx.Err()
		}
		if err = fn(); err == nil || !isBusy(err) {
			return plain(err)
		}
		if now := version(ctx, dc); now != seen {
			seen, moved = now, true
		}
		if expired && !moved {
			return plain(err)
		}
		if expired {
			moved = false
			timeout.Reset(c.busy)
		}
	}
}

// version is a number that changes when another connection commits, or 0 while locks forbid to read it.
func version(ctx context.Context, dc *sql.Conn) (v int64) {
	_ = dc.QueryRowContext(ctx, "PRAGMA data_version").Scan(&v)
	return v
}

// nextPause doubles a pause up to 16 ms and then begins again: two processes that wait for each other's locks
// do not fall into step, and whoever waits finds the moment between two writes of a busy process.
func nextPause(d time.Duration) time.Duration {
	if d >= 16*time.Millisecond {
		return time.Millisecond
	}
	return 2 * d
}

func plain(err error) error {
	if f, ok := err.(final); ok {
		return f.error
	}
	return err
}

// isBusy recognises SQLITE_BUSY and SQLITE_LOCKED by their texts, which all drivers keep.
func isBusy(err error) bool {
	if _, ok := err.(final); ok {
		return false
	}
	text := err.Error()
	return strings.Contains(text, "database is locked") || strings.Contains(text, "table is locked")
}

// A runner is a connection.
type runner interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

func query(ctx context.Context, r runner, st *sqladapter.Stmt, args []any, row sqladapter.RowFunc) error {
	rows, err := r.QueryContext(ctx, st.SQL, args...)
	if err != nil {
		return err
	}
	return scan(rows, row)
}

func exec(ctx context.Context, r runner, st *sqladapter.Stmt, args []any) (int64, error) {
	result, err := r.ExecContext(ctx, st.SQL, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// scan hands all rows to row and closes them. A write is complete only when they are closed.
func scan(rows *sql.Rows, row sqladapter.RowFunc) (err error) {
	defer func() {
		if closing := rows.Close(); err == nil {
			err = closing
		}
	}()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	values := make([]any, len(columns))
	targets := make([]any, len(columns))
	for i := range values {
		targets[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(targets...); err != nil {
			return err
		}
		for i, v := range values {
			values[i] = value(v)
		}
		row(columns, values)
	}
	return rows.Err()
}

// discard closes a connection for good, for one that may be in an unknown state.
func discard(dc *sql.Conn) {
	_ = dc.Raw(func(any) error { return driver.ErrBadConn })
}
