"""One row a trace, and a page of them: the query behind the list, its counts and the statistics.

A trace starts where its root does and is listed there. Until the root arrives, the earliest span stands for it.
A trace of which nothing has ended is known by its open spans (open_work.py).
Every aggregate here gives the same result when a span is there twice, so re-sent spans need no further care.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from fleaglass import semconv
from fleaglass.hub.api.cursor import Cursor
from fleaglass.hub.api.filters import Filters
from fleaglass.hub.api.match import around, matching
from fleaglass.hub.api.open_work import only_open
from fleaglass.hub.api.outcome import OUTCOMES, Facts, Outcome, outcome
from fleaglass.hub.api.results import behind
from fleaglass.hub.api.said import DECIDES, SAID
from fleaglass.hub.api.sql import IS_ROOT, Bindings, between, where
from fleaglass.hub.api.times import EARLIEST_NS, TimeRange
from fleaglass.hub.store import Row

__all__ = ["FACTS", "Page", "Place", "count_and_page", "page_of", "traces"]

MOST: Final = 201
"""How many traces of each kind are brought along: the largest page, and one that tells whether there are more."""

FACTS: Final = ", ".join(Facts._fields)

_SAID: Final = ", ".join(f"'{value}'" for value in semconv.ATTRIBUTES[semconv.PF_CYCLE_OUTCOME].values)
_UNKNOWN: Final = f"s.pf_order_state = '{semconv.PF_ORDER_STATE_UNKNOWN}'"
_END: Final = "toUnixTimestamp64Nano(s.start_time) + s.duration_ns"

_ROOT_CODE: Final = f"indexOf([{_SAID}], {SAID}) * 4 + (s.status_code = 2) * 2 + {DECIDES}"
"""What is asked of a root, in one number: argMin over numbers takes half the time of argMin over tuples."""


class Place(NamedTuple):
    """A trace and where it is in the list."""

    start_ns: int
    trace_id: bytes


class Page(NamedTuple):
    """Which traces to show, how many there are of each outcome, and where the next page begins."""

    places: list[Place]
    counts: dict[Outcome | str, int]
    next: Cursor | None


def traces(filters: Filters, bind: Bindings) -> str:
    """SQL: (trace_id, start_ns, cycle, and the fields of Facts) of each trace that starts in the range and matches.

    `cycle` says that it is a decision, as far as is known.
    A trace may reach into the range from before it. Then its root, or an earlier span, lies before the window that is
    read here; so traces without a root in the window are looked up once more, by id.
    """
    reach = around(filters.time)
    window = between(bind, reach)
    these = [*window, *matching(filters, bind), *behind(filters, bind)]
    every = f"""
        SELECT s.trace_id AS trace_id, max({IS_ROOT}) AS rooted,
          argMinIf({_ROOT_CODE}, s.start_time, {IS_ROOT}) AS code,
          if(rooted, minIf(s.start_time, {IS_ROOT}), min(s.start_time)) AS start_time,
          if(rooted, argMinIf(s.duration_ns, s.start_time, {IS_ROOT}),
            max({_END}) - toUnixTimestamp64Nano(min(s.start_time))) AS duration_ns,
          [{_SAID}][intDiv(code, 4)] AS said, bitTest(code, 1) AS error, countIf({_UNKNOWN}) > 0 AS unknown,
          NOT rooted OR bitTest(code, 0) AS cycle
        FROM spans AS s{where(these)} GROUP BY s.trace_id"""
    wanted = between(bind, filters.time, "t.start_time")
    if filters.min_duration_ns is not None:
        wanted.append(f"t.duration_ns >= {bind('Int64', filters.min_duration_ns)}")
    if reach.from_ns > EARLIEST_NS:
        earlier = between(bind, TimeRange(EARLIEST_NS, reach.from_ns))
        wanted.append(f"t.rooted OR t.trace_id NOT IN ({_began_before(earlier, these)})")
    found = (
        f"SELECT t.trace_id AS trace_id, toUnixTimestamp64Nano(t.start_time) AS start_ns, t.cycle AS cycle, {FACTS}"
        f" FROM ({every}) AS t{where(wanted)}"
    )
    if filters.result is not None or filters.min_duration_ns is not None:  # neither is known of what is open
        return found
    return f"{found} UNION ALL {only_open(filters, bind)}"


def _began_before(earlier: list[str], these: list[str]) -> str:
    """SQL: the ids of those traces whose root is not in the window but that have earlier spans."""
    rootless = f"SELECT s.trace_id FROM spans AS s{where(these)} GROUP BY s.trace_id HAVING NOT max({IS_ROOT})"
    return f"SELECT s.trace_id FROM spans AS s{where([*earlier, f's.trace_id IN ({rootless})'])}"


def count_and_page(filters: Filters, bind: Bindings) -> str:
    """SQL: for each combination of Facts, how many traces there are, and the newest after the cursor."""
    after = "1"
    if filters.cursor is not None:
        start_ns, trace_id = filters.cursor
        place = f"({bind('Int64', -start_ns)}, toFixedString(unhex({bind('String', trace_id.hex())}), 16))"
        after = f"(-start_ns, trace_id) > {place}"
    newest = f"groupArraySortedIf({MOST})((-start_ns, trace_id), {after}) AS newest"
    return (
        f"SELECT {FACTS}, count() AS traces, countIf(cycle) AS decisions, {newest}"
        f" FROM ({traces(filters, bind)}) GROUP BY {FACTS}"
    )


def page_of(rows: Iterable[Row], filters: Filters) -> Page:
    """The page that the rows of `count_and_page` hold."""
    counts: dict[Outcome | str, int] = dict.fromkeys((*OUTCOMES, "all", "decisions"), 0)
    found: list[tuple[int, bytes]] = []
    for row in rows:
        ended = outcome(Facts(*(row[name] for name in Facts._fields)))
        counts[ended] += row["traces"]
        counts["all"] += row["traces"]
        counts["decisions"] += row["decisions"]
        if filters.outcome in (None, ended):
            found += row["newest"]
    found.sort()
    places = [Place(-behind, trace_id) for behind, trace_id in found[: filters.limit]]
    more = len(found) > filters.limit
    return Page(places, counts, Cursor(*places[-1]) if more else None)
