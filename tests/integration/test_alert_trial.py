"""Rules tried on a hub that runs: over what it has stored, and by a message that a receiver gets."""

from __future__ import annotations

import json
import time
from pathlib import Path

import httpx
import pytest

from tests.support.otlp import trace_id, traces
from tests.support.processes import run, running_hub

pytestmark = pytest.mark.integration

RULES = """version = 1
[[rule]]
kind = "slow_span"
name = "slow"
span = "pf.trade.execute"
above_ms = {above_ms}
enabled = false
[receivers.nowhere]
type = "webhook"
url = {{ env = "NOT_SET_ANYWHERE" }}
[route]
receivers = ["log", "nowhere"]
"""


def test_a_rule_is_tried_over_stored_spans_before_it_is_in_force_and_a_test_message_sent(tmp_path: Path) -> None:
    rules, tried = tmp_path / "alerts.toml", tmp_path / "new.toml"
    rules.write_text(RULES.format(above_ms=9000))
    tried.write_text(RULES.format(above_ms=2000))
    end_ns = time.time_ns() - 40 * 60_000_000_000
    span = {
        "trace": 7,
        "name": "pf.trade.execute",
        "start_time_unix_nano": end_ns - 3_000_000_000,
        "end_time_unix_nano": end_ns,
    }
    body = traces(span, resource={"pf.agent_id": "a"}).SerializeToString()
    with running_hub(tmp_path / "data", "--rules", str(rules)) as hub:
        headers = {"content-type": "application/x-protobuf"}
        httpx.post(f"{hub.url}/v1/traces", content=body, headers=headers).raise_for_status()
        asking = ("--rule", "slow", "--hub", hub.url)
        in_force = run("alerts", "test", *asking, "--since", "1h")
        assert (in_force.returncode, "would have fired never" in in_force.stdout) == (0, True), in_force.stderr
        answer = json.loads(run("alerts", "test", *asking, "--since", "1h", "--file", str(tried), "--json").stdout)
        (episode,) = answer["episodes"]
        assert 0 <= int(episode["fired_ns"]) - end_ns <= 5_000_000_000
        assert (episode["worst"], episode["trace_ids"]) == (3000.0, [trace_id(7).hex()])
        assert hub.get("/api/v1/incidents", status="all")["incidents"] == []
        fired = run("alerts", "fire", *asking)
        assert fired.returncode == 1
        taken, refused = fired.stdout.splitlines()
        assert (taken, refused.split()[0]) == ("log      taken", "nowhere")
        assert "NOT_SET_ANYWHERE" in refused
        assert hub.stop() == 0
