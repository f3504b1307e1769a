"""What grouping takes from a stack: what a frame is told apart by, recursion taken out, and the frame that crashed.

A frame is its module, function and line of source. Line numbers are left out: they move with every edit above them.
Where a client has no modules (a browser), the file stands in, without the host, folders and query that it came with.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TypeVar

from fleaglass.hub.issues.event import Event, Frame

__all__ = ["FrameKey", "crash_frame", "frame_key", "without_recursion"]

FrameKey = tuple[str, str, str]
"""Module (or file), function, line of source without the space around it."""

_LONGEST_SOURCE: Final = 120
"""Characters. A longer line was written by a machine (minified, generated) and changes whole with each build."""

_LONGEST_CIRCLE: Final = 3
"""Frames. Functions that call each other in turn, as retries and decorators do."""

T = TypeVar("T")


def frame_key(frame: Frame) -> FrameKey:
    """What the frame is told apart by; all empty when it says nothing."""
    source = frame.context_line.strip()
    where = frame.module or frame.filename.partition("?")[0].replace("\\", "/").rpartition("/")[2]
    return where, frame.function, source if len(source) <= _LONGEST_SOURCE else ""


def without_recursion(frames: Iterable[T]) -> list[T]:
    """The frames, outermost first, with what comes again at once kept once, however deep it went."""
    kept: list[T] = []
    for frame in frames:
        kept.append(frame)
        for size in range(1, _LONGEST_CIRCLE + 1):
            # Its last frame is compared first: in nearly all stacks that alone tells that nothing comes again.
            if len(kept) >= 2 * size and kept[-1 - size] == frame and kept[-size:] == kept[-2 * size : -size]:
                del kept[-size:]
                break
    return kept


def crash_frame(event: Event) -> Frame | None:
    """Where it happened: the innermost in-app frame, else the innermost, of the last exception that has a stack, else
    of the event's own stack. None when it has neither.
    """
    stacks = (*(exception.frames for exception in reversed(event.exceptions)), event.stack)
    frames = next(filter(None, stacks), ())
    return next((frame for frame in reversed(frames) if frame.in_app), frames[-1] if frames else None)
