#!/usr/bin/env bash
# Runs npm in web/, with a Node that will do: `scripts/npm.sh ci`, `scripts/npm.sh run build`.
set -euo pipefail
cd "$(dirname "$0")/../web"
# Locks without addresses, and nothing on the terminal that a build does not need.
export npm_config_omit_lockfile_registry_resolved=true npm_config_audit=false npm_config_fund=false
export npm_config_update_notifier=false npm_config_fetch_retries=5
exec ../scripts/with-node.sh npm "$@"
