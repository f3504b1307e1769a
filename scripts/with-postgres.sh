#!/usr/bin/env bash
# Runs a command beside a PostgreSQL of its own, thrown away afterwards: `scripts/with-postgres.sh pytest …`.
# Its address is in FLEAGLASS_TEST_POSTGRES; it listens on a free port of the loopback, and only there.
# Where no PostgreSQL is installed the command runs without one, except under FLEAGLASS_CI=1, which asks for it.
set -euo pipefail

programs() {
  local found
  for found in /usr/lib/postgresql/*/bin /opt/homebrew/opt/postgresql*/bin /usr/local/opt/postgresql*/bin; do
    [ -x "$found/initdb" ] && echo "$found" && return
  done
  dirname "$(command -v initdb)" 2>/dev/null
}

bin=$(programs) || bin=
if [ -z "$bin" ]; then
  [ "${FLEAGLASS_CI:-}" != 1 ] || { echo "with-postgres: FLEAGLASS_CI=1 asks for PostgreSQL (Debian's package postgresql)" >&2; exit 1; }
  exec "$@"
fi

# PostgreSQL does not run as root.
as_owner=()
[ "$(id -u)" -ne 0 ] || as_owner=(runuser -u postgres --)

place=$(mktemp -d /tmp/fleaglass-postgres-XXXXXX)
chmod 755 "$place"
mkdir "$place/data"
[ "$(id -u)" -ne 0 ] || chown -R postgres "$place/data"
stop() {
  "${as_owner[@]}" "$bin/pg_ctl" -D "$place/data" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$place"
}
trap stop EXIT

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cd /tmp # a folder that its owner may look into
"${as_owner[@]}" "$bin/initdb" -D "$place/data" -U fleaglass --auth=trust --encoding=UTF8 >/dev/null
"${as_owner[@]}" "$bin/pg_ctl" -D "$place/data" -w -l "$place/data/log" \
  -o "-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories='' -c fsync=off -c max_connections=200" start >/dev/null
cd "$OLDPWD"
FLEAGLASS_TEST_POSTGRES="postgresql://fleaglass@127.0.0.1:$port" "$@"
