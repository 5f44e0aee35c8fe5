//go:build !race

package bench_test

const maxSessionAllocs = 12
