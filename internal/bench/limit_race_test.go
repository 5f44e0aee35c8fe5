//go:build race

package bench_test

// The race detector has every sync.Pool drop values at random.
const maxSessionAllocs = 20
