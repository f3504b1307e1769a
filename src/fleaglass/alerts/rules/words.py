"""What a setting of the rules file expects, and what was found there instead, in words."""

from __future__ import annotations

import json
from typing import Final

from msgspec import UnsetType
from msgspec import inspect as shapes

from fleaglass.alerts.rules.model import Duration, Secret

__all__ = ["expected", "found"]

_MAX_CHARS: Final = 60
_DURATION: Final = 'a duration such as "90s", "5m", "1h" or "7d"'
_SECRET: Final = 'a table such as { env = "A_VARIABLE" } or { file = "/a/path" }, never the secret itself'
_NAME: Final = "a name of at most 64 lower-case letters, digits and hyphens"
_NOT_NEGATIVE: Final = ", 0 or more"
_UNITS: Final = {"ms": "a number of milliseconds", "usd": "an amount in USD"}


def expected(name: str, kind: object, value: object = None) -> str:
    """What a setting takes.

    Args:
        name: the setting's, whose ending is its unit.
        kind: its type, an annotation.
        value: what it was given instead. That a number is not to be negative, only a negative one need be told.
    """
    words = _words(shapes.type_info(kind))
    if not (isinstance(value, int | float) and value < 0):
        words = words.removesuffix(_NOT_NEGATIVE)
    unit = _UNITS.get(name.rpartition("_")[2])
    return words if unit is None else words.replace("a number", unit, 1)


def found(value: object) -> str:
    """A value, short enough to be shown."""
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list"
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, str | bool) else str(value)
    return text if len(text) <= _MAX_CHARS else f"{text[: _MAX_CHARS - 1]}…"


def _words(kind: shapes.Type) -> str:
    match kind:
        case shapes.Metadata(type=inner):
            return _words(inner)
        case shapes.UnionType(types=several):
            *most, last = dict.fromkeys(_words(each) for each in several if not _is_absence(each))
            return f"{', '.join(most)} or {last}" if most else last
        case shapes.LiteralType(values=values):
            return f"{'one of ' if len(values) > 1 else ''}{', '.join(map(found, values))}"
        case shapes.BoolType():
            return "true or false"
        case shapes.StrType(pattern=pattern):
            return "text" if pattern is None else _NAME
        case shapes.IntType():
            return f"a whole number{_bounds(kind)}"
        case shapes.FloatType() | shapes.DecimalType():
            return f"a number{_bounds(kind)}"
        case shapes.VarTupleType():
            return "a list"
        case shapes.CustomType(cls=custom) if custom is Duration:
            return _DURATION
        case shapes.StructType(cls=struct) if struct is Secret:
            return _SECRET
        case _:
            return "a table"


def _is_absence(kind: shapes.Type) -> bool:
    return isinstance(kind, shapes.NoneType) or (isinstance(kind, shapes.CustomType) and kind.cls is UnsetType)


def _bounds(kind: shapes.IntType | shapes.FloatType | shapes.DecimalType) -> str:
    """What a number must keep to."""
    if isinstance(kind, shapes.DecimalType):
        return ""
    if kind.ge is not None and kind.le is not None:
        return f" from {kind.ge:g} to {kind.le:g}"
    if kind.gt is not None:
        return f" above {kind.gt:g}" + (f" and up to {kind.le:g}" if kind.le is not None else "")
    if kind.ge is None:
        return ""
    return _NOT_NEGATIVE if kind.ge == 0 else f" above {kind.ge - 1:g}"
