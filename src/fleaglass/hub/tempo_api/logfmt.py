"""The search of old: `tags=` in logfmt, `minDuration` and `maxDuration`, as a query.

    service.name="agent 7" name=pf.trade.execute http.status_code=429

A value says no type, so `429` finds the number as well as the text. `name`, `status` and the like are the span's own.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Final

from fleaglass.hub.api.errors import bad_filter
from fleaglass.hub.tempo_api.parameters import duration
from fleaglass.hub.traceql.literals import LARGEST
from fleaglass.hub.traceql.tree import (
    Attribute,
    Comparison,
    Constant,
    Duration,
    Every,
    Field,
    Filter,
    Intrinsic,
    Operator,
    Query,
    Some,
    Test,
    Value,
    Word,
)
from fleaglass.hub.traceql.words import STATUSES

__all__ = ["old_search", "tag_test"]

_MOST_TAGS: Final = 20
_PAIR: Final = re.compile(r'\s*([^\s="]+)=("(?:[^"\\]|\\.)*"|[^\s"]*)(?=\s|$)')
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
_BOUNDS: Final[dict[str, Operator]] = {"minDuration": ">=", "maxDuration": "<="}
_OWN: Final = {"name": "name", "root.name": "rootName", "root.service.name": "rootServiceName"}


def old_search(query: Mapping[str, str]) -> Query:
    """The query that these parameters ask. Raises Problem."""
    tests = [tag_test(key, value) for key, value in _pairs(query.get("tags", ""))]
    for name, operator in _BOUNDS.items():
        said = query.get(name, "")
        if said:
            tests.append(Comparison(Intrinsic("traceDuration"), operator, Duration(duration(name, said))))
    if not tests:
        return Query(Filter(Constant(True)))
    return Query(Filter(tests[0] if len(tests) == 1 else Every(tuple(tests))))


def _pairs(tags: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    place = 0
    rest = tags.rstrip()
    while place < len(rest):
        match = _PAIR.match(rest, place)
        if match is None or len(found) == _MOST_TAGS:
            must = f"at most {_MOST_TAGS} pairs of key=value"
            raise bad_filter("tags", must, rest[place:], f'At column {place + 1}. Example: service.name="agent 7"')
        key, value = match.groups()
        found.append((key, _ESCAPED.sub(r"\1", value[1:-1]) if value.startswith('"') else value))
        place = match.end()
    return found


def tag_test(key: str, value: str) -> Test:
    """A span has this tag, wherever it is kept."""
    if key == "status" and value in STATUSES:
        return Comparison(Intrinsic("status"), "=", Word(value))
    if key in _OWN:
        return Comparison(Intrinsic(_OWN[key]), "=", value)
    field: Field = Attribute("any", key)
    each = tuple(Comparison(field, "=", read) for read in _readings(value))
    return each[0] if len(each) == 1 else Some(each)


def _readings(value: str) -> list[Value]:
    """What a value without a type may mean."""
    if value in ("true", "false"):
        return [value, value == "true"]
    if re.fullmatch(r"-?[0-9]{1,19}", value) and abs(int(value)) <= LARGEST:
        return [value, int(value)]
    try:
        number = float(value)
    except ValueError:
        return [value]
    return [value, number] if math.isfinite(number) else [value]
