"""What a client asks of the list of incidents, checked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, cast, get_args

from fleaglass.alerts.rules.model import Severity
from fleaglass.hub.api.alerting.place import Place, decode
from fleaglass.hub.api.errors import bad_filter
from fleaglass.hub.api.parameters import LIMIT, Given, Parameter, given, text, whole_number

__all__ = ["INCIDENT_PARAMETERS", "SEVERITIES", "IncidentFilters", "parse_incident_filters"]

Status = Literal["open", "resolved", "all"]
Sort = Literal["newest", "severity"]

SEVERITIES: Final[tuple[Severity, ...]] = get_args(Severity)
"""The worst first."""

_SORTS: Final = get_args(Sort)
_TRACE: Final = re.compile("[0-9a-f]{32}")
_NUMBER: Final = re.compile("[1-9][0-9]{0,9}")

INCIDENT_PARAMETERS: Final = (
    Parameter("status", "Which; open when left out.", {"type": "string", "enum": list(get_args(Status))}),
    Parameter("severity", "Only of this severity.", {"type": "string", "enum": list(SEVERITIES)}),
    Parameter("rule", "Only of the rule of this name."),
    Parameter("agent", "Only about this agent."),
    Parameter("monitor", "Only about the monitor of this slug."),
    Parameter(
        "trace",
        "Only those that this trace is behind: 32 hex digits.",
        {"type": "string", "pattern": "^[0-9a-f]{32}$"},
    ),
    Parameter("issue", "Only those that this issue is behind: its number.", {"type": "integer", "minimum": 1}),
    Parameter("search", "Text in its summary, rule or agent, in any case."),
    Parameter(
        "sort",
        "newest: the last to fire first. severity: open ones first, the worst first.",
        {"type": "string", "enum": list(_SORTS), "default": "newest"},
    ),
    Parameter("cursor", "A next_cursor of the same list."),
    LIMIT,
)


@dataclass(frozen=True, slots=True)
class IncidentFilters:
    """Which incidents, and which page of them. Absent filters are None."""

    status: Status = "open"
    severity: Severity | None = None
    rule: str | None = None
    agent: str | None = None
    monitor: str | None = None
    trace: str | None = None
    issue: int | None = None
    search: str | None = None
    sort: Sort = "newest"
    cursor: Place | None = None
    limit: int = 50


def parse_incident_filters(pairs: Iterable[tuple[str, str]]) -> IncidentFilters:
    """The filters of a query string. Raises Problem, naming the parameter and its value."""
    found = given(pairs, INCIDENT_PARAMETERS)
    sort = cast(Sort, _one_of(found, "sort", _SORTS) or "newest")
    place, trace, issue = (text(found, name) for name in ("cursor", "trace", "issue"))
    if trace is not None and _TRACE.fullmatch(trace) is None:
        raise bad_filter("trace", "32 hex digits, in lower case", trace, "Copy it from the address of the trace.")
    if issue is not None and _NUMBER.fullmatch(issue) is None:
        raise bad_filter("issue", "the number of an issue", issue, "Example: issue=12")
    return IncidentFilters(
        status=cast(Status, _one_of(found, "status", get_args(Status)) or "open"),
        severity=cast(Severity | None, _one_of(found, "severity", SEVERITIES)),
        rule=text(found, "rule"),
        agent=text(found, "agent"),
        monitor=text(found, "monitor"),
        trace=trace,
        issue=None if issue is None else int(issue),
        search=text(found, "search"),
        sort=sort,
        cursor=None if place is None else decode(place, sort),
        limit=whole_number(found, LIMIT),
    )


def _one_of(found: Given, name: str, choices: tuple[str, ...]) -> str | None:
    value = text(found, name)
    if value is None or value in choices:
        return value
    raise bad_filter(name, f"one of {', '.join(choices)}", value, "Leave it out for the usual.")
