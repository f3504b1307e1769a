"""Which spans a rule takes, inside an agent: its `Selector` as a function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from fleaglass import semconv
from fleaglass.alerts.rules.model import Selector, Value
from fleaglass.alerts.watch import SpanView

__all__ = ["Identity", "Takes", "takes"]

Takes: TypeAlias = Callable[[SpanView], bool]
Identity: TypeAlias = Mapping[str, str | None]
"""What is the same in all spans of an agent: ``agent``, ``environment``, ``release``, ``strategy``."""

_Key: TypeAlias = tuple[bool, object]


def takes(selector: Selector, identity: Identity) -> Takes | None:
    """Whether a span is one of those that are meant, as a function; None when none of this agent's ever is.

    The names in the selector are not looked at: a watch sees only spans of its names.
    """
    tests: list[Takes] = []
    if selector.status is not None:
        is_error = selector.status == "error"
        tests.append(lambda span: span.failed is is_error)
    where: dict[str, Value | tuple[Value, ...]] = dict(selector.where)
    if selector.error:
        where[semconv.ERROR_TYPE] = selector.error
    for name, value in where.items():
        values = frozenset(map(_key, value if isinstance(value, tuple) else (value,)))
        if name not in identity:
            tests.append(_has(name, values))
        elif _key(identity[name]) not in values:
            return None
    return _all(tests)


def _has(name: str, values: frozenset[_Key]) -> Takes:
    return lambda span: _key(span.attributes.get(name)) in values


def _key(value: object) -> _Key:
    """A value by which it is the same as others. Python takes True for 1. Lists equal nothing that a rule can say."""
    return isinstance(value, bool), None if isinstance(value, list) else value


def _all(tests: list[Takes]) -> Takes:
    if not tests:
        return lambda _: True
    first, *rest = tests
    return (lambda span: first(span) and all(test(span) for test in rest)) if rest else first
