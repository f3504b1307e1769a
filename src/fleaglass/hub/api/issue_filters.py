"""Which issues: a query string's parameters as conditions on the state's tables, checked.

Agents and tags are in the store only; the groups that have them are looked up there first (issue_tags.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, TypeVar, cast, get_args

from sqlalchemy import ColumnElement, and_, or_, select

from fleaglass.hub.api import issue_cursor
from fleaglass.hub.api.errors import bad_filter
from fleaglass.hub.api.issue_cursor import IssueCursor, Sort
from fleaglass.hub.api.parameters import LIMIT, Given, Parameter, given, text, whole_number
from fleaglass.hub.api.times import ALL_TIME, EARLIEST_NS, LATEST_NS, TIME_PARAMETERS, TimeRange, parse_range
from fleaglass.hub.issues.event import Level
from fleaglass.hub.issues.tables import group_releases, groups, issues

__all__ = ["ISSUE_PARAMETERS", "IssueFilters", "Looked", "conditions", "parse_issue_filters", "stands"]

Looked = Literal["unresolved", "resolved", "archived", "new", "ongoing", "escalating", "regressed"]
"""What `status` may be: a status, or what an unresolved issue is besides."""

MAX_TAGS: Final = 10
T = TypeVar("T", bound=str)

_TIMES: Final = tuple(
    Parameter(parameter.name, f"{parameter.description} By when it was last seen.", parameter.schema)
    for parameter in TIME_PARAMETERS
)
ISSUE_PARAMETERS: Final = (
    *_TIMES,
    Parameter("q", "Text in its title, value, type or culprit, in any case."),
    Parameter("status", "Only issues that are so.", {"type": "string", "enum": list(get_args(Looked))}),
    Parameter("level", "Only issues of this level.", {"type": "string", "enum": list(get_args(Level))}),
    Parameter("project", "Only issues of this project, by its number.", {"type": "integer", "minimum": 1}),
    Parameter("release", "Only issues that happened in this release."),
    Parameter("first_release", "Only issues that were new in this release."),
    Parameter("environment", "Only issues that happened in this environment."),
    Parameter("assignee", "Only issues of this person; `none` for those that nobody has."),
    Parameter("agent", "Only issues that happened to this agent."),
    Parameter(
        "tag",
        "Only issues with an event that has this tag, as name:value. Several must all be true, of one event.",
        {"type": "string", "examples": ["pf.asset:BTC"]},
        repeatable=True,
    ),
    Parameter(
        "sort",
        "What comes first: the latest, the newest, the most frequent, what most users have, or what matters most.",
        {"type": "string", "enum": list(get_args(Sort)), "default": "last_seen"},
    ),
    Parameter("cursor", "`next_cursor` of the page before."),
    LIMIT,
)
_NOBODY: Final = "none"


@dataclass(frozen=True, slots=True)
class IssueFilters:
    """Which issues, and which page of them. Absent filters are None."""

    time: TimeRange = ALL_TIME
    text: str | None = None
    status: Looked | None = None
    level: Level | None = None
    project: int | None = None
    release: str | None = None
    first_release: str | None = None
    environment: str | None = None
    assignee: str | None = None
    agent: str | None = None
    tags: tuple[tuple[str, str], ...] = ()
    sort: Sort = "last_seen"
    cursor: IssueCursor | None = None
    limit: int = 50


def parse_issue_filters(pairs: Iterable[tuple[str, str]], now_ns: int) -> IssueFilters:
    """The filters of a query string's names and values. Raises Problem, naming the parameter and its value."""
    found = given(pairs, ISSUE_PARAMETERS)
    for name, values in found.items():
        if "\0" in values[0]:  # PostgreSQL would refuse it, in worse words
            raise bad_filter(name, "text without the character U+0000", values[0], "No text that is kept has it.")
    sort = _one_of(found, "sort", cast(tuple[Sort, ...], get_args(Sort))) or "last_seen"
    place = text(found, "cursor")
    return IssueFilters(
        time=parse_range(found, now_ns),
        text=text(found, "q"),
        status=_one_of(found, "status", cast(tuple[Looked, ...], get_args(Looked))),
        level=_one_of(found, "level", cast(tuple[Level, ...], get_args(Level))),
        project=_project(found),
        release=text(found, "release"),
        first_release=text(found, "first_release"),
        environment=text(found, "environment"),
        assignee=text(found, "assignee"),
        agent=text(found, "agent"),
        tags=_tags(found),
        sort=sort,
        cursor=None if place is None else issue_cursor.decode(place, sort),
        limit=whole_number(found, LIMIT),
    )


def conditions(filters: IssueFilters) -> list[ColumnElement[bool]]:
    """All but status, agent, tags and cursor."""
    wanted: list[ColumnElement[bool]] = [issues.c.merged_into.is_(None)]
    if filters.time.from_ns > EARLIEST_NS:
        wanted.append(issues.c.last_seen_ns >= filters.time.from_ns)
    if filters.time.to_ns < LATEST_NS:
        wanted.append(issues.c.last_seen_ns < filters.time.to_ns)
    if filters.text is not None:
        searched = (issues.c.title, issues.c.value, issues.c.type, issues.c.culprit)
        wanted.append(or_(*(column.icontains(filters.text, autoescape=True) for column in searched)))
    if filters.assignee is not None:
        nobody = filters.assignee == _NOBODY
        wanted.append(issues.c.assignee.is_(None) if nobody else issues.c.assignee == filters.assignee)
    for name in ("level", "project", "first_release"):
        if (value := getattr(filters, name)) is not None:
            wanted.append(issues.c[name] == value)
    seen = [
        group_releases.c[name] == value
        for name in ("release", "environment")
        if (value := getattr(filters, name)) is not None
    ]
    if seen:
        joined = select(groups.c.issue).join(group_releases, group_releases.c.group == groups.c.id)
        wanted.append(issues.c.id.in_(joined.where(*seen)))
    return wanted


def stands(status: Looked) -> ColumnElement[bool]:
    """The condition that an issue is so."""
    if status in ("unresolved", "resolved"):
        return issues.c.status == status
    if status == "archived":
        return issues.c.status == "ignored"
    return and_(issues.c.status == "unresolved", issues.c.substatus == status)


def _one_of(found: Given, name: str, choices: tuple[T, ...]) -> T | None:
    value = text(found, name)
    if value is None:
        return None
    for choice in choices:
        if choice == value:
            return choice
    raise bad_filter(name, f"one of {', '.join(choices)}", value, "Leave it out for all.")


def _project(found: Given) -> int | None:
    value = text(found, "project")
    if value is None or (value.isascii() and value.isdigit() and len(value) < 10):
        return None if value is None else int(value)
    raise bad_filter("project", "a project's number", value, "Leave it out for all.")


def _tags(found: Given) -> tuple[tuple[str, str], ...]:
    pairs = []
    for value in found.get("tag", ()):
        key, colon, wanted = value.partition(":")
        if not (key and colon):
            raise bad_filter("tag", "name:value", value, "Example: tag=pf.asset:BTC")
        pairs.append((key, wanted))
    if len(pairs) > MAX_TAGS:
        raise bad_filter("tag", f"given at most {MAX_TAGS} times", ":".join(pairs[-1]), f"Got {len(pairs)}.")
    return tuple(pairs)
