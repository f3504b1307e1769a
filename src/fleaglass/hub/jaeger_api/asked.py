"""What a request asks of Jaeger's interface, as a TraceQL query.

service operation             of one span, with all of the tags
tags={"error":"true"}         or tag=error:true, as often as there are tags
minDuration maxDuration       of that span: 1.5s, 100ms
start end                     microseconds; lookback is for pages only
"""

from __future__ import annotations

from typing import Final

import orjson
from starlette.datastructures import QueryParams

from fleaglass.hub.api.errors import Problem, bad_filter
from fleaglass.hub.api.times import LATEST_NS, TimeRange
from fleaglass.hub.tempo_api.logfmt import tag_test
from fleaglass.hub.tempo_api.parameters import duration, number
from fleaglass.hub.tempo_api.search import Asked
from fleaglass.hub.traceql import Query
from fleaglass.hub.traceql.tree import Attribute, Comparison, Duration, Every, Filter, Intrinsic, Operator, Test, Word
from fleaglass.hub.traceql.words import KINDS, STATUSES

__all__ = ["lookback", "trace_search"]

_MOST_TRACES: Final = 200
_MOST_TAGS: Final = 20
_US: Final = 1000  # nanoseconds
_MS: Final = 1_000_000
_DURATIONS: Final[tuple[tuple[str, Operator], ...]] = (("minDuration", ">="), ("maxDuration", "<="))


def trace_search(asked: QueryParams) -> Asked:
    """The search of /api/traces. Raises Problem."""
    service = asked.get("service", "")
    if not service:
        raise Problem(400, "missing_parameter", "service is missing", "Example: service=agent-vol-arb.")
    tests: list[Test] = [Comparison(Attribute("resource", "service.name"), "=", service)]
    if asked.get("operation"):
        tests.append(Comparison(Intrinsic("name"), "=", asked["operation"]))
    tests += [_tag(key, value) for key, value in _tags(asked)]
    for name, operator in _DURATIONS:
        if asked.get(name):
            tests.append(Comparison(Intrinsic("duration"), operator, Duration(duration(name, asked[name]))))
    query = Query(Filter(tests[0] if len(tests) == 1 else Every(tuple(tests))))
    time = TimeRange(_moment(asked, "start", 0), _moment(asked, "end", LATEST_NS - 1) + 1)
    if time.from_ns >= time.to_ns:
        raise bad_filter("end", "at or after start", asked.get("end", ""), f"start is {asked.get('start')}.")
    return Asked(query, time, number(asked, "limit", 20, _MOST_TRACES), spans=1)


def lookback(asked: QueryParams, now_ns: int) -> TimeRange:
    """The range of /api/dependencies, in milliseconds; a day back from now unless said otherwise. Raises Problem."""
    end_ms = number(asked, "endTs", now_ns // _MS, LATEST_NS // _MS)
    return TimeRange(max(0, end_ms - number(asked, "lookback", 86_400_000, LATEST_NS // _MS)) * _MS, end_ms * _MS)


def _moment(asked: QueryParams, name: str, default_ns: int) -> int:
    said = asked.get(name, "")
    if not said:
        return default_ns
    if said.isascii() and said.isdigit() and len(said) <= 16:
        return min(int(said) * _US, LATEST_NS - 1)
    raise bad_filter(name, "Unix microseconds", said, "Example: 1795183200000000.")


def _tags(asked: QueryParams) -> list[tuple[str, str]]:
    found = [(key, value) for key, _, value in (each.partition(":") for each in asked.getlist("tag"))]
    if asked.get("tags"):
        found += _object(asked["tags"]).items()
    if len(found) > _MOST_TAGS:
        raise bad_filter("tags", f"at most {_MOST_TAGS}", asked.get("tags", ""), f"There are {len(found)}.")
    return found


def _object(said: str) -> dict[str, str]:
    try:
        found = orjson.loads(said)
    except orjson.JSONDecodeError:
        found = None
    if isinstance(found, dict) and all(isinstance(value, str) for value in found.values()):
        return found
    raise bad_filter("tags", "a JSON object of texts", said, 'Example: {"http.status_code":"429"}.')


def _tag(key: str, value: str) -> Test:
    """What OTLP has fields for, or an attribute."""
    match key, value:
        case "error", "true":
            return Comparison(Intrinsic("status"), "=", Word("error"))
        case "span.kind", _ if value in KINDS:
            return Comparison(Intrinsic("kind"), "=", Word(value))
        case "otel.status_code", _ if value.lower() in STATUSES:
            return Comparison(Intrinsic("status"), "=", Word(value.lower()))
    return tag_test(key, value)
