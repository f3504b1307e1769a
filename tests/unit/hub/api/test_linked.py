"""The traces that make one story, and the decisions before and after one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.support.otlp import T0, link, traces
from tests.unit.hub.api.conftest import Api

Put = Callable[..., None]


async def around(api: Api, trace: int) -> tuple[int | None, list[int], int | None]:
    """The decision before, the traces of the story, the decision after."""
    answer = await api(f"traces/{trace}")
    before, after = (None if each is None else int(each, 16) for each in (answer["previous"], answer["next"]))
    return before, [int(each, 16) for each in answer["traces"]], after


async def test_linked_traces_are_included_in_both_directions_one_step_far(api: Api, put: Put) -> None:
    put(
        traces({"links": [link(2, 1)]}, trace=1, resource={"pf.agent_id": "a"}),
        traces(
            {"links": [link(3, 1), link(2, 1)], "start_time_unix_nano": T0 - 5}, trace=2, resource={"pf.agent_id": "b"}
        ),
        traces({"links": [link(4, 1)], "start_time_unix_nano": T0 - 9}, trace=3),
        traces({}, trace=4),
    )
    answer = await api("traces/2")
    assert [int(each, 16) for each in answer["traces"]] == [2, 3, 1]
    assert [int(span["trace_id"], 16) for span in answer["spans"]] == [3, 2, 1]
    assert answer["summary"]["trace_id"] == answer["trace_id"] == f"{2:032x}"
    assert answer["summary"]["span_count"] == 1
    assert [answer["resources"][span["resource"]] for span in answer["spans"]] == [
        [{"key": key, "value": {"type": "string", "value": value}}]
        for key, value in (("service.name", "svc"), ("pf.agent_id", "b"), ("pf.agent_id", "a"))
    ]


async def test_traces_that_share_an_escrow_are_one_story(api: Api, put: Put) -> None:
    """Where the venue dropped the context; but a trace that only looks at the escrow later tells another story."""
    escrow = {"attributes": {"pf.escrow_id": "esc_1"}}
    put(
        traces({"name": "agent_a.create_task", **escrow}, {"name": "pf.escrow.create", **escrow}, trace=1),
        traces({"name": "agent_b.task_execution", **escrow}, trace=2),
        traces({"name": "pf.escrow.release", **escrow}, trace=3),
        traces({"name": "agent_b.task_execution", "attributes": {"pf.escrow_id": "esc_2"}}, trace=4),
        traces({"name": "agent_b.task_execution"}, trace=5),
    )
    told = {n: [int(each, 16) for each in (await api(f"traces/{n}"))["traces"]] for n in range(1, 6)}
    assert told == {1: [1, 2], 2: [2, 1], 3: [3], 4: [4], 5: [5]}


async def test_a_link_to_a_trace_that_never_arrived_includes_nothing(api: Api, put: Put) -> None:
    put(traces({"links": [link(2, 1), Span.Link(trace_id=b"short")]}))
    answer = await api("traces/1")
    assert answer["traces"] == [f"{1:032x}"]
    assert len(answer["spans"][0]["links"]) == 2


BEFORE = {"pf.link.type": "previous_cycle"}


def decision(trace: int, *links: Span.Link, agent: str = "a", **span: Any) -> Any:
    name = "agent.decision_cycle"
    return traces({"name": name, "links": links, **span}, trace=trace, resource={"pf.agent_id": agent})


async def test_decisions_of_an_agent_lead_to_each_other_and_are_no_story(api: Api, put: Put) -> None:
    put(decision(1), decision(2, link(1, 1, **BEFORE)), decision(3, link(2, 1, **BEFORE)))
    assert [await around(api, trace) for trace in (1, 2, 3)] == [(None, [1], 2), (1, [2], 3), (2, [3], None)]
    answer = await api("traces/2")
    assert (answer["shown"], answer["total"], len(answer["spans"][0]["links"])) == (1, 1, 1)


async def test_a_hand_off_among_decisions_is_still_a_story(api: Api, put: Put) -> None:
    put(
        decision(1),
        decision(2, link(1, 1, **BEFORE)),
        traces({"name": "agent_b.task_execution", "links": [link(2, 1)]}, trace=7, resource={"pf.agent_id": "b"}),
    )
    assert await around(api, 2) == (1, [2, 7], None)
    assert await around(api, 7) == (None, [7, 2], None)


async def test_a_decision_before_that_never_arrived_is_none(api: Api, put: Put) -> None:
    put(decision(2, link(1, 1, **BEFORE)))
    assert await around(api, 2) == (None, [2], None)


async def test_of_two_decisions_after_one_it_is_the_first(api: Api, put: Put) -> None:
    put(
        decision(1),
        decision(3, link(1, 1, **BEFORE), start_time_unix_nano=T0 + 9),
        decision(2, link(1, 1, **BEFORE), start_time_unix_nano=T0 + 5),
        decision(4, link(1, 1, **BEFORE), start_time_unix_nano=T0 + 7),
    )
    assert await around(api, 1) == (None, [1], 2)


async def test_in_a_trace_of_two_agents_it_is_the_decisions_of_the_one_that_began_it(api: Api, put: Put) -> None:
    put(
        decision(1),
        decision(2, agent="b"),
        decision(3, link(1, 1, **BEFORE)),
        decision(3, link(2, 1, **BEFORE), agent="b", parent=1, id=2, start_time_unix_nano=T0 + 1),
        decision(4, link(3, 2, **BEFORE), agent="b", start_time_unix_nano=T0 + 2),
        decision(5, link(3, 1, **BEFORE), start_time_unix_nano=T0 + 3),
    )
    assert await around(api, 3) == (1, [3], 5)
