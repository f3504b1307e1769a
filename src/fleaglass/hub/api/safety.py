"""GET /safety: whether the agents live, what is open, how today went and what changed; and one answer to it all.

store    eight questions side by side (safety_spans.py, safety_open.py), the agents' own first
state    one read: sessions, check-ins, deploys, issues (safety_state.py), alarms of the witness
ledgers  what came of verifying them
rules    alive or not (safety_alive.py), safe or not (safety_verdict.py)
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fleaglass.hub.api import safety_open, safety_spans
from fleaglass.hub.api.errors import bad_filter
from fleaglass.hub.api.match import DAY_NS
from fleaglass.hub.api.parameters import Parameter, given, text
from fleaglass.hub.api.safety_answer import answer
from fleaglass.hub.api.safety_facts import Rows, agents_of, who
from fleaglass.hub.api.safety_shapes import Safety
from fleaglass.hub.api.safety_spans import LOOK_BACK_NS
from fleaglass.hub.api.safety_state import Since, known
from fleaglass.hub.api.sql import Bindings
from fleaglass.hub.api.times import LATEST_NS, SECOND_NS, TimeRange
from fleaglass.hub.ledgers import Ledgers
from fleaglass.hub.ledgers.trouble import troubles
from fleaglass.hub.state import State
from fleaglass.hub.store import Row, Store
from fleaglass.hub.witness.pressing import pressing

__all__ = ["SAFETY_PARAMETERS", "SafetyQuery", "parse_safety", "safety"]

SAFETY_PARAMETERS: Final = (
    Parameter(
        "tz",
        "The time zone, by its IANA name, in which today began.",
        {"type": "string", "default": "UTC", "examples": ["Europe/Berlin"]},
    ),
)


@dataclass(frozen=True, slots=True)
class SafetyQuery:
    """What is asked: the state of things at `now_ns`, with a day that began at `today_from_ns`."""

    now_ns: int
    today_from_ns: int


def parse_safety(pairs: Iterable[tuple[str, str]], now_ns: int) -> SafetyQuery:
    """The question in a query string; the day is that of UTC unless a zone is named. Raises Problem."""
    name = text(given(pairs, SAFETY_PARAMETERS), "tz")
    now = datetime.fromtimestamp(now_ns // SECOND_NS, UTC if name is None else _zone(name))
    began = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return SafetyQuery(now_ns, int(began.timestamp()) * SECOND_NS)


async def safety(store: Store, state: State, ledgers: Ledgers, query: SafetyQuery) -> Safety:
    """The answer. Raises EngineError and StateError."""
    now_ns, today = query.now_ns, TimeRange(query.today_from_ns, LATEST_NS)

    async def ask(question: Callable[[Bindings], str]) -> list[Row]:
        bind = Bindings()
        sql = question(bind)
        return await store.query(sql, bind.values)

    names = ("positions", "earned", "told", "agents", "described", "under_way", "jobs", "markers")
    told = await asyncio.gather(
        ask(partial(safety_open.positions, now_ns)),  # the slowest first: readers are few
        ask(partial(safety_spans.earned, today)),
        ask(partial(safety_open.told, now_ns)),
        ask(partial(safety_spans.agents, now_ns, today)),
        ask(partial(safety_spans.described, now_ns)),
        ask(safety_open.under_way),
        ask(partial(safety_spans.jobs, now_ns)),
        ask(partial(safety_spans.markers, now_ns)),
    )
    rows = Rows(**dict(zip(names, told, strict=True)))
    people = who(rows.agents, rows.jobs)
    since = Since(now_ns - LOOK_BACK_NS, now_ns - DAY_NS, today.from_ns)
    from_state, alarms = await state.reading(
        lambda connection: (known(connection, people, since), pressing(connection, now_ns))
    )
    hashes = [each for issue in from_state.issues for each in issue.hashes]
    blamed = await ask(partial(safety_spans.blamed, hashes, today)) if hashes else []
    agents, wrong = agents_of(rows, from_state, blamed, now_ns), troubles(ledgers.known.values(), alarms, now_ns)
    return answer(agents, wrong, query.now_ns, query.today_from_ns)


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder of zones, such as America
        raise bad_filter("tz", "the IANA name of a time zone", name, "Examples: UTC, Europe/Berlin.") from None
