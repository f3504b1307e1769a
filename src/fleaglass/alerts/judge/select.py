"""Selectors and grouping keys, compiled once: what is asked of every span must be cheap."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from fleaglass.alerts.judge.reading import Labels
from fleaglass.alerts.judge.row import Row
from fleaglass.alerts.rules.model import Selector, Value

__all__ = ["OF_THE_ROW", "Matcher", "grouper", "matcher"]

Matcher = Callable[[Row], bool]

OF_THE_ROW: Final = {
    "agent": lambda row: row.agent,
    "environment": lambda row: row.environment,
    "release": lambda row: row.release,
    "strategy": lambda row: row.strategy,
    "span": lambda row: row.name,
}
"""Names that are no attributes, and where they are found."""


def matcher(selector: Selector) -> Matcher:
    """Whether a selector takes a row: it does when all that it asks for holds."""
    tests = _tests(selector)
    match tests:
        case []:
            return _anything
        case [test]:
            return test
    return lambda row: all(test(row) for test in tests)


def grouper(group_by: Sequence[str]) -> Callable[[Row], Labels]:
    """The labels of the group that a row belongs to; one that it does not have is empty."""
    names = sorted(set(group_by))
    if names == ["agent"]:
        return lambda row: (("agent", row.agent),)
    getters = [(name, _getter(name)) for name in names]
    return lambda row: tuple((name, _text(get(row))) for name, get in getters)


def _anything(_: Row) -> bool:
    return True


def _tests(selector: Selector) -> list[Matcher]:
    tests: list[Matcher] = []
    if selector.span:
        names = frozenset(selector.span)
        tests.append(lambda row: row.name in names)
    if selector.status is not None:
        failed = selector.status == "error"
        tests.append(lambda row: row.failed is failed)
    if selector.error:
        errors = frozenset(selector.error)
        tests.append(lambda row: row.error_type in errors)
    tests.extend(_has(name, wanted) for name, wanted in selector.where.items() if name)
    return tests


def _has(name: str, wanted: Value | tuple[Value, ...]) -> Matcher:
    get = _getter(name)
    values = frozenset(_typed(each) for each in (wanted if isinstance(wanted, tuple | list) else (wanted,)))
    return lambda row: _typed(get(row)) in values


def _typed(value: Value | None) -> tuple[bool, Value | None]:
    """Equal by value, 30 and 30.0 alike; but true is not 1, as it is in Python."""
    return isinstance(value, bool), value


def _getter(name: str) -> Callable[[Row], Value | None]:
    return OF_THE_ROW.get(name) or (lambda row: row.attributes.get(name))


def _text(value: Value | None) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case float() if value.is_integer():
            return str(int(value))
    return str(value)
