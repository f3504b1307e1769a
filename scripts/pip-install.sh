#!/usr/bin/env bash
# pip install into .venv, as a lock wants it and as a poor line needs it: `scripts/pip-install.sh -r requirements/dev.txt`.
# Hashes are required and only wheels are taken, so no package's code runs while it is installed. What a broken attempt
# has finished downloading stays in pip's cache, so the next attempt goes on from there.
# Prints a line for every download that takes a while, instead of pip's three for every package; errors come as they are.
set -euo pipefail
cd "$(dirname "$0")/.."
export PIP_RESUME_RETRIES=10 # from pip 25.1 on: continue a download that broke off; older ones ignore it
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_PROGRESS_BAR=off

large_downloads() {
  awk '/^ *Downloading .* MB\)$/ { name = $2; sub(".*/", "", name); sub("-cp.*|-py.*", "", name); size = $(NF - 1)
                                   print "    " name "  " substr(size, 2) " MB" }
       /^Installing collected packages/ { print "    installing " NF - 3 " packages" }
       { fflush() }'
}

for attempt in 1 2 3; do
  .venv/bin/python -m pip install --require-hashes --only-binary :all: --retries 10 --timeout 60 "$@" | large_downloads && exit 0
  echo "==> attempt $attempt of 3 failed" >&2
  sleep $((attempt * 3))
done
echo "packages could not be installed: the lines above say why (no network? a full disk? a Python without wheels?)" >&2
exit 1
