"""Rows for the judge, from the store.

    each round     what ended since the last one, and a little before: what was on its way then
    each minute    what ended within the horizon: whatever came late
    at the start   everything that still counts, hour by hour, each hour only for those rules that look back so far

A row is asked for by when its span ended, so one from a clock that is ahead is taken when its time has come. The store
tells the start of its parts from their index, so only the latest are read; a span may have begun `LONGEST_NS` before.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Final

from fleaglass import semconv
from fleaglass.alerts.judge.plan import SpanRule, Wanted, look_back_ns, wanted
from fleaglass.alerts.judge.row import Row
from fleaglass.alerts.rules.model import Value
from fleaglass.hub.api.sql import START_NS, Bindings, between, columns, where
from fleaglass.hub.api.times import TimeRange
from fleaglass.hub.store import Row as Told
from fleaglass.hub.store import Store
from fleaglass.hub.store.tables import MAPS, TYPED_COLUMNS, column

__all__ = ["ended", "history", "tagged", "untagged"]

HOUR_NS: Final = 3_600_000_000_000
LONGEST_NS: Final = HOUR_NS
"""Longer spans are not judged."""

_END_NS: Final = f"({START_NS} + greatest(0, s.duration_ns))"
_TEXTS: Final = {"string": "{}", "int": "toString({})", "double": "toString({})", "boolean": "toString(toUInt8({}))"}
"""Value type → SQL of its text."""


async def ended(store: Store, asked: Wanted, from_ns: int, to_ns: int) -> list[Row]:
    """Rows of spans that ended after `from_ns`, and not after `to_ns`, the earliest first. Raises EngineError."""
    bind = Bindings()
    attributes = sorted(asked.attributes)
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
        **{each: f"s.{each}" for each in ("agent", "environment", "release", "strategy")},
        "attributes": f"[{', '.join(tagged(bind, name) for name in attributes)}]" if attributes else "[]",
    }
    sql = f"SELECT {columns(told)} FROM spans AS s{where(conditions)} ORDER BY end_ns"
    return [_row(row, attributes) for row in await store.query(sql, bind.values)]


async def history(store: Store, rules: Iterable[SpanRule], now_ns: int) -> AsyncIterator[tuple[int, list[Row]]]:
    """Everything that still counts for some rule: (until when, rows), hour by hour, the oldest first.

    Raises EngineError.
    """
    reach = [(now_ns - look_back_ns(rule), rule) for rule in rules]
    from_ns = min((since_ns for since_ns, _ in reach), default=now_ns)
    while from_ns < now_ns:
        to_ns = min(now_ns, from_ns + HOUR_NS)
        asked = wanted(rule for since_ns, rule in reach if since_ns < to_ns)
        yield to_ns, await ended(store, asked, from_ns, to_ns)
        from_ns = to_ns


def tagged(bind: Bindings, attribute: str) -> str:
    """SQL: an attribute of a span as text behind a letter for its type, wherever it is kept; empty if it has none."""
    key, cases = bind("String", attribute), []
    if attribute in TYPED_COLUMNS:
        kind, held = str(TYPED_COLUMNS[attribute]), f"s.{column(attribute)}"
        cases.append(f"isNotNull({held}), concat('{kind[0]}', {_TEXTS[kind].format(f'assumeNotNull({held})')})")
    for kind, text in _TEXTS.items():
        held = f"s.{MAPS[kind]}"
        cases.append(f"mapContains({held}, {key}), concat('{kind[0]}', {text.format(f'{held}[{key}]')})")
    return f"multiIf({', '.join(cases)}, '')"


def untagged(names: Sequence[str], values: Sequence[str]) -> dict[str, Value]:
    """The attributes of a span that it has, from what `tagged` tells of each."""
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


def _row(told: Told, attributes: Sequence[str]) -> Row:
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
        attributes=untagged(attributes, told["attributes"]),
    )
