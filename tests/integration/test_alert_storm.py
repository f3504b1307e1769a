"""A storm at a hub with the default rules and times: whoever is told, is told a few times only."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from fleaglass.alerts.rules import default_text
from tests.support.alert_log import RECEIVERS, alert_log, secrets_of
from tests.support.otlp import traces
from tests.support.processes import Hub, eventually, running_hub
from tests.support.receivers import Recorder, recording_in_a_thread

pytestmark = [pytest.mark.integration, pytest.mark.timeout(240)]

S_NS = 1_000_000_000
AGENTS, BATCHES, EACH = 50, 40, 5
"""So many agents have so many batches of so many orders fail: 10,000 in 40 s."""


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Recorder]:
    with recording_in_a_thread() as found:
        for name, value in secrets_of(found).items():
            monkeypatch.setenv(name, value)
        yield found


def failing_orders(batch: int) -> ExportTraceServiceRequest:
    """Of all agents: orders that the venue rejected just now, after 200 ms."""
    request, now_ns = ExportTraceServiceRequest(), time.time_ns()
    for agent in range(AGENTS):
        orders = [
            {
                "id": number + 1,
                "trace": (agent * BATCHES + batch) * EACH + number + 1,
                "name": "pf.trade.execute",
                "start_time_unix_nano": now_ns - S_NS // 5,
                "end_time_unix_nano": now_ns,
                "status": 2,
                "attributes": {"error.type": "OrderRejectedError"},
            }
            for number in range(EACH)
        ]
        request.MergeFrom(traces(*orders, resource={"pf.agent_id": f"agent-{agent}"}))
    return request


def send(hub: Hub, request: ExportTraceServiceRequest) -> None:
    headers = {"content-type": "application/x-protobuf"}
    httpx.post(f"{hub.url}/v1/traces", content=request.SerializeToString(), headers=headers).raise_for_status()


def test_ten_thousand_failing_orders_in_a_minute_are_five_messages_at_most(recorder: Recorder, tmp_path: Path) -> None:
    rules = tmp_path / "alerts.toml"
    told = default_text().replace('receivers = ["log"]', 'receivers = ["chat", "pager", "bot"]')
    rules.write_text(told + RECEIVERS.format(url=recorder.url))
    with running_hub(tmp_path / "hub", "--rules", str(rules)) as hub:
        began_s = time.monotonic()
        for batch in range(BATCHES):
            send(hub, failing_orders(batch))
            time.sleep(max(0.0, began_s + batch + 1 - time.monotonic()))
        assert time.monotonic() - began_s < 60
        counted = eventually(lambda: of_all_agents(hub), 30)
        time.sleep(10)  # rounds enough for whatever else there is to say
    messages = Counter(each.receiver for each in alert_log(recorder))
    print(f"{counted} incidents, messages: {dict(messages)}")
    assert set(messages) == {"chat", "pager", "bot"}
    assert max(messages.values()) <= 3, "and their ends are two more: tests/unit/hub/alerting/test_storm.py"


def of_all_agents(hub: Hub) -> dict[str, int]:
    """How many incidents there are of each rule that fires, once every rule's are of all agents; else nothing."""
    found = hub.get("/api/v1/incidents", limit=200)["incidents"]
    counted = Counter(each["rule"] for each in found)
    return dict(counted) if counted and set(counted.values()) == {AGENTS} else {}
