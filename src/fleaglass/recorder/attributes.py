"""Many values at once, the quick way: by the name of each, then by its own type.

::

    name ─▶ plan: what it is called from here on ─┬─ type ─▶ a quick reader
                                                  └─ any other ─▶ the careful way

It gives what `fleaglass.recorder.normalise` gives, which is the careful way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeAlias

from fleaglass import semconv
from fleaglass.recorder.guard import guard
from fleaglass.recorder.normalise import (
    DECLARED,
    INT64,
    LONG,
    MAX_NAME_CHARS,
    PUBLIC_HASHES,
    Value,
    attribute_name,
    is_public_hash,
    one_of,
    text_of,
    value_as,
)
from fleaglass.recorder.scrub import harmless, scrub, secret_name

__all__ = ["BY_ANY_NAME", "BY_NAME", "BY_SHORT_NAME", "attributes"]

_MAX_FIELD_CHARS: Final = 256
_MAX_PLANS: Final = 2_048

_Read: TypeAlias = Callable[[Any, str | None], Value | None]


def _as_it_is(raw: Any, _: str | None) -> Value:
    value: Value = raw
    return value


def _rounded(raw: Any, _: str | None) -> Value:
    value: Value = round(raw, 8)
    return value


def _as_double(raw: Any, _: str | None) -> Value | None:
    try:
        return round(float(raw), 8)
    except (ValueError, OverflowError):
        return None


def _int_as_double(raw: Any, _: str | None) -> Value:
    return float(raw) if -INT64 <= raw < INT64 else float(str(raw))


def _of_64_bits(raw: Any, _: str | None) -> Value:
    return raw if -INT64 <= raw < INT64 else str(raw)


def _as_text(raw: Any, exempt: str | None) -> Value:
    return text_of(raw, exempt)


def _as_hash(raw: Any, exempt: str | None) -> Value:
    return raw if is_public_hash(raw) else text_of(raw, exempt)


def _as_one_of(values: tuple[str, ...]) -> _Read:
    known = frozenset(values)
    return lambda raw, exempt: raw if raw in known else one_of(values, text_of(raw, exempt))


def _as_int(raw: Any, _: str | None) -> Value:
    return raw if -INT64 <= raw < INT64 else int(str(raw))


_SLOWLY: Final[Mapping[type, _Read]] = MappingProxyType({})
_UNDECLARED: Final[Mapping[type, _Read]] = MappingProxyType(
    {str: _as_text, float: _rounded, bool: _as_it_is, int: _of_64_bits}
)
_BY_TYPE: Final[Mapping[str, Mapping[type, _Read]]] = MappingProxyType(
    {
        "double": MappingProxyType({float: _rounded, int: _int_as_double, Decimal: _as_double}),
        "int": MappingProxyType({int: _as_int}),
        "boolean": MappingProxyType({bool: _as_it_is}),
        "string": MappingProxyType({str: _as_text}),
    }
)


class _Plan(NamedTuple):
    """How the values of a name are read: what it is called from here on, quick ways by type, and its declaration."""

    name: str
    quick: Mapping[type, _Read]
    declared: semconv.Attribute | None


class Plans(dict[str, _Plan]):
    """Plans by name, made when a name is first met: an agent has few, and uses each thousands of times."""

    def __init__(self, make: Callable[[str], _Plan]) -> None:
        super().__init__()
        self._make = make
        self.clean: AbstractSet[str] = frozenset()
        """Texts that were clean when the names were looked at."""

    def forget(self, clean: AbstractSet[str]) -> None:
        """Look at the names again: a secret was learned meanwhile."""
        self.clear()
        self.clean = clean

    def __missing__(self, name: str) -> _Plan:
        plan = self._make(str(name))
        if type(name) is str and len(name) <= MAX_NAME_CHARS:
            if len(self) >= _MAX_PLANS:
                self.clear()
            self[name] = plan
        return plan


def _plan(name: str) -> _Plan:
    declared = DECLARED.get(name)
    if declared is None:
        return _undeclared(name, scrub(name)[:MAX_NAME_CHARS])
    if declared.name in PUBLIC_HASHES:
        return _Plan(name, MappingProxyType({str: _as_hash}), declared)
    if declared.name in LONG:
        return _Plan(name, _SLOWLY, declared)
    if declared.values:
        return _Plan(name, MappingProxyType({str: _as_one_of(declared.values)}), declared)
    return _Plan(name, _BY_TYPE.get(declared.type, _SLOWLY), declared)


def _undeclared(name: str, told: str) -> _Plan:
    return _Plan(told, _SLOWLY if secret_name(name) else _UNDECLARED, None)


BY_NAME: Final = Plans(_plan)
"""Full attribute names."""
BY_SHORT_NAME: Final = Plans(lambda name: _plan(attribute_name(name)))
"""Names that `attribute_name` reads."""
BY_ANY_NAME: Final = Plans(lambda name: _undeclared(name, scrub(name)[:_MAX_FIELD_CHARS]))
"""Names that are no attributes'."""


def attributes(values: Mapping[str, object], exempt: str | None = None, by: Plans = BY_NAME) -> dict[str, Value]:
    """Attributes from an agent's values.

    Args:
        values: by full attribute name, unless ``by`` says otherwise.
        exempt: the one value that is never scrubbed: the agent's own id, which may look like a key.
        by: what the names are.
    """
    found: dict[str, Value] = {}
    clean = harmless.texts
    if by.clean is not clean:
        by.forget(clean)
    for name, raw in values.items():
        full, quick, declared = by[name]
        read = quick.get(type(raw))
        # The three that are met most often are not called, which would take as long as they do.
        if read is _as_text:
            found[full] = raw if raw in clean else text_of(raw, exempt)  # type: ignore[arg-type]
        elif read is _rounded:
            found[full] = round(raw, 8)  # type: ignore[call-overload]
        elif read is _as_it_is:
            found[full] = raw  # type: ignore[assignment]
        elif raw is not None:
            value: Value | None = None
            if read is not None:
                value = read(raw, exempt)
            else:
                with guard(f"reading the value of {name}"):  # an object of the author's may fail at anything
                    value = value_as(declared, name, raw, exempt)
            if value is not None:
                found[full] = value
    return found
