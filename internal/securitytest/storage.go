package securitytest

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"
)

// A Call is one operation on a Storage.
type Call struct {
	Op, Key, Value string
	TTL            time.Duration
}

// A Storage is a plugin.SecondaryStorage in memory. It records what changes it.
type Storage struct {
	now   func() time.Time
	gate  Gate
	mu    sync.Mutex
	value map[string]stored
	calls []Call
}

type stored struct {
	value string
	until time.Time // zero: for ever
}

// NewStorage returns an empty storage that lives by a clock.
func NewStorage(now func() time.Time) *Storage {
	return &Storage{now: now, value: map[string]stored{}}
}

// SetGate installs a gate that is asked before each call; nil lets every call pass.
func (s *Storage) SetGate(gate Gate) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gate = gate
}

// Calls returns the changes since the last Calls, in order.
func (s *Storage) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	calls := s.calls
	s.calls = nil
	return calls
}

// Keys returns the keys of live values in order.
func (s *Storage) Keys() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	keys := slices.Sorted(maps.Keys(s.value))
	return slices.DeleteFunc(keys, func(key string) bool { _, ok := s.live(key); return !ok })
}

func (s *Storage) live(key string) (stored, bool) {
	v, ok := s.value[key]
	return v, ok && (v.until.IsZero() || v.until.After(s.now()))
}

// enter asks the gate and, if it lets the call pass, locks the storage.
func (s *Storage) enter(ctx context.Context, op string, write bool) error {
	s.mu.Lock()
	gate := s.gate
	s.mu.Unlock()
	if gate != nil {
		if err := gate(ctx, Op{Name: op, Write: write}); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	return nil
}

func (s *Storage) put(key, value string, ttl time.Duration) {
	v := stored{value: value}
	if ttl > 0 {
		v.until = s.now().Add(ttl)
	}
	s.value[key] = v
}

// Get implements plugin.SecondaryStorage.
func (s *Storage) Get(ctx context.Context, key string) (string, bool, error) {
	if err := s.enter(ctx, "get", false); err != nil {
		return "", false, err
	}
	defer s.mu.Unlock()
	v, ok := s.live(key)
	return v.value, ok, nil
}

// GetAndDelete implements plugin.SecondaryStorage.
func (s *Storage) GetAndDelete(ctx context.Context, key string) (string, bool, error) {
	if err := s.enter(ctx, "getAndDelete", true); err != nil {
		return "", false, err
	}
	defer s.mu.Unlock()
	v, ok := s.live(key)
	delete(s.value, key)
	s.calls = append(s.calls, Call{Op: "getAndDelete", Key: key})
	return v.value, ok, nil
}

// Increment implements plugin.SecondaryStorage.
func (s *Storage) Increment(ctx context.Context, key string, ttl time.Duration) (int64, error) {
	if err := s.enter(ctx, "increment", true); err != nil {
		return 0, err
	}
	defer s.mu.Unlock()
	s.calls = append(s.calls, Call{Op: "increment", Key: key, TTL: ttl})
	v, ok := s.live(key)
	if !ok {
		s.put(key, "1", ttl)
		return 1, nil
	}
	n, err := strconv.ParseInt(v.value, 10, 64)
	if err != nil {
		return 0, err
	}
	v.value = strconv.FormatInt(n+1, 10)
	s.value[key] = v
	return n + 1, nil
}

// Set implements plugin.SecondaryStorage.
func (s *Storage) Set(ctx context.Context, key, value string, ttl time.Duration) error {
	if err := s.enter(ctx, "set", true); err != nil {
		return err
	}
	defer s.mu.Unlock()
	s.put(key, value, ttl)
	s.calls = append(s.calls, Call{Op: "set", Key: key, Value: value, TTL: ttl})
	return nil
}

// Delete implements plugin.SecondaryStorage.
func (s *Storage) Delete(ctx context.Context, key string) error {
	if err := s.enter(ctx, "delete", true); err != nil {
		return err
	}
	defer s.mu.Unlock()
	delete(s.value, key)
	s.calls = append(s.calls, Call{Op: "delete", Key: key})
	return nil
}
