"""Selectors and grouping keys of rows, made once: what is asked of every span must be cheap."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from fleaglass import semconv
from fleaglass.alerts.judge.reading import Labels
from fleaglass.alerts.judge.row import Row
from fleaglass.alerts.rules.model import Selector, Value
from fleaglass.alerts.rules.taking import takes

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
    """Whether a selector takes a row."""
    return takes(selector, _getter)


def grouper(group_by: Sequence[str]) -> Callable[[Row], Labels]:
    """The labels of the group that a row belongs to; one that it does not have is empty."""
    names = sorted(set(group_by))
    if names == ["agent"]:
        return lambda row: (("agent", row.agent),)
    getters = [(name, _getter(name)) for name in names]
    return lambda row: tuple((name, _text(get(row))) for name, get in getters)


def _getter(name: str) -> Callable[[Row], Value | None]:
    if name == semconv.ERROR_TYPE:
        return lambda row: row.error_type or row.attributes.get(name)
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
