"""Rows for the judge, from the store: by when their spans ended, and what is new (arrivals.py) by when it was stored.

The store tells of its parts, from their indexes, when their spans began and when they were stored, so only the latest
are read; a span may have begun `LONGEST_NS` before it ended.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import chain
from operator import attrgetter
from typing import Any, Final, NamedTuple

from fleaglass import semconv
from fleaglass.alerts.judge.plan import Wanted
from fleaglass.alerts.judge.row import Row
from fleaglass.alerts.rules.model import Value
from fleaglass.hub.api.sql import START_NS, Bindings, between, columns, where
from fleaglass.hub.api.times import TimeRange
from fleaglass.hub.store import Store
from fleaglass.hub.store.tables import MAPS, TYPED_COLUMNS, column

__all__ = ["New", "clock_s", "ended", "latest", "tagged_all", "untagged"]

LONGEST_NS: Final = 3_600_000_000_000
"""Longer spans are not judged."""

_ORIGIN: Final = ("agent", "environment", "release", "strategy")
_KIND: Final = f"name, failed, error_type, {', '.join(_ORIGIN)}, attributes"
_END_NS: Final = f"({START_NS} + greatest(0, s.duration_ns))"
_TEXTS: Final = {"string": "{}", "int": "toString({})", "double": "toString({})", "boolean": "toString(toUInt8({}))"}
"""Value type → SQL of its text."""

_END: Final = attrgetter("end_ns")


class New(NamedTuple):
    """Which spans are new: those that ended after `ended_ns`, or were stored from `stored_s` on.

    None that were stored before `looked_s`. Unix nanoseconds, and Unix seconds of the engine's clock.
    """

    ended_ns: int
    stored_s: int
    looked_s: int


async def ended(store: Store, asked: Wanted, from_ns: int, to_ns: int, new: New | None = None) -> list[Row]:
    """Rows of spans that ended after `from_ns`, and not after `to_ns`, the earliest first; of all, or of the new ones.

    Raises EngineError.
    """
    rows = await _rows(store, asked, from_ns, to_ns, new)
    rows.sort(key=_END)
    return rows


async def latest(store: Store, asked: Wanted, from_ns: int, to_ns: int, how_many: int) -> list[Row]:
    """Of those, so many that ended last of each kind; a kind is all that selectors and groups can tell apart.

    So whatever a selector takes, and however it is grouped, the last ones are among them. Raises EngineError.
    """
    return await _rows(store, asked, from_ns, to_ns, None, f" ORDER BY end_ns DESC LIMIT {how_many} BY {_KIND}")


async def clock_s(store: Store) -> int:
    """Now, Unix seconds, by the engine's clock, which is the one that `seen` is told by. Raises EngineError."""
    [now] = await store.query("SELECT toUnixTimestamp(now()) AS s")
    return int(now["s"])


async def _rows(store: Store, asked: Wanted, from_ns: int, to_ns: int, new: New | None, limit: str = "") -> list[Row]:
    bind = Bindings()
    attributes, read = sorted(asked.attributes), sorted(asked.values)
    conditions = [
        *([] if new is None else _are_new(bind, new)),
        *between(bind, TimeRange(from_ns - LONGEST_NS, to_ns + 1)),
        f"{_END_NS} > {bind('Int64', from_ns)}",
        f"{_END_NS} <= {bind('Int64', to_ns)}",
    ]
    if asked.names is not None:
        conditions.append(f"s.name IN {bind('Array(String)', sorted(asked.names))}")
    told = {  # in the order of a Row's fields
        "name": "s.name",
        "trace_id": "lower(hex(s.trace_id))",
        "span_id": "lower(hex(s.span_id))",
        "end_ns": _END_NS,
        "duration_ns": "greatest(0, s.duration_ns)",
        "failed": "toBool(s.status_code = 2)",
        "error_type": f"s.attr_string['{semconv.ERROR_TYPE}']",
        **{each: f"s.{each}" for each in _ORIGIN},
        "attributes": tagged_all(bind, attributes),
        "read": tagged_all(bind, read),
    }
    sql = f"SELECT {columns(told)} FROM spans AS s{where(conditions)}{limit}"
    found = await store.columns(sql, bind.values)
    # On a thread: a runaway's spans of the last seconds would hold the event loop, and all who send, for half a second.
    return await asyncio.to_thread(_read, found, attributes + read)


def _read(columns: Sequence[Sequence[Any]], names: Sequence[str]) -> list[Row]:
    if not columns:
        return []
    *fields, attributes, read = columns
    known: dict[tuple[str, ...], dict[str, Value]] = {}

    def told(*texts: Sequence[str]) -> dict[str, Value]:
        """Rows that say the same share it."""
        key = tuple(chain(*texts))
        if key not in known:
            known[key] = untagged(names, key)
        return known[key]

    return list(map(Row, *fields, map(told, attributes, read)))


def _are_new(bind: Bindings, new: New) -> list[str]:
    looked, stored = (f"toDateTime({bind('Int64', each)})" for each in (new.looked_s, new.stored_s))
    return [f"s.seen >= {looked}", f"(s.seen >= {stored} OR {_END_NS} > {bind('Int64', new.ended_ns)})"]


def _tagged(bind: Bindings, attribute: str) -> str:
    """SQL: an attribute of a span as text behind a letter for its type, wherever it is kept; empty if it has none."""
    key, cases = bind("String", attribute), []
    if attribute in TYPED_COLUMNS:
        kind, held = str(TYPED_COLUMNS[attribute]), f"s.{column(attribute)}"
        cases.append(f"isNotNull({held}), concat('{kind[0]}', {_TEXTS[kind].format(f'assumeNotNull({held})')})")
    for kind, text in _TEXTS.items():
        held = f"s.{MAPS[kind]}"
        cases.append(f"mapContains({held}, {key}), concat('{kind[0]}', {text.format(f'{held}[{key}]')})")
    return f"multiIf({', '.join(cases)}, '')"


def tagged_all(bind: Bindings, attributes: Sequence[str]) -> str:
    """SQL: an array of them."""
    return f"CAST([{', '.join(_tagged(bind, name) for name in attributes)}], 'Array(String)')"


def untagged(names: Sequence[str], values: Sequence[str]) -> dict[str, Value]:
    """The attributes of a span that it has, from what `tagged_all` tells of each."""
    return {name: _value(text[0], text[1:]) for name, text in zip(names, values, strict=True) if text}


def _value(tag: str, text: str) -> Value:
    match tag:
        case "i":
            return int(text)
        case "d":
            return float(text)
        case "b":
            return text == "1"
    return text
