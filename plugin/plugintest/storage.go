package plugintest

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"
)

// A Storage is a plugin.SecondaryStorage in memory. It is safe for concurrent use.
//
//	var storage *plugintest.Storage
//	kit := plugintest.New(t, func(c *betterauth.Config) {
//		storage = plugintest.NewStorage(c.Now)
//		c.SecondaryStorage = storage
//	})
type Storage struct {
	now    func() time.Time
	mu     sync.Mutex
	items  map[string]item
	before func(ctx context.Context, method, key string) error
}

type item struct {
	value string
	life  time.Duration // zero: for ever
	end   time.Time
}

// NewStorage returns an empty storage whose values end by a clock.
func NewStorage(now func() time.Time) *Storage {
	return &Storage{now: now, items: map[string]item{}}
}

// Before has fn called before each call of a method, "Get" or "Set" for instance; an error of fn is the
// call's. fn may use the storage.
func (s *Storage) Before(fn func(ctx context.Context, method, key string) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.before = fn
}

// Keys returns the keys of all live values, sorted.
func (s *Storage) Keys() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.DeleteFunc(slices.Sorted(maps.Keys(s.items)), func(key string) bool { _, ok := s.live(key); return !ok })
}

// Value returns a live value and the life that it was given, zero for one without end.
func (s *Storage) Value(key string) (value string, life time.Duration, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, ok := s.live(key)
	return v.value, v.life, ok
}

// Clear removes everything, as a restart of the storage does.
func (s *Storage) Clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.items)
}

func (s *Storage) live(key string) (item, bool) {
	v, ok := s.items[key]
	if !ok || v.life > 0 && !v.end.After(s.now()) {
		return item{}, false
	}
	return v, true
}

func (s *Storage) put(key, value string, life time.Duration) {
	s.items[key] = item{value: value, life: life, end: s.now().Add(life)}
}

// enter asks the function of Before and locks the storage.
func (s *Storage) enter(ctx context.Context, method, key string) error {
	s.mu.Lock()
	before := s.before
	s.mu.Unlock()
	if before != nil {
		if err := before(ctx, method, key); err != nil {
			return err
		}
	}
	s.mu.Lock()
	return nil
}

// Get implements plugin.SecondaryStorage.
func (s *Storage) Get(ctx context.Context, key string) (string, bool, error) {
	if err := s.enter(ctx, "Get", key); err != nil {
		return "", false, err
	}
	defer s.mu.Unlock()
	v, ok := s.live(key)
	return v.value, ok, nil
}

// GetAndDelete implements plugin.SecondaryStorage.
func (s *Storage) GetAndDelete(ctx context.Context, key string) (string, bool, error) {
	if err := s.enter(ctx, "GetAndDelete", key); err != nil {
		return "", false, err
	}
	defer s.mu.Unlock()
	v, ok := s.live(key)
	delete(s.items, key)
	return v.value, ok, nil
}

// Increment implements plugin.SecondaryStorage.
func (s *Storage) Increment(ctx context.Context, key string, ttl time.Duration) (int64, error) {
	if err := s.enter(ctx, "Increment", key); err != nil {
		return 0, err
	}
	defer s.mu.Unlock()
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
	s.items[key] = v
	return n + 1, nil
}

// Set implements plugin.SecondaryStorage.
func (s *Storage) Set(ctx context.Context, key, value string, ttl time.Duration) error {
	if err := s.enter(ctx, "Set", key); err != nil {
		return err
	}
	defer s.mu.Unlock()
	s.put(key, value, ttl)
	return nil
}

// Delete implements plugin.SecondaryStorage.
func (s *Storage) Delete(ctx context.Context, key string) error {
	if err := s.enter(ctx, "Delete", key); err != nil {
		return err
	}
	defer s.mu.Unlock()
	delete(s.items, key)
	return nil
}
