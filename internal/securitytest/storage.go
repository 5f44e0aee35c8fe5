package securitytest

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/betterauth-go/betterauth/plugin/plugintest"
)

// A Call is one operation on a Storage.
type Call struct {
	Op, Key, Value string
	TTL            time.Duration
}

// A Storage is a plugintest.Storage that records what changes it.
type Storage struct {
	*plugintest.Storage
	mu    sync.Mutex
	calls []Call
}

// NewStorage returns an empty storage that lives by a clock.
func NewStorage(now func() time.Time) *Storage {
	s := &Storage{Storage: plugintest.NewStorage(now)}
	s.SetGate(nil)
	return s
}

// SetGate installs a gate that is asked before each call; nil lets every call pass.
func (s *Storage) SetGate(gate Gate) {
	s.Before(func(ctx context.Context, method, _ string) error {
		if gate != nil {
			if err := gate(ctx, Op{Name: strings.ToLower(method[:1]) + method[1:], Write: method != "Get"}); err != nil {
				return err
			}
		}
		return ctx.Err()
	})
}

// Calls returns the changes since the last Calls, in order.
func (s *Storage) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	calls := s.calls
	s.calls = nil
	return calls
}

// record remembers a call that did not fail.
func (s *Storage) record(call Call, err error) {
	if err != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, call)
}

// GetAndDelete implements plugin.SecondaryStorage.
func (s *Storage) GetAndDelete(ctx context.Context, key string) (string, bool, error) {
	value, ok, err := s.Storage.GetAndDelete(ctx, key)
	s.record(Call{Op: "getAndDelete", Key: key}, err)
	return value, ok, err
}

// Increment implements plugin.SecondaryStorage.
func (s *Storage) Increment(ctx context.Context, key string, ttl time.Duration) (int64, error) {
	n, err := s.Storage.Increment(ctx, key, ttl)
	s.record(Call{Op: "increment", Key: key, TTL: ttl}, err)
	return n, err
}

// Set implements plugin.SecondaryStorage.
func (s *Storage) Set(ctx context.Context, key, value string, ttl time.Duration) error {
	err := s.Storage.Set(ctx, key, value, ttl)
	s.record(Call{Op: "set", Key: key, Value: value, TTL: ttl}, err)
	return err
}

// Delete implements plugin.SecondaryStorage.
func (s *Storage) Delete(ctx context.Context, key string) error {
	err := s.Storage.Delete(ctx, key)
	s.record(Call{Op: "delete", Key: key}, err)
	return err
}
