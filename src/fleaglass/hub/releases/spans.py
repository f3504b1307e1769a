"""Releases that spans name: an agent that sends OTLP alone runs in a release too.

Spans go to the engine as they come, so nobody sees their release on the way; it is asked for afterwards.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from fleaglass.hub.store import Store

__all__ = ["Ran", "releases_of_spans"]

LOOK_BACK_NS: Final = 24 * 3600 * 1_000_000_000
"""Of spans that come later than this only the figures are there, until something else names their release."""

_MOST: Final = 1000

_RAN: Final = f"""
    SELECT s.release AS release, s.environment AS environment,
      min(toUnixTimestamp64Nano(s.start_time)) AS first_ns, max(toUnixTimestamp64Nano(s.start_time)) AS last_ns
    FROM spans AS s WHERE s.release != '' AND s.start_time >= fromUnixTimestamp64Nano({{since:Int64}}, 'UTC')
    GROUP BY release, environment ORDER BY last_ns DESC LIMIT {_MOST}"""


class Ran(NamedTuple):
    """A release ran in an environment from `first_ns` to `last_ns`, Unix nanoseconds, or longer."""

    version: str
    environment: str
    first_ns: int
    last_ns: int


async def releases_of_spans(store: Store, now_ns: int) -> list[Ran]:
    """What ran in the last 24 hours. Raises EngineError."""
    rows = await store.query(_RAN, {"since": now_ns - LOOK_BACK_NS})
    return [Ran(row["release"], row["environment"], row["first_ns"], row["last_ns"]) for row in rows]
