#!/usr/bin/env bash
# Checks the source of every module: gofumpt, go vet (outside the workspace too), staticcheck, and that
# each go.mod is tidy. With -fix, gofumpt rewrites the files instead.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

bin=$root/.cache/bin
export CGO_ENABLED=0 # nothing here is C; the tests' builds without it find these packages compiled
section tools
GOWORK=off GOBIN=$bin go -C tools install tool

section gofumpt
sources=$(find . \( -name node_modules -o -name .git -o -name .cache \) -prune -o -name '*.go' -print)
if [ "${1:-}" = -fix ]; then
	# shellcheck disable=SC2086 # one word per file
	"$bin/gofumpt" -w $sources
	exit
fi
# shellcheck disable=SC2086
unformatted=$("$bin/gofumpt" -l $sources)
[ -z "$unformatted" ] || fail "run make fmt, it would rewrite:"$'\n'"$unformatted"

dirs=$(modules)
for dir in $dirs; do
	section "vet and staticcheck $dir"
	GOWORK=off go -C "$dir" vet ./...
	(cd "$dir" && "$bin/staticcheck" ./...)
	GOWORK=off go -C "$dir" mod tidy -diff
done
echo "lint: ok"
