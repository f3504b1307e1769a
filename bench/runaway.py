"""Does an agent that has run away hold up the others?

Ten quiet agents, a few spans a second each, send to a real hub over OTLP gRPC: alone, and then beside one that sends
50,000 spans a second, and this again and again, so that a slow minute of the machine meets both. The quiet ones are a
process, the runaway is one, the hub is one. What is measured is from sending to acknowledgement, which is after commit
and fsync.

    .venv/bin/python bench/runaway.py --json

Sender and hub share the machine's cores, and one that makes 50,000 spans a second takes much of one. So the quiet ones
are measured a third time, beside a runaway that sends to a server which throws everything away: what they wait for then
is the processor, not the hub.

Last line: idle_p99_ms, busy_p99_ms (of the quiet ones), ratio, elsewhere_p99_ms (the third), ratio_to_elsewhere,
runaway_spans_per_s (acknowledged), refused (answers that told the runaway to wait), quiet_refused.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import psutil

AGENTS: Final = Path(__file__).with_name("runaway_agents.py")
HUB: Final = ("up", "--http-port", "0", "--grpc-port", "0", "--json")
WARM_S: Final = 5.0
HEAD_START_S: Final = 2.0  # that the runaway has before the quiet ones are measured beside it


def start(*arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, AGENTS, *map(str, arguments)], stdout=subprocess.PIPE, text=True)


def result(process: subprocess.Popen[str]) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(process.communicate()[0].splitlines()[-1])
    return answer


def quiet(address: str, seconds: float, seed: int) -> dict[str, Any]:
    return result(start("quiet", address, seconds, seed))


def beside(address: str, seconds: float, seed: int, rate: float) -> tuple[dict[str, Any], dict[str, Any]]:
    """The quiet ones beside the runaway, and the runaway."""
    runaway = start("runaway", address, seconds + HEAD_START_S + 2, seed, rate)
    assert runaway.stdout is not None
    runaway.stdout.readline()  # it is connected
    time.sleep(HEAD_START_S)
    return quiet(address, seconds, seed), result(runaway)


def beside_elsewhere(address: str, seconds: float, seed: int, rate: float) -> dict[str, Any]:
    """The quiet ones while the runaway sends to somebody else."""
    sink = start("sink", seconds + HEAD_START_S + 10)
    try:
        assert sink.stdout is not None
        runaway = start("runaway", sink.stdout.readline().strip(), seconds + HEAD_START_S + 2, seed, rate)
        assert runaway.stdout is not None
        runaway.stdout.readline()
        time.sleep(HEAD_START_S)
        found = quiet(address, seconds, seed + 1)
        result(runaway)
        return found
    finally:
        sink.terminate()
        sink.wait()


def settle(pid: int) -> None:
    """Wait until a process idles: what the runaway left has been committed. A minute at most."""
    process = psutil.Process(pid)
    process.cpu_percent()
    for _ in range(60):
        time.sleep(1.0)
        if process.cpu_percent() < 8:
            return


def centile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=4, help="of both")
    parser.add_argument("--seconds", type=float, default=10.0, help="that the quiet ones send, each time")
    parser.add_argument("--rate", type=float, default=50_000, help="spans a second that the runaway sends")
    parser.add_argument("--json", action="store_true", help="print only the result line")
    arguments = parser.parse_args()
    idle: list[float] = []
    busy: list[float] = []
    elsewhere: list[float] = []
    runs: list[dict[str, Any]] = []
    answers: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="fleaglass-bench-") as folder:
        hub = subprocess.Popen(
            [sys.executable, "-m", "fleaglass.cli", *HUB, "--data", folder],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert hub.stdout is not None
        address = json.loads(hub.stdout.readline())["otlp_grpc"]
        try:
            quiet(address, WARM_S, seed=1)
            for number in range(arguments.rounds):
                alone = quiet(address, arguments.seconds, seed=10 + number)
                crowded, runaway = beside(address, arguments.seconds, 1_000 + number, arguments.rate)
                settle(hub.pid)
                loaded = beside_elsewhere(address, arguments.seconds, 2_000 + 2 * number, arguments.rate)
                elsewhere += loaded["took_ms"]
                idle += alone["took_ms"]
                busy += crowded["took_ms"]
                answers.update(crowded["answers"])
                runs.append(runaway)
                if not arguments.json:
                    print(
                        f"round {number + 1}: alone p50 {centile(alone['took_ms'], 0.5):.0f} ms "
                        f"p99 {centile(alone['took_ms'], 0.99):.0f} ms; "
                        f"beside it p50 {centile(crowded['took_ms'], 0.5):.0f} ms "
                        f"p99 {centile(crowded['took_ms'], 0.99):.0f} ms; elsewhere p50 "
                        f"{centile(loaded['took_ms'], 0.5):.0f} ms p99 {centile(loaded['took_ms'], 0.99):.0f} ms; "
                        f"the runaway {runaway | {'asked_s': runaway['asked_s'][-3:]}}",
                        file=sys.stderr,
                    )
        finally:
            hub.terminate()
            hub.wait(30)
    told = Counter[str]()
    for run in runs:
        told.update(run["answers"])
    before, beside_it, loaded_ms = (centile(each, 0.99) for each in (idle, busy, elsewhere))
    print(
        json.dumps(
            {
                "idle_p99_ms": round(before, 1),
                "busy_p99_ms": round(beside_it, 1),
                "ratio": round(beside_it / before, 2),
                "elsewhere_p99_ms": round(loaded_ms, 1),
                "ratio_to_elsewhere": round(beside_it / loaded_ms, 2),
                "idle_p50_ms": round(centile(idle, 0.5), 1),
                "busy_p50_ms": round(centile(busy, 0.5), 1),
                "elsewhere_p50_ms": round(centile(elsewhere, 0.5), 1),
                "runaway_spans_per_s": round(sum(run["acknowledged_per_s"] for run in runs) / len(runs)),
                "runaway_offered_per_s": round(sum(run["offered_per_s"] for run in runs) / len(runs)),
                "refused": told.total() - told["OK"],
                "runaway_answers": told,
                "longest_asked_s": max((run["asked_s"][-1] for run in runs if run["asked_s"]), default=0),
                "quiet_refused": answers.total() - answers["OK"],
                "requests": len(idle) + len(busy),
            }
        )
    )


if __name__ == "__main__":
    main()
