"""Open work, as it is now: spans that have been open for two seconds go to the destinations that show them.

A snapshot is the span as its end will tell it, but without an end: 0 in its place. It leaves again when something has
become known of the span, and every ten minutes, as a sign of life. Nothing waits for one, and one that is lost is lost:
the span itself follows by its own way, and takes its place whichever arrives first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

import msgspec

from fleaglass.journal.records import Opened, SpanEnded
from fleaglass.journal.route import Destination, OtlpDestination, Route
from fleaglass.shipper.answer import Answer, NotNow
from fleaglass.shipper.batch import Batch, Signal
from fleaglass.shipper.interrupted import so_far
from fleaglass.shipper.link import Link
from fleaglass.shipper.told import read_began
from fleaglass.shipper.unfinished import OpenSpan, Unfinished

__all__ = ["Snapshots", "snapshots_of"]

_OPEN_FOR_NS: Final = 2_000_000_000
_EVERY_S: Final = 1.0
_AGAIN_S: Final = 600.0
_MOST: Final = 512


def snapshots_of(route: Route) -> list[tuple[str, Signal, Destination]]:
    """Name, signal and destination of each place that shows open work."""
    return [
        (f"{each.name}/snapshots", "snapshots", each)
        for each in route.destinations
        if isinstance(each, OtlpDestination) and each.snapshots and each.traces is not None
    ]


_Shown = dict[bytes, tuple[int, float]]
"""By trace id and span id: how much was known of the span when it was last shown, and when that was."""


class Snapshots:
    """To all destinations of one journal. No thread and no clock of its own.

    Args:
        route: of the journal.
        links: by ``destination/snapshots``.
        answered: called with the name of a destination, and its answer.
    """

    def __init__(self, route: Route, links: Mapping[str, Link], answered: Callable[[str, Answer], None]) -> None:
        self._links = {name: links[name] for name, _, _ in snapshots_of(route)}
        self._shown: dict[str, _Shown] = {name: {} for name in self._links}
        self._next_at_s = 0.0
        self._answered = answered

    def send(self, unfinished: Unfinished, journal: str, agent_id: str, now_s: float, wall_ns: int) -> None:
        """Send what is due.

        Args:
            unfinished: what is open, as of now.
            journal: its id in hexadecimal.
            agent_id: for a journal that does not say itself whose it is.
            now_s: the time, by a clock that never goes back.
            wall_ns: the time in Unix nanoseconds.
        """
        if not self._links or now_s < self._next_at_s:
            return
        self._next_at_s = now_s + _EVERY_S
        opened = unfinished.opened or Opened(agent_id, {}, wall_ns, "", {})
        for name, link in self._links.items():
            if link.is_busy or not link.waits.may_try(now_s, in_a_hurry=False):
                continue
            due = self._due(self._shown[name], unfinished.spans, now_s, wall_ns - _OPEN_FOR_NS)
            spans = [span for key in due if (span := _snapshot(unfinished.spans[key])) is not None]
            if spans:
                id_ = f"{journal}/snapshots/{wall_ns}"
                batch = Batch(id_, opened, dict(unfinished.scopes), spans)
                link.send(batch, partial(self._settle, name, due), now_s)

    def _due(self, shown: _Shown, spans: Mapping[bytes, OpenSpan], now_s: float, begun_by_ns: int) -> _Shown:
        """What is to be shown, and how much is known of it."""
        for key in [key for key in shown if key not in spans]:
            del shown[key]
        due: _Shown = {}
        for key, span in spans.items():
            known = len(span.marks) + len(span.events)
            before = shown.get(key)
            is_new = before is None and _start_ns(span) <= begun_by_ns
            if is_new or (before is not None and (before[0] < known or now_s - before[1] >= _AGAIN_S)):
                due[key] = known, now_s
                if len(due) == _MOST:
                    break
        return due

    def _settle(self, name: str, due: _Shown, answer: Answer) -> None:
        if not isinstance(answer, NotNow):
            self._shown[name] |= due
            self._answered(name, answer)


def _start_ns(span: OpenSpan) -> int:
    try:
        return read_began(span.started).start_ns
    except msgspec.MsgspecError:
        return 0  # to be looked at once, and found to be none


def _snapshot(span: OpenSpan) -> SpanEnded | None:
    known = so_far(span)
    return None if known is None else msgspec.structs.replace(known, end_ns=0)
