"""What the endpoints about traces answer with: mypy checks the code against these types, OpenAPI is made from them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from fleaglass.hub.api.outcome import Outcome
from fleaglass.hub.api.scalars import Amount, Duration, Nanoseconds, SpanId, TraceId
from fleaglass.hub.store.kinds import Attribute
from fleaglass.hub.store.spans import Span, Status

__all__ = ["Counts", "OutcomeCounts", "Stage", "TraceDetail", "TracePage", "TraceSummary"]


class Stage(TypedDict):
    """A direct child of the root."""

    name: str
    start_ns: Nanoseconds
    duration_ns: Duration
    error: bool


class TraceSummary(TypedDict):
    """A trace on one line: what was decided, how it ended, what it cost."""

    trace_id: TraceId
    root_span_id: Annotated[SpanId | None, Field(description="null until the root has arrived.")]
    name: str
    agent: str
    service: str
    strategy: str | None
    release: str | None
    environment: str | None
    start_ns: Nanoseconds
    duration_ns: Duration
    outcome: Outcome
    status: Annotated[Status, Field(description="The root's status.")]
    reason: Annotated[
        str | None,
        Field(description="Why it was skipped, rejected or failed, short; what a marker changed; a job's name."),
    ]
    asset: str | None
    side: Annotated[Literal["buy", "sell"] | None, Field(description="null where a position was closed.")]
    quantity: Amount | None
    fill_price: Amount | None
    order_id: str | None
    order_state: str | None
    escrow_id: str | None
    amount_usd: Annotated[Amount | None, Field(description="Amount of the escrow.")]
    counterparty: str | None
    confidence: float | None
    slippage_bps: Annotated[
        float | None, Field(description="Positive is worse for the agent; weighted by value over several orders.")
    ]
    fee_usd: Annotated[Amount | None, Field(description="All fees of the trace.")]
    pnl_usd: Annotated[
        Amount | None, Field(description="Realised profit or loss as the venue reports it, before fees.")
    ]
    error_type: str | None
    error_message: str | None
    lost_answers: Annotated[
        int, Field(description="Requests whose answer was lost, and that the agent then looked for at the venue.")
    ]
    error_count: Annotated[int, Field(description="Spans with the status ERROR.")]
    span_count: int
    agents: Annotated[list[str], Field(description="All agents in this trace, in order of their first span.")]
    stages: Annotated[list[Stage], Field(description="In order of time, at most 8.", max_length=8)]


class OutcomeCounts(TypedDict):
    """Traces by outcome."""

    traded: int
    skipped: int
    rejected: int
    failed: int
    flight: int
    unknown: int
    interrupted: int
    completed: int


class Counts(OutcomeCounts):
    """Traces by outcome, and all of them."""

    all: int
    decisions: Annotated[int, Field(description="Those that are decisions: not a job, a marker or a single read.")]


class TracePage(TypedDict):
    """A page of traces, newest first."""

    traces: list[TraceSummary]
    next_cursor: Annotated[str | None, Field(description="For the next page; null on the last.")]
    counts: Annotated[Counts, Field(description="For these filters, whatever outcome and cursor say.")]


class TraceDetail(TypedDict):
    """A trace, and the traces that make one story with it."""

    trace_id: TraceId
    summary: TraceSummary
    spans: Annotated[list[Span], Field(description="Of this trace, and of each of its story, by start time.")]
    traces: Annotated[list[TraceId], Field(description="The traces that are included, this one first.")]
    previous: Annotated[TraceId | None, Field(description="The trace of what its agent decided before.")]
    next: Annotated[TraceId | None, Field(description="The trace of what its agent decided after it; null until then.")]
    resources: Annotated[list[list[Attribute]], Field(description="What `resource` of a span points into.")]
    shown: Annotated[int, Field(description="How many spans are here.")]
    total: Annotated[int, Field(description="How many spans these traces have.")]
