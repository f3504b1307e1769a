"""Which spans a rule takes: its `Selector` as a function, made once, because it is asked of every span.

It is the same in an agent, which looks at views of spans, and in the hub, which looks at rows of its store. How each
reads a value by its name is said with it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeAlias, TypeVar

from fleaglass import semconv
from fleaglass.alerts.rules.model import Selector, Value

__all__ = ["anything", "one_of", "takes"]


class _Ended(Protocol):
    @property
    def failed(self) -> bool: ...


S = TypeVar("S", bound=_Ended)
_Test: TypeAlias = Callable[[S], bool]


def takes(selector: Selector, reader: Callable[[str], Callable[[S], object]]) -> Callable[[S], bool]:
    """Whether a span is one of those that are meant: it is when all that the selector asks for holds.

    Args:
        selector: what is meant.
        reader: gives for a name what reads the value of that name from a span: an attribute, its own name (``span``),
            or what its resource says. What it reads must be hashable; None is what a span does not have.
    """
    tests: list[_Test[S]] = []
    if selector.span:
        tests.append(_has(reader("span"), selector.span))
    if selector.status is not None:
        is_error = selector.status == "error"
        tests.append(lambda span: span.failed is is_error)
    if selector.error:
        tests.append(_has(reader(semconv.ERROR_TYPE), selector.error))
    tests.extend(_has(reader(name), wanted) for name, wanted in selector.where.items())
    match tests:
        case []:
            return anything
        case [test]:
            return test
        case [first, second]:
            return lambda span: first(span) and second(span)
    return lambda span: all(test(span) for test in tests)


def anything(_: object) -> bool:
    """Takes every span."""
    return True


def one_of(wanted: Value | tuple[Value, ...]) -> Callable[[object], bool]:
    """Whether a value is one of those: 30 and 30.0 are the same, but true is not 1, as it is in Python."""
    values = frozenset(map(_typed, wanted if isinstance(wanted, tuple) else (wanted,)))
    return lambda value: _typed(value) in values


def _has(read: Callable[[S], object], wanted: Value | tuple[Value, ...]) -> _Test[S]:
    if isinstance(wanted, tuple) and all(isinstance(value, str) for value in wanted):
        texts = frozenset(wanted)  # equal to nothing else, and nearly all that is asked for
        return lambda span: read(span) in texts
    is_wanted = one_of(wanted)
    return lambda span: is_wanted(read(span))


def _typed(value: object) -> tuple[bool, object]:
    return isinstance(value, bool), value
