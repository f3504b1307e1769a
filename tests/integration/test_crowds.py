"""Sixteen threads, ten thousand tasks, generators left half-way, executors, forks, spawned processes: real ones, with a
shipper's process and a collector on real sockets.

All spans arrive, each once, each below the one that was current when it began. Nothing is left in the agent, and
nothing is said.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.support.processes import all_sent, dismiss_shipper
from tests.unit.recorder.collector import Collector, collector

pytestmark = pytest.mark.integration

PROGRAM = Path(__file__).parent / "programs" / "crowded.py"
OF_THREADS = 2
"""Objects that there may be one moment, and not the next: of a thread that looks after the agent."""
SPANS = {
    "threads": 2 * 16 * 50 * 3,
    "tasks": 2 * (10_000 * 3 + 1),
    "generators": 2 * 100 * 2,
    "executors": 2 * 100 * 7,
    "forks": 2 * (4 * 5 + 3),
    "spawns": 2 * (2 * 3 + 3),
}


@pytest.mark.parametrize("way", SPANS)
def test_every_span_arrives_below_the_one_that_was_current(tmp_path: Path, way: str) -> None:
    home, truth = tmp_path / "home", tmp_path / "truth"
    with collector() as backend:
        environ = {"FLEAGLASS_HOME": str(home), "FLEAGLASS_SHIPPER": "process", "FLEAGLASS_ENDPOINT": backend.url}
        done = subprocess.run(
            [sys.executable, str(PROGRAM), way, str(truth)],
            env={**os.environ, **environ},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        all_sent(home)
        dismiss_shipper(home)
    left = json.loads(done.stdout)
    assert left["current"] == ""
    once, twice = left["objects"]
    assert twice <= once + OF_THREADS
    recorded = [tuple(line.split(" ")) for line in truth.read_text().splitlines()]
    assert len(recorded) == SPANS[way]
    assert Counter(arrived(backend)) == Counter(recorded)


def arrived(backend: Collector) -> list[tuple[str, ...]]:
    """Each span's id, and its parent's."""
    return [
        (span.span_id.hex(), span.parent_span_id.hex())
        for _, _, request in backend.requests
        for resource in request.resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]
