// Package bench measures the library: cmd/server is a server to put under load, and the benchmarks time the
// paths that every request takes. docs/performance.md has the figures.
package bench
