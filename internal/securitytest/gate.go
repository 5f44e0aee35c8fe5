package securitytest

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"github.com/betterauth-go/betterauth/adapter"
)

// ErrFault is what a failed call returns.
var ErrFault = errors.New("securitytest: the database failed")

// An Op is one call of an adapter.
type Op struct {
	// Name is the method, or "begin" and "commit" of a transaction.
	Name  string
	Write bool
}

// A Gate is asked before each call; its error is the call's.
type Gate func(ctx context.Context, op Op) error

// A Gated adapter asks a gate before each call. The adapter inside, and those of its transactions, must
// be Joiners and Batchers. Like a database over a network, it is not in process.
type Gated struct {
	inner adapter.Adapter
	gate  *atomic.Pointer[Gate]
}

// NewGated returns an adapter that lets every call pass.
func NewGated(inner adapter.Adapter) *Gated {
	return &Gated{inner: inner, gate: new(atomic.Pointer[Gate])}
}

// Set installs a gate; nil lets every call pass. Transactions that are open obey as well.
func (g *Gated) Set(gate Gate) {
	if gate == nil {
		g.gate.Store(nil)
		return
	}
	g.gate.Store(&gate)
}

// FailWrite returns a gate at which the k-th write fails, counted from one, and a function that tells
// whether it came to that. Commits count as writes.
func FailWrite(k int64) (gate Gate, failed func() bool) {
	var n atomic.Int64
	gate = func(_ context.Context, op Op) error {
		if op.Write && n.Add(1) == k {
			return ErrFault
		}
		return nil
	}
	return gate, func() bool { return n.Load() >= k }
}

// Fail is a gate at which every call fails.
func Fail(context.Context, Op) error { return ErrFault }

// Hang is a gate at which every call waits for the end of its context.
func Hang(ctx context.Context, _ Op) error {
	<-ctx.Done()
	return ctx.Err()
}

// A Tally counts operations by name. It is safe for concurrent use.
type Tally struct {
	mu sync.Mutex
	n  map[string]int
}

// Gate counts and lets pass.
func (t *Tally) Gate(_ context.Context, op Op) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.n == nil {
		t.n = map[string]int{}
	}
	t.n[op.Name]++
	return nil
}

// Total is the number of all operations.
func (t *Tally) Total() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	sum := 0
	for _, n := range t.n {
		sum += n
	}
	return sum
}

func (g *Gated) ask(ctx context.Context, name string, write bool) error {
	gate := g.gate.Load()
	if gate == nil {
		return nil
	}
	return (*gate)(ctx, Op{Name: name, Write: write})
}

// Create implements adapter.Adapter.
func (g *Gated) Create(ctx context.Context, table string, r adapter.Record) (adapter.Record, error) {
	if err := g.ask(ctx, "create", true); err != nil {
		return nil, err
	}
	return g.inner.Create(ctx, table, r)
}

// CreateBatch implements adapter.Batcher.
func (g *Gated) CreateBatch(ctx context.Context, inserts []adapter.Insert) ([]adapter.Record, error) {
	if err := g.ask(ctx, "batch", true); err != nil {
		return nil, err
	}
	return g.inner.(adapter.Batcher).CreateBatch(ctx, inserts)
}

// Find implements adapter.Adapter.
func (g *Gated) Find(ctx context.Context, q adapter.Query) ([]adapter.Record, error) {
	if err := g.ask(ctx, "find", false); err != nil {
		return nil, err
	}
	return g.inner.Find(ctx, q)
}

// FindJoined implements adapter.Joiner.
func (g *Gated) FindJoined(ctx context.Context, q adapter.Query) ([]adapter.Joined, error) {
	if err := g.ask(ctx, "join", false); err != nil {
		return nil, err
	}
	return g.inner.(adapter.Joiner).FindJoined(ctx, q)
}

// Count implements adapter.Adapter.
func (g *Gated) Count(ctx context.Context, q adapter.Query) (int64, error) {
	if err := g.ask(ctx, "count", false); err != nil {
		return 0, err
	}
	return g.inner.Count(ctx, q)
}

// Update implements adapter.Adapter.
func (g *Gated) Update(ctx context.Context, q adapter.Query, set adapter.Record) (adapter.Record, error) {
	if err := g.ask(ctx, "update", true); err != nil {
		return nil, err
	}
	return g.inner.Update(ctx, q, set)
}

// UpdateMany implements adapter.Adapter.
func (g *Gated) UpdateMany(ctx context.Context, q adapter.Query, set adapter.Record) (int64, error) {
	if err := g.ask(ctx, "updateMany", true); err != nil {
		return 0, err
	}
	return g.inner.UpdateMany(ctx, q, set)
}

// Delete implements adapter.Adapter.
func (g *Gated) Delete(ctx context.Context, q adapter.Query) (int64, error) {
	if err := g.ask(ctx, "delete", true); err != nil {
		return 0, err
	}
	return g.inner.Delete(ctx, q)
}

// Consume implements adapter.Adapter.
func (g *Gated) Consume(ctx context.Context, q adapter.Query) (adapter.Record, error) {
	if err := g.ask(ctx, "consume", true); err != nil {
		return nil, err
	}
	return g.inner.Consume(ctx, q)
}

// Increment implements adapter.Adapter.
func (g *Gated) Increment(ctx context.Context, q adapter.Query, by map[string]int64, set adapter.Record) (adapter.Record, error) {
	if err := g.ask(ctx, "increment", true); err != nil {
		return nil, err
	}
	return g.inner.Increment(ctx, q, by, set)
}

// Transaction implements adapter.Adapter.
func (g *Gated) Transaction(ctx context.Context, fn func(tx adapter.Adapter) error) error {
	if err := g.ask(ctx, "begin", true); err != nil {
		return err
	}
	return g.inner.Transaction(ctx, func(tx adapter.Adapter) error {
		if err := fn(&Gated{inner: tx, gate: g.gate}); err != nil {
			return err
		}
		return g.ask(ctx, "commit", true)
	})
}

// Capabilities implements adapter.Adapter.
func (g *Gated) Capabilities() adapter.Capabilities {
	c := g.inner.Capabilities()
	c.InProcess = false
	return c
}

// SetSchema implements adapter.SchemaSetter.
func (g *Gated) SetSchema(s *adapter.Schema) error {
	if setter, ok := g.inner.(adapter.SchemaSetter); ok {
		return setter.SetSchema(s)
	}
	return nil
}
