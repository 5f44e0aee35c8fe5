#!/bin/sh
# Runs a private PostgreSQL for tests.
#
#   scripts/postgres.sh start DIR   create a cluster in DIR if there is none, start it, print its URL
#   scripts/postgres.sh stop DIR    stop it; DIR can then be deleted
#
# The server listens on a free port of 127.0.0.1 only, trusts every local connection, and gives up
# crash safety for speed. Both commands may be repeated. Without PostgreSQL on the machine, start
# installs Debian's package (this needs root) without creating or starting a system cluster.
set -eu

fail() {
	echo "postgres.sh: $*" >&2
	exit 1
}

# find_bin prints the directory of the newest initdb and postgres.
find_bin() {
	for dir in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -t/ -k5 -rn) \
		/usr/local/pgsql/bin /opt/homebrew/bin /usr/local/bin; do
		if [ -x "$dir/initdb" ] && [ -x "$dir/postgres" ]; then
			echo "$dir"
			return
		fi
	done
	if command -v initdb >/dev/null && command -v postgres >/dev/null; then
		dirname "$(command -v initdb)"
	fi
}

install_debian() {
	command -v apt-get >/dev/null || fail "no PostgreSQL found and no apt-get to install it with"
	[ "$(id -u)" = 0 ] || fail "no PostgreSQL found; install it, or run this as root"
	mkdir -p /etc/postgresql-common/createcluster.d
	echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.d/no-main-cluster.conf
	{
		apt-get update -q &&
			DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends postgresql
	} >&2 || fail "apt-get could not install postgresql"
}

# as_owner runs a command as the user that owns the cluster: PostgreSQL refuses to run as root.
as_owner() {
	if [ "$(id -u)" != 0 ]; then
		"$@"
	elif command -v setpriv >/dev/null; then
		setpriv --reuid "$owner" --regid "$(id -g "$owner")" --clear-groups env HOME="$dir" "$@"
	else
		fail "setpriv is missing (package util-linux)"
	fi
}

pick_owner() {
	if [ "$(id -u)" != 0 ]; then
		owner=$(id -un)
	elif id postgres >/dev/null 2>&1; then
		owner=postgres
	else
		owner=nobody
	fi
}

# server_pid prints the process id of the cluster's running server, if there is one. The kernel
# reuses ids, so the process must also be the one that works in our data directory.
server_pid() {
	[ -f "$dir/data/postmaster.pid" ] || return 0
	pid=$(head -n 1 "$dir/data/postmaster.pid")
	if [ -d /proc/self ]; then
		[ "$(readlink "/proc/$pid/cwd" 2>/dev/null)" = "$dir/data" ] || return 0
	fi
	if kill -0 "$pid" 2>/dev/null; then echo "$pid"; fi
}

# start_on starts the server on the port $1 and fails when it does not come up, for one because the
# port is taken.
start_on() {
	as_owner "$bin/pg_ctl" -D "$dir/data" -l "$dir/log" -w -t 30 -s -o "-p $1 -k $dir/socket" start >&2 </dev/null
}

start() {
	mkdir -p "$dir"
	dir=$(cd "$dir" && pwd -P)
	pick_owner
	if [ -n "$(server_pid)" ]; then
		cat "$dir/url"
		return
	fi
	bin=$(find_bin)
	if [ -z "$bin" ]; then
		install_debian
		bin=$(find_bin)
		pick_owner
	fi
	[ -n "$bin" ] || fail "no PostgreSQL found, not even after installing it"
	if [ ! -f "$dir/data/PG_VERSION" ]; then create; fi
	# A cluster keeps its port, so that clients find it again.
	port=$(sed -n 's/.*127\.0\.0\.1:\([0-9]*\).*/\1/p' "$dir/url" 2>/dev/null) || port=
	tries=0
	while [ -z "$port" ] || ! start_on "$port"; do
		[ "$tries" -lt 5 ] || {
			tail -n 20 "$dir/log" >&2
			fail "the server does not start"
		}
		tries=$((tries + 1))
		port=$(awk -v seed="$$$tries" 'BEGIN { srand(seed + srand()); print 20000 + int(rand() * 12000) }')
	done
	echo "postgres://postgres@127.0.0.1:$port/postgres?sslmode=disable" >"$dir/url"
	cat "$dir/url"
}

create() {
	mkdir -p "$dir/data" "$dir/socket"
	touch "$dir/log"
	if [ "$(id -u)" = 0 ]; then
		chown "$owner" "$dir/data" "$dir/socket" "$dir/log"
		reachable
	fi
	as_owner "$bin/initdb" -D "$dir/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 -N >"$dir/initdb.log" 2>&1 ||
		{ cat "$dir/initdb.log" >&2 && fail "initdb failed"; }
	cat >>"$dir/data/postgresql.conf" <<-EOF
		listen_addresses = '127.0.0.1'
		max_connections = 300
		fsync = off
		full_page_writes = off
	EOF
}

# reachable fails when the owner may not enter the directory, as in a home directory of root.
reachable() {
	as_owner test -x "$dir" -a -w "$dir/data" || fail "user $owner cannot enter $dir; choose another directory, or chmod it to 711"
}

stop() {
	[ -d "$dir" ] || return 0
	dir=$(cd "$dir" && pwd -P)
	pid=$(server_pid)
	[ -n "$pid" ] || return 0
	kill -INT "$pid" # fast shutdown: ends the sessions
	tries=0
	while [ -n "$(server_pid)" ]; do
		tries=$((tries + 1))
		[ "$tries" -lt 150 ] || fail "server $pid does not stop"
		sleep 0.1
	done
}

[ $# = 2 ] || fail "usage: $0 start|stop DIR"
dir=$2
case $1 in
start) start ;;
stop) stop ;;
*) fail "usage: $0 start|stop DIR" ;;
esac
