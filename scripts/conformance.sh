#!/usr/bin/env bash
# Compares with the reference, the npm package better-auth: first the client and browser scripts run against
# the reference itself, which proves them right; then the same requests go to both servers.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

section "client script against the reference"
npm_install internal/e2e
port=$(free_port)
serve "$port" "$work/reference.log" node internal/e2e/reference.mjs "$port"
BASE_URL=http://127.0.0.1:$port timeout 300 node --test-reporter=spec internal/e2e/client.mjs
