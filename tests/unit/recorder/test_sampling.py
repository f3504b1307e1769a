"""Sampling decides what leaves the process, and nothing else."""

from __future__ import annotations

import random

import pytest

from fleaglass.recorder import Operation
from fleaglass.testing import CountingIds, recording


@pytest.mark.parametrize("sampler", ["always_off", "parentbased_always_off"])
def test_an_error_inside_a_cycle_that_is_sampled_out_says_what_it_was_about(sampler: str) -> None:
    with recording(sampler=sampler) as record:
        facts = {"pf.asset": "BTC", "pf.side": "buy", "pf.order_id": "ord_1"}
        with pytest.raises(ValueError, match="bad"), record.agent.cycle():  # noqa: SIM117  # the operation is the point
            with Operation(record.agent.core, "pf.trade.execute", "trading", facts, phase="order_placement"):
                raise ValueError("bad size")
    assert record.spans == []
    (event,) = record.events
    assert {name: event["tags"][name] for name in ("asset", "side", "order_id", "trade.phase")} == {
        "asset": "BTC",
        "side": "buy",
        "order_id": "ord_1",
        "trade.phase": "order_placement",
    }
    assert event["contexts"]["agent_state"] == {"current_asset": "BTC", "last_order_id": "ord_1"}


def test_what_is_sent_along_says_that_the_trace_is_not_kept() -> None:
    with recording(sampler="always_off") as record, record.agent.handoff("research") as carrier:
        assert carrier["traceparent"].endswith("-02")


OFF_BY_ITS_ID = "00-4bf92f3577b34da6ffffffffffffffff-00f067aa0ba902b7-01"
ON_BY_ITS_ID = "00-4bf92f3577b34da60000000000000001-00f067aa0ba902b7-01"
TASKS = 200


def tasks_kept(sampler: str, ratio: float, traceparent: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """Of 200 tasks of a hirer who chose the trace's id, a decision inside of each: how many are kept, none in part."""
    draws = random.Random(7)
    monkeypatch.setattr(CountingIds, "trace_id", lambda _: draws.getrandbits(128))
    with recording(sampler=sampler, sampler_ratio=ratio) as record:
        for _ in range(TASKS):
            task = record.agent.take_over({"traceparent": traceparent}, mode="child")
            with task, record.agent.cycle(), record.agent.stage("signal.analysis"):
                pass
    tasks = {span.span_id for span in record.named("agent_b.task_execution")}
    assert [span.parent_span_id in tasks for span in record.named("agent.decision_cycle")] == [True] * len(tasks)
    assert len(record.named("pf.signal.analysis")) == len(tasks)
    return len(tasks)


@pytest.mark.parametrize("sampler", ["traceidratio", "parentbased_traceidratio"])
@pytest.mark.parametrize("traceparent", [OFF_BY_ITS_ID, ON_BY_ITS_ID])
def test_a_hirer_chooses_a_trace_s_id_and_not_whether_we_keep_it(
    monkeypatch: pytest.MonkeyPatch, sampler: str, traceparent: str
) -> None:
    """A share of traces is taken by their ids, and these are made up by whoever began the trace."""
    assert TASKS * 0.4 < tasks_kept(sampler, 0.5, traceparent, monkeypatch) < TASKS * 0.6


def test_a_trace_of_our_own_is_kept_by_its_id_as_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that agents which keep the same share keep the same traces."""
    ids = iter([2**63, 2**62])
    monkeypatch.setattr(CountingIds, "trace_id", lambda _: next(ids))
    with recording(sampler="traceidratio", sampler_ratio=0.5) as record:
        for _ in range(2):
            with record.agent.cycle(), record.agent.stage("signal.analysis"):
                pass
    assert {int(span.trace_id, 16) for span in record.spans} == {2**62}
    assert len(record.spans) == 2
