"""From a bad span to the receivers' own logs, through a real hub that is killed while the incident is open."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.otlp import traces
from tests.support.processes import Hub, eventually, start_hub
from tests.support.receivers import Post, Recorder, recording_in_a_thread

pytestmark = pytest.mark.integration

RULES = """
version = 1

[[rule]]
name = "slow-order"
kind = "slow_span"
span = "order.pipeline"
above_ms = 2000
window = "10s"
keep = "1s"
severity = "critical"

[route]
receivers = ["chat", "pager", "bot"]
group_wait = "1s"
group_interval = "2s"

[receivers.chat]
type = "slack"
url = {{ env = "CHAT_URL" }}

[receivers.pager]
type = "pagerduty"
routing_key = {{ env = "PAGER_KEY" }}
endpoint = "{url}/pager"

[receivers.bot]
type = "webhook"
url = {{ env = "BOT_URL" }}
signing_secret = {{ env = "BOT_SECRET" }}
"""


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    with recording_in_a_thread() as found:
        yield found


@pytest.fixture
def rules(recorder: Recorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    secrets = {"CHAT_URL": f"{recorder.url}/chat", "BOT_URL": f"{recorder.url}/bot"}
    for name, value in {**secrets, "PAGER_KEY": "r0uting", "BOT_SECRET": "s1gning"}.items():
        monkeypatch.setenv(name, value)
    path = tmp_path / "alerts.toml"
    path.write_text(RULES.format(url=recorder.url))
    return path


def slow_order(hub: Hub) -> None:
    """An order that took 3 s and ended just now."""
    now = time.time_ns()
    span = {"name": "order.pipeline", "start_time_unix_nano": now - 3_000_000_000, "end_time_unix_nano": now}
    body = traces(span, resource={"service.name": "svc", "pf.agent_id": "vol-arb-1"}).SerializeToString()
    headers = {"content-type": "application/x-protobuf"}
    httpx.post(f"{hub.url}/v1/traces", content=body, headers=headers).raise_for_status()


def test_each_receiver_hears_one_beginning_and_one_end_though_the_hub_is_killed_in_between(
    recorder: Recorder, rules: Path, tmp_path: Path
) -> None:
    paths = ("/chat", "/pager", "/bot")
    hub = start_hub(tmp_path / "hub", "--rules", str(rules))
    try:
        slow_order(hub)
        eventually(lambda: all(recorder.to(path) for path in paths), 20)
        time.sleep(1)  # until what was answered is marked: what a kill before that does is told in notify/__init__.py
        hub.kill()
        hub = start_hub(tmp_path / "hub", "--rules", str(rules))
        eventually(lambda: all(len(recorder.to(path)) > 1 for path in paths), 40)
        time.sleep(5)  # two more flushes
    finally:
        hub.stop()
    assert [post.json["event_action"] for post in recorder.to("/pager")] == ["trigger", "resolve"]
    assert len({post.json["dedup_key"] for post in recorder.to("/pager")}) == 1
    assert [post.json["action"] for post in recorder.to("/bot")] == ["trigger", "resolve"]
    titles = ["CRITICAL: slow-order on vol-arb-1", "RESOLVED: slow-order on vol-arb-1"]
    assert [post.json["text"] for post in recorder.to("/chat")] == titles
    assert all(is_signed(post) for post in recorder.to("/bot"))


def is_signed(post: Post) -> bool:
    told = post.headers["x-fleaglass-timestamp"].encode() + b"." + post.body
    return post.headers["x-fleaglass-signature"] == f"v1={hmac.new(b's1gning', told, hashlib.sha256).hexdigest()}"


def test_a_receiver_that_was_down_is_told_when_it_is_back_and_no_secret_is_kept(
    recorder: Recorder, rules: Path, tmp_path: Path, capfd: Any
) -> None:
    recorder.status = 503
    hub = start_hub(tmp_path / "hub", "--rules", str(rules))
    try:
        slow_order(hub)
        eventually(lambda: len(recorder.to("/bot")) > 1, 20)
        first, second = recorder.to("/bot")[:2]
        assert first.headers["x-fleaglass-delivery"] == second.headers["x-fleaglass-delivery"]
    finally:
        hub.stop()
    kept = b"".join(path.read_bytes() for path in (tmp_path / "hub").glob("state.db*"))
    said = capfd.readouterr()
    for secret in ("/chat", "/bot", "r0uting", "s1gning"):
        assert secret.encode() not in kept
        assert secret not in said.err + said.out
    assert b"it answered 503" in kept
