"""Cosigned checkpoints and alarms that are too old, or too many.

The newest checkpoint of a log is what the next one is held against, and stays for ever. Those before it say when a
change happened, and that an old one was seen before. Who may send telemetry may send any number of either.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Connection, and_, delete, func, select

from fleaglass.hub.witness.tables import witness_alarms, witness_checkpoints

__all__ = ["KEPT", "MOST_ALARMS", "MOST_CHECKPOINTS", "forget"]

KEPT: Final = timedelta(days=400)
"""As long as messages, and what is behind incidents."""
MOST_CHECKPOINTS: Final = 10_000
"""Of a log: a week of one that never rests, in 5 MB."""
MOST_ALARMS: Final = 1_000
"""Of one kind about one log."""

_SEEN: Final = witness_checkpoints.c
_ALARMS: Final = witness_alarms.c


def forget(connection: Connection, now_ns: int) -> None:
    """Delete what was last seen longer ago, and of what is too much the oldest. Raises StateError."""
    before_ns = now_ns - KEPT.days * 86_400 * 1_000_000_000
    connection.execute(delete(witness_alarms).where(_ALARMS.last_ns < before_ns))
    newest = witness_checkpoints.alias()
    largest = select(func.max(newest.c.size)).where(newest.c.log == _SEEN.log).scalar_subquery()
    connection.execute(delete(witness_checkpoints).where(_SEEN.last_ns < before_ns, _SEEN.size < largest))
    for (log,) in _with_more_than(connection, MOST_CHECKPOINTS, _SEEN.log):
        sizes = select(_SEEN.size).where(_SEEN.log == log).order_by(_SEEN.size.desc())
        last = connection.execute(sizes.offset(MOST_CHECKPOINTS - 1).limit(1)).scalar_one()
        connection.execute(delete(witness_checkpoints).where(_SEEN.log == log, _SEEN.size < last))
    for log, kind in _with_more_than(connection, MOST_ALARMS, _ALARMS.log, _ALARMS.kind):
        alike = and_(_ALARMS.log == log, _ALARMS.kind == kind)
        latest = select(_ALARMS.id).where(alike).order_by(_ALARMS.last_ns.desc(), _ALARMS.id.desc())
        connection.execute(delete(witness_alarms).where(alike, _ALARMS.id.not_in(latest.limit(MOST_ALARMS))))


def _with_more_than(connection: Connection, most: int, *by: Any) -> list[Any]:
    return list(connection.execute(select(*by).group_by(*by).having(func.count() > most)))
