package adapter

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"
)

// A transaction is carried in the context of the calls that belong to it.
type transaction struct {
	adapter Adapter
	mu      sync.Mutex
	after   []func(context.Context)
}

type transactionKey struct{ store *Store }

func (s *Store) transaction(ctx context.Context) *transaction {
	tx, _ := ctx.Value(transactionKey{s}).(*transaction)
	return tx
}

// current returns the adapter of the context's transaction, or the Store's.
func (s *Store) current(ctx context.Context) Adapter {
	if tx := s.transaction(ctx); tx != nil {
		return tx.adapter
	}
	return s.adapter
}

// InTransaction reports whether calls with ctx belong to a transaction of the Store.
func (s *Store) InTransaction(ctx context.Context) bool { return s.transaction(ctx) != nil }

// Transaction runs fn with a context whose calls are committed together when fn returns nil, and rolled
// back when it returns an error or panics. It may run fn again when the database asks for it because of
// a conflict with another transaction, so fn should change nothing but the database. Within a transaction
// it just runs fn as a part of that one.
//
// After hooks and AfterCommit functions wait for the commit and are dropped on rollback.
func (s *Store) Transaction(ctx context.Context, fn func(ctx context.Context) error) error {
	if s.InTransaction(ctx) {
		return fn(ctx)
	}
	var tx *transaction
	guard, stop := s.guard(ctx)
	defer stop()
	err := s.adapter.Transaction(guard.ctx, func(a Adapter) error {
		guard.pause()
		defer guard.resume()
		tx = &transaction{adapter: a} // anew each time: an adapter may have to start over
		return fn(context.WithValue(guard.ctx, transactionKey{s}, tx))
	})
	if err != nil {
		return guard.explain(err)
	}
	for _, f := range tx.after {
		s.protect(ctx, "after commit", f)
	}
	return nil
}

// AfterCommit runs fn once the current transaction is committed, or at once outside of one. A panic of
// fn is logged.
func (s *Store) AfterCommit(ctx context.Context, fn func(ctx context.Context)) {
	tx := s.transaction(ctx)
	if tx == nil {
		s.protect(ctx, "after commit", fn)
		return
	}
	tx.mu.Lock()
	defer tx.mu.Unlock()
	tx.after = append(tx.after, fn)
}

// protect keeps a panic of a hook away from a write that has already happened.
func (s *Store) protect(ctx context.Context, what string, fn func(ctx context.Context)) {
	defer func() {
		if r := recover(); r != nil {
			s.options.Log.ErrorContext(ctx, what+" function panicked", "panic", fmt.Sprint(r), "stack", string(debug.Stack()))
		}
	}()
	fn(ctx)
}

// A deadlineGuard cancels a transaction whose begin or commit takes too long. What happens in between has
// no limit of its own: each call has one, and a hook may take its time.
type deadlineGuard struct {
	ctx   context.Context
	timer *time.Timer
	limit time.Duration
}

func (s *Store) guard(ctx context.Context) (*deadlineGuard, func()) {
	limit := s.options.Timeout
	if limit <= 0 {
		return &deadlineGuard{ctx: ctx}, func() {}
	}
	ctx, cancel := context.WithCancelCause(ctx)
	timer := time.AfterFunc(limit, func() { cancel(context.DeadlineExceeded) })
	return &deadlineGuard{ctx: ctx, timer: timer, limit: limit}, func() {
		timer.Stop()
		cancel(nil)
	}
}

func (g *deadlineGuard) pause() {
	if g.timer != nil {
		g.timer.Stop()
	}
}

func (g *deadlineGuard) resume() {
	if g.timer != nil {
		g.timer.Reset(g.limit)
	}
}

// explain tells a deadline of the guard from a cancellation by the caller.
func (g *deadlineGuard) explain(err error) error {
	if g.timer != nil && errors.Is(err, context.Canceled) && errors.Is(context.Cause(g.ctx), context.DeadlineExceeded) {
		return fmt.Errorf("adapter: begin or commit: %w", context.DeadlineExceeded)
	}
	return err
}
