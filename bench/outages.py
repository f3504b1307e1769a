"""A backend is unwell for minutes, and then well again: what is lost, and what did it cost meanwhile?

For each way of being unwell (outages_server.py) there is a backend, an agent that goes on deciding 20 times a second
(outages_agent.py), and its shipper: real processes, real sockets. The agent sends to the backend in three ways at once:
OTLP over HTTP, OTLP over gRPC, Sentry envelopes. It keeps the truth in files of its own; in the end, what the backend
said that it has is compared with that.

    .venv/bin/python bench/outages.py
    .venv/bin/python bench/outages.py --kinds 429,silent --minutes 1
    .venv/bin/python bench/outages.py --kinds refused --minutes 60      an hour, for the lines of the log

Each kind and way has: recorded, lost, repeated (came more than once; no hub, so it cannot know), out_of_order (came
after a span of its trace that had ended later), recovery_s (from well again until all from before had arrived) and
log_lines (about this destination). Each kind has agent_rss_mb and shipper_rss_mb: by how much resident memory, mapped
journals apart, grew from a minute in (half the outage, if that is less) until its end; and agent_after_rss_mb and
shipper_after_rss_mb, until all had arrived. With --json the only line has the totals and the worst of these, and all of
them by kind, with what was logged. Exit code 1: something was lost.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

from outages_one import WAYS, Outage
from outages_server import KINDS

SHOW_EVERY_S = 10.0
MEMORY = ("agent_rss_mb", "agent_after_rss_mb", "shipper_rss_mb", "shipper_after_rss_mb")


def run(kinds: list[str], minutes: float, *, is_quiet: bool) -> dict[str, dict[str, Any]]:
    """What was found, by kind; all side by side, since they mostly wait."""
    with tempfile.TemporaryDirectory(prefix="fleaglass-outages-", ignore_cleanup_errors=True) as place:
        outages = []
        for kind in kinds:
            folder = Path(place) / kind
            folder.mkdir()
            outages.append(Outage(kind, 60 * minutes, folder))
        began = time.monotonic()
        with ThreadPoolExecutor(len(outages)) as pool:
            running = [pool.submit(outage.run) for outage in outages]
            try:
                while wait(running, SHOW_EVERY_S).not_done:
                    if not is_quiet:
                        print(progress(outages, time.monotonic() - began), file=sys.stderr, flush=True)
            except KeyboardInterrupt:
                for outage in outages:
                    outage.stop()
                raise SystemExit("stopped") from None
        return {outage.kind: found.result() for outage, found in zip(outages, running, strict=True)}


def progress(outages: list[Outage], seconds: float) -> str:
    """How far each is: how much of what was recorded has arrived, by way."""
    lines = [f"{seconds:.0f} s"]
    for outage in outages:
        arrived = ", ".join(f"{way} {outage.arrived(way):,} of {outage.recorded(way):,}" for way in WAYS)
        lines.append(f"  {outage.kind:<13}{outage.phase:<12}{arrived}")
    return "\n".join(lines)


def table(found: dict[str, dict[str, Any]]) -> str:
    columns = ("recorded", "lost", "repeated", "out_of_order", "recovery_s", "log_lines")
    memory = ("agent MB", "and after", "shipper MB", "and after")
    lines = [f"{'kind':<14}{'way':<7}" + "".join(f"{name:>13}" for name in columns + memory)]
    for kind, each in found.items():
        grown = "".join(f"{each[name]:>+13}" for name in MEMORY)
        for way, values in each["ways"].items():
            lines.append(f"{kind:<14}{way:<7}" + "".join(f"{values[name]!s:>13}" for name in columns) + grown)
            kind = grown = ""
        lines += [f"    {line}" for line in each["log"] if " is down (" not in line and " is back after " not in line]
    return "\n".join(lines)


def summary(found: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Totals, and the worst of what cannot be added up."""
    ways = [values for each in found.values() for values in each["ways"].values()]
    totals = {name: sum(way[name] for way in ways) for name in ("recorded", "lost", "repeated", "out_of_order")}
    return {
        **totals,
        **{name: max(each[name] for each in found.values()) for name in MEMORY},
        "log_lines": max(way["log_lines"] for way in ways),
        "recovery_s": None if None in (took := [way["recovery_s"] for way in ways]) else max(took),
        "kinds": found,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told = "; ".join(f"{kind}: {meaning}" for kind, meaning in KINDS.items())
    parser.add_argument(
        "--kinds", default=",".join(KINDS), help=f"which, with commas between. {told}".replace("%", "%%")
    )
    parser.add_argument("--minutes", type=float, default=5.0, help="how long each backend is unwell")
    parser.add_argument("--json", action="store_true", help="print only the result line")
    arguments = parser.parse_args()
    kinds = arguments.kinds.split(",")
    if strange := [kind for kind in kinds if kind not in KINDS]:
        parser.error(f"there is no kind {strange[0]!r}, but {', '.join(KINDS)}")
    found = run(kinds, arguments.minutes, is_quiet=arguments.json)
    print(json.dumps(summary(found)) if arguments.json else table(found))
    sys.exit(any(way["lost"] for each in found.values() for way in each["ways"].values()))


if __name__ == "__main__":
    main()
