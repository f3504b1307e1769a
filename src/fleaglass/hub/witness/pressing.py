"""Alarms that somebody should look at now.

A fork is proof, and presses for as long as it is kept. The others may be an honest mistake, and the log shows the same
again every minute while it is so: a day after they were last seen they are history.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, func, or_, select

from fleaglass.hub.witness.tables import witness_alarms, witness_logs
from fleaglass.ledger.witness import AlarmKind

__all__ = ["Pressing", "pressing"]

_DAY_NS: Final = 86_400_000_000_000
_MOST: Final = 100
_FORK: Final[AlarmKind] = "fork"


@dataclass(frozen=True, slots=True)
class Pressing:
    """All alarms of one kind about one log, by its origin; `since_ns` is when the first was."""

    origin: str
    kind: AlarmKind
    since_ns: int


def pressing(connection: Connection, now_ns: int) -> list[Pressing]:
    """Those that press, at most 100, forks first. Raises StateError."""
    alarms, logs = witness_alarms.c, witness_logs.c
    query = (
        select(logs.origin, alarms.kind, func.min(alarms.first_ns))
        .join(witness_logs, logs.id == alarms.log)
        .where(alarms.explained_ns.is_(None))
        .where(or_(alarms.kind == _FORK, alarms.last_ns > now_ns - _DAY_NS))
        .group_by(logs.origin, alarms.kind)
        .order_by(alarms.kind != _FORK, logs.origin, alarms.kind)
        .limit(_MOST)
    )
    return [Pressing(*row) for row in connection.execute(query)]
