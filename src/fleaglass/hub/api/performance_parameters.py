"""What a client asks of the performance endpoints: a query string becomes a question, or a Problem."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from fleaglass.hub.api.filters import AGENT, ATTRIBUTE, Filters, parse_attributes
from fleaglass.hub.api.parameters import Given, Parameter, given, text, whole_number
from fleaglass.hub.api.performance_groups import DIMENSIONS, Dimension, parse_dimension
from fleaglass.hub.api.times import SECOND_NS, TIME_PARAMETERS, TimeRange, closed_range

__all__ = [
    "PERFORMANCE_PARAMETERS",
    "TIME_SHARE_PARAMETERS",
    "PerformanceQuery",
    "parse_performance",
    "parse_time_shares",
]

DEFAULT_NS: Final = 24 * 3600 * SECOND_NS

_ASSET: Final = Parameter("asset", "Only what was earned, paid, ordered or decided about this asset, such as `BTC`.")
_BY: Final = Parameter(
    "by",
    f"What to group by: {', '.join(DIMENSIONS)} (the hour of the day, UTC) or `attr:` and the key of an attribute, "
    "such as `attr:pf.signal_type`: as the span says it, else its resource, else first in what its agent says of the "
    "trace. Lists and maps are no groups.",
    {"type": "string", "default": "agent", "examples": [*DIMENSIONS, "attr:pf.signal_type"]},
)
_GROUPS: Final = Parameter(
    "limit",
    "How many groups to tell apart, at most: those that moved the most money. The others are one group together.",
    {"type": "integer", "minimum": 1, "maximum": 50, "default": 12},
)

TIME_SHARE_PARAMETERS: Final = (*TIME_PARAMETERS, AGENT, _ASSET, ATTRIBUTE, _GROUPS)
PERFORMANCE_PARAMETERS: Final = (_BY, *TIME_SHARE_PARAMETERS)


@dataclass(frozen=True, slots=True)
class PerformanceQuery:
    """A range with two ends, what to narrow it to, and into what groups to divide what is found there."""

    time: TimeRange
    by_name: str = "agent"
    by: Dimension = DIMENSIONS["agent"]
    agent: str | None = None
    asset: str | None = None
    attributes: tuple[tuple[str, str], ...] = ()
    limit: int = 12
    environment: str | None = None

    def in_traces(self) -> Filters:
        """The part that narrows down traces, where any span of a trace may have the attribute."""
        return Filters(time=self.time, attributes=self.attributes)


def parse_performance(pairs: Iterable[tuple[str, str]], now_ns: int) -> PerformanceQuery:
    """The question about money; the last 24 hours where it names no time. Raises Problem."""
    found = given(pairs, PERFORMANCE_PARAMETERS)
    name = text(found, "by") or "agent"
    return _query(found, now_ns, name, parse_dimension("by", name))


def parse_time_shares(pairs: Iterable[tuple[str, str]], now_ns: int) -> PerformanceQuery:
    """The question about time, likewise; it has groups of its own. Raises Problem."""
    return _query(given(pairs, TIME_SHARE_PARAMETERS), now_ns, "agent", DIMENSIONS["agent"])


def _query(found: Given, now_ns: int, by_name: str, by: Dimension) -> PerformanceQuery:
    return PerformanceQuery(
        time=closed_range(found, now_ns, DEFAULT_NS),
        by_name=by_name,
        by=by,
        agent=text(found, "agent"),
        asset=text(found, "asset"),
        attributes=parse_attributes(found),
        limit=whole_number(found, _GROUPS),
    )
