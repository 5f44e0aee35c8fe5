package ratelimit

import (
	"context"
	"fmt"
	"time"
)

// Incrementer is the part of a secondary storage that can count: it adds one
// to a key atomically and returns the new value. A key it creates expires
// after ttl, which later increments do not prolong.
type Incrementer interface {
	Increment(ctx context.Context, key string, ttl time.Duration) (int64, error)
}

// Counter is a [Store] on an [Incrementer]. Its window is fixed: it starts at
// the first request and ends a whole window later.
type Counter struct{ storage Incrementer }

// NewCounter returns a store that counts in storage.
func NewCounter(storage Incrementer) *Counter { return &Counter{storage} }

// Consume implements [Store]. RetryAfter is always the whole window, as the
// time the window began is not known.
func (c *Counter) Consume(ctx context.Context, key string, rule Rule) (Decision, error) {
	n, err := c.storage.Increment(ctx, key, rule.Window)
	switch {
	case err != nil:
		return Decision{}, fmt.Errorf("count request: %w", err)
	case n > int64(rule.Max):
		return Decision{RetryAfter: rule.Window}, nil
	}
	return Decision{Allowed: true}, nil
}
