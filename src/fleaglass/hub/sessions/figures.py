"""Tallies of sessions from the state: by release, environment, agent and step of time, in any combination.

Sessions that came one by one are counted as they stand; those that came counted are added, of whom no users are known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Connection, Table, case, func, literal, select

from fleaglass.hub.sessions.health import Presence, Tally
from fleaglass.hub.sessions.tables import session_counts, sessions

__all__ = ["HOUR_NS", "Asked", "Key", "presences", "tallies"]

HOUR_NS: Final = 3600 * 1_000_000_000

Key = Literal["release", "environment", "agent", "step"]


@dataclass(frozen=True, slots=True)
class Asked:
    """Sessions that began from `from_ns` to before `to_ns`, of one release, environment and agent where named."""

    from_ns: int
    to_ns: int
    release: str | None = None
    environment: str | None = None
    agent: str | None = None


def tallies(
    connection: Connection, asked: Asked, keys: Sequence[Key], step_ns: int = HOUR_NS
) -> dict[tuple[Any, ...], Tally]:
    """The sessions asked for, by these keys in this order; a step is the number of steps since 1970."""
    found: dict[tuple[Any, ...], dict[str, int]] = defaultdict(lambda: dict.fromkeys(Tally.__struct_fields__, 0))
    for table, figures in ((sessions, _EACH), (session_counts, _COUNTED)):
        if table is session_counts and asked.agent is not None:
            continue
        by = [_key(table, key, step_ns).label(f"key_{key}") for key in keys]
        told = select(*by, *(figure.label(name) for name, figure in figures.items()))
        # By what they are named: an engine that sees the step's length twice as a parameter takes it for two lengths.
        grouped = told.where(*_conditions(table, asked)).group_by(*(f"key_{key}" for key in keys))
        for row in connection.execute(grouped):
            sums = found[tuple(row._mapping[f"key_{key}"] for key in keys)]
            for name in figures:
                sums[name] += int(row._mapping[name] or 0)
    return {key: Tally(**sums) for key, sums in found.items() if sums["sessions"]}


def presences(connection: Connection, from_ns: int, now_ns: int, environment: str | None = None) -> list[Presence]:
    """Which releases had sessions running in which hours since `from_ns`, for adoption."""
    now_hour = now_ns // HOUR_NS
    at, counted = sessions.c, session_counts.c
    last_hour = case((at.status == "ok", literal(now_hour)), else_=at.seen_ns // HOUR_NS)
    one_by_one = select(at.release, (at.started_ns // HOUR_NS).label("first"), last_hour.label("last"), func.count())
    hour = (counted.started_ns // HOUR_NS).label("first")
    at_once = select(counted.release, hour, hour.label("last"), func.sum(_WHOLE))
    found = []
    for table, wanted in ((sessions, one_by_one), (session_counts, at_once)):
        conditions = [table.c.started_ns >= from_ns, table.c.started_ns <= now_ns]
        if environment is not None:
            conditions.append(table.c.environment == environment)
        for row in connection.execute(wanted.where(*conditions).group_by("release", "first", "last")):
            found.append(Presence(row[0], int(row[1]), int(row[2]), int(row[3])))
    return found


def _conditions(table: Table, asked: Asked) -> list[ColumnElement[bool]]:
    conditions = [table.c.started_ns >= asked.from_ns, table.c.started_ns < asked.to_ns]
    if asked.release is not None:
        conditions.append(table.c.release == asked.release)
    if asked.environment is not None:
        conditions.append(table.c.environment == asked.environment)
    if asked.agent is not None:
        conditions.append(table.c.user == asked.agent)
    return conditions


def _key(table: Table, key: Key, step_ns: int) -> ColumnElement[Any]:
    if key == "step":
        return table.c.started_ns // step_ns
    if key == "agent":
        return table.c.user if table is sessions else literal("")
    return table.c[key]


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


_AT: Final = sessions.c
_USER: Final = func.nullif(_AT.user, "")
_EACH: Final[Mapping[str, ColumnElement[int]]] = {
    "sessions": func.count(),
    "errored": _count((_AT.errors > 0) & _AT.status.in_(("ok", "exited"))),
    "crashed": _count(_AT.status == "crashed"),
    "abnormal": _count(_AT.status == "abnormal"),
    "inferred": _count(_AT.inferred),
    "running": _count(_AT.status == "ok"),
    "users": func.count(_USER.distinct()),
    "crashed_users": func.count(case((_AT.status == "crashed", _USER)).distinct()),
}
_SUMMED: Final = session_counts.c
_WHOLE: Final = _SUMMED.exited + _SUMMED.errored + _SUMMED.crashed + _SUMMED.abnormal
_COUNTED: Final[Mapping[str, ColumnElement[int]]] = {
    "sessions": func.sum(_WHOLE),
    "errored": func.sum(_SUMMED.errored),
    "crashed": func.sum(_SUMMED.crashed),
    "abnormal": func.sum(_SUMMED.abnormal),
}
