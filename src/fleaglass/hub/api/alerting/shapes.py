"""What the endpoints about incidents answer with.

incident ◁─ told (who, when)       detail: and its activity, messages, evidence, the agent's other open incidents
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from fleaglass.alerts.rules.model import Severity
from fleaglass.hub.api.issue_shapes import IssueLink
from fleaglass.hub.api.scalars import Nanoseconds, TraceId
from fleaglass.hub.api.trace_shapes import TraceSummary

__all__ = [
    "ActivityAnswer",
    "BreadcrumbAnswer",
    "Chart",
    "ChartPoint",
    "Escalated",
    "EvidenceAnswer",
    "IncidentAnswer",
    "IncidentCounts",
    "IncidentDetail",
    "IncidentPage",
    "IncidentRows",
    "NotificationAnswer",
    "SeverityCounts",
    "Told",
    "Unit",
]

Unit = Annotated[str, Field(description="`ms`, `ratio`, `count`, `usd`, `s` or `times`.")]
Figure = Annotated[float | None, Field(description="In `unit`; null where there is no figure, only a fact.")]


class Told(TypedDict):
    """A receiver that was told that the incident is open."""

    receiver: str
    at_ns: Annotated[Nanoseconds, Field(description="First.")]
    times: Annotated[int, Field(description="How many messages.")]


Escalated = TypedDict(
    "Escalated",
    {
        "at_ns": Nanoseconds,
        "from": Annotated[Severity, Field(description="Its severity until then.")],
        "why": Annotated[str, Field(description="To follow `because`.")],
    },
)
"""That an incident became critical."""


class IncidentAnswer(TypedDict):
    """A rule that fires, or fired, for one group."""

    id: int
    rule: str
    kind: str
    severity: Annotated[Severity, Field(description="As it is now.")]
    escalated: Annotated[Escalated | None, Field(description="How it became critical; null when it did not.")]
    status: Literal["open", "resolved"]
    labels: dict[str, str]
    agent: str | None
    summary: Annotated[str, Field(description="One line: what, and its value against the threshold.")]
    value: Annotated[Figure, Field(description="The latest.")]
    worst: Figure
    threshold: Figure
    unit: Unit
    began_ns: Annotated[Nanoseconds, Field(description="When the value went beyond the threshold.")]
    fired_ns: Nanoseconds
    resolved_ns: Nanoseconds | None
    resolved_by: Annotated[str | None, Field(description="null when its rule did; else who, or why.")]
    acknowledged_ns: Nanoseconds | None
    acknowledged_by: str | None
    muted_until_ns: Annotated[
        Nanoseconds | None, Field(description="Nobody is told until then; the end of time: until it is resolved.")
    ]
    muted: Annotated[bool, Field(description="Whether that still holds.")]
    told: Annotated[list[Told], Field(description="In the order in which they were told.")]


class IncidentCounts(TypedDict):
    """Incidents that match the filters, whatever their status."""

    all: int
    open: int
    resolved: int


class SeverityCounts(TypedDict):
    """Incidents of the status that was asked for, whatever their severity."""

    critical: int
    error: int
    warning: int
    info: int


class IncidentPage(TypedDict):
    """Incidents, the newest first unless sorted otherwise."""

    incidents: list[IncidentAnswer]
    next_cursor: Annotated[str | None, Field(description="For the page after this one.")]
    counts: IncidentCounts
    severities: SeverityCounts


class IncidentRows(TypedDict):
    """The incidents that were changed, as they are now."""

    incidents: list[IncidentAnswer]


class ActivityAnswer(TypedDict):
    """Something that happened to an incident."""

    id: int
    at_ns: Nanoseconds
    kind: Annotated[
        str,
        Field(
            description="`fired`, `worse`, `escalated`, `acknowledged`, `muted`, `note`, `told`, `not_told`, `resolved`"
        ),
    ]
    actor: Annotated[str | None, Field(description="Who did it; null for the hub itself.")]
    text: str


class NotificationAnswer(TypedDict):
    """A message to a receiver: sent, waiting, given up, or dropped since it was no longer true."""

    id: int
    receiver: str
    action: Annotated[
        str, Field(description="`trigger`, `escalate`, `update`, `repeat`, `acknowledge`, `resolve` or `passed`.")
    ]
    status: Literal["waiting", "sent", "dead", "dropped"]
    firing: Annotated[list[int], Field(description="Ids of the open incidents that it tells of.")]
    resolved: Annotated[list[int], Field(description="Ids of those whose end it tells.")]
    is_test: bool
    attempts: int
    next_ns: Annotated[Nanoseconds | None, Field(description="When it is tried again; null unless it waits.")]
    created_ns: Nanoseconds
    done_ns: Annotated[Nanoseconds | None, Field(description="When it was sent, or given up.")]
    problem: Annotated[str | None, Field(description="Why the last attempt failed.")]


class BreadcrumbAnswer(TypedDict):
    """What the agent did shortly before."""

    at_ns: Nanoseconds
    name: str
    says: str


class EvidenceAnswer(TypedDict):
    """What is behind an incident, as far as it is still stored."""

    traces: Annotated[list[TraceSummary], Field(description="The most telling first.")]
    missing_traces: Annotated[list[TraceId], Field(description="Named, but not stored any more.")]
    orders: Annotated[list[str], Field(description="Order ids.")]
    escrows: Annotated[list[str], Field(description="Escrow ids.")]
    assets: list[str]
    errors: Annotated[list[str], Field(description="What failed, as the spans say it.")]
    issues: list[IssueLink]
    breadcrumbs: Annotated[list[BreadcrumbAnswer], Field(description="The oldest first.")]


class IncidentDetail(TypedDict):
    """One incident, and all that is known about it."""

    incident: IncidentAnswer
    rule_words: Annotated[str | None, Field(description="What its rule says; null when that is not in force any more.")]
    rule_summary: Annotated[str, Field(description="What the author of the rule wrote about it.")]
    runbook: Annotated[str, Field(description="Address of what to do about it; may be empty.")]
    activity: Annotated[list[ActivityAnswer], Field(description="The oldest first.")]
    notifications: Annotated[list[NotificationAnswer], Field(description="The newest first.")]
    others: Annotated[list[IncidentAnswer], Field(description="Other open incidents of the same agent.")]
    evidence: EvidenceAnswer


class ChartPoint(TypedDict):
    """The value as the rule saw it at the end of a step; null while there was too little to judge."""

    t_ns: Nanoseconds
    value: float | None


class Chart(TypedDict):
    """How the rule's value went around an incident.

    Where there is nothing to draw, `no_course` says why; then `began_ns` and `resolved_ns` are all there is.
    """

    from_ns: Nanoseconds
    to_ns: Nanoseconds
    step_s: int
    unit: Unit
    what: Annotated[str | None, Field(description="What is drawn, in words; null for a rule that has no course.")]
    no_course: Annotated[
        str | None, Field(description="Why there is nothing to draw, in words; null where a point has a value.")
    ]
    threshold: Figure
    resolve_at: Annotated[Figure, Field(description="Good again from here; null when that is the threshold.")]
    critical_at: Annotated[Figure, Field(description="The worse limit, beyond which it is critical; null without one.")]
    beyond: Annotated[Literal["above", "below"], Field(description="Which side of the threshold is bad.")]
    began_ns: Nanoseconds
    fired_ns: Nanoseconds
    resolved_ns: Nanoseconds | None
    points: list[ChartPoint]
