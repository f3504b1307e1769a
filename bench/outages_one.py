"""One outage: a backend that is unwell for a while, an agent that goes on deciding, and its shipper."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
from outages_ids import compare, count, read

__all__ = ["WAYS", "Outage"]

HERE = Path(__file__).parent
WAYS = {"http": "spans", "grpc": "spans", "sentry": "events"}
BURST_SPANS = 50_000
MARK_S = 60.0
GOES_ON_S = 10.0
"""How long the agent decides with a backend that is well again."""
PATIENCE_S = 300.0
_SHIPPERS_OWN = (" ships ", " leaves")


class Outage:
    """One kind, from the start of its processes to the comparison.

    Args:
        kind: how the backend is unwell.
        seconds: for how long.
        folder: for files of its own.
    """

    def __init__(self, kind: str, seconds: float, folder: Path) -> None:
        self.kind = kind
        self.phase = "starting"
        self._seconds = seconds
        self._folder = folder
        self._home = folder / "home"
        self._stopped = threading.Event()

    def stop(self) -> None:
        """End ``run`` before its time, and its processes with it."""
        self._stopped.set()

    def run(self) -> dict[str, Any]:
        with self._backend() as backend, self._agent(*ports_of(backend)) as agent:
            self.phase = "unwell"
            began = time.monotonic()
            self._until(began + min(MARK_S, self._seconds / 2))
            before = self._resident_mb(agent)
            self._until(began + self._seconds)
            unwell = self._resident_mb(agent)
            recovery_s = self._recover(backend, agent)
            after = self._resident_mb(agent)
            self._end(agent)
        self.phase = "done"
        said = self._said()
        return {
            "ways": {
                way: {
                    **self._compared(way),
                    "recovery_s": recovery_s.get(way),
                    "log_lines": sum(f" {way} (" in line for line in said),
                }
                for way in WAYS
            },
            "agent_rss_mb": round(unwell[0] - before[0], 1),
            "shipper_rss_mb": round(unwell[1] - before[1], 1),
            "agent_after_rss_mb": round(after[0] - before[0], 1),
            "shipper_after_rss_mb": round(after[1] - before[1], 1),
            "log": said,
        }

    def recorded(self, way: str) -> int:
        return count(self._folder / f"recorded-{WAYS[way]}")

    def arrived(self, way: str) -> int:
        return count(self._folder / f"arrived-{way}")

    # One after the other -----------------------------------------------------------------------------------------

    def _recover(self, backend: subprocess.Popen[str], agent: subprocess.Popen[str]) -> dict[str, float]:
        """Seconds until all has arrived that had been recorded when the backend became well, by way."""
        self.phase = "well again"
        tell(agent if self.kind == "burst" else backend, f"{BURST_SPANS}\n")
        began = time.monotonic()
        wanted = {way: self.recorded(way) + (self.kind == "burst" and way != "sentry") * BURST_SPANS for way in WAYS}
        found: dict[str, float] = {}

        def all_arrived() -> bool:
            for way in wanted.keys() - found.keys():
                if self.arrived(way) >= wanted[way]:
                    found[way] = round(time.monotonic() - began, 1)
            return len(found) == len(wanted)

        self._wait_for(all_arrived)
        self._until(began + GOES_ON_S)
        return found

    def _end(self, agent: subprocess.Popen[str]) -> None:
        """The agent ends; its shipper sends what is left, and is sent away."""
        self.phase = "ending"
        assert agent.stdin is not None
        agent.stdin.close()
        agent.wait(60)
        self._wait_for(lambda: not any((self._home / "journals").glob("2*/")))

    def _compared(self, way: str) -> dict[str, int]:
        files = f"recorded-{WAYS[way]}", f"arrived-{way}", f"again-{way}"
        return compare(*(read(self._folder / name) for name in files))

    def _said(self) -> list[str]:
        """What agent and shipper logged, but that it begins and ends."""
        logs = [path.read_text() for path in (self._folder / "agent.log", *self._home.glob("ship.log*"))]
        lines = [line for log in logs for line in log.splitlines()]
        return [line for line in lines if not any(own in line for own in _SHIPPERS_OWN)]

    def _is_shipped(self) -> bool:
        return self.recorded("http") > 0 and (self._home / "ship.json").exists()

    def _resident_mb(self, agent: subprocess.Popen[str]) -> tuple[float, float]:
        """Of the agent and of its shipper. What is mapped of journals is the system's cache of files."""
        return resident_mb(agent.pid, self._home), resident_mb(self._shipper().pid, self._home)

    def _shipper(self) -> psutil.Process:
        return psutil.Process(json.loads((self._home / "ship.json").read_text())["pid"])

    def _until(self, moment_s: float) -> None:
        if self._stopped.wait(max(0.0, moment_s - time.monotonic())):
            raise SystemExit("stopped")

    def _wait_for(self, is_so: Callable[[], object]) -> None:
        """Until it is, or patience ends; what is missing then is lost, and counted so."""
        until_s = time.monotonic() + PATIENCE_S
        while not is_so() and time.monotonic() < until_s:
            self._until(time.monotonic() + 0.05)

    # Processes ---------------------------------------------------------------------------------------------------

    @contextmanager
    def _backend(self) -> Iterator[subprocess.Popen[str]]:
        command = [sys.executable, str(HERE / "outages_server.py"), self.kind, str(self._folder)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            try:
                yield process
            finally:
                process.kill()

    @contextmanager
    def _agent(self, http: int, grpc: int) -> Iterator[subprocess.Popen[str]]:
        addresses = f"http://127.0.0.1:{http}", f"http://127.0.0.1:{grpc}", f"http://{'0' * 32}@127.0.0.1:{http}/1"
        command = [sys.executable, str(HERE / "outages_agent.py"), str(self._folder), *addresses]
        environ = {**os.environ, "FLEAGLASS_HOME": str(self._home), "FLEAGLASS_SHIPPER": "process"}
        with (
            (self._folder / "agent.log").open("w") as log,
            subprocess.Popen(command, stdin=subprocess.PIPE, stderr=log, env=environ, text=True) as process,
        ):
            try:
                self._wait_for(lambda: process.poll() is not None or self._is_shipped())
                if process.poll() is not None:
                    raise SystemExit(f"the agent ended:\n{(self._folder / 'agent.log').read_text()}")
                yield process
            finally:
                process.kill()
                with suppress(OSError, psutil.Error):
                    shipper = self._shipper()
                    shipper.terminate()
                    shipper.wait(20)


def ports_of(backend: subprocess.Popen[str]) -> tuple[int, int]:
    assert backend.stdout is not None
    http, grpc = backend.stdout.readline().split()
    return int(http), int(grpc)


def tell(process: subprocess.Popen[str], line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(line)
    process.stdin.flush()


def resident_mb(pid: int, home: Path) -> float:
    maps = psutil.Process(pid).memory_maps()
    return sum(each.rss for each in maps if not each.path.startswith(str(home))) / 1e6
