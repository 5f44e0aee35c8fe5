#!/usr/bin/env bash
# Compares with the reference, the npm package better-auth: first the client and browser scripts run against
# the reference itself, which proves them right; then the client acts on both servers at once, and the same
# requests go to both. Arguments are for internal/conformance/cmd/conformance.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

section "the client and the browser against the reference"
need_chromium
npm_install internal/e2e
port=$(free_port)
serve "$port" "$work/reference.log" node internal/e2e/reference.mjs "$port"
export BASE_URL=http://127.0.0.1:$port
timeout 300 node --test-reporter=spec internal/e2e/client.mjs
timeout 300 node --test-reporter=spec internal/e2e/browser.mjs
unset BASE_URL
POPUP_ATTEMPTS=5 oidc node internal/e2e/reference-oidc.mjs

section "every action of the client on both"
npm_install internal/conformance --native
GOSERVER=$work/goserver
export GOSERVER
GOWORK=off CGO_ENABLED=0 go -C internal/conformance build -o "$GOSERVER" ./cmd/goserver
timeout 300 node --test-reporter=spec internal/e2e/actions.mjs
timeout 300 node --test-reporter=spec internal/e2e/react.mjs

section "the same requests to both"
if [ -z "${BETTERAUTH_TEST_POSTGRES:-}" ]; then
	BETTERAUTH_TEST_POSTGRES=$(scripts/postgres.sh start "$work/postgres")
	export BETTERAUTH_TEST_POSTGRES
fi
GOWORK=off go -C internal/conformance run ./cmd/conformance -server "$GOSERVER" "$@"
