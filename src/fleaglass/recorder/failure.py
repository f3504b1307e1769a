"""Errors, recorded once: on the deepest span an exception passes through.

On its way up an exception crosses several spans. Each of them failed, and says so with its status and ``error.type``;
only the first one gets the ``exception`` event. The exception carries a mark from then on, and so does everything
raised ``from`` it: wrapping an error is not a second error.
"""

from __future__ import annotations

import traceback
from typing import Final

from fleaglass import semconv
from fleaglass.recorder.normalise import MAX_STACK_CHARS
from fleaglass.recorder.scrub import scrub

__all__ = ["describe", "is_recorded", "mark_recorded"]

_MARK: Final = "__fleaglass_trace__"
_MAX_CAUSES: Final = 16


def is_recorded(error: BaseException, trace_id: str) -> bool:
    """Whether this error, or one it was raised from, has its event in this trace already."""
    cause: BaseException | None = error
    for _ in range(_MAX_CAUSES):
        if cause is None:
            return False
        if getattr(cause, _MARK, None) == trace_id:
            return True
        cause = cause.__cause__
    return False


def mark_recorded(error: BaseException, trace_id: str) -> None:
    """Remember on the exception itself that its event is written."""
    setattr(error, _MARK, trace_id)


def describe(error: BaseException) -> dict[str, str]:
    """The fields of the ``exception`` event (OpenTelemetry's exception conventions), scrubbed.

    The end of a stack trace is where the error happened, so that is the part kept when it is too long.
    """
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    stack = scrub("".join(traceback.format_exception(error))[-4 * MAX_STACK_CHARS :])
    return {
        semconv.EXCEPTION_TYPE: name,
        semconv.EXCEPTION_MESSAGE: scrub(str(error)),
        semconv.EXCEPTION_STACKTRACE: stack[-MAX_STACK_CHARS:],
    }
