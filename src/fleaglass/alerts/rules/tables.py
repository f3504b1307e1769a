"""From the tables of a rules file to the structs of the model, with everything that is wrong on the way.

msgspec converts a whole document at once and stops at the first thing that does not fit. So here each table is taken
apart by its struct's fields, each setting is converted by itself, and whatever is wrong is noted with its path.
"""

from __future__ import annotations

import math
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Final, TypeVar

import msgspec
from msgspec import Struct, UnsetType

from fleaglass.alerts.rules.durations import duration
from fleaglass.alerts.rules.lines import Path
from fleaglass.alerts.rules.model import Duration, Secret
from fleaglass.alerts.rules.words import expected, found

__all__ = ["Check", "Note", "Tables", "closest"]

S = TypeVar("S", bound=Struct)
Note = tuple[Path, str]
"""Where, and what is wrong there."""
Check = Callable[[Any], Iterator[Note]]
"""What is wrong with a struct beyond the types of its settings; paths are from the struct on."""

_64_BITS: Final = 1 << 63


class Tables:
    """Reads tables.

    Args:
        check: asked of each struct that is complete.
    """

    def __init__(self, check: Check) -> None:
        self.notes: list[Note] = []
        self._check = check

    def struct(self, kind: type[S], table: object, path: Path = ()) -> S | None:
        """A table as its struct; None when something is wrong, which is noted then."""
        if not isinstance(table, dict):
            self._refuse(path, kind, table)
            return None
        before = len(self.notes)
        fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
        self._note_strangers(kind, fields, table, path)
        given: dict[str, Any] = {}
        for name, field in fields.items():
            if name in table:
                given[field.name] = self._value(field.type, table[name], (*path, name))
            elif field.required:
                self.notes.append(((*path, name), f"is missing; expected {expected(name, field.type)}"))
        if len(self.notes) > before:
            return None
        made = kind(**given)
        self.notes += ((path + where, what) for where, what in self._check(made))
        return made

    def _value(self, kind: Any, value: object, path: Path) -> Any:
        """A setting's value. Lists and tables are gone through, so that what is wrong has its own line."""
        structs = tuple(_structs(kind))
        if structs:
            chosen = structs[0] if len(structs) == 1 else self._tagged(structs, value, path)
            return None if chosen is None else self.struct(chosen, value, path)
        match typing.get_origin(kind), value:
            case builtin, list() if builtin is tuple:
                each = typing.get_args(kind)[0]
                return tuple(self._value(each, one, (*path, index)) for index, one in enumerate(value))
            case abstract, dict() if abstract is Mapping:
                key_kind, each = typing.get_args(kind)
                return {
                    self._leaf(key_kind, key, (*path, key)): self._value(each, one, (*path, key))
                    for key, one in value.items()
                }
        return self._leaf(kind, value, path)

    def _leaf(self, kind: Any, value: object, path: Path) -> Any:
        try:
            if _is_no_number(value):
                raise ValueError("no file of 64-bit numbers holds it")
            return msgspec.convert(value, kind, dec_hook=_decode)
        except ValueError:  # msgspec's errors are such
            self._refuse(path, kind, value)
            return None

    def _tagged(self, structs: tuple[type[Struct], ...], table: object, path: Path) -> type[Struct] | None:
        """The one of several structs that a table says it is."""
        by_tag = {str(each.__struct_config__.tag): each for each in structs}
        tag_field = str(structs[0].__struct_config__.tag_field)
        if not isinstance(table, dict):
            self._refuse(path, structs[0], table)
            return None
        tag = table.get(tag_field)
        if isinstance(tag, str) and tag in by_tag:
            return by_tag[tag]
        kinds = f"expected one of {', '.join(by_tag)}"
        what = f"is missing; {kinds}" if tag is None else f"{kinds}, got {found(tag)}{closest(str(tag), by_tag)}"
        self.notes.append(((*path, tag_field), what))
        return None

    def _note_strangers(
        self, kind: type[Struct], fields: Mapping[str, object], table: Mapping[str, object], path: Path
    ) -> None:
        for name in table:
            if name not in fields and name != kind.__struct_config__.tag_field:
                self.notes.append(((*path, name), f"there is no such setting here{closest(name, fields)}"))

    def _refuse(self, path: Path, kind: object, value: object) -> None:
        name = next((part for part in reversed(path) if isinstance(part, str)), "")
        # What stands in place of the place of a secret is the secret.
        got = "" if Secret in _structs(kind) else f", got {found(value)}"
        self.notes.append((path, f"expected {expected(name, kind, value)}{got}"))


def closest(name: str, known: typing.Iterable[str]) -> str:
    """A question after the known name that a wrong one is most like; nothing if there is none."""
    return next((f'; did you mean "{near}"?' for near in get_close_matches(name, known, 1)), "")


def _structs(kind: Any) -> Iterator[type[Struct]]:
    """The structs that a setting takes."""
    if isinstance(kind, type) and issubclass(kind, Struct):
        yield kind
    elif isinstance(kind, types.UnionType) or typing.get_origin(kind) is typing.Union:
        for each in typing.get_args(kind):
            if each not in (types.NoneType, UnsetType):
                yield from _structs(each)


def _decode(kind: type, value: object) -> object:
    assert kind is Duration, f"BUG: nobody reads a {kind.__name__}"
    return duration(value)


def _is_no_number(value: object) -> bool:
    """Whether it is a number that compares with none, or that TOML promises nobody to keep."""
    if isinstance(value, float):
        return not math.isfinite(value)
    return isinstance(value, int) and not -_64_BITS <= value < _64_BITS
