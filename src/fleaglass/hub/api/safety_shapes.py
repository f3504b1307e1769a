"""The shapes of GET /safety."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from fleaglass.hub.api.safety_alive import Alive
from fleaglass.hub.api.safety_verdict import Answer, Fate, ReasonKind, Severity
from fleaglass.hub.api.scalars import Amount, Duration, Nanoseconds, TraceId

__all__ = [
    "AgentSafety",
    "ChangeSeen",
    "CheckInSeen",
    "Open",
    "OpenThing",
    "PositionSeen",
    "ReasonSaid",
    "Safety",
    "SessionSeen",
    "Tally",
    "Today",
    "VerdictSaid",
]


class SessionSeen(TypedDict):
    """The latest session."""

    status: Literal["ok", "exited", "crashed", "abnormal"]
    started_ns: Nanoseconds
    seen_ns: Nanoseconds
    release: str
    environment: str
    errors: int
    inferred: Annotated[bool, Field(description="The hub concluded the status: nothing was heard.")]


class CheckInSeen(TypedDict):
    """One of the agent's monitors, in its environment."""

    slug: str
    environment: str
    status: Literal["active", "ok", "error"]
    last_ns: Nanoseconds | None
    next_latest_ns: Annotated[Nanoseconds | None, Field(description="When the next one counts as missed.")]
    muted: bool
    alive: Annotated[bool, Field(description="The one by which the agent says that it decides.")]


class Tally(TypedDict):
    """Things that are open, added up."""

    count: int
    usd: Amount
    unpriced: Annotated[int, Field(description="How many of them have no known amount; `usd` leaves them out.")]
    oldest_ns: Nanoseconds | None


class OpenThing(TypedDict):
    """An order or an escrow that is not settled."""

    kind: Literal["order", "escrow"]
    fate: Annotated[
        Fate,
        Field(
            description="`unknown`: its answer was lost; `in_flight`: none has come yet; `waiting`: accepted and not"
            " filled; `held`: in escrow."
        ),
    ]
    id: str | None
    usd: Annotated[Amount | None, Field(description="As it was sent; null where no price is known.")]
    since_ns: Nanoseconds
    trace_id: TraceId


class PositionSeen(TypedDict):
    """What the fills of the last 30 days leave of an asset."""

    asset: str
    quantity: Annotated[Amount, Field(description="Bought less sold; negative when more was sold.")]
    price_usd: Annotated[Amount | None, Field(description="That of the latest fill.")]
    value_usd: Annotated[Amount | None, Field(description="The quantity at that price, without a sign.")]
    since_ns: Annotated[Nanoseconds, Field(description="When it last changed.")]
    trace_id: Annotated[TraceId, Field(description="Of the latest fill.")]


class Open(TypedDict):
    """What is out of the agent's hands, and what it holds."""

    unknown: Tally
    in_flight: Tally
    waiting: Tally
    held: Tally
    things: Annotated[list[OpenThing], Field(description="The largest first, at most 20.")]
    positions: list[PositionSeen]


class Today(TypedDict):
    """Since the day began."""

    net_usd: Annotated[Amount, Field(description="Profit and loss less fees.")]
    pnl_usd: Amount
    fees_usd: Amount
    cycles: int
    traded: Annotated[int, Field(description="Cycles that placed an order.")]
    errors: Annotated[int, Field(description="Spans with the status ERROR.")]
    new_issues: list[int]
    regressed_issues: list[int]


class ChangeSeen(TypedDict):
    """Something changed within the last 24 hours."""

    kind: Annotated[
        str, Field(description="`release`, `strategy`, `environment`, `deploy`, or the kind that a marker names.")
    ]
    at_ns: Nanoseconds
    says: str
    trace_id: Annotated[TraceId | None, Field(description="Of a marker.")]


class AgentSafety(TypedDict):
    """One agent."""

    agent: str
    strategy: str | None
    release: str | None
    environment: str | None
    alive: Alive
    reason: Annotated[str, Field(description="Why it is said to be so.")]
    last_cycle_ns: Annotated[Nanoseconds | None, Field(description="When its latest completed cycle ended.")]
    usual_interval_ns: Annotated[Duration | None, Field(description="The median time between its latest cycles.")]
    last_heard_ns: Annotated[Nanoseconds | None, Field(description="By span, session or check-in.")]
    session: SessionSeen | None
    check_ins: list[CheckInSeen]
    open: Open
    today: Today
    changed: Annotated[list[ChangeSeen], Field(description="Newest first, at most 20.")]


class ReasonSaid(TypedDict):
    """Why the answer is not yes."""

    severity: Severity
    kind: ReasonKind
    agent: str
    says: str
    at_risk_usd: Amount
    since_ns: Nanoseconds | None
    ledger: Annotated[str | None, Field(description="Of the kind `ledger`: its name, if the hub can read it.")]


class VerdictSaid(TypedDict):
    """The answer in a word, in a sentence, and why."""

    answer: Answer
    says: str
    reasons: Annotated[list[ReasonSaid], Field(description="The most money at risk first.")]


class Safety(TypedDict):
    """Am I safe?"""

    now_ns: Nanoseconds
    today_from_ns: Annotated[Nanoseconds, Field(description="When the day began, in the zone that was asked for.")]
    verdict: VerdictSaid
    agents: Annotated[list[AgentSafety], Field(description="Heard within 30 days, by name.")]
