"""Errors, recorded once: on the deepest span an exception passes through.

On its way up an exception crosses several spans. Each of them failed, and says so with its status and ``error.type``;
only the first one gets the ``exception`` event. The exception carries a mark from then on, and so does everything
raised ``from`` it or in its place, and a group of nothing but marked ones: wrapping an error is not a second error.
"""

from __future__ import annotations

import dis
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from fleaglass import semconv
from fleaglass.recorder.excerpt import steps_of
from fleaglass.recorder.guard import guard
from fleaglass.recorder.normalise import MAX_CHARS, MAX_LONG_CHARS
from fleaglass.recorder.scrub import scrub
from fleaglass.recorder.stack_text import message_of, stack_text

__all__ = [
    "MAX_MEMBERS",
    "Mark",
    "all_of_group",
    "causes",
    "describe",
    "is_recorded",
    "mark_meaning",
    "mark_on",
    "mark_recorded",
    "meaning_of",
    "meant",
    "parts",
    "put_mark",
]

_MARK: Final = "__fleaglass_trace__"
_MEANING: Final = "__fleaglass_error__"
_MAX_CAUSES: Final = 16
_RAISE: Final = dis.opmap["RAISE_VARARGS"]  # the instruction of a ``raise`` statement
MAX_MEMBERS: Final = 64
"""Of a group that are looked at."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Something remembered on an exception, in this process only.

    An exception that is pickled for another process, or copied with all it holds, leaves its marks behind: what they
    refer to has locks, and the other side may not know their classes.

    Attributes:
        traces: the traces that the exception was travelling through.
    """

    traces: frozenset[str]

    def holds_in(self, traces: frozenset[str]) -> bool:
        """Whether it says something about an error that leaves a span there.

        The same object, kept somewhere and raised again in another trace, is another failure. Outside of spans it is
        taken for the same.
        """
        return not traces or not self.traces or bool(self.traces & traces)

    def __reduce__(self) -> tuple[Any, ...]:
        return str, ()


def is_recorded(error: BaseException, trace_id: str) -> bool:
    """Whether this error, or one it was raised from, has its event in this trace already."""
    return any(mark_on(cause, _MARK) == trace_id for cause in causes(error)) or all_of_group(
        error, lambda member: is_recorded(member, trace_id)
    )


def mark_recorded(error: BaseException, trace_id: str) -> None:
    """Remember on the exception itself that its event is written; of a group, on its members as well."""
    for part in parts(error):
        put_mark(part, _MARK, trace_id)


def causes(error: BaseException) -> Iterator[BaseException]:
    """The error, and the ones it was raised from, the latest first; see `mark_meaning` too."""
    cause: BaseException | None = error
    for _ in range(_MAX_CAUSES):
        if cause is None:
            return
        yield cause
        cause = meaning_of(cause) or cause.__cause__ or _replaced(cause)


def _replaced(error: BaseException) -> BaseException | None:
    """The error in whose place this one was raised: ``from None``, or by a ``raise`` in the function that caught it.

    One that is met while another is handled, through a bug in the handler say, is an error of its own.
    """
    other = error.__context__
    if other is None or error.__suppress_context__:
        return other
    passed = list(steps_of(error))
    if not passed or passed[-1].tb_frame.f_code.co_code[passed[-1].tb_lasti] != _RAISE:
        return None
    return other if any(place.tb_frame is passed[-1].tb_frame for place in steps_of(other)) else None


def mark_meaning(bearer: object, error: BaseException) -> None:
    """Remember which error of ours an HTTP library's exception, or the response it will be made of, stands for.

    What is recorded of the one is recorded of the other: a program's own ``raise_for_status`` is not a second failure.
    """
    object.__setattr__(bearer, _MEANING, error)


def meant(error: BaseException) -> BaseException:
    """The error of ours that an HTTP library's exception stands for; any other error itself."""
    return meaning_of(error) or error


def meaning_of(error: BaseException) -> BaseException | None:
    """The error of ours that an HTTP library's exception, or the response in it, stands for."""
    meaning = mark_on(error, _MEANING)
    with guard.theirs("looking at the response of an exception"):
        meaning = meaning or getattr(getattr(error, "response", None), _MEANING, None)
    return meaning if isinstance(meaning, BaseException) else None


def all_of_group(error: BaseException, test: Callable[[BaseException], bool]) -> bool:
    """Whether the error is a group of which every member passes the test."""
    return isinstance(error, BaseExceptionGroup) and all(map(test, error.exceptions[:MAX_MEMBERS]))


def parts(error: BaseException) -> Iterator[BaseException]:
    """The error; of a group, its members as well, and theirs: ``except*`` raises what it leaves as another group."""
    yield error
    if isinstance(error, BaseExceptionGroup):
        for member in error.exceptions[:MAX_MEMBERS]:
            yield from parts(member)


def mark_on(error: BaseException, name: str) -> object:
    """An attribute that `put_mark` set; None without. Whatever the exception does with ``__getattr__``."""
    attributes: dict[str, object] = BaseException.__getattribute__(error, "__dict__")
    return attributes.get(name)


def put_mark(error: BaseException, name: str, value: object) -> None:
    """Set an attribute of an exception, of one that is a frozen dataclass as well."""
    BaseException.__setattr__(error, name, value)


def describe(error: BaseException) -> dict[str, str]:
    """The fields of the ``exception`` event (OpenTelemetry's exception conventions), scrubbed and bounded.

    The end of a stack trace is where the error happened, so that is the part kept when it is too long.
    """
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    stack = stack_text(error)
    if len(stack) > 4 * MAX_LONG_CHARS:
        stack = stack[-4 * MAX_LONG_CHARS :].partition("\n")[2]  # not from the middle of a line: half a key is none
    stack = scrub(stack)
    found = {semconv.EXCEPTION_TYPE: scrub(name)[:MAX_CHARS], semconv.EXCEPTION_STACKTRACE: stack[-MAX_LONG_CHARS:]}
    if (message := message_of(error)) is not None:
        found[semconv.EXCEPTION_MESSAGE] = scrub(message)[:MAX_CHARS]
    return found
