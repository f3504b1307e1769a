#!/usr/bin/env bash
# Prints the first Python on this machine that can run Fleaglass: 3.11 or newer, able to make virtual environments.
# PYTHON=/path/to/python chooses one; a Python that will not do is then an error, not skipped over.
set -u

suits() { "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

if [ -n "${PYTHON:-}" ]; then
  suits "$PYTHON" && echo "$PYTHON" && exit 0
  echo "PYTHON=$PYTHON will not do: Python 3.11 or newer with the modules venv and ensurepip is needed" >&2
  exit 1
fi
for candidate in python3 python3.13 python3.12 python3.11 python3.14 python; do
  suits "$candidate" && echo "$candidate" && exit 0
done
echo "no suitable Python found: install Python 3.11 or newer with venv (Debian and Ubuntu: apt install python3-venv)," >&2
echo "or name one: make setup PYTHON=/path/to/python3" >&2
exit 1
