"""The stack trace of a failure as text: Python's own, of what `excerpt` shows of it.

Python's formatter builds every frame of every exception before it writes the first line. So each exception is given to
it by itself: the ends of its stack, and a stand-in that has its words and none of its relations.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from traceback import FrameSummary, StackSummary, TracebackException
from typing import Any, Final

from fleaglass.recorder.excerpt import CAUSE, CONTEXT, ends_of, shown, steps_of, traceback_of
from fleaglass.recorder.guard import guard

__all__ = ["message_of", "stack_text"]

# What a span keeps of the text has room for about this much.
_MAX_EXCEPTIONS: Final = 12
_MAX_FRAMES: Final = 30
_ALL_FRAMES: Final = 72


def stack_text(error: BaseException) -> str:
    """Where it was raised, and what it was raised from. Says what it leaves out."""
    parts = shown(error, _MAX_EXCEPTIONS)
    most_frames = min(_MAX_FRAMES, max(_ALL_FRAMES // len(parts), 6))
    below: defaultdict[int, dict[str, TracebackException]] = defaultdict(dict)
    for number, part in reversed(list(enumerate(parts))):  # what is below an exception comes after it
        drawn = _drawn(part.error, most_frames, below[number])
        if part.source is not None:
            below[part.parent] = {part.source: drawn, **below[part.parent]}
    return "".join(drawn.format())


def message_of(error: BaseException) -> str | None:
    """What it says of itself; None if it cannot."""
    with guard.theirs("asking an exception for its message"):
        return str(error)
    return None


def _drawn(error: BaseException, most_frames: int, below: Mapping[str, TracebackException]) -> TracebackException:
    steps = list(steps_of(error))
    first, last = ends_of(steps, most_frames)
    members = [each for source, each in below.items() if source not in {CAUSE, CONTEXT}]
    drawn = TracebackException(type(error), _stand_in(error, len(members)), traceback_of([*first, *last]))
    if last:
        drawn.stack = _Ends(drawn.stack, len(first), len(steps) - most_frames)
    drawn.__cause__, drawn.__context__ = below.get(CAUSE), below.get(CONTEXT)
    if isinstance(error, BaseExceptionGroup):
        drawn.exceptions = members
    return drawn


def _stand_in(error: BaseException, members: int) -> BaseException:
    """An exception that says and notes the same. Of a syntax error itself: its words are not all in its message."""
    if isinstance(error, SyntaxError):
        return error
    message = message_of(error)
    stand_in = Exception("<its message could not be made>" if message is None else message)
    notes = getattr(error, "__notes__", [])
    if isinstance(error, BaseExceptionGroup) and (left_out := len(error.exceptions) - members):
        notes = [*notes, f"{left_out} of them left out"]
    stand_in.__notes__ = notes
    return stand_in


class _Ends(StackSummary):
    """Both ends of a stack, and between them how many frames are left out."""

    def __init__(self, frames: StackSummary, first: int, left_out: int) -> None:
        self._gap = FrameSummary("", 0, "")
        self._left_out = left_out
        super().__init__([*frames[:first], self._gap, *frames[first:]])

    def format_frame_summary(self, frame_summary: FrameSummary, **options: Any) -> str:
        """The frame; for the gap, what it stands for."""
        if frame_summary is self._gap:
            return f"  [{self._left_out} frames left out]\n"
        return super().format_frame_summary(frame_summary, **options)
