#!/usr/bin/env bash
# Runs every fuzz target for a while: fuzz.sh [TIME], 10s without one.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

time=${1:-10s}
while IFS=: read -r file target; do
	section "$target in $(dirname "$file")"
	go -C "$(dirname "$file")" test -run '^$' -fuzz "^$target\$" -fuzztime "$time" .
done < <(grep -rEo --include='*_test.go' --exclude-dir=node_modules '^func Fuzz[A-Za-z0-9_]*' . | sed 's/func //')
