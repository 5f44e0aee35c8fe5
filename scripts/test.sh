#!/usr/bin/env bash
# Runs the test suites named on the command line, all of them without one:
#
#   go        unit tests of every module with the race detector; the adapters on memory, SQLite and PostgreSQL
#   client    the official JavaScript client against the quickstart
#   browser   Chromium on the pages of the quickstart
#   oidc      the official client and Chromium, signing in at a certified OpenID provider
#   conformance  the same requests to the reference and to us, some of them random
#   scale     the tests of security and reliability with the numbers that the requirements name: for a quiet machine,
#             and only when named
#
# PostgreSQL is started for the run, unless BETTERAUTH_TEST_POSTGRES is the URL of one. What is missing on a
# Debian machine with Go and Node is installed; nothing is skipped.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

# go_needs installs and starts what the Go tests need.
go_needs() {
	need cc gcc libc6-dev # the race detector is linked with C
	if [ -z "${BETTERAUTH_TEST_POSTGRES:-}" ]; then
		BETTERAUTH_TEST_POSTGRES=$(scripts/postgres.sh start "$work/postgres") || return
		export BETTERAUTH_TEST_POSTGRES
	fi
}

suite_go() {
	go_needs || return
	local patterns
	patterns=$(packages) || return
	# shellcheck disable=SC2086 # one word per module
	CGO_ENABLED=1 go test -race -timeout 10m $patterns || return
	# The race detector allocates on its own: the bound on a session's allocations holds without it.
	go test -run Allocs ./internal/bench
}

suite_scale() {
	go_needs || return
	local -x BETTERAUTH_TEST_FULL=1
	# Hundreds of hashes would take the race detector an hour, and say nothing of time and memory.
	CGO_ENABLED=1 go test -race -p 1 -timeout 60m -skip '^TestParallelHashes$' ./internal/securitytest ./internal/dbtest || return
	go test -timeout 60m -run '^TestParallelHashes$' -v ./internal/securitytest
}

# quickstart builds and starts the quickstart once, and sets BASE_URL.
quickstart() {
	[ -z "${BASE_URL:-}" ] || return 0
	npm_install internal/e2e || return
	CGO_ENABLED=0 go build -o "$work/quickstart" ./examples/quickstart || return
	local port
	port=$(free_port) || return
	serve "$port" "$work/quickstart.log" "$work/quickstart" -addr "127.0.0.1:$port" -db "$work/quickstart.db" || return
	export BASE_URL=http://127.0.0.1:$port
}

suite_client() {
	quickstart || return
	timeout 300 node --test-reporter=spec internal/e2e/client.mjs
}

suite_browser() {
	need_chromium
	quickstart || return
	timeout 300 node --test-reporter=spec internal/e2e/browser.mjs
}

suite_oidc() {
	need_chromium
	npm_install internal/e2e || return
	CGO_ENABLED=0 go build -o "$work/" ./internal/e2e/oidcserver ./examples/oauth || return
	oidc "$work/oidcserver" || return

	local port
	port=$(free_port) && openid "http://127.0.0.1:$port" || return
	OIDC_ISSUER=$ISSUER OIDC_CLIENT_ID=oidc OIDC_CLIENT_SECRET=secret-of-oidc \
		serve "$port" "$work/example.log" "$work/oauth" -addr "127.0.0.1:$port" || return
	BASE_URL=http://127.0.0.1:$port timeout 300 node --test-reporter=spec internal/e2e/oidc-example.mjs
}

suite_conformance() { scripts/conformance.sh -fuzz 2000 -check "$root/docs/conformance.md"; }

passed=0 failed=0 summary=
run() {
	local name=$1 began=$SECONDS
	section "$name"
	if "suite_$name"; then # set -e is off inside: a suite returns where it fails
		passed=$((passed + 1))
		summary+="ok    $name ($((SECONDS - began)) s)"$'\n'
	else
		failed=$((failed + 1))
		summary+="FAIL  $name ($((SECONDS - began)) s)"$'\n'
	fi
}

[ $# -gt 0 ] || set -- go client browser oidc conformance
for name; do
	declare -F "suite_$name" >/dev/null || fail "there is no suite $name"
done
for name; do run "$name"; done
section summary
printf '%ssuites: %d passed, %d failed\n' "$summary" "$passed" "$failed"
[ "$failed" = 0 ]
