"""Which exceptions of a failure an event shows, and how much of the stack of each.

::

    raise A from B             B, A              the one that was raised comes last, as Sentry reads them
    ExceptionGroup(C, D)       D, C, the group   with numbers that say who belongs to whom

sentry_sdk makes each of them. Its own `event_from_exception` looks at every frame of a runaway recursion, and at every
member of a group, while the agent waits. So it is given what `excerpt` shows of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import FrameType
from typing import Any, Final

from fleaglass.recorder.excerpt import ends_of, shown, traceback_of
from fleaglass.recorder.sentry.items import Event

__all__ = ["exception_values"]

_MAX_EXCEPTIONS: Final = 32
_MAX_FRAMES: Final = 60
_ALL_FRAMES: Final = 240


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

    parts = shown(error, _MAX_EXCEPTIONS)
    numbered = any(isinstance(part.error, BaseExceptionGroup) for part in parts)
    most_frames = min(_MAX_FRAMES, max(_ALL_FRAMES // len(parts), 6))
    values: list[Event] = []
    frames: list[tuple[Event, FrameType]] = []
    for number, part in reversed(list(enumerate(parts))):
        steps = list(iter_stacks(part.error.__traceback__))
        first, last = ends_of(steps, most_frames)
        value: Event = single_exception_from_error_tuple(
            type(part.error),
            part.error,
            traceback_of([*first, *last]),
            dict(options),
            dict(mechanism),
            exception_id=number if numbered else None,
            parent_id=part.parent if numbered else None,
            source=part.source if numbered else None,
        )
        values.append(value)
        if steps:
            made = value["stacktrace"]["frames"]
            frames += zip(made, (step.tb_frame for step in (*first, *last)), strict=True)
        if last:
            value["stacktrace"]["frames_omitted"] = [len(first), len(steps) - len(last)]
    return values, frames
