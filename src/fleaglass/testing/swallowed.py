"""Errors of Fleaglass's own: in production counted, logged and swallowed; in a test they must show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from fleaglass.recorder import guard

__all__ = ["SwallowedError", "fail_if_swallowed", "lenient", "strict"]


class SwallowedError(AssertionError):
    """The recorder met an error of its own. In production it would have been counted, logged and swallowed."""


def fail_if_swallowed(known: Counter[str] | None = None) -> None:
    """Raise `SwallowedError` if there are internal errors that are not ``known``, from whatever thread."""
    if new := guard.swallowed - (known or Counter()):
        raise SwallowedError(", ".join(f"{kind} ({count} times)" for kind, count in new.items()))


@contextmanager
def strict() -> Iterator[None]:
    """A block in which internal errors are raised where they happen; and at the end, those from other threads too."""
    before, guard.strict = guard.strict, True
    known = guard.swallowed.copy()
    try:
        yield
        fail_if_swallowed(known)
    finally:
        guard.strict = before


@contextmanager
def lenient() -> Iterator[None]:
    """A block in which internal errors are swallowed as in production, to see what an agent's author would see."""
    before, guard.strict = guard.strict, False
    known = guard.swallowed.copy()
    try:
        yield
    finally:
        guard.strict = before
        guard.forget()
        guard.swallowed.update(known)
