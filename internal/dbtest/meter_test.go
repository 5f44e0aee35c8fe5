package dbtest

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// A meter counts what pgx sends.
type meter struct {
	mu sync.Mutex
	cost
	batches int
	sent    []string // statements outside of batches
}

func (m *meter) TraceQueryStart(ctx context.Context, _ *pgx.Conn, d pgx.TraceQueryStartData) context.Context {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.count(d.SQL)
	m.trips++
	m.sent = append(m.sent, d.SQL)
	return ctx
}

func (m *meter) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

func (m *meter) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.trips++
	m.batches++
	return ctx
}

func (m *meter) TraceBatchQuery(_ context.Context, _ *pgx.Conn, d pgx.TraceBatchQueryData) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.count(d.SQL)
}

func (m *meter) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData) {}

func (m *meter) count(statement string) {
	switch word, _, _ := strings.Cut(strings.ToLower(statement), " "); word {
	case "begin", "commit", "rollback", "savepoint", "release":
		m.tx++
	default:
		m.statements++
	}
}

// take returns the cost since the last take.
func (m *meter) take() cost {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := m.cost
	m.cost = cost{}
	return c
}

// texts returns the statements since the last texts, without those of batches.
func (m *meter) texts() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	sent := m.sent
	m.sent = nil
	return sent
}

// tracedPool connects to a database and has a meter see what it is sent.
func tracedPool(tb testing.TB, url string, m *meter) *pgxpool.Pool {
	tb.Helper()
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		tb.Fatal(err)
	}
	config.ConnConfig.Tracer = m
	pool, err := pgxpool.NewWithConfig(tb.Context(), config)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(pool.Close)
	return pool
}
