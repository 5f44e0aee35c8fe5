package adapter_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/betterauth-go/betterauth/adapter"
	"github.com/betterauth-go/betterauth/adapter/memory"
)

// slow is a database that answers only when the caller gives up.
type slow struct {
	adapter.Adapter
	begin, commit bool
}

func (slow) Capabilities() adapter.Capabilities { return adapter.Capabilities{} }

func (slow) Find(ctx context.Context, _ adapter.Query) ([]adapter.Record, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func (a slow) Transaction(ctx context.Context, fn func(adapter.Adapter) error) error {
	if a.begin {
		<-ctx.Done()
		return ctx.Err()
	}
	if err := fn(a); err != nil {
		return err
	}
	if a.commit {
		<-ctx.Done()
	}
	return ctx.Err()
}

func TestDeadlines(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		db   slow
		call func(ctx context.Context, s *adapter.Store) error
		want error
		took time.Duration
	}{
		{"call", slow{}, func(ctx context.Context, s *adapter.Store) error {
			_, err := users.FindOne(ctx, s)
			return err
		}, context.DeadlineExceeded, 5 * time.Second},
		{"begin", slow{begin: true}, func(ctx context.Context, s *adapter.Store) error {
			return s.Transaction(ctx, func(context.Context) error { return nil })
		}, context.DeadlineExceeded, 5 * time.Second},
		{"commit", slow{commit: true}, func(ctx context.Context, s *adapter.Store) error {
			return s.Transaction(ctx, func(context.Context) error { time.Sleep(time.Minute); return nil })
		}, context.DeadlineExceeded, time.Minute + 5*time.Second},
		{"slow work in a transaction", slow{}, func(ctx context.Context, s *adapter.Store) error {
			return s.Transaction(ctx, func(context.Context) error { time.Sleep(time.Minute); return nil })
		}, nil, time.Minute},
		{"caller gone", slow{begin: true}, func(ctx context.Context, s *adapter.Store) error {
			ctx, cancel := context.WithTimeoutCause(ctx, time.Second, nil)
			defer cancel()
			ctx, stop := context.WithCancel(ctx)
			time.AfterFunc(time.Millisecond, stop)
			return s.Transaction(ctx, func(context.Context) error { return nil })
		}, context.Canceled, time.Millisecond},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				test.db.Adapter = memory.New()
				s := newStore(t, adapter.Options{Adapter: test.db})
				began := time.Now()
				if err := test.call(t.Context(), s); !errors.Is(err, test.want) {
					t.Errorf("got %v, want %v", err, test.want)
				}
				if took := time.Since(began); took != test.took {
					t.Errorf("took %v, want %v", took, test.took)
				}
			})
		})
	}
}

// again runs a transaction twice, as a database does after a conflict.
type again struct{ *memory.Adapter }

var errAgain = errors.New("again")

func (a again) Transaction(ctx context.Context, fn func(adapter.Adapter) error) error {
	err := a.Adapter.Transaction(ctx, func(tx adapter.Adapter) error {
		if err := fn(tx); err != nil {
			return err
		}
		return errAgain
	})
	if !errors.Is(err, errAgain) {
		return err
	}
	return a.Adapter.Transaction(ctx, fn)
}

func TestTransactionRunAgain(t *testing.T) {
	t.Parallel()
	s, j := newStore(t, adapter.Options{Adapter: again{memory.New()}}), &journal{}
	addHooks(t, s, users.Hook(adapter.Hooks[user]{AfterCreate: func(_ context.Context, u *user) { j.add("after %s", u.Name) }}))
	err := s.Transaction(t.Context(), func(ctx context.Context) error {
		newUserIn(ctx, t, s, "ann")
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	j.want(t, "after ann")
}
