"""What a client asks of the list of traces: a query string becomes `Filters`, or a Problem that says what is wrong."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, cast, get_args

from fleaglass.hub.api import cursor
from fleaglass.hub.api.cursor import Cursor
from fleaglass.hub.api.errors import bad_filter
from fleaglass.hub.api.outcome import OUTCOMES, Outcome
from fleaglass.hub.api.parameters import LIMIT, Given, Parameter, given, text, whole_number
from fleaglass.hub.api.performance_groups import Group, parse_group
from fleaglass.hub.api.times import ALL_TIME, LATEST_NS, TIME_PARAMETERS, TimeRange, parse_range

__all__ = ["AGENT", "ATTRIBUTE", "TRACE_PARAMETERS", "Filters", "StatusFilter", "parse_attributes", "parse_filters"]

StatusFilter = Literal["unset", "ok", "error"]

MAX_ATTRIBUTES: Final = 10

AGENT: Final = Parameter("agent", "Name of an agent (`pf.agent_id`, else `service.name`).")
ATTRIBUTE: Final = Parameter(
    "attr",
    "`key:value`: some span or its resource has this attribute. Text is compared exactly, numbers by value (30 finds "
    "30.0), booleans as true and false. The first colon ends the key. Given more than once, all must match, each on a "
    "span of its own if need be.",
    {"type": "string", "examples": ["pf.order_id:ord_5f1c", "http.response.status_code:429"]},
    repeatable=True,
)

TRACE_PARAMETERS: Final = (
    *TIME_PARAMETERS,
    Parameter("agent", "Only traces in which this agent has a span (`pf.agent_id`, else `service.name`)."),
    Parameter("name", "Only traces with a span of this name, such as `pf.trade.execute`."),
    Parameter(
        "status",
        "error: some span has the status ERROR; ok, unset: the root has that status.",
        {"type": "string", "enum": list(get_args(StatusFilter))},
    ),
    Parameter("outcome", "Only traces that ended so.", {"type": "string", "enum": list(OUTCOMES)}),
    Parameter("asset", "Only traces with a span about this asset (`pf.asset`), such as `BTC`."),
    Parameter("min_duration_ms", "The root took at least this many milliseconds.", {"type": "number", "minimum": 0}),
    ATTRIBUTE,
    Parameter(
        "result",
        "Only traces in which something was earned, paid or ordered that /performance counts in this group: `by:key` "
        "with what it can group by, and without `:key` what belongs to no group. Agent, asset and attributes narrow "
        "down the results as they do there.",
        {"type": "string", "examples": ["side:sell", "hour:14", "asset", "attr:pf.signal_type:momentum"]},
    ),
    Parameter(
        "q",
        "Text in a span's name, agent, asset, counterparty, order id, escrow id, reason or error, in any case; "
        "or the start of the trace id.",
    ),
    Parameter("cursor", "`next_cursor` of the page before."),
    LIMIT,
)


@dataclass(frozen=True, slots=True)
class Filters:
    """Which traces, and which page of them. Absent filters are None."""

    time: TimeRange = ALL_TIME
    agent: str | None = None
    name: str | None = None
    status: StatusFilter | None = None
    outcome: Outcome | None = None
    asset: str | None = None
    min_duration_ns: int | None = None
    attributes: tuple[tuple[str, str], ...] = ()
    result: Group | None = None
    text: str | None = None
    cursor: Cursor | None = None
    limit: int = 50


def parse_filters(pairs: Iterable[tuple[str, str]], now_ns: int) -> Filters:
    """The filters of a query string's names and values. Raises Problem, naming the parameter and its value."""
    found = given(pairs, TRACE_PARAMETERS)
    place, result = text(found, "cursor"), text(found, "result")
    return Filters(
        time=parse_range(found, now_ns),
        agent=text(found, "agent"),
        name=text(found, "name"),
        status=cast(StatusFilter | None, _one_of(found, "status", get_args(StatusFilter))),
        outcome=cast(Outcome | None, _one_of(found, "outcome", OUTCOMES)),
        asset=text(found, "asset"),
        min_duration_ns=_milliseconds(found, "min_duration_ms"),
        attributes=parse_attributes(found),
        result=None if result is None else parse_group("result", result),
        text=text(found, "q"),
        cursor=None if place is None else cursor.decode(place),
        limit=whole_number(found, LIMIT),
    )


def _one_of(found: Given, name: str, choices: Iterable[str]) -> str | None:
    value = text(found, name)
    if value is None or value in choices:
        return value
    raise bad_filter(name, f"one of {', '.join(choices)}", value, "Leave it out for all.")


def _milliseconds(found: Given, name: str) -> int | None:
    """The nanoseconds of a number of milliseconds, at most what the engine can hold."""
    value = text(found, name)
    if value is None:
        return None
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if math.isnan(number):
        raise bad_filter(name, "a number", value, "Milliseconds, such as 250 or 0.5.")
    if number < 0:
        raise bad_filter(name, "0 or more", value, "Milliseconds, such as 250 or 0.5.")
    return LATEST_NS if number > LATEST_NS / 1e6 else min(LATEST_NS, math.ceil(number * 1e6))


def parse_attributes(found: Given) -> tuple[tuple[str, str], ...]:
    """Key and value of each `attr`. Raises Problem."""
    pairs = []
    for value in found.get("attr", ()):
        key, colon, wanted = value.partition(":")
        if not (key and colon):
            raise bad_filter("attr", "key:value", value, "Example: attr=pf.order_id:ord_5f1c")
        pairs.append((key, wanted))
    if len(pairs) > MAX_ATTRIBUTES:
        raise bad_filter("attr", f"given at most {MAX_ATTRIBUTES} times", ":".join(pairs[-1]), f"Got {len(pairs)}.")
    return tuple(pairs)
