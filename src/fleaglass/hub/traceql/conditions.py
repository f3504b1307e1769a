"""Tests and sets of spans as conditions on a span `s`, values bound.

A set is asked of each span by itself: the set of `{a} > {b}` is every span that is one of b, and whose parent is among
the spans of a, which are a query of their own.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from fleaglass.hub.api.sql import Bindings, where
from fleaglass.hub.traceql.fields import Readings, read
from fleaglass.hub.traceql.tree import (
    Child,
    Comparison,
    Constant,
    Descendant,
    Duration,
    Either,
    Every,
    Filter,
    Having,
    Intrinsic,
    Operator,
    Some,
    Spans,
    Test,
    Together,
    Word,
)
from fleaglass.hub.traceql.words import INTRINSICS

__all__ = ["Conditions"]

_ID_DIGITS: Final[dict[str, int]] = {"trace_id": 32, "span_id": 16, "parent_id": 16}
_HEX: Final = frozenset("0123456789abcdef")


class Conditions:
    """Writes the conditions of one query, whose parameters are `bind`.

    `source` is what follows FROM and gives `s`, and `window` the conditions on where its spans are looked for when they
    only have to do with one that is asked for.
    """

    def __init__(self, bind: Bindings, source: str, window: Iterable[str]) -> None:
        self._bind = bind
        self._source = source
        self._window = list(window)

    def spans(self, spans: Spans) -> str:
        """SQL: `s` is in the set."""
        match spans:
            case Filter(test):
                return self.test(test)
            case Either(sets):
                return _joined("OR", map(self.spans, sets))
            case Together(sets):
                there = [f"s.trace_id IN ({self._select('s.trace_id', self.spans(each))})" for each in sets]
                return _joined("AND", [_joined("OR", map(self.spans, sets)), *there])
            case Child(above, below):
                parents = self._select("s.trace_id, s.span_id", self.spans(above))
                return _joined("AND", [self.spans(below), f"(s.trace_id, s.parent_span_id) IN ({parents})"])
            case Descendant(above, below):
                return _joined("AND", [self.spans(below), f"(s.trace_id, s.span_id) IN ({self._under(above)})"])

    def test(self, test: Test) -> str:
        """SQL: `s` passes the test."""
        match test:
            case Constant(value):
                return "1" if value else "0"
            case Every(tests):
                return _joined("AND", map(self.test, tests))
            case Some(tests):
                return _joined("OR", map(self.test, tests))
            case Comparison():
                return self._comparison(test, read(test.field, self._bind))

    def having(self, having: Having) -> str:
        """SQL for spans that are grouped: the aggregate compares so."""
        value = having.value
        kind = "Float64" if isinstance(value, float) else "Int64"
        bound = self._bind(kind, value.ns if isinstance(value, Duration) else value)
        return f"ifNull({self.aggregate(having)} {having.operator} {bound}, 0)"

    def aggregate(self, having: Having) -> str:
        """SQL for spans that are grouped: the number; NULL if none of them has the field."""
        return "count()" if having.field is None else f"{having.aggregate}({read(having.field, self._bind).number})"

    def _comparison(self, compared: Comparison, readings: Readings) -> str:
        operator, value = compared.operator, compared.value
        match value:
            case None:
                return f"NOT ({readings.present})" if operator == "=" else readings.present
            case bool():
                return _compared(readings, ("boolean",), operator, self._bind("Bool", value))
            case int() | float() | Duration():
                kind = "Float64" if isinstance(value, float) else "Int64"
                bound = self._bind(kind, value.ns if isinstance(value, Duration) else value)
                return _compared(readings, ("int", "double"), operator, bound)
            case Word(text):
                return _compared(readings, ("string",), operator, self._bind("String", text))
        if operator in ("=~", "!~"):
            matches = f"match({readings.values['string']}, {self._bind('String', anchored(value))})"
            return f"ifNull({matches if operator == '=~' else f'NOT {matches}'}, 0)"
        return _compared(readings, ("string",), operator, self._bind("String", _as_kept(compared, value)))

    def _select(self, columns: str, condition: str) -> str:
        return f"SELECT {columns} FROM {self._source}{where([*self._window, condition])}"

    def _under(self, above: Spans) -> str:
        """SQL: (trace_id, span_id) of each span that has one of these above it, however far.

        A trace is three lists: its spans, the place of each one's parent among them (0 if it is not there), and
        whether the parent is one of those. In each round every span learns what the one that it looks at has learnt,
        and from then on looks at what that one looked at: so the distance doubles, and a circle does no harm.
        """
        found = self.spans(above)
        trace = self._select(
            "s.trace_id AS trace_id, groupArray(s.span_id) AS ids, groupArray(s.parent_span_id) AS parents,"
            f" groupArray(toUInt8({found})) AS found, arrayMap(p -> toUInt32(indexOf(ids, p)), parents) AS parent",
            f"s.trace_id IN ({self._select('s.trace_id', self.spans(above))})",
        )
        learnt = (
            "arrayFold((so_far, round) -> (arrayMap(i -> toUInt8(so_far.1[i] OR so_far.1[so_far.2[i]]),"
            " arrayEnumerate(so_far.1)), arrayMap(p -> so_far.2[p], so_far.2)),"
            " range(toUInt64(ceil(log2(length(ids) + 1)))), (arrayMap(p -> found[p], parent), parent)).1"
        )
        under = f"arrayJoin(arrayFilter((id, known) -> known, ids, {learnt}))"
        return f"SELECT trace_id, {under} FROM ({trace} GROUP BY s.trace_id)"


def anchored(pattern: str) -> str:
    """The pattern for the whole text, in which a dot is not the end of a line."""
    return f"^(?-s:{pattern})$"


def _compared(readings: Readings, kinds: Iterable[str], operator: Operator, bound: str) -> str:
    """SQL: its value has one of these types and compares so."""
    found = [readings.values[kind] for kind in kinds if kind in readings.values]
    return _joined("OR", [f"ifNull({sql} {operator} {bound}, 0)" for sql in found])


def _as_kept(compared: Comparison, value: str) -> str:
    """An id as the store has it: small letters, and the zeros that some tools leave out in front."""
    field = compared.field
    digits = _ID_DIGITS.get(INTRINSICS[field.word]) if isinstance(field, Intrinsic) else None
    if digits is None or not value or not set(value.lower()) <= _HEX:
        return value
    return value.lower().rjust(digits, "0")


def _joined(word: str, conditions: Iterable[str]) -> str:
    found = list(conditions)
    return found[0] if len(found) == 1 else f"({f' {word} '.join(found)})"
