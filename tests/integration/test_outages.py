"""Backends that are unwell on real sockets, and then well again: a short run of bench/outages.py."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration
BENCH = Path(__file__).parents[2] / "bench" / "outages.py"


def test_everything_arrives_in_order_once_the_backend_is_well_and_each_outage_is_two_lines() -> None:
    done = subprocess.run(
        [sys.executable, str(BENCH), "--kinds", "refused,silent,429,half-closing", "--minutes", "0.1", "--json"],
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["recorded"] > 4 * 2 * 6 * 20
    assert (found["lost"], found["out_of_order"]) == (0, 0)
    for kind, outage in found["kinds"].items():
        lines = {way: values["log_lines"] for way, values in outage["ways"].items()}
        assert lines == {"http": 2, "grpc": 2, "sentry": 2}, (kind, outage["log"])
        assert len(outage["log"]) == 6, (kind, outage["log"])
