"""What became of an error as far as Sentry is concerned, remembered on the exception itself.

An event, or none: what was dropped as noise is not asked about again on its way up. The exception carries the verdict
from then on, and so does everything raised from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fleaglass.recorder.failure import MAX_MEMBERS, Mark, causes, mark_on, meaning_of, parts, put_mark

if TYPE_CHECKING:
    from fleaglass.recorder.reporter import Reporter

__all__ = ["Verdict", "remember", "verdict_on"]

_MARK: Final = "__fleaglass_event__"


@dataclass(frozen=True, slots=True)
class Verdict(Mark):
    """What became of it.

    Attributes:
        event_id: id of its event; None when it was dropped.
        by: whose verdict it is.
    """

    event_id: str | None
    by: Reporter


def remember(error: BaseException, event_id: str | None, traces: frozenset[str], by: Reporter) -> None:
    """Remember what became of an error that travels through these traces; of a group, on its members as well."""
    for part in parts(error):
        if part is error or verdict_on(part, traces) is None:
            put_mark(part, _MARK, Verdict(traces, event_id, by))


def verdict_on(error: BaseException, traces: frozenset[str]) -> Verdict | None:
    """How this error was dealt with, if it was, on its way through these traces; outside of spans, on any.

    An error raised from one that was dropped as noise is a new one: somebody gave it a weight of its own. Not so an
    HTTP library's exception: it is the error that it stands for.
    """
    meaning = meaning_of(error)
    for cause in causes(error):
        mark = mark_on(cause, _MARK)
        weighs = cause is error or cause is meaning or (isinstance(mark, Verdict) and mark.event_id is not None)
        if isinstance(mark, Verdict) and mark.holds_in(traces) and weighs:
            return mark
    return _verdict_on_group(error, traces) if isinstance(error, BaseExceptionGroup) else None


def _verdict_on_group(group: BaseExceptionGroup[BaseException], traces: frozenset[str]) -> Verdict | None:
    """A group of nothing but errors that were dealt with is dealt with; it stands for the first that was sent."""
    first: Verdict | None = None
    for member in group.exceptions[:MAX_MEMBERS]:
        mark = verdict_on(member, traces)
        if mark is None:
            return None
        first = mark if first is None or first.event_id is None else first
    return first
