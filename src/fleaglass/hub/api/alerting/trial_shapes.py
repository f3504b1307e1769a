"""What the endpoints that try a rule answer with."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from fleaglass.hub.api.alerting.shapes import Figure, Unit
from fleaglass.hub.api.scalars import Nanoseconds, TraceId

__all__ = ["EpisodeAnswer", "Fired", "JudgedBy", "ReplayAnswer", "Verdict"]

JudgedBy = Literal["spans", "earnings", "incidents"]


class EpisodeAnswer(TypedDict):
    """What would have been an incident."""

    group: Annotated[dict[str, str], Field(description="The labels by which the rule is judged apart.")]
    began_ns: Annotated[Nanoseconds, Field(description="When the value went beyond the threshold.")]
    fired_ns: Nanoseconds
    escalated_ns: Annotated[Nanoseconds | None, Field(description="When it would have become critical; null: never.")]
    resolved_ns: Annotated[Nanoseconds | None, Field(description="null: it would still be open.")]
    worst: Figure
    summary: Annotated[str, Field(description="One line, as of when it fires.")]
    trace_ids: Annotated[list[TraceId], Field(description="Traces to look at, the most telling first.")]


class ReplayAnswer(TypedDict):
    """When a rule would have fired."""

    rule: str
    words: Annotated[str, Field(description="What has to happen for it to fire.")]
    unit: Unit
    threshold: Figure
    judged_by: Annotated[
        JudgedBy,
        Field(
            description="Stored spans; earnings; or, for rules about sessions, schedules and issues, the incidents that"
            " the rule in force really had: what those were judged by is not kept as it was."
        ),
    ]
    from_ns: Nanoseconds
    to_ns: Nanoseconds
    until_ns: Annotated[Nanoseconds, Field(description="How far it got.")]
    stopped: Annotated[str | None, Field(description="Why it ended before `to_ns`.")]
    step_s: Annotated[int, Field(description="From one moment that was judged to the next; 0 for incidents.")]
    rows: Annotated[int, Field(description="Spans or amounts that were read.")]
    took_s: float
    count: Annotated[int, Field(description="All episodes.")]
    episodes: Annotated[list[EpisodeAnswer], Field(description="The latest 500 of them, the earliest first.")]
    messages: Annotated[
        int,
        Field(
            description="How many messages that would have been, to all receivers together: by the routes' grouping and"
            " intervals, ends included, as if nobody had acknowledged or muted, and nothing else had fired."
        ),
    ]


class Verdict(TypedDict):
    """What a receiver made of a test."""

    receiver: str
    problem: Annotated[str | None, Field(description="Why it was not taken; null when it was.")]


class Fired(TypedDict):
    """A test notification, by receiver."""

    rule: str
    verdicts: Annotated[list[Verdict], Field(description="Empty where the routes name nobody.")]
