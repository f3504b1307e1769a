"""Rows for the judge, from the store.

    each round     what ended since the last one, and a little before: what was on its way then
    each minute    what ended within the horizon: whatever came late
    at the start   what still counts (history.py)

A row is asked for by when its span ended, so one from a clock that is ahead is taken when its time has come. The store
tells the start of its parts from their index, so only the latest are read; a span may have begun `LONGEST_NS` before.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final

from fleaglass import semconv
from fleaglass.alerts.judge.plan import Wanted
from fleaglass.alerts.judge.row import Row
from fleaglass.alerts.rules.model import Value
from fleaglass.hub.api.sql import START_NS, Bindings, between, columns, where
from fleaglass.hub.api.times import TimeRange
from fleaglass.hub.store import Row as Told
from fleaglass.hub.store import Store
from fleaglass.hub.store.tables import MAPS, TYPED_COLUMNS, column

__all__ = ["ended", "latest", "tagged_all", "untagged"]

LONGEST_NS: Final = 3_600_000_000_000
"""Longer spans are not judged."""

_ORIGIN: Final = ("agent", "environment", "release", "strategy")
_KIND: Final = f"name, failed, error_type, {', '.join(_ORIGIN)}, attributes"
_END_NS: Final = f"({START_NS} + greatest(0, s.duration_ns))"
_TEXTS: Final = {"string": "{}", "int": "toString({})", "double": "toString({})", "boolean": "toString(toUInt8({}))"}
"""Value type → SQL of its text."""


async def ended(store: Store, asked: Wanted, from_ns: int, to_ns: int) -> list[Row]:
    """Rows of spans that ended after `from_ns`, and not after `to_ns`, the earliest first. Raises EngineError."""
    return await _rows(store, asked, from_ns, to_ns, "ORDER BY end_ns")


async def latest(store: Store, asked: Wanted, from_ns: int, to_ns: int, how_many: int) -> list[Row]:
    """Of those, so many that ended last of each kind; a kind is all that selectors and groups can tell apart.

    So whatever a selector takes, and however it is grouped, the last ones are among them. Raises EngineError.
    """
    return await _rows(store, asked, from_ns, to_ns, f"ORDER BY end_ns DESC LIMIT {how_many} BY {_KIND}")


async def _rows(store: Store, asked: Wanted, from_ns: int, to_ns: int, order: str) -> list[Row]:
    bind = Bindings()
    attributes, read = sorted(asked.attributes), sorted(asked.values)
    conditions = [
        *between(bind, TimeRange(from_ns - LONGEST_NS, to_ns + 1)),
        f"{_END_NS} > {bind('Int64', from_ns)}",
        f"{_END_NS} <= {bind('Int64', to_ns)}",
    ]
    if asked.names is not None:
        conditions.append(f"s.name IN {bind('Array(String)', sorted(asked.names))}")
    told = {
        "trace_id": "lower(hex(s.trace_id))",
        "span_id": "lower(hex(s.span_id))",
        "name": "s.name",
        "end_ns": _END_NS,
        "duration_ns": "greatest(0, s.duration_ns)",
        "failed": "s.status_code = 2",
        "error_type": f"s.attr_string['{semconv.ERROR_TYPE}']",
        **{each: f"s.{each}" for each in _ORIGIN},
        "attributes": tagged_all(bind, attributes),
        "read": tagged_all(bind, read),
    }
    sql = f"SELECT {columns(told)} FROM spans AS s{where(conditions)} {order}"
    found = await store.query(sql, bind.values)
    # On a thread: a runaway's spans of the last seconds would hold the event loop, and all who send, for half a second.
    return await asyncio.to_thread(_read, found, attributes + read)


def _read(found: Sequence[Told], names: Sequence[str]) -> list[Row]:
    return [_row(row, untagged(names, row["attributes"] + row["read"])) for row in found]


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


def _row(told: Told, attributes: Mapping[str, Value]) -> Row:
    return Row(
        name=told["name"],
        trace_id=told["trace_id"],
        span_id=told["span_id"],
        end_ns=told["end_ns"],
        duration_ns=told["duration_ns"],
        failed=bool(told["failed"]),
        error_type=told["error_type"],
        agent=told["agent"],
        environment=told["environment"],
        release=told["release"],
        strategy=told["strategy"],
        attributes=attributes,
    )
