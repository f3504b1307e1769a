"""What the statistics answer with."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from fleaglass.hub.api.scalars import Amount, Nanoseconds
from fleaglass.hub.api.trace_shapes import OutcomeCounts

__all__ = ["Stats", "StatsPoint", "StatsTotals"]


class StatsPoint(TypedDict):
    """One step of the time range."""

    t_ns: Annotated[Nanoseconds, Field(description="Where the step begins.")]
    counts: OutcomeCounts
    p50_ns: Annotated[int | None, Field(description="Median duration of `pf.trade.execute`.")]
    p99_ns: int | None
    pnl_usd: Annotated[Amount, Field(description="Realised, before fees.")]
    fees_usd: Amount
    slippage_bps: Annotated[float | None, Field(description="Median.")]


class StatsTotals(TypedDict):
    """The time range as a whole."""

    cycles: Annotated[int, Field(description="Decision cycles, running ones included.")]
    counts: OutcomeCounts
    pnl_usd: Annotated[Amount, Field(description="Realised, before fees.")]
    fees_usd: Amount
    closed: Annotated[int, Field(description="How often profit or loss was realised.")]
    p50_ns: int | None
    p99_ns: int | None
    median_slippage_bps: float | None
    slippage_cost_usd: Annotated[Amount, Field(description="Against the expected prices; positive is a cost.")]
    in_flight: Annotated[
        int, Field(description="Orders in doubt, and escrows neither released, refunded nor disputed.")
    ]
    exposed_usd: Annotated[Amount, Field(description="What those amount to.")]


class Stats(TypedDict):
    """What happened in a time range, step by step."""

    from_ns: Nanoseconds
    to_ns: Nanoseconds
    step_s: int
    points: list[StatsPoint]
    totals: StatsTotals
