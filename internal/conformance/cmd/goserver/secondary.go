package main

import (
	"context"
	"slices"
	"strconv"
	"time"
)

func (s *secondary) alive(key string) (entry, bool) {
	e, ok := s.values[key]
	return e, ok && (e.ttl == 0 || e.until.After(s.now()))
}

func (s *secondary) put(key, value string, ttl time.Duration) {
	if _, known := s.values[key]; !known {
		s.keys = append(s.keys, key)
	}
	s.values[key] = entry{value, ttl, s.now().Add(ttl)}
}

func (s *secondary) remove(key string) {
	delete(s.values, key)
	s.keys = slices.DeleteFunc(s.keys, func(k string) bool { return k == key })
}

// Get returns a value that has not expired.
func (s *secondary) Get(_ context.Context, key string) (string, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, ok := s.alive(key)
	return e.value, ok, nil
}

// GetAndDelete returns a value and removes it.
func (s *secondary) GetAndDelete(_ context.Context, key string) (string, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, ok := s.alive(key)
	s.remove(key)
	return e.value, ok, nil
}

// Increment counts.
func (s *secondary) Increment(_ context.Context, key string, ttl time.Duration) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, ok := s.alive(key)
	if !ok {
		s.put(key, "1", ttl)
		return 1, nil
	}
	n, err := strconv.ParseInt(e.value, 10, 64)
	e.value = strconv.FormatInt(n+1, 10)
	s.values[key] = e
	return n + 1, err
}

// Set stores a value.
func (s *secondary) Set(_ context.Context, key, value string, ttl time.Duration) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.put(key, value, ttl)
	return nil
}

// Delete removes a value.
func (s *secondary) Delete(_ context.Context, key string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.remove(key)
	return nil
}

// dump lists everything, expired or not, with lives in seconds.
func (s *secondary) dump() []map[string]any {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	list := []map[string]any{}
	for _, key := range s.keys {
		e := s.values[key]
		var ttl any
		if e.ttl > 0 {
			ttl = e.ttl.Seconds()
		}
		list = append(list, map[string]any{"key": key, "value": e.value, "ttl": ttl})
	}
	return list
}
