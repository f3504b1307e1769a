"""kill -9 of a real agent at random moments loses nothing: a short run of bench/kill9.py."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration
BENCH = Path(__file__).parents[2] / "bench" / "kill9.py"


def test_what_had_ended_arrives_what_was_open_is_interrupted_and_orders_in_flight_are_named() -> None:
    done = subprocess.run(
        [sys.executable, str(BENCH), "--kills", "12", "--json"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["ended"] > 100
    assert (found["lost"], found["torn"]) == (0, 0)
    assert found["open_recovered"] == found["open_expected"] > 0
    assert found["in_flight_named"] == found["in_flight_expected"]
