# Shared by the scripts beside it; source it after `set -euo pipefail`.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
cd "$root"
unset NODE_OPTIONS BASE_URL

# Node knows authorities of its own; let it trust those of the machine too, as Go and curl do.
authorities=/etc/ssl/certs/ca-certificates.crt
if [ -z "${NODE_EXTRA_CA_CERTS:-}" ] && [ -f "$authorities" ]; then export NODE_EXTRA_CA_CERTS=$authorities; fi

work=$(mktemp -d "${TMPDIR:-/tmp}/betterauth.XXXXXX")
chmod 711 "$work" # PostgreSQL runs as another user when we are root
pids=()

fail() {
	echo "$(basename "$0"): $*" >&2
	exit 1
}

section() { printf '\n== %s\n' "$*"; }

# stop_all stops what the script started, by process id, and removes what it wrote.
stop_all() {
	local status=$? pid
	trap - EXIT INT TERM
	for pid in "${pids[@]}"; do
		kill "$pid" 2>/dev/null || true
		wait "$pid" 2>/dev/null || true
	done
	if [ -d "$work/postgres" ]; then scripts/postgres.sh stop "$work/postgres" || status=1; fi
	rm -rf "$work"
	exit "$status"
}
trap stop_all EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# need installs Debian's packages when the command they bring is missing: need COMMAND PACKAGE...
need() {
	local command=$1
	shift
	command -v "$command" >/dev/null && return
	section "installing $*"
	command -v apt-get >/dev/null || fail "$command is missing, and there is no apt-get to install it with"
	[ "$(id -u)" = 0 ] || fail "$command is missing: install $*, or run this as root once"
	apt-get update -q >"$work/apt.log" 2>&1 &&
		DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" >>"$work/apt.log" 2>&1 ||
		{ tail -n 20 "$work/apt.log" >&2 && fail "apt-get could not install $*"; }
}

need_node() {
	command -v node >/dev/null || fail "Node.js 20 or newer is missing"
	node -e 'process.exit(process.versions.node.split(".")[0] >= 20 ? 0 : 1)' ||
		fail "Node.js $(node --version) is too old: 20 or newer is needed"
}

# need_chromium finds a browser and sets CHROMIUM.
need_chromium() {
	if [ -z "${CHROMIUM:-}" ]; then
		need chromium chromium
		CHROMIUM=$(command -v chromium)
		export CHROMIUM
	fi
	[ -x "$CHROMIUM" ] || fail "CHROMIUM=$CHROMIUM is not a program"
}

# npm_install installs what DIR/package-lock.json pins, once: npm_install DIR [--native], which compiles what
# is native in it, with the headers that came with Node.
npm_install() {
	need_node
	local dir=$1 native=${2:-} stamp=$1/node_modules/.betterauth-lock options=(--ignore-scripts)
	cmp -s "$dir/package-lock.json" "$stamp" && return
	if [ "$native" = --native ]; then
		need g++ g++
		need make make
		need python3 python3
		options=(--build-from-source)
		local prefix
		prefix=$(node -p 'path.dirname(path.dirname(process.execPath))')
		if [ -f "$prefix/include/node/node.h" ]; then export npm_config_nodedir=$prefix; fi
	fi
	npm --prefix "$dir" ci "${options[@]}" --no-audit --no-fund --loglevel=error &&
		cp "$dir/package-lock.json" "$stamp"
}

# modules prints the directory of every module of go.work, relative to the root.
modules() {
	go list -m -f '{{.Dir}}' | while read -r dir; do
		if [ "$dir" = "$root" ]; then echo .; else echo "./${dir#"$root"/}"; fi
	done
}

# packages prints the pattern of all packages of every module.
packages() { modules | sed 's|$|/...|'; }

free_port() {
	node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })'
}

# serve starts a server in the background and waits until it accepts connections: serve PORT LOG COMMAND...
serve() {
	local port=$1 log=$2 pid tries
	shift 2
	"$@" >"$log" 2>&1 </dev/null &
	pid=$!
	pids+=("$pid")
	for ((tries = 0; tries < 200; tries++)); do
		if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then return; fi
		kill -0 "$pid" 2>/dev/null || break
		sleep 0.1
	done
	cat "$log" >&2
	echo "$1 does not answer on port $port" >&2
	return 1
}

# openid starts an OpenID provider for an application that will be at a URL, and sets ISSUER: openid URL.
openid() {
	local port
	port=$(free_port) || return
	export ISSUER=http://localhost:$port
	serve "$port" "$work/provider.log" node internal/e2e/provider.mjs "$port" "$1"
}

# oidc lets a server sign people in at an OpenID provider: oidc COMMAND..., to which are added the port
# to listen on, the URL of the provider, and the directory of the pages to serve at /app/.
oidc() {
	local port
	port=$(free_port) || return
	internal/e2e/node_modules/.bin/vite build internal/e2e/react --base=/app/ --outDir="$work/app" \
		--emptyOutDir --logLevel=error || return
	openid "http://127.0.0.1:$port" || return
	serve "$port" "$work/oidc.log" "$@" "$port" "$ISSUER" "$work/app" || return
	local script
	for script in oidc oidc-browser; do
		BASE_URL=http://127.0.0.1:$port timeout 300 node --test-reporter=spec "internal/e2e/$script.mjs" || return
	done
}
