"""What the endpoints about issues answer with: mypy checks the code against these types, OpenAPI is made from them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from fleaglass.hub.api.scalars import Nanoseconds
from fleaglass.hub.issues.event import Level

__all__ = [
    "ActivityEntry",
    "Archive",
    "GroupSummary",
    "IssueCounts",
    "IssueDetail",
    "IssueKind",
    "IssueLink",
    "IssuePage",
    "IssueRow",
    "IssueRows",
    "IssueStatus",
    "Priority",
    "ReleaseSeen",
    "Resolution",
    "Substatus",
    "TagSummary",
    "TagValue",
]

IssueKind = Literal["error", "message", "monitor"]
IssueStatus = Literal["unresolved", "resolved", "archived"]
Substatus = Literal["new", "ongoing", "escalating", "regressed", "until_escalating", "until_condition_met", "forever"]
Priority = Literal["high", "medium", "low"]

_Hourly = Annotated[
    list[int],
    Field(description="Events of each of the last 24 hours, the present one last.", min_length=24, max_length=24),
]


class IssueLink(TypedDict):
    """An issue, named: enough for a line that leads to it."""

    id: int
    project: int
    kind: IssueKind
    title: str
    culprit: Annotated[str, Field(description="Where it happens; empty when unknown.")]
    level: Annotated[Level, Field(description="Of its latest event.")]
    status: IssueStatus
    substatus: Annotated[Substatus | None, Field(description="null when it is resolved.")]
    events: int
    last_seen_ns: Nanoseconds


class IssueRow(IssueLink):
    """An issue on one line: what breaks, how often, since which release."""

    type: Annotated[str, Field(description="The exception's class; empty for a message.")]
    value: Annotated[str, Field(description="What it says.")]
    platform: str
    priority: Annotated[Priority, Field(description="From its level, and whether it is escalating or regressed.")]
    users: int
    first_seen_ns: Nanoseconds
    first_release: Annotated[str | None, Field(description="Of the event that made it.")]
    last_release: str | None
    assignee: str | None
    agents: Annotated[list[str], Field(description="The agents it happened to, at most 20, the latest first.")]
    hourly: _Hourly


class IssueCounts(TypedDict):
    """Issues by state; `new`, `ongoing`, `escalating` and `regressed` are those of `unresolved`."""

    all: int
    unresolved: int
    resolved: int
    archived: int
    new: int
    ongoing: int
    escalating: int
    regressed: int


class IssuePage(TypedDict):
    """A page of issues."""

    issues: list[IssueRow]
    next_cursor: Annotated[str | None, Field(description="For the next page; null on the last.")]
    counts: Annotated[IssueCounts, Field(description="For these filters, whatever status and cursor say.")]


class IssueRows(TypedDict):
    """The issues that were changed, as they are now."""

    issues: list[IssueRow]


class TagValue(TypedDict):
    """A value of a tag, and its share of the events that have the tag."""

    value: str
    events: int
    percent: Annotated[float, Field(ge=0, le=100)]


class TagSummary(TypedDict):
    """A tag, with the values it has most often."""

    key: str
    events: Annotated[int, Field(description="Events that have it.")]
    distinct: Annotated[int, Field(description="How many values it has.")]
    values: Annotated[list[TagValue], Field(description="At most 10, the most frequent first.")]


class ReleaseSeen(TypedDict):
    """A release in which it happened."""

    release: str
    environments: list[str]
    events: int
    first_seen_ns: Nanoseconds
    last_seen_ns: Nanoseconds


class GroupSummary(TypedDict):
    """A grouping hash of the issue: its events have the same fingerprint."""

    hash: str
    about: Annotated[str, Field(description="What it groups by, for a person.")]
    events: int
    first_seen_ns: Nanoseconds
    last_seen_ns: Nanoseconds
    home: Annotated[int, Field(description="The issue that it goes back to when it is unmerged.")]


class ActivityEntry(TypedDict):
    """Something that happened to the issue, or that somebody did or said."""

    id: int
    at_ns: Nanoseconds
    kind: Literal[
        "first_seen",
        "ongoing",
        "regressed",
        "escalating",
        "resolved",
        "unresolved",
        "archived",
        "assigned",
        "comment",
        "merged",
        "unmerged",
    ]
    actor: Annotated[str | None, Field(description="null: the hub itself.")]
    text: Annotated[str | None, Field(description="What a comment says.")]
    detail: Annotated[
        dict[str, str | int | float | bool | list[str] | list[int] | None],
        Field(description="What there is to know about it, such as `release`, `assignee`, `issues`, `reason`."),
    ]


class Resolution(TypedDict):
    """How it was resolved."""

    kind: Annotated[
        Literal["now", "next_release", "release"],
        Field(description="`next_release`: in the one after `release`; `release`: in `release`."),
    ]
    release: str | None
    at_ns: Nanoseconds
    actor: str | None


class Archive(TypedDict):
    """Until when it is archived."""

    kind: Literal["until_escalating", "until_condition_met", "forever"]
    events: Annotated[int | None, Field(description="Until so many more events.")]
    users: Annotated[int | None, Field(description="Until so many more users.")]
    until_ns: Annotated[Nanoseconds | None, Field(description="Until then.")]
    limit: Annotated[int | None, Field(description="Until escalating: it is, once an hour has more events than this.")]
    at_ns: Nanoseconds
    actor: str | None


class IssueDetail(IssueRow):
    """All about an issue but its events."""

    hourly_from_ns: Annotated[Nanoseconds, Field(description="When the first of the 24 hours begins.")]
    users_hourly: Annotated[list[int], Field(description="Users in each of these hours.", min_length=24, max_length=24)]
    daily: Annotated[
        list[int],
        Field(description="Events of each of the last 14 days in UTC, today last.", min_length=14, max_length=14),
    ]
    daily_from_ns: Annotated[Nanoseconds, Field(description="When the first of the 14 days begins.")]
    tags: Annotated[list[TagSummary], Field(description="By name; of the latest 10,000 events.")]
    releases: Annotated[list[ReleaseSeen], Field(description="By when they were last seen, the latest first.")]
    environments: list[str]
    groups: Annotated[list[GroupSummary], Field(description="More than one once issues were merged.")]
    activity: Annotated[list[ActivityEntry], Field(description="Comments too, the latest first.")]
    resolution: Annotated[Resolution | None, Field(description="While it is resolved.")]
    archive: Annotated[Archive | None, Field(description="While it is archived.")]
    merged_from: Annotated[list[IssueLink], Field(description="Issues that were merged into this one.")]
    similar: Annotated[
        list[IssueLink],
        Field(description="Others of the same type or at the same place, at most 10, the latest first."),
    ]
