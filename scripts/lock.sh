#!/usr/bin/env bash
# Writes requirements/*.txt from pyproject.toml and requirements/*.in: pip's own form, with hashes, without addresses.
#   scripts/lock.sh              keeps what is locked where it still fits
#   scripts/lock.sh --upgrade    takes the newest that fits (any option of `uv pip compile` may be given)
# The tool that does it is itself locked; it lives in a virtual environment of its own that is removed at the end.
set -euo pipefail
cd "$(dirname "$0")/.."

place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python=$(scripts/find-python.sh)
"$python" -m venv "$place/venv"
echo "==> installing the locking tool" >&2
if [ -s requirements/lock.txt ]; then
  "$place/venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/lock.txt
else
  "$place/venv/bin/python" -m pip install --quiet --disable-pip-version-check -r requirements/lock.in
fi

# $1: the lock to write; then the sources; then options. The header is ours: the tool's own would record the command line.
lock() {
  local target=$1
  shift
  echo "==> $target" >&2
  [ -f "$target" ] && cp "$target" "$place/lock.txt" || : >"$place/lock.txt"
  "$place/venv/bin/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
    --no-header --no-emit-index-url --no-emit-find-links --output-file "$place/lock.txt" "$@" >/dev/null
  { echo "# Written by 'make lock'. Do not edit."; cat "$place/lock.txt"; } >"$target"
}

lock requirements/lock.txt requirements/lock.in "$@"
lock requirements/node.txt requirements/node.in "$@"
lock requirements/dev.txt pyproject.toml requirements/build.in --extra hub --extra dev "$@"
"$python" -m scripts.check_addresses requirements
