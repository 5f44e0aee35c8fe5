#!/usr/bin/env bash
# Runs fuzz targets one after the other: fuzz.sh [TIME [PATTERN [FLAG...]]]
#
# TIME is for each, 10s without one. PATTERN, an extended regular expression, chooses targets by "package.FuzzName",
# as in internal/wire.FuzzParse; without one all of them run. Each FLAG, -race for one, goes to go test.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

time=${1:-10s} pattern=${2:-.}
shift $(($# < 2 ? $# : 2))

# out_of_time tells a run that failed only because its time was up in the middle of an input.
out_of_time() { grep -q 'context deadline exceeded' "$work/log" && ! grep -q 'Failing input' "$work/log"; }

ran=0
while IFS=: read -r file target; do
	dir=$(dirname "${file#./}")
	[[ "$dir.$target" =~ $pattern ]] || continue
	section "$dir.$target"
	go -C "$dir" test -run '^$' -fuzz "^$target\$" -fuzztime "$time" -fuzzminimizetime 1s "$@" . 2>&1 | tee "$work/log" || out_of_time ||
		fail "$dir.$target failed"
	ran=$((ran + 1))
done < <(grep -rEo --include='*_test.go' --exclude-dir=node_modules '^func Fuzz[A-Za-z0-9_]*' . | sed 's/func //' | sort)
[ "$ran" -gt 0 ] || fail "no fuzz target matches $pattern"
