"""What is shown of a failure: some of its exceptions, and of a long stack its two ends.

::

    raise A from B             A, B              each with the one that it is shown for, and as what of it
    ExceptionGroup(C, D)       the group, C, D

A group may have thousands of members, a loop of retries thousands of causes, and a runaway recursion has a thousand
frames. To look at all of them takes longer than a decision, and the agent waits. The first frames of a stack say where
it came from, the last where it ended.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import TracebackType

import msgspec

__all__ = ["CAUSE", "CONTEXT", "Shown", "ends_of", "shown", "steps_of", "traceback_of"]

CAUSE = "__cause__"
CONTEXT = "__context__"


class Shown(msgspec.Struct, frozen=True):
    """One exception of a failure.

    Attributes:
        parent: number of the exception that it belongs to; its own for the one that was raised.
        source: what it is of that one: ``__cause__``, ``__context__`` or ``exceptions[i]``; None for the one that was
            raised.
    """

    error: BaseException
    parent: int
    source: str | None


def shown(error: BaseException, most: int) -> list[Shown]:
    """The exception, what it was raised from or instead of, and the members of groups, each once, parents first."""
    found: list[Shown] = []
    _follow(Shown(error, 0, None), found, most)
    return found


def _follow(this: Shown, found: list[Shown], most: int) -> None:
    if len(found) < most and not any(known.error is this.error for known in found):
        number = len(found)
        found.append(this)
        for error, source in _below(this.error, most):
            _follow(Shown(error, number, source), found, most)


def _below(error: BaseException, most: int) -> Iterator[tuple[BaseException, str]]:
    if error.__suppress_context__:
        if error.__cause__ is not None:
            yield error.__cause__, CAUSE
    elif error.__context__ is not None:
        yield error.__context__, CONTEXT
    if isinstance(error, BaseExceptionGroup):
        for index, member in enumerate(error.exceptions[:most]):
            yield member, f"exceptions[{index}]"


def steps_of(error: BaseException) -> Iterator[TracebackType]:
    """Where it was on its way, from where it is caught down to where it was raised."""
    step = error.__traceback__
    while step is not None:
        yield step
        step = step.tb_next


def ends_of(steps: Sequence[TracebackType], most: int) -> tuple[Sequence[TracebackType], Sequence[TracebackType]]:
    """A third from the beginning, where the program called, and the rest from the end, where it happened.

    All of them and nothing if they are not too many.
    """
    if len(steps) <= most:
        return steps, ()
    first = most // 3
    return steps[:first], steps[len(steps) - (most - first) :]


def traceback_of(steps: Sequence[TracebackType]) -> TracebackType | None:
    """A traceback of just these steps; the exception keeps its own."""
    trace: TracebackType | None = None
    for step in reversed(steps):
        trace = TracebackType(trace, step.tb_frame, step.tb_lasti, step.tb_lineno or 0)
    return trace
