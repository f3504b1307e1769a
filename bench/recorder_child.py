"""One process of bench/recorder.py: WAY OTLP DSN MEASURE [ARGUMENT]; prints what it measured as one line of JSON."""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from pathlib import Path

_BEGAN = time.perf_counter()

import psutil  # noqa: E402
from recorder_cycles import WAYS  # noqa: E402

_WARM_UP = 300
_A_SECOND = 250


def tight(way: str, otlp: str, dsn: str, cycles: int) -> dict[str, float]:
    """As fast as it goes: CPU of this thread, and of everything until all is delivered, in µs a cycle."""
    made = WAYS[way](otlp, dsn)
    for number in range(_WARM_UP):
        made.cycle(number)
    gc.collect()
    all_cpu, began = _cpu_s(), time.thread_time()
    for number in range(cycles):
        made.cycle(number)
    caller = time.thread_time() - began
    made.finish()
    return {
        "caller_us": caller / cycles * 1e6,
        "cpu_us": (_cpu_s() - all_cpu) / cycles * 1e6,
        "cycles": _WARM_UP + cycles,
    }


def paced(way: str, otlp: str, dsn: str, seconds: float) -> dict[str, float]:
    """At 250 cycles a second: wall time of a cycle in µs."""
    made = WAYS[way](otlp, dsn)
    for number in range(_WARM_UP):
        made.cycle(number)
    walls: list[float] = []
    due = time.perf_counter()
    for number in range(int(seconds * _A_SECOND)):
        due += 1 / _A_SECOND
        time.sleep(max(0.0, due - time.perf_counter()))
        began = time.perf_counter()
        made.cycle(number)
        walls.append((time.perf_counter() - began) * 1e6)
    made.finish()
    walls.sort()
    return {
        "p50_us": walls[len(walls) // 2],
        "p99_us": walls[-len(walls) // 100],
        "p999_us": walls[-len(walls) // 1000],
    }


def memory(way: str, otlp: str, dsn: str, cycles: int) -> dict[str, float]:
    """Resident memory after so many cycles, in MB, without the journal's mapped segments."""
    made = WAYS[way](otlp, dsn)
    for number in range(cycles):
        made.cycle(number)
    gc.collect()
    rss = _resident_mb()
    made.finish()
    return {"rss_mb": rss}


def begin(way: str, otlp: str, dsn: str) -> dict[str, float]:
    """Import and init, in ms. No DSN: Sentry's SDK is not needed yet."""
    began = time.perf_counter()
    WAYS[way](otlp, "none")
    return {"begin_ms": (time.perf_counter() - began) * 1e3}


def leave(way: str, otlp: str, dsn: str, cycles: int) -> dict[str, float]:
    """Ends the interpreter, with so many cycles recorded, and says when it began to."""
    made = WAYS[way](otlp, dsn)
    for number in range(cycles):
        made.cycle(number)
    return {"ended_at": time.time()}


def away(way: str, otlp: str, dsn: str, seconds: int) -> dict[str, float]:
    """A cycle a tenth of a second, and nobody takes them."""
    made = WAYS[way](otlp, dsn)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        made.cycle(0)
        time.sleep(0.1)
    return {}


def _resident_mb() -> float:
    smaps = Path("/proc/self/smaps").read_text().splitlines()
    resident, of_journal = 0, False
    for line in smaps:
        if "-" in line.split(" ", 1)[0] and ":" not in line.split(" ", 1)[0]:
            of_journal = line.endswith((".seg", ".new"))
        elif line.startswith("Rss:") and not of_journal:
            resident += int(line.split()[1])
    return resident / 1024


def _cpu_s() -> float:
    """Of this process, and of the shipper of its home."""
    total = time.process_time()
    found = Path(os.environ["FLEAGLASS_HOME"]) / "ship.json"
    if found.exists():
        times = psutil.Process(json.loads(found.read_text())["pid"]).cpu_times()
        total += times.user + times.system
    return total


def main() -> None:
    way, otlp, dsn, measure, *rest = sys.argv[1:]
    measures = {"tight": tight, "paced": paced, "memory": memory, "begin": begin, "leave": leave, "away": away}
    print(json.dumps(measures[measure](way, otlp, dsn, *map(int if measure != "paced" else float, rest))), flush=True)


if __name__ == "__main__":
    main()
