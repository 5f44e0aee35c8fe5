package adaptertest

import (
	"context"
	"errors"
	"time"

	"github.com/betterauth-go/betterauth/adapter"
)

var errStop = errors.New("stop")

func (s *suite) testTransaction() {
	s.must(s.store.Transaction(s.ctx, func(ctx context.Context) error {
		if _, err := s.store.Create(ctx, "item", adapter.Record{"name": "kept", "email": "kept@example.com"}); err != nil {
			return err
		}
		// The transaction sees its own writes.
		if n, err := s.store.Count(ctx, "item"); err != nil || n != 1 {
			s.Errorf("within the transaction: %d rows, %v", n, err)
		}
		s.unseen()
		return nil
	}))
	s.equal("after commit", s.names(), []string{"kept"})

	s.testRollback()
	s.testPanic()

	err := s.store.Transaction(s.ctx, func(ctx context.Context) error {
		if _, err := s.store.Create(ctx, "item", adapter.Record{"name": "new"}); err != nil {
			return err
		}
		_, err := s.store.Create(ctx, "item", adapter.Record{"name": "x", "email": "kept@example.com"})
		return err
	})
	s.wants(err, adapter.ErrUnique)
	s.equal("after a unique violation", s.names(), []string{"kept"})
	s.item("still works")
}

// unseen checks that a reader outside of the transaction either does not see what is not committed or has
// to wait for it.
func (s *suite) unseen() {
	ctx, cancel := context.WithTimeout(s.ctx, 300*time.Millisecond)
	defer cancel()
	if n, err := s.store.Count(ctx, "item"); err == nil && n != 0 {
		s.Errorf("a reader sees %d rows that are not committed", n)
	}
}

func (s *suite) testRollback() {
	err := s.store.Transaction(s.ctx, func(ctx context.Context) error {
		if _, err := s.store.Create(ctx, "item", adapter.Record{"name": "dropped"}); err != nil {
			return err
		}
		if _, err := s.store.Update(ctx, "item", adapter.Changes{"name": "renamed", "email": "other@example.com"}, adapter.Eq("name", "kept")); err != nil {
			return err
		}
		if _, err := s.store.Increment(ctx, "item", map[string]int64{"count": 1}, nil, adapter.Eq("name", "renamed")); err != nil {
			return err
		}
		if n, err := s.store.Delete(ctx, "item"); err != nil || n != 2 {
			s.Errorf("within the transaction: deleted %d, %v", n, err)
		}
		return errStop
	})
	s.wants(err, errStop)
	s.equal("after rollback", s.names(), []string{"kept"})
	s.equal("count after rollback", s.count("item", adapter.Eq("count", nil), adapter.Eq("email", "kept@example.com")), int64(1))
}

func (s *suite) testPanic() {
	func() {
		defer func() {
			if recover() == nil {
				s.Error("the panic of a transaction was swallowed")
			}
		}()
		_ = s.store.Transaction(s.ctx, func(ctx context.Context) error {
			if _, err := s.store.Create(ctx, "item", adapter.Record{"name": "dropped"}); err != nil {
				return err
			}
			panic("stop")
		})
	}()
	s.equal("after a panic", s.names(), []string{"kept"})
}

// testContext checks that calls of somebody who went away change nothing and that nothing is left locked.
func (s *suite) testContext() {
	s.item("a")
	gone, cancel := context.WithCancel(s.ctx)
	cancel()
	a, q := s.adapter, adapter.Query{Table: "test items", Where: []adapter.Where{adapter.Eq("name", "a")}}
	set := adapter.Record{"name": "b"}
	for name, call := range map[string]func() error{
		"Create": func() error {
			_, err := a.Create(gone, "test items", adapter.Record{"id": "b", "name": "b"})
			return err
		},
		"Find":       func() error { _, err := a.Find(gone, q); return err },
		"Count":      func() error { _, err := a.Count(gone, q); return err },
		"Update":     func() error { _, err := a.Update(gone, q, set); return err },
		"UpdateMany": func() error { _, err := a.UpdateMany(gone, q, set); return err },
		"Delete":     func() error { _, err := a.Delete(gone, q); return err },
		"Consume":    func() error { _, err := a.Consume(gone, q); return err },
		"Increment":  func() error { _, err := a.Increment(gone, q, map[string]int64{"count": 1}, set); return err },
		"Transaction": func() error {
			return a.Transaction(gone, func(tx adapter.Adapter) error {
				_, err := tx.Delete(gone, q)
				return err
			})
		},
	} {
		if err := call(); !errors.Is(err, context.Canceled) {
			s.Errorf("%s with a cancelled context: got %v, want %v", name, err, context.Canceled)
		}
	}
	ctx, cancel := context.WithCancel(s.ctx)
	defer cancel()
	err := a.Transaction(ctx, func(tx adapter.Adapter) error {
		if _, err := tx.Update(ctx, q, set); err != nil {
			return err
		}
		cancel()
		return nil
	})
	if err == nil {
		s.Error("a transaction was committed after its context had ended")
	}
	s.equal("rows", s.names(), []string{"a"})
	s.item("still works")
}
