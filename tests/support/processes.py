"""Real processes for integration tests: a hub, or any `fleaglass` command, on free loopback ports."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from fleaglass.journal import is_held
from fleaglass.journal.layout import LEASE, journal_folders
from fleaglass.shipper.process import LEAVE

__all__ = [
    "FLEAGLASS",
    "Hub",
    "all_sent",
    "dismiss_shipper",
    "eventually",
    "run",
    "running_hub",
    "sending",
    "start_hub",
    "stored_spans",
]

FLEAGLASS = (sys.executable, "-m", "fleaglass.cli")

_FOR_EVER = ("--keep-days", "0", "--keep-money-days", "0", "--keep-idle-days", "0")
"""The spans of tests are of 2023: with the usual retention the engine would drop them while they are counted."""


@dataclass
class Hub:
    """A hub that listens."""

    process: subprocess.Popen[str]
    data: Path
    url: str
    grpc: str
    dsn: str

    def get(self, path: str, **parameters: Any) -> Any:
        """The JSON of one API answer."""
        answer = httpx.get(self.url + path, params=parameters, timeout=10)
        answer.raise_for_status()
        return answer.json()

    def kill(self) -> None:
        """SIGKILL: the process gets no say."""
        self.process.kill()
        self.process.wait(10)

    def stop(self) -> int:
        """SIGTERM, and the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(15)


def start_hub(data: Path, *options: str) -> Hub:
    """A hub on free ports, once it listens."""
    command = [*FLEAGLASS, "up", "--http-port", "0", "--grpc-port", "0", "--data", str(data), "--json"]
    command += [*_FOR_EVER, *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, f"the hub did not start, exit code {process.wait(5)}"
    ready = json.loads(line)
    return Hub(process, data, ready["ui"], ready["otlp_grpc"], ready["dsn"] or "")


@contextmanager
def running_hub(data: Path, *options: str) -> Iterator[Hub]:
    """A hub that is stopped when the block ends, whatever happened in it."""
    hub = start_hub(data, *options)
    try:
        yield hub
    finally:
        if hub.process.poll() is None:
            hub.stop()


def run(*arguments: str, timeout: float = 30) -> subprocess.CompletedProcess[str]:
    """One `fleaglass` command, run to its end."""
    return subprocess.run([*FLEAGLASS, *arguments], capture_output=True, text=True, timeout=timeout, check=False)


def stored_spans(data: Path) -> list[str]:
    """`trace_id span_id` of every stored span, read by a process of its own."""
    done = run("store", "--data", str(data), "--spans", timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def sending() -> dict[str, str]:
    """Settings of a program that sends what it records before it ends, and leaves nothing behind."""
    return {name: os.environ[name] for name in ("FLEAGLASS_HOME", "FLEAGLASS_SHIPPER")}


def all_sent(home: Path) -> None:
    """Wait until a shipper has sent all that agents which are over have left in their home."""
    eventually(lambda: not [each for each in journal_folders(home) if _is_over(each)], 20)


def dismiss_shipper(home: Path) -> None:
    """Let a shipper that would go on trying, for a server that is no more, leave as for a newer version."""
    if home.is_dir():
        (home / LEAVE).write_text("999")


def _is_over(journal: Path) -> bool:
    try:
        return not is_held(journal / LEASE)
    except OSError:  # it has just been sent
        return False


def eventually(probe: Any, timeout: float = 5.0) -> Any:
    """The first true answer of `probe`, asked for `timeout` seconds at most."""
    until = time.monotonic() + timeout
    while not (answer := probe()):
        assert time.monotonic() < until, "it did not come true in time"
        time.sleep(0.02)
    return answer
