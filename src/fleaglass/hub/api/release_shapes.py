"""What the endpoints about releases answer with."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from fleaglass.hub.api.scalars import Amount, Nanoseconds
from fleaglass.hub.api.session_shapes import Health

__all__ = [
    "Belongings",
    "Better",
    "ChangedFile",
    "Commit",
    "ComparedOperation",
    "Comparison",
    "Deploy",
    "Environment",
    "Measure",
    "MeasureName",
    "Money",
    "Operation",
    "Release",
    "ReleaseDetail",
    "ReleaseIssue",
    "ReleasePage",
    "ReleaseRow",
    "Semver",
    "Side",
    "Stage",
    "Unit",
    "Verdict",
]

Percent = Annotated[float | None, Field(description="0 to 100 with three decimals; null when there was none.")]
Stage = Literal["low", "adopted", "replaced"]
Status = Literal["open", "archived"]
Verdict = Literal["better", "worse", "alike", "too_few"]
"""Of b against a. `too_few`: the samples are too small to say, or one of them is missing."""
MeasureName = Literal[
    "errors_per_hour",
    "errors_per_1000_cycles",
    "net_per_cycle_usd",
    "slippage_mean_bps",
    "crash_free_sessions_percent",
]
Unit = Literal["per_hour", "per_1000_cycles", "usd", "bps", "percent"]
Better = Literal["lower", "higher"]


class Semver(TypedDict):
    """A version that can be ordered: it is dotted, and has a package before it."""

    major: int
    minor: int
    patch: int
    revision: int
    pre: Annotated[str | None, Field(description="`rc.1` of `agent@2.1.0-rc.1`.")]
    build: Annotated[str | None, Field(description="`7` of `agent@2.1.0+7`.")]


class Deploy(TypedDict):
    """A release began to run in an environment."""

    id: int
    environment: str
    name: str | None
    url: str | None
    started_ns: Nanoseconds | None
    finished_ns: Nanoseconds


class Environment(TypedDict):
    """Where a release was heard."""

    environment: Annotated[str, Field(description="Empty: what was sent names none.")]
    first_seen_ns: Nanoseconds
    last_seen_ns: Nanoseconds


class ChangedFile(TypedDict):
    """What a commit did to a file."""

    path: str
    type: Annotated[Literal["A", "M", "D"], Field(description="Added, modified, deleted.")]


class Commit(TypedDict):
    """One commit of a release."""

    sha: str
    repository: str
    author_name: str | None
    author_email: str | None
    message: str | None
    at_ns: Nanoseconds | None
    files: list[ChangedFile]


class Money(TypedDict):
    """What a release earned in the range, and how often it decided."""

    net_usd: Annotated[Amount, Field(description="Realised P&L, after fees.")]
    pnl_usd: Amount
    fees_usd: Amount
    cycles: Annotated[int, Field(description="Decisions.")]
    orders: int
    slipped: Annotated[int, Field(description="How many orders and closings tell of slippage.")]
    slippage_mean_bps: Annotated[float | None, Field(description="Positive is adverse.")]
    slippage_cost_usd: Amount


class Operation(TypedDict):
    """The spans of one name."""

    name: str
    count: int
    errors: Annotated[int, Field(description="Of those, with the status ERROR.")]
    p50_ns: int
    p95_ns: int


class ReleaseIssue(TypedDict):
    """An issue, and how much of it belongs to the release."""

    id: int
    project: int
    kind: Literal["error", "message", "monitor"]
    title: str
    culprit: Annotated[str, Field(description="Where it happens; empty when unknown.")]
    level: str
    status: Literal["unresolved", "resolved", "archived"]
    substatus: Annotated[str | None, Field(description="null when it is resolved.")]
    events: int
    release_events: Annotated[int, Field(description="Of those, events of this release.")]
    first_seen_ns: Nanoseconds
    last_seen_ns: Nanoseconds


class Release(TypedDict):
    """A release, by itself."""

    version: str
    package: Annotated[str | None, Field(description="The part before the @.")]
    short_version: Annotated[str, Field(description="The part after it, for a narrow column.")]
    semver: Annotated[Semver | None, Field(description="Null for a name that has no order, such as a commit's.")]
    status: Status
    projects: Annotated[list[str], Field(description="Slugs.")]
    added_ns: Annotated[Nanoseconds, Field(description="When the hub first heard of it.")]
    started_ns: Nanoseconds | None
    released_ns: Annotated[Nanoseconds | None, Field(description="When it was finalized.")]
    first_seen_ns: Annotated[Nanoseconds | None, Field(description="When something of it first arrived.")]
    last_seen_ns: Nanoseconds | None
    url: str | None
    ref: str | None
    last_deploy: Deploy | None
    deploy_count: int
    commit_count: int


class ReleaseRow(Release):
    """A release on one line of the list; figures are of the range."""

    new_issues: Annotated[int, Field(description="Issues that this release was the first to have, ever.")]
    events: Annotated[int, Field(description="Error events.")]
    agents: Annotated[list[str], Field(description="That sent spans of it.")]
    health: Health
    adoption_percent: Annotated[Percent, Field(description="Its share of the sessions of the last 24 hours.")]
    adoption: Annotated[
        Stage | None,
        Field(description="`adopted`: at least 10 % over the last 6 hours. `replaced`: was, and is no more."),
    ]
    money: Money


class ReleasePage(TypedDict):
    """A page of releases."""

    from_ns: Annotated[Nanoseconds, Field(description="The range that figures are of.")]
    to_ns: Nanoseconds
    releases: list[ReleaseRow]
    next_cursor: Annotated[str | None, Field(description="For the next page; null on the last.")]
    environments: Annotated[list[str], Field(description="Every environment that a release was heard or deployed in.")]
    total: Annotated[int, Field(description="How many releases the filters leave.")]


class Belongings(TypedDict):
    """What belongs to a release, whatever the range."""

    environments: list[Environment]
    deploys: Annotated[list[Deploy], Field(description="The newest first.")]
    commits: Annotated[list[Commit], Field(description="The newest first.")]
    new_issue_list: Annotated[list[ReleaseIssue], Field(description="First seen in this release; at most 100.")]
    regressed_issues: Annotated[list[ReleaseIssue], Field(description="Resolved, and back in this release.")]
    resolved_issues: Annotated[list[ReleaseIssue], Field(description="Resolved in this release by somebody.")]
    previous: Annotated[str | None, Field(description="The release before it, of the same package.")]


class ReleaseDetail(ReleaseRow, Belongings):
    """Everything about a release."""

    from_ns: Nanoseconds
    to_ns: Nanoseconds
    operations: Annotated[list[Operation], Field(description="The busiest first; at most 50.")]


class Side(TypedDict):
    """One of two releases, and how much is known of it."""

    version: str
    active_hours: Annotated[int, Field(description="Hours of the range in which it sent anything.")]
    events: int
    health: Health
    money: Money
    new_issues: int


class Measure(TypedDict):
    """One figure of both, the way it should go, and what can be said of it."""

    name: MeasureName
    unit: Unit
    better: Better
    a: Annotated[float | None, Field(description="Null when there is nothing to measure it by.")]
    b: float | None
    a_sample: Annotated[int, Field(description="Of how many hours, cycles, orders or sessions.")]
    b_sample: int
    verdict: Verdict


class ComparedOperation(TypedDict):
    """The spans of one name, of both."""

    name: str
    a: Operation | None
    b: Operation | None
    verdict: Annotated[Verdict, Field(description="Of the p95.")]


class Comparison(TypedDict):
    """Release `b` held against release `a`."""

    from_ns: Nanoseconds
    to_ns: Nanoseconds
    a: Side
    b: Side
    measures: list[Measure]
    operations: Annotated[list[ComparedOperation], Field(description="By name.")]
    new_issues: Annotated[list[ReleaseIssue], Field(description="First seen in b.")]
