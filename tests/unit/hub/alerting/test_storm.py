"""Ten thousand failing orders of fifty agents in a minute, from judging to telling, by the default rules and times."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from fleaglass.alerts.rules import default_text, parse
from tests.support.incidents import Room
from tests.support.otlp import T0, traces
from tests.unit.hub.alerting.conftest import Tell
from tests.unit.hub.alerting.story import MS, SECOND

AGENTS, STORM_S, STEP_S, MINUTES = 50, 60, 20, 18
FAILING = 200
"""Orders of each agent in the storm."""


def orders(at: int, agent: int, goes_on: int) -> Iterator[dict[str, Any]]:
    """Those of one agent in the step that ends so many seconds after T0."""
    is_storm = at <= STORM_S
    count = FAILING * STEP_S // STORM_S + 1 if is_storm else goes_on
    for number in range(count):
        end_ns = T0 + round((at - STEP_S * (number + 1) / (count + 1)) * SECOND)
        failed = {"status": 2, "attributes": {"error.type": "OrderRejectedError"}} if is_storm else {"status": 1}
        times = {"start_time_unix_nano": end_ns - 200 * MS, "end_time_unix_nano": end_ns}
        place = (at * AGENTS + agent) * FAILING + number + 1
        yield {"name": "pf.trade.execute", "id": place, "trace": place, **times, **failed}


RULES = default_text()
REFUSALS_OVER = ("resolve", {"critical-trade-failure"})
ESCALATING = RULES.replace('name = "agent-errors"\n', 'name = "agent-errors"\nescalate_after = "4m"\n')


@pytest.mark.parametrize(
    ("goes_on", "rules", "then"),
    [
        (6, RULES, [REFUSALS_OVER, ("resolve", {"agent-errors"})]),
        # The last hundred orders of an agent that seldom trades are bad for longer than those of five minutes.
        (2, RULES, [REFUSALS_OVER, ("update", {"agent-errors", "operation-errors"})]),
        # Fifty incidents become critical, and that is one message.
        (6, ESCALATING, [("escalate", {"agent-errors"}), REFUSALS_OVER, ("resolve", {"agent-errors"})]),
    ],
    ids=["and then all trade on", "and then all trade on slowly", "and nobody acknowledges it"],
)
async def test_a_storm_is_five_messages_at_most_with_its_end(
    tell: Tell, goes_on: int, rules: str, then: list[tuple[str, set[str]]]
) -> None:
    story = tell("")
    story.file.write_text(rules)
    room = Room(story.state, parse(rules))
    sent = 0
    for at in range(STEP_S, MINUTES * 60, STEP_S):
        request = ExportTraceServiceRequest()
        for agent in range(AGENTS):
            if spans := list(orders(at, agent, goes_on)):
                sent += len(spans) if at <= STORM_S else 0
                request.MergeFrom(traces(*spans, resource={"pf.agent_id": f"agent-{agent}"}))
        if request.resource_spans:
            story.engine.insert("traces", request.SerializeToString())
        await story.round(at)
        room.now_ns = story.now_ns
        await room.notifier.round()
        await room.notifier.settled()
    assert sent >= 10_000
    heard = room.listener("log").heard
    told = [(each.action, {item.rule for item in (*each.firing, *each.over)}) for each in heard]
    began = [("trigger", {"agent-errors"}), ("trigger", {"critical-trade-failure"})]
    assert told == [*began, *then]
