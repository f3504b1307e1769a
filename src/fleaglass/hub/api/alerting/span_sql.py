"""Which spans a rule is about, as conditions on `spans AS s`.

Values are compared as text, as labels are: true is `true`, and 30.0 is `30`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from fleaglass import semconv
from fleaglass.alerts.rules.model import Selector, Value
from fleaglass.hub.api.sql import START_NS, Bindings
from fleaglass.hub.store.tables import MAPS, TYPED_COLUMNS, column

__all__ = ["END_NS", "MS", "in_group", "taken", "text_of"]

END_NS: Final = f"({START_NS} + greatest(s.duration_ns, 0))"
MS: Final = "(greatest(s.duration_ns, 0) / 1e6)"

_OF_THE_SPAN: Final = {
    "agent": "s.agent",
    "environment": "s.environment",
    "release": "s.release",
    "strategy": "s.strategy",
    "span": "s.name",
    semconv.ERROR_TYPE: f"s.attr_string['{semconv.ERROR_TYPE}']",
}
"""Names with a column of their own that is never NULL."""


def taken(bind: Bindings, selector: Selector) -> list[str]:
    """The conditions that a span meets which the selector takes."""
    found = [f"{text_of(bind, name)} IN {_listed(bind, values)}" for name, values in selector.where.items()]
    if selector.span:
        found.append(f"s.name IN {_listed(bind, selector.span)}")
    if selector.error:
        found.append(f"{_OF_THE_SPAN[semconv.ERROR_TYPE]} IN {_listed(bind, selector.error)}")
    if selector.status is not None:
        found.append(f"s.status_code {'=' if selector.status == 'error' else '!='} 2")
    return found


def in_group(bind: Bindings, group_by: Sequence[str], labels: Mapping[str, str]) -> list[str]:
    """The conditions that a span of the group with these labels meets; a label that it lacks is empty."""
    return [f"{text_of(bind, name)} = {bind('String', labels.get(name, ''))}" for name in group_by]


def text_of(bind: Bindings, name: str) -> str:
    """A span's label or attribute as text, whichever column holds it; empty when it has none."""
    if (of_the_span := _OF_THE_SPAN.get(name)) is not None:
        return of_the_span
    key = bind("String", name)
    held = ", ".join(
        f"mapContains(s.{MAPS[kind]}, {key}), toString(s.{MAPS[kind]}[{key}])"
        for kind in ("string", "int", "double", "boolean")
    )
    kept = f"multiIf({held}, '')"
    return f"ifNull(toString(s.{column(name)}), {kept})" if name in TYPED_COLUMNS else kept


def _listed(bind: Bindings, values: Value | Sequence[Value]) -> str:
    several = values if isinstance(values, tuple | list) else (values,)
    return bind("Array(String)", [_as_text(value) for value in several])


def _as_text(value: Value) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)
