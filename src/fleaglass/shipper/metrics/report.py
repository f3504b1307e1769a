"""When one journal's metrics leave: with the agent's own, or every so often without, and once more when it is over.

An agent tells its own as often as they are to leave. Where it does not, because it hangs for example, the others leave
without: its last ones have been told. A report that gets lost is not sent again: the next one says all that it said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple, TypeAlias

import msgspec

from fleaglass import semconv
from fleaglass.journal.cursors import START, Position
from fleaglass.journal.records import Opened
from fleaglass.journal.route import Destination, OtlpDestination, Route
from fleaglass.shipper.answer import Accepted, Answer, NotNow
from fleaglass.shipper.batch import Batch, Signal
from fleaglass.shipper.link import Link
from fleaglass.shipper.metrics.metric import Metric

__all__ = ["Found", "Mark", "Reports", "reports_of"]

Mark: TypeAlias = tuple[Position, int]
"""What a report covers: up to where in the journal, and how much of that was lost, once it is known."""


class Found(NamedTuple):
    """What there is to report of one journal.

    Attributes:
        opened: what the journal is.
        journal: its id.
        derived: from everything that has been read.
        own: the agent's own, as it last told them.
        told_ns: when it told them, in Unix nanoseconds; 0 if it never has.
    """

    opened: Opened
    journal: str
    derived: list[Metric]
    own: list[Metric]
    told_ns: int


def reports_of(route: Route) -> list[tuple[str, Signal, Destination]]:
    """Name, signal and destination of each place that gets a journal's metrics."""
    return [
        (f"{each.name}/metrics", "metrics", each)
        for each in route.destinations
        if isinstance(each, OtlpDestination) and each.metrics is not None
    ]


class Reports:
    """To all destinations of one journal. No thread and no clock of its own.

    Args:
        route: of the journal.
        links: by ``destination/metrics``.
        now_s: the time, by a clock that never goes back.
        answered: called with the name of a destination, and its answer.
    """

    def __init__(
        self, route: Route, links: Mapping[str, Link], now_s: float, answered: Callable[[str, Answer], None]
    ) -> None:
        self._links = {name: links[name] for name, _, _ in reports_of(route)}
        self._interval_s = route.metrics_interval_ms / 1000
        self._due_at_s = dict.fromkeys(self._links, now_s + self._interval_s)
        self._covered: dict[str, Mark] = dict.fromkeys(self._links, (START, 0))
        self._told_ns = dict.fromkeys(self._links, 0)
        self._answered = answered

    def cover(self, mark: Mark) -> bool:
        """Whether everything that there is to say has been said everywhere."""
        return all(covered >= mark for covered in self._covered.values())

    def due(self, now_s: float, mark: Mark, told_ns: int, *, is_over: bool) -> list[str]:
        """Where a report can leave for now.

        Args:
            now_s: the time.
            mark: what it would cover.
            told_ns: when the agent last told its own metrics.
            is_over: whether that is all that there will be.
        """
        return [
            name
            for name, link in self._links.items()
            if (
                now_s >= self._due_at_s[name]
                or told_ns > self._told_ns[name]
                or (is_over and self._covered[name] < mark)
            )
            and not link.is_busy
            and link.waits.may_try(now_s, in_a_hurry=False)
        ]

    def send(self, name: str, found: Found, mark: Mark, now_s: float) -> None:
        """Send one.

        Args:
            name: of the destination, out of ``due``.
            found: what there is.
            mark: what that covers.
            now_s: the time.
        """
        opened, journal, derived, own, told_ns = found
        is_news = told_ns > self._told_ns[name]
        metrics = [*derived, *own] if is_news else derived
        self._due_at_s[name] = now_s + self._interval_s * (2 if is_news else 1)
        settle = partial(self._settle, name, mark, told_ns, now_s)
        if not metrics:
            settle(Accepted())
        elif not self._links[name].is_busy:  # a route may name one place twice
            front, _ = mark
            id_ = f"{journal}/metrics/{front.segment}:{front.offset}"
            self._links[name].send(Batch(id_, _of_process(opened, journal), {}, metrics), settle, now_s)

    def _settle(self, name: str, mark: Mark, told_ns: int, now_s: float, answer: Answer) -> None:
        if isinstance(answer, NotNow):
            self._due_at_s[name] = now_s
        else:
            self._covered[name], self._told_ns[name] = mark, told_ns
        self._answered(name, answer)


def _of_process(opened: Opened, journal: str) -> Opened:
    """Who reports: the agent, and which of its processes, so that each series has one writer."""
    return msgspec.structs.replace(opened, resource={**opened.resource, semconv.SERVICE_INSTANCE_ID: journal})
