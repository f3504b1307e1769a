"""Sampling decides what leaves the process, and nothing else."""

from __future__ import annotations

import pytest

from fleaglass.recorder import Operation
from fleaglass.testing import recording


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
