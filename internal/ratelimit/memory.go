package ratelimit

import (
	"container/list"
	"context"
	"sync"
	"time"
)

// MemoryKeys is the most keys a [Memory] holds.
const MemoryKeys = 100_000

// Memory is a [Store] in the process. When it is full the key whose last
// allowed request is oldest is forgotten; expired keys go earlier, a few at
// each request, so no goroutine is needed.
type Memory struct {
	now func() time.Time
	max int

	mu    sync.Mutex
	byKey map[string]*list.Element // of *bucket
	order list.List                // least recently counted first
}

type bucket struct {
	key     string
	state   State
	expires int64 // Unix milliseconds
}

// NewMemory returns an empty store that reads the time from now.
func NewMemory(now func() time.Time) *Memory { return newMemory(now, MemoryKeys) }

func newMemory(now func() time.Time, limit int) *Memory {
	return &Memory{now: now, max: limit, byKey: map[string]*list.Element{}}
}

// Consume implements [Store]. It never fails.
func (m *Memory) Consume(_ context.Context, key string, rule Rule) (Decision, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.now()
	m.dropExpired(now.UnixMilli())
	element, found := m.byKey[key]
	if !found {
		element = m.add(key)
	}
	b := element.Value.(*bucket)
	state, decision := Next(b.state, rule, now)
	if decision.Allowed {
		b.state = state
		b.expires = state.LastRequest + rule.Window.Milliseconds()
		m.order.MoveToBack(element)
	}
	return decision, nil
}

// Len returns the number of keys held.
func (m *Memory) Len() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.byKey)
}

func (m *Memory) add(key string) *list.Element {
	if len(m.byKey) >= m.max {
		m.drop(m.order.Front())
	}
	element := m.order.PushBack(&bucket{key: key})
	m.byKey[key] = element
	return element
}

// dropExpired looks at the two oldest keys: more than one request can add, so
// what has expired does not pile up.
func (m *Memory) dropExpired(now int64) {
	for range 2 {
		oldest := m.order.Front()
		if oldest == nil || oldest.Value.(*bucket).expires > now {
			return
		}
		m.drop(oldest)
	}
}

func (m *Memory) drop(element *list.Element) {
	delete(m.byKey, element.Value.(*bucket).key)
	m.order.Remove(element)
}
