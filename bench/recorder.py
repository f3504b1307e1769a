"""What does recording a decision cycle cost an agent?

The same cycle (recorder_cycles.py) is recorded in several ways, each in a fresh process, one after the other and then
all again, so that a noisy machine is noisy for all of them; ratios are of the medians. What was recorded is counted at
a receiver in a process of its own.

    .venv/bin/python bench/recorder.py --json

Last line: caller_ratio (CPU of the recording thread, against the guides' way), noop_ratio (the same against
OpenTelemetry's API without an SDK), cpu_ratio (all CPU until everything is delivered, the shipper's included),
p99_ratio and p999_ratio (wall time of a cycle at 250 a second), rss_ratio (resident memory that import, init and
20,000 cycles add; mapped segments apart), import_init_ms, exit_s (how much longer than a bare interpreter one takes to
end while every destination refuses, or accepts and never answers; the worse), log_lines (while a destination is away
and comes back), delivered and expected (spans of ours).
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
CHILD = str(HERE / "recorder_child.py")
SPANS_A_CYCLE = 5
OURS = ("fleaglass", "api")


@contextmanager
def receiver() -> Iterator[str]:
    """The address of a receiver."""
    command = [sys.executable, str(HERE / "recorder_receiver.py")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.communicate("")


def received(address: str) -> int:
    with urllib.request.urlopen(address) as answer:
        return int(json.load(answer)["spans"])


def child(way: str, address: str, measure: str, *arguments: object, **environ: str) -> dict[str, Any]:
    """What a process of its own measures."""
    dsn = address.replace("://", f"://{'0' * 32}@") + "/1"
    with tempfile.TemporaryDirectory(prefix="fleaglass-bench-", ignore_cleanup_errors=True) as home:
        done = subprocess.run(
            [sys.executable, CHILD, way, address, dsn, measure, *map(str, arguments)],
            env={**os.environ, "FLEAGLASS_HOME": home, **environ},
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
    if done.returncode:
        raise SystemExit(f"{way} {measure} failed:\n{done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return {**found, "log_lines": len(done.stderr.splitlines())}


def medians(rounds: int, ways: tuple[str, ...], address: str, measure: str, *arguments: object) -> dict[str, Any]:
    """Way → measure → median over the rounds, the ways one after the other in each."""
    found: dict[str, dict[str, list[float]]] = {way: defaultdict(list) for way in ways}
    for _ in range(rounds):
        for way in ways:
            for name, value in child(way, address, measure, *arguments).items():
                found[way][name].append(value)
    return {
        way: {name: statistics.median(values) for name, values in measures.items()} for way, measures in found.items()
    }


@contextmanager
def refusing() -> Iterator[str]:
    """An address where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


@contextmanager
def silent() -> Iterator[str]:
    """An address where a server accepts and never answers."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(128)
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def exit_s(way: str, rounds: int) -> float:
    """Seconds that ending the interpreter takes longer than with no telemetry, where no destination answers."""
    longest = 0.0
    for unwell in (refusing, silent):
        with unwell() as address:
            times: dict[str, list[float]] = defaultdict(list)
            for _ in range(rounds):
                for each in ("bare", way):
                    ended_at = child(each, address, "leave", 1_000)["ended_at"]
                    times[each].append(time.time() - ended_at)
            longest = max(longest, statistics.median(times[way]) - statistics.median(times["bare"]))
    return longest


def run(rounds: int, cycles: int, paced_s: float) -> dict[str, Any]:
    with receiver() as address:
        tight = medians(rounds, ("noop", "guides", *OURS), address, "tight", cycles)
    with receiver() as address:
        before = received(address)
        ours = child("fleaglass", address, "tight", cycles)
        delivered, expected = received(address) - before, int(ours["cycles"]) * SPANS_A_CYCLE
        paced = medians(rounds, ("bare", "guides", *OURS), address, "paced", paced_s)
        memory = medians(1, ("bare", "guides", *OURS), address, "memory", 20_000)
        begin = medians(max(3, rounds), OURS[:1], address, "begin")

    def ratio(found: dict[str, Any], name: str, way: str = "fleaglass", to: str = "guides", bare: float = 0.0) -> float:
        return round((found[way][name] - bare) / (found[to][name] - bare), 4)

    bare_mb = memory["bare"]["rss_mb"]
    return {
        "caller_us": {way: round(found["caller_us"], 1) for way, found in tight.items()},
        "api_caller_ratio": ratio(tight, "caller_us", "api"),
        "api_noop_ratio": ratio(tight, "caller_us", "api", "noop"),
        "paced": paced,
        "memory": memory,
        "caller_ratio": ratio(tight, "caller_us"),
        "noop_ratio": ratio(tight, "caller_us", to="noop"),
        "cpu_ratio": ratio(tight, "cpu_us"),
        "p99_ratio": ratio(paced, "p99_us"),
        "p999_ratio": ratio(paced, "p999_us"),
        "rss_ratio": ratio(memory, "rss_mb", bare=bare_mb),
        "import_init_ms": round(begin["fleaglass"]["begin_ms"], 1),
        "exit_s": round(exit_s("fleaglass", rounds), 3),
        "log_lines": log_lines(),
        "delivered": delivered,
        "expected": expected,
    }


def log_lines() -> int:
    """Lines that an agent logs while its destination is away for a while, and then comes back."""
    with refusing() as address:
        return int(child("fleaglass", address, "away", 30)["log_lines"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cycles", type=int, default=4_000, help="cycles in a tight loop")
    parser.add_argument("--paced-s", type=float, default=20.0, help="seconds at 250 cycles a second")
    parser.add_argument("--json", action="store_true", help="print only the result line")
    arguments = parser.parse_args()
    found = run(arguments.rounds, arguments.cycles, arguments.paced_s)
    if not arguments.json:
        print(json.dumps(found, indent=2))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
