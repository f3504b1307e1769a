"""GET /incidents: which incidents, how many there are of each status and severity, one page of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, cast

from sqlalchemy import ColumnElement, Connection, Integer, and_, case, func, literal, or_, select

from fleaglass.hub.alerting.tables import incidents
from fleaglass.hub.api.alerting.incident_filters import SEVERITIES, IncidentFilters
from fleaglass.hub.api.alerting.place import Place, encode
from fleaglass.hub.api.alerting.rows import incident_answers
from fleaglass.hub.api.alerting.shapes import IncidentPage, SeverityCounts

__all__ = ["list_incidents"]

_AT: Final = incidents.c
_PLACES: Final = range(5)
"""Evidence names no more traces, and no more issues, than this."""

_AGENT: Final = _AT.labels["agent"].as_string()
_WORST_FIRST: Final = case(
    (_AT.status == "resolved", len(SEVERITIES)),
    *((_AT.severity == severity, rank) for rank, severity in enumerate(SEVERITIES)),
    else_=len(SEVERITIES) - 1,
)
"""Open ones by severity, and all that are over after them."""


def list_incidents(connection: Connection, filters: IncidentFilters, now_ns: int) -> IncidentPage:
    """The page that the filters ask for. Raises StateError."""
    wanted = _conditions(filters)
    of_status = [] if filters.status == "all" else [_AT.status == filters.status]
    of_severity = [] if filters.severity is None else [_AT.severity == filters.severity]
    statuses = _counted(connection, _AT.status, [*wanted, *of_severity])
    severities = _counted(connection, _AT.severity, [*wanted, *of_status])
    rank = _WORST_FIRST if filters.sort == "severity" else literal(0, Integer)
    shown = [*wanted, *of_status, *of_severity]
    if filters.cursor is not None:
        shown.append(_after(rank, filters.cursor))
    ordered = (
        select(incidents, rank.label("rank"))
        .where(*shown)
        .order_by(rank, _AT.fired_ns.desc(), _AT.id.desc())
        .limit(filters.limit + 1)
    )
    rows = connection.execute(ordered).all()
    page, more = rows[: filters.limit], rows[filters.limit :]
    last = page[-1] if more else None
    return {
        "incidents": incident_answers(connection, page, now_ns),
        "next_cursor": None if last is None else encode(Place(last.rank, last.fired_ns, last.id), filters.sort),
        "counts": {
            "all": sum(statuses.values()),
            "open": statuses.get("open", 0),
            "resolved": statuses.get("resolved", 0),
        },
        "severities": cast(SeverityCounts, {severity: severities.get(severity, 0) for severity in SEVERITIES}),
    }


def _conditions(filters: IncidentFilters) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if filters.rule is not None:
        wanted.append(_AT.rule == filters.rule)
    if filters.agent is not None:
        wanted.append(filters.agent == _AGENT)
    if filters.monitor is not None:
        wanted.append(filters.monitor == _AT.labels["monitor"].as_string())
    if filters.trace is not None:
        wanted.append(or_(*(filters.trace == _AT.evidence["traces", place].as_string() for place in _PLACES)))
    if filters.issue is not None:
        wanted.append(or_(*(filters.issue == _AT.evidence["issues", place, "id"].as_integer() for place in _PLACES)))
    if filters.search is not None:
        searched = (_AT.summary, _AT.rule, _AGENT)
        wanted.append(or_(*(field.icontains(filters.search, autoescape=True) for field in searched)))
    return wanted


def _counted(connection: Connection, by: ColumnElement[str], wanted: Sequence[ColumnElement[bool]]) -> dict[str, int]:
    return dict(connection.execute(select(by, func.count()).where(*wanted).group_by(by)).all())


def _after(rank: ColumnElement[int], place: Place) -> ColumnElement[bool]:
    earlier = or_(_AT.fired_ns < place.at_ns, and_(_AT.fired_ns == place.at_ns, _AT.id < place.id))
    return or_(rank > place.rank, and_(rank == place.rank, earlier))
