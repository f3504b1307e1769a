"""Errors, recorded once: on the deepest span an exception passes through.

On its way up an exception crosses several spans. Each of them failed, and says so with its status and ``error.type``;
only the first one gets the ``exception`` event. The exception carries a mark from then on, and so does everything
raised ``from`` it, and a group of nothing but marked ones: wrapping an error is not a second error.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from typing import Final

from fleaglass import semconv
from fleaglass.recorder.normalise import MAX_LONG_CHARS
from fleaglass.recorder.scrub import scrub

__all__ = ["all_of_group", "causes", "describe", "is_recorded", "mark_meaning", "mark_recorded", "put_mark"]

_MARK: Final = "__fleaglass_trace__"
_MEANING: Final = "__fleaglass_error__"
_MAX_CAUSES: Final = 16
_MAX_MEMBERS: Final = 64


def is_recorded(error: BaseException, trace_id: str) -> bool:
    """Whether this error, or one it was raised from, has its event in this trace already."""
    return any(getattr(cause, _MARK, None) == trace_id for cause in causes(error)) or all_of_group(
        error, lambda member: is_recorded(member, trace_id)
    )


def mark_recorded(error: BaseException, trace_id: str) -> None:
    """Remember on the exception itself that its event is written."""
    put_mark(error, _MARK, trace_id)


def causes(error: BaseException) -> Iterator[BaseException]:
    """The error, and the ones it was raised from, the latest first; see `mark_meaning` too."""
    cause: BaseException | None = error
    for _ in range(_MAX_CAUSES):
        if cause is None:
            return
        yield cause
        cause = _meaning(cause) or _meaning(getattr(cause, "response", None)) or cause.__cause__


def mark_meaning(bearer: object, error: BaseException) -> None:
    """Remember which error of ours an HTTP library's exception, or the response it will be made of, stands for.

    What is recorded of the one is recorded of the other: a program's own ``raise_for_status`` is not a second failure.
    """
    object.__setattr__(bearer, _MEANING, error)


def _meaning(bearer: object) -> BaseException | None:
    meaning = getattr(bearer, _MEANING, None)
    return meaning if isinstance(meaning, BaseException) else None


def all_of_group(error: BaseException, test: Callable[[BaseException], bool]) -> bool:
    """Whether the error is a group of which every member passes the test."""
    return isinstance(error, BaseExceptionGroup) and all(map(test, error.exceptions[:_MAX_MEMBERS]))


def put_mark(error: BaseException, name: str, value: object) -> None:
    """Set an attribute of an exception, of one that is a frozen dataclass as well."""
    BaseException.__setattr__(error, name, value)


def describe(error: BaseException) -> dict[str, str]:
    """The fields of the ``exception`` event (OpenTelemetry's exception conventions), scrubbed.

    The end of a stack trace is where the error happened, so that is the part kept when it is too long.
    """
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    stack = "".join(traceback.format_exception(error))
    if len(stack) > 4 * MAX_LONG_CHARS:
        stack = stack[-4 * MAX_LONG_CHARS :].partition("\n")[2]  # not from the middle of a line: half a key is none
    stack = scrub(stack)
    return {
        semconv.EXCEPTION_TYPE: name,
        semconv.EXCEPTION_MESSAGE: scrub(str(error)),
        semconv.EXCEPTION_STACKTRACE: stack[-MAX_LONG_CHARS:],
    }
