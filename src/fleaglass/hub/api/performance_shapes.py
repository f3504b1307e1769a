"""What the performance endpoints answer with."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from fleaglass.hub.api.scalars import Amount, Duration, Nanoseconds, TraceId

__all__ = [
    "Drawdown",
    "Figures",
    "Group",
    "Others",
    "Performance",
    "SlowCycle",
    "Stage",
    "StageName",
    "TimeGroup",
    "TimeShares",
]


class Drawdown(TypedDict):
    """The deepest fall of the net result from the highest point that it had reached in the range."""

    usd: Amount
    fraction: Annotated[
        float | None, Field(description="Of that highest point; above 1 when more was lost. Null when it was zero.")
    ]
    from_ns: Annotated[Nanoseconds, Field(description="When the highest point was reached.")]
    to_ns: Annotated[Nanoseconds, Field(description="When the lowest point after it was reached.")]


class Figures(TypedDict):
    """How some part of the agents' work went. `net = expected - slippage cost - fees`, exactly."""

    net_usd: Annotated[Amount, Field(description="Realised P&L, after fees.")]
    pnl_usd: Annotated[Amount, Field(description="Realised P&L, before fees.")]
    fees_usd: Annotated[Amount, Field(description="Every order and every escrow pays once.")]
    slippage_cost_usd: Annotated[Amount, Field(description="Against the expected prices; positive is a cost.")]
    expected_usd: Annotated[Amount, Field(description="What would have been realised at the expected prices.")]
    closed: Annotated[int, Field(description="How often profit or loss was realised; a batch of bets is once.")]
    bets: Annotated[int, Field(description="How many of those were bets.")]
    won: Annotated[int, Field(description="How many of those gained, before fees.")]
    lost: int
    win_rate: Annotated[float | None, Field(description="Those that gained, of those that gained or lost.")]
    orders: int
    filled: Annotated[int, Field(description="Orders filled in full.")]
    partly_filled: int
    refused: Annotated[int, Field(description="Orders that the venue refused or never got.")]
    in_doubt: Annotated[int, Field(description="Orders whose state is unknown.")]
    fill_rate: Annotated[
        float | None, Field(description="Mean share that was filled, of the orders of which it is known.")
    ]
    slipped: Annotated[int, Field(description="How many orders and closings tell of slippage.")]
    slippage_mean_bps: Annotated[float | None, Field(description="Positive is adverse.")]
    slippage_p95_bps: Annotated[float | None, Field(description="Interpolated between orders.")]
    drawdown: Annotated[Drawdown | None, Field(description="Null when nothing was earned or paid.")]
    cycles: Annotated[int, Field(description="Decisions.")]
    equity_usd: Annotated[list[Amount], Field(description="The net result up to the end of each step.")]
    drawdown_usd: Annotated[list[Amount], Field(description="The deepest fall within each step.")]


class Group(Figures):
    """One group."""

    key: Annotated[str | None, Field(description="Null: whatever does not say to which group it belongs.")]


class Others(Figures):
    """All groups that are not told apart, taken together: percentiles and drawdown are of all their orders and sums."""

    groups: Annotated[int, Field(description="How many there are.")]


class Performance(TypedDict):
    """How a time range went, as a whole and by group."""

    from_ns: Nanoseconds
    to_ns: Nanoseconds
    by: str
    step_s: int
    steps: Annotated[list[Nanoseconds], Field(description="Where each step of the lists begins.")]
    total: Figures
    groups: Annotated[list[Group], Field(description="The best first.")]
    others: Others | None


StageName = Literal["balance", "venue", "signal", "risk", "order", "confirmation", "other", "self"]


class Stage(TypedDict):
    """One stage of the cycles of a group."""

    stage: StageName
    total_ns: Duration
    share: Annotated[float, Field(description="Of the time of all cycles; the shares of a group add up to 1.")]
    cycles: Annotated[int, Field(description="Cycles that went through this stage.")]
    p50_ns: Annotated[int | None, Field(description="Of those cycles.")]
    p95_ns: int | None


class SlowCycle(TypedDict):
    """One of the slowest decisions of a group."""

    trace_id: TraceId
    start_ns: Nanoseconds
    duration_ns: Duration
    stages: Annotated[dict[StageName, int], Field(description="Nanoseconds of each stage that it went through.")]


class TimeGroup(TypedDict):
    """Where the time of one agent's decisions went, in one release."""

    agent: Annotated[str | None, Field(description="Null for all groups that are not told apart, taken together.")]
    release: str | None
    groups: Annotated[int, Field(description="1, or how many are taken together.")]
    cycles: int
    total_ns: Duration
    p50_ns: Duration
    p95_ns: Duration
    stages: list[Stage]
    slowest: list[SlowCycle]


class TimeShares(TypedDict):
    """Where the time of decisions went: the model, the venue, or neither."""

    from_ns: Nanoseconds
    to_ns: Nanoseconds
    total: TimeGroup | None
    groups: Annotated[list[TimeGroup], Field(description="The longest first; the last may be the others.")]
