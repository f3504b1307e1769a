"""A minute's tick that knows whether the hub was there all the time.

Who judges silence must know when nobody listened: an agent that was not heard while the hub was down, or its machine
asleep, may well have spoken. Ticks come once a minute; after a gap of three, the time in between counts as unheard.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from sqlalchemy import Connection, select

from fleaglass.hub.state.state import insert
from fleaglass.hub.state.tables import marks

__all__ = ["Tick", "take_tick"]

_MINUTE_NS: Final = 60_000_000_000
_GAP_NS: Final = 3 * _MINUTE_NS


class Tick(NamedTuple):
    """A minute that has begun, Unix nanoseconds, and since when the hub has listened without a gap."""

    at_ns: int
    listening_since_ns: int

    @property
    def is_first_after_gap(self) -> bool:
        """Whether nobody listened just before it."""
        return self.at_ns == self.listening_since_ns


def take_tick(connection: Connection, name: str, now_ns: int) -> Tick | None:
    """The tick of this minute; None when `name` has had it already. The very first one counts as after a gap."""
    at_ns = now_ns // _MINUTE_NS * _MINUTE_NS
    last_ns, since_ns = _mark(connection, f"{name} ticked"), _mark(connection, f"{name} listening")
    if last_ns is not None and at_ns <= last_ns:
        return None
    if last_ns is None or since_ns is None or at_ns - last_ns >= _GAP_NS:
        since_ns = at_ns
    for mark, value in ((f"{name} ticked", at_ns), (f"{name} listening", since_ns)):
        put = insert(connection, marks).values(name=mark, value=value)
        connection.execute(put.on_conflict_do_update(index_elements=["name"], set_={"value": value}))
    return Tick(at_ns, since_ns)


def _mark(connection: Connection, name: str) -> int | None:
    return connection.execute(select(marks.c.value).where(marks.c.name == name)).scalar()
