"""An agent that knows two hubs: one is killed in the middle, and every span and error is at one or the other."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.processes import all_sent, running_hub, sending, stored_spans

pytestmark = pytest.mark.integration

CYCLES = 60
AGENT = f"""
import time
import fleaglass
agent = fleaglass.init("two-hubs")
for number in range({CYCLES}):
    with agent.cycle(market="BTC/USD"):
        pass
    print(number, flush=True)
    time.sleep(0.03)
"""


def test_when_one_of_two_hubs_is_killed_the_other_gets_the_rest(tmp_path: Path) -> None:
    with running_hub(tmp_path / "a") as a, running_hub(tmp_path / "b") as b:
        environ = {**os.environ, **sending(), "FLEAGLASS_HUB": f"{a.url},{b.url}"}
        with subprocess.Popen([sys.executable, "-c", AGENT], env=environ, stdout=subprocess.PIPE, text=True) as agent:
            assert agent.stdout is not None
            for line in agent.stdout:
                if int(line) == CYCLES // 3:
                    first = a if a.get("/api/v1/status")["spans"] else b
                    first.kill()
        assert agent.returncode == 0
        all_sent(Path(os.environ["FLEAGLASS_HOME"]))
        for hub in (a, b):
            if hub is not first:
                hub.stop()
    found = [set(stored_spans(tmp_path / name)) for name in ("a", "b")]
    assert all(found), "each had its turn"
    assert len(found[0] | found[1]) == CYCLES
