"""What the endpoints about an issue's events answer with."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict

from fleaglass.hub.api.issue_shapes import IssueLink
from fleaglass.hub.api.scalars import Nanoseconds, SpanId, TraceId
from fleaglass.hub.issues.event import Level

__all__ = [
    "Attachment",
    "Breadcrumb",
    "EventDetail",
    "EventPage",
    "EventRow",
    "ExceptionShown",
    "FrameShown",
    "IssuesOfTraces",
    "SourceLine",
    "StackShown",
    "Tag",
    "TraceEvent",
    "TraceIssue",
    "TraceIssues",
]

EventId = Annotated[str, Field(description="32 lower-case hex digits.", pattern="^[0-9a-f]{32}$")]


class EventRow(TypedDict):
    """An event on one line."""

    event_id: EventId
    hash: Annotated[str, Field(description="The group that it is counted by.")]
    time_ns: Nanoseconds
    level: Level
    title: str
    culprit: str
    transaction: str
    release: str | None
    environment: str | None
    agent: str | None
    user: str | None
    trace_id: TraceId | None
    span_id: SpanId | None


class EventPage(TypedDict):
    """A page of events, the latest first."""

    events: list[EventRow]
    next_cursor: Annotated[str | None, Field(description="For the next page; null on the last.")]


class Tag(TypedDict):
    """A tag."""

    key: str
    value: str


class SourceLine(TypedDict):
    """A line of source, by its number in the file; null when the client did not say."""

    number: int | None
    text: str


class FrameShown(TypedDict):
    """One call of a stack."""

    function: str
    module: str
    filename: str
    abs_path: str
    line: int | None
    column: int | None
    in_app: Annotated[bool, Field(description="Code of the agent, not of a library.")]
    source: Annotated[list[SourceLine], Field(description="Around the call; empty when none was sent.")]
    at: Annotated[int | None, Field(description="Which of `source` is the call.")]
    vars: Annotated[list[Tag], Field(description="Local variables, as text.")]


class StackShown(TypedDict):
    """A stack, the outermost call first."""

    frames: list[FrameShown]
    omitted: Annotated[int, Field(description="Frames in its middle that are not kept.")]


class ExceptionShown(TypedDict):
    """An exception of the chain."""

    type: str
    value: str
    module: str
    handled: bool | None
    mechanism: Annotated[str | None, Field(description="What caught it.")]
    stack: StackShown | None


class Breadcrumb(TypedDict):
    """A step of the trail that led to the event."""

    time_ns: Nanoseconds | None
    type: str
    category: str
    level: str
    message: str
    data: dict[str, Any]


class Attachment(TypedDict):
    """A file that came with the event: GET …/attachments/{name}."""

    name: str
    content_type: str
    bytes: int


class EventDetail(EventRow):
    """All that is known about one event."""

    issue: IssueLink
    previous: Annotated[EventId | None, Field(description="The one before it in this issue.")]
    next: Annotated[EventId | None, Field(description="The one after it in this issue.")]
    received_ns: Nanoseconds
    message: str
    platform: str
    logger: str
    server_name: str
    dist: str
    sdk: str
    exceptions: Annotated[
        list[ExceptionShown], Field(description="Outermost cause first: the last is what was caught.")
    ]
    stack: Annotated[StackShown | None, Field(description="Of an event without exceptions.")]
    breadcrumbs: Annotated[list[Breadcrumb], Field(description="The trail, in order of time.")]
    agent_state: Annotated[dict[str, Any] | None, Field(description="What the agent held and was about to do.")]
    contexts: Annotated[dict[str, Any], Field(description="The other contexts, by name.")]
    request: dict[str, Any] | None
    user_detail: Annotated[dict[str, Any] | None, Field(description="All that the client said of the user.")]
    extra: dict[str, Any]
    tags: Annotated[list[Tag], Field(description="By name.")]
    fingerprint: Annotated[list[str], Field(description="As the client sent it; empty when it sent none.")]
    attachments: list[Attachment]
    same_decision: Annotated[list[IssueLink], Field(description="Other issues that happened in the same trace.")]
    notes: Annotated[
        list[dict[str, Any]], Field(description="What the hub could not read of it, and why: `type`, `name`, `value`.")
    ]


class TraceEvent(TypedDict):
    """An event that happened in a trace."""

    event_id: EventId
    span_id: SpanId | None
    time_ns: Nanoseconds
    level: Level
    title: str


class TraceIssue(TypedDict):
    """An issue that happened in a trace, with its events there in order of time."""

    issue: IssueLink
    events: list[TraceEvent]


class TraceIssues(TypedDict):
    """The issues of one trace, in order of their first event."""

    trace_id: TraceId
    issues: list[TraceIssue]


class IssuesOfTraces(TypedDict):
    """The issues of some traces; a trace without any is left out."""

    traces: list[TraceIssues]
