"""What a request asks of Jaeger's interface, as a TraceQL query.

service operation             of one span, with all of the tags
tags={"error":"true"}         or tag=error:true, as often as there are tags
minDuration maxDuration       of that span: 1.5s, 100ms
start end                     microseconds; lookback is for pages only
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import orjson
from starlette.datastructures import QueryParams

from fleaglass.hub.api.errors import Problem, bad_filter
from fleaglass.hub.api.times import LATEST_NS, TimeRange, parse_time
from fleaglass.hub.tempo_api.logfmt import tag_test
from fleaglass.hub.tempo_api.parameters import duration, number
from fleaglass.hub.tempo_api.search import Asked
from fleaglass.hub.traceql import Query
from fleaglass.hub.traceql.tree import Attribute, Comparison, Duration, Every, Filter, Intrinsic, Operator, Test, Word
from fleaglass.hub.traceql.words import KINDS, STATUSES

__all__ = ["lookback", "trace_search", "v3_search"]

_MOST_TRACES: Final = 200
_MOST_TAGS: Final = 20
_US: Final = 1000  # nanoseconds
_MS: Final = 1_000_000
_LIMIT: Final = ("limit", 20, _MOST_TRACES)


def trace_search(asked: QueryParams) -> Asked:
    """The search of /api/traces. Raises Problem."""
    tests = _tests(asked.get("service", ""), asked.get("operation", ""), _tags(asked))
    tests += _lasting(asked, ("minDuration", "maxDuration"))
    return _asked(tests, _moment(asked, "start", 0), _moment(asked, "end", LATEST_NS - 1), number(asked, *_LIMIT))


def v3_search(asked: QueryParams) -> Asked:
    """The search of /api/v3/traces, whose parameters are written with underscores or without. Raises Problem."""
    said = {name.lower().removeprefix("query.").replace("_", ""): value for name, value in asked.items()}
    tags = list(_object(said["attributes"]).items()) if said.get("attributes") else []
    tests = _tests(said.get("servicename", ""), said.get("operationname", ""), tags)
    tests += _lasting(said, ("durationmin", "durationmax"))
    start, end = said.get("starttimemin", ""), said.get("starttimemax", "")
    limit = number(said, "numtraces" if "numtraces" in said else "searchdepth", 20, _MOST_TRACES)
    return _asked(
        tests,
        parse_time("start_time_min", start) if start else 0,
        parse_time("start_time_max", end) if end else LATEST_NS - 1,
        limit,
    )


def _asked(tests: list[Test], from_ns: int, last_ns: int, limit: int) -> Asked:
    if from_ns > last_ns:
        raise bad_filter("end", "at or after start", str(last_ns), f"The start is {from_ns}, both in nanoseconds.")
    query = Query(Filter(tests[0] if len(tests) == 1 else Every(tuple(tests))))
    return Asked(query, TimeRange(from_ns, min(last_ns, LATEST_NS - 1) + 1), limit, spans=1)


def _tests(service: str, operation: str, tags: list[tuple[str, str]]) -> list[Test]:
    """What is asked of one span."""
    if not service:
        raise Problem(400, "missing_parameter", "service is missing", "Example: service=agent-vol-arb.")
    if len(tags) > _MOST_TAGS:
        raise bad_filter("tags", f"at most {_MOST_TAGS}", tags[-1][0], f"There are {len(tags)}.")
    tests: list[Test] = [Comparison(Attribute("resource", "service.name"), "=", service)]
    if operation:
        tests.append(Comparison(Intrinsic("name"), "=", operation))
    return tests + [_tag(key, value) for key, value in tags]


def _lasting(asked: Mapping[str, str], names: tuple[str, str]) -> list[Test]:
    operators: tuple[Operator, Operator] = (">=", "<=")
    return [
        Comparison(Intrinsic("duration"), operator, Duration(duration(name, asked[name])))
        for name, operator in zip(names, operators, strict=True)
        if asked.get(name)
    ]


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
