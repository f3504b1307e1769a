"""Which exceptions of a failure an event shows, and how much of the stack of each.

::

    raise A from B             B, A              the one that was raised comes last, as Sentry reads them
    ExceptionGroup(C, D)       D, C, the group   with numbers that say who belongs to whom

sentry_sdk makes each of them. Its own `event_from_exception` looks at every frame of a runaway recursion, and at every
member of a group, while the agent waits. So only some of them are given to it: of a long stack the first frames and the
last, which say where it came from and where it ended.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import FrameType, TracebackType
from typing import Any, Final

from fleaglass.recorder.sentry.items import Event

__all__ = ["exception_values"]

_MAX_EXCEPTIONS: Final = 32
_MAX_FRAMES: Final = 60
_ALL_FRAMES: Final = 240


@dataclass(frozen=True, slots=True)
class _Link:
    error: BaseException
    parent: int
    source: str | None


def exception_values(
    error: BaseException, *, mechanism: Mapping[str, Any], options: Mapping[str, Any]
) -> tuple[list[Event], list[tuple[Event, FrameType]]]:
    """The ``values`` of an event's ``exception``, and each frame in them with the frame it was made of, in their order.

    May raise what the exception's own methods raise.

    Args:
        error: the exception that was raised.
        mechanism: what caught it.
        options: sentry_sdk's, for stack traces.
    """
    from sentry_sdk.utils import iter_stacks, single_exception_from_error_tuple

    links = _links(error)
    numbered = any(isinstance(link.error, BaseExceptionGroup) for link in links)
    share = max(_ALL_FRAMES // len(links), 6)
    values: list[Event] = []
    frames: list[tuple[Event, FrameType]] = []
    for number, link in reversed(list(enumerate(links))):
        steps = list(iter_stacks(link.error.__traceback__))
        shown = _ends_of(steps, min(share, _MAX_FRAMES))
        value: Event = single_exception_from_error_tuple(
            type(link.error),
            link.error,
            _traceback(shown),
            dict(options),
            dict(mechanism),
            exception_id=number if numbered else None,
            parent_id=link.parent if numbered else None,
            source=link.source if numbered else None,
        )
        values.append(value)
        if shown:
            made = value["stacktrace"]["frames"]
            frames += zip(made, (step.tb_frame for step in shown), strict=True)
            if left_out := len(steps) - len(shown):
                first = len(shown) // 3
                value["stacktrace"]["frames_omitted"] = [first, first + left_out]
    return values, frames


def _links(error: BaseException) -> list[_Link]:
    """The exception, what it was raised from or instead of, and the members of groups, each once."""
    found: list[_Link] = []
    _follow(_Link(error, 0, None), found)
    return found


def _follow(link: _Link, found: list[_Link]) -> None:
    if len(found) < _MAX_EXCEPTIONS and not any(known.error is link.error for known in found):
        number = len(found)
        found.append(link)
        for error, source in _below(link.error):
            _follow(_Link(error, number, source), found)


def _below(error: BaseException) -> Iterator[tuple[BaseException, str]]:
    if error.__suppress_context__:
        if error.__cause__ is not None:
            yield error.__cause__, "__cause__"
    elif error.__context__ is not None:
        yield error.__context__, "__context__"
    if isinstance(error, BaseExceptionGroup):
        for index, member in enumerate(error.exceptions[:_MAX_EXCEPTIONS]):
            yield member, f"exceptions[{index}]"


def _ends_of(steps: list[TracebackType], most: int) -> list[TracebackType]:
    """A third from the beginning, where the program called, and the rest from the end, where it happened."""
    return steps if len(steps) <= most else steps[: most // 3] + steps[len(steps) - (most - most // 3) :]


def _traceback(steps: list[TracebackType]) -> TracebackType | None:
    """A traceback of just these steps; the exception keeps its own."""
    trace: TracebackType | None = None
    for step in reversed(steps):
        trace = TracebackType(trace, step.tb_frame, step.tb_lasti, step.tb_lineno or 0)
    return trace
