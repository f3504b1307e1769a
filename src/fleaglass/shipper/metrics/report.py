"""When one journal's metrics leave: every so often, and once more when the journal is over.

A report that gets lost is not sent again: the next one says all that it said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import msgspec

from fleaglass import semconv
from fleaglass.journal.cursors import START, Position
from fleaglass.journal.records import Opened
from fleaglass.journal.route import Destination, OtlpDestination, Route
from fleaglass.shipper.answer import Accepted, Answer, NotNow
from fleaglass.shipper.batch import Batch, Signal
from fleaglass.shipper.link import Link
from fleaglass.shipper.metrics.metric import Metric

__all__ = ["Reports", "reports_of"]


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
        self._told = dict.fromkeys(self._links, START)
        self._answered = answered

    def have_told(self, front: Position) -> bool:
        """Whether what lies before this place in the journal is settled everywhere."""
        return all(told >= front for told in self._told.values())

    def due(self, now_s: float, front: Position, *, is_over: bool) -> list[str]:
        """Where a report can leave for now.

        Args:
            now_s: the time.
            front: how far the journal has been read.
            is_over: whether that is all of it.
        """
        return [
            name
            for name, link in self._links.items()
            if (now_s >= self._due_at_s[name] or (is_over and self._told[name] < front))
            and not link.is_busy
            and link.waits.may_try(now_s, in_a_hurry=False)
        ]

    def send(self, name: str, found: tuple[Opened, str, list[Metric]], front: Position, now_s: float) -> None:
        """Send one.

        Args:
            name: of the destination, out of ``due``.
            found: what the journal is, its id, and metrics of everything before ``front``.
            front: how far it has been read.
            now_s: the time.
        """
        opened, journal, metrics = found
        self._due_at_s[name] = now_s + self._interval_s
        settle = partial(self._settle, name, front, now_s)
        if not metrics:
            settle(Accepted())
        elif not self._links[name].is_busy:  # a route may name one place twice
            id_ = f"{journal}/metrics/{front.segment}:{front.offset}"
            self._links[name].send(Batch(id_, _of_process(opened, journal), {}, metrics), settle, now_s)

    def _settle(self, name: str, front: Position, now_s: float, answer: Answer) -> None:
        if isinstance(answer, NotNow):
            self._due_at_s[name] = now_s
        else:
            self._told[name] = front
        self._answered(name, answer)


def _of_process(opened: Opened, journal: str) -> Opened:
    """Who reports: the agent, and which of its processes, so that each series has one writer."""
    return msgspec.structs.replace(opened, resource={**opened.resource, semconv.SERVICE_INSTANCE_ID: journal})
