"""Alert rules in a hub that runs: from a bad span to an incident, also with the hub killed in between."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.otlp import traces
from tests.support.processes import Hub, eventually, running_hub, start_hub

pytestmark = pytest.mark.integration

RULES = """version = 1
[[rule]]
kind = "slow_span"
name = "slow"
span = "pf.trade.execute"
above_ms = 2000
window = "{window}"
keep = "2s"
"""


def send_slow_span(hub: Hub, agent: str = "a", took_s: int = 3) -> None:
    now_ns = time.time_ns()
    span = {
        "trace": now_ns,
        "name": "pf.trade.execute",
        "start_time_unix_nano": now_ns - took_s * 1_000_000_000,
        "end_time_unix_nano": now_ns,
    }
    body = traces(span, resource={"pf.agent_id": agent}).SerializeToString()
    httpx.post(f"{hub.url}/v1/traces", content=body, headers={"content-type": "application/x-protobuf"})


def incidents(data: Path) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(data / "state.db")) as state:
        return state.execute("SELECT rule, status FROM incidents ORDER BY id").fetchall()


def test_an_incident_that_was_open_when_the_hub_was_killed_fires_once_and_is_over_once(tmp_path: Path) -> None:
    rules, data = tmp_path / "alerts.toml", tmp_path / "data"
    rules.write_text(RULES.format(window="1h"))
    hub = start_hub(data, "--rules", str(rules))
    try:
        send_slow_span(hub)
        eventually(lambda: incidents(data) == [("slow", "open")], 15)
    finally:
        hub.kill()
    with running_hub(data, "--rules", str(rules)) as again:
        time.sleep(5)  # rounds enough to fire again, if it did
        assert incidents(data) == [("slow", "open")]
        rules.write_text(RULES.format(window="1s"))
        eventually(lambda: incidents(data) == [("slow", "resolved")], 30)
        assert again.stop() == 0


def test_an_incident_that_a_person_resolved_stays_so_when_the_hub_is_killed(tmp_path: Path) -> None:
    rules, data = tmp_path / "alerts.toml", tmp_path / "data"
    rules.write_text(RULES.format(window="1h"))
    hub = start_hub(data, "--rules", str(rules))
    try:
        send_slow_span(hub)
        eventually(lambda: incidents(data) == [("slow", "open")], 15)
        answer = httpx.post(f"{hub.url}/api/v1/incidents/1/resolve", json={})
        assert (answer.status_code, answer.json()["resolved_by"]) == (200, "owner")
    finally:
        hub.kill()
    with running_hub(data, "--rules", str(rules)) as again:
        time.sleep(5)  # rounds enough to fire again, if it did
        assert incidents(data) == [("slow", "resolved")]
        send_slow_span(again, "b")
        eventually(lambda: incidents(data) == [("slow", "resolved"), ("slow", "open")], 15)


def test_a_hub_whose_rules_are_broken_runs_on_with_the_last_good_ones(tmp_path: Path) -> None:
    rules, data = tmp_path / "alerts.toml", tmp_path / "data"
    rules.write_text(RULES.format(window="1h"))
    with running_hub(data, "--rules", str(rules)) as hub:
        send_slow_span(hub)
        eventually(lambda: incidents(data) == [("slow", "open")], 15)
        rules.write_text("version = 1\n[[rule]]\nkind = 'slow'\n")
        time.sleep(3)  # rounds enough to read it
        send_slow_span(hub, "b")
        eventually(lambda: incidents(data) == [("slow", "open")] * 2, 15)
