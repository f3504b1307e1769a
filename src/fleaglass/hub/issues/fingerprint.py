"""A client's own word on which issue its event belongs to: the fingerprint, with its variables filled in.

::

    absent, empty, or only {{ default }}     default    the grouping of grouping.py
    {{ default }} among others               hybrid     that, kept apart by the others
    none of them {{ default }}               custom     the entries alone

An entry is a variable when it is one as a whole: `{{ transaction }}`, `{{tags.asset}}`. What the event does not say
becomes a word of its own (`<no-transaction>`), so that the event still groups with its like. An entry that repeats the
event's message is taken without its variable parts: as it is, it would make an issue of each event.

Source: Sentry's documentation of fingerprints and their variables.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from fleaglass.hub.issues.event import Event, Exc, Frame
from fleaglass.hub.issues.frames import crash_frame
from fleaglass.hub.issues.parameterise import parameterise

__all__ = ["Fingerprint", "Kind", "fingerprint"]

Kind = Literal["default", "hybrid", "custom"]

_VARIABLE: Final = re.compile(r"\{\{\s*(\S+)\s*\}\}")
_DEFAULT: Final = "default"
_TAG: Final = "tags."


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """`values` are its entries without `{{ default }}`, each with its variable filled in."""

    kind: Kind
    values: tuple[str, ...] = ()


def fingerprint(event: Event) -> Fingerprint:
    """What the event's fingerprint asks for."""
    entries = event.fingerprint
    variables = [_variable(entry) for entry in entries]
    if not entries or variables == [_DEFAULT]:
        return Fingerprint("default")
    values = tuple(
        _literal(event, entry) if name is None else _value(event, name)
        for entry, name in zip(entries, variables, strict=True)
        if name != _DEFAULT
    )
    return Fingerprint("hybrid" if _DEFAULT in variables else "custom", values)


def _variable(entry: str) -> str | None:
    found = _VARIABLE.fullmatch(entry)
    return found[1] if found else None


def _literal(event: Event, entry: str) -> str:
    return parameterise(entry) if entry and entry == event.message else entry


def _value(event: Event, name: str) -> str:
    if name.startswith(_TAG):
        tag = name.removeprefix(_TAG)
        return event.tags.get(tag) or f"<no-value-for-tag-{tag}>"
    if name not in _SOURCES:
        return f"<unrecognized-variable-{name}>"
    missing, source = _SOURCES[name]
    return source(event) or f"<no-{missing}>"


def _last(event: Event) -> Exc:
    return event.exceptions[-1] if event.exceptions else Exc()


def _crash(event: Event) -> Frame:
    return crash_frame(event) or Frame()


def _path(event: Event) -> str:
    frame = _crash(event)
    return frame.abs_path or frame.filename


def _filename(event: Event) -> str:
    frame = _crash(event)
    return frame.filename or frame.abs_path


def _package(event: Event) -> str:
    return _crash(event).package.replace("\\", "/").rpartition("/")[2]


_Source = tuple[str, Callable[[Event], str]]
"""The word for what is missing, and where the value comes from."""

_TYPE: Final[_Source] = ("type", lambda event: _last(event).type)
_VALUE: Final[_Source] = ("value", lambda event: _last(event).value)
_MESSAGE: Final[_Source] = ("message", lambda event: event.message)
_FUNCTION: Final[_Source] = ("function", lambda event: _crash(event).function)
_MODULE: Final[_Source] = ("module", lambda event: _crash(event).module)

_SOURCES: Final[Mapping[str, _Source]] = {
    "transaction": ("transaction", lambda event: event.transaction),
    "level": ("level", lambda event: event.level),
    "logger": ("logger", lambda event: event.logger),
    "message": _MESSAGE,
    "raw_message": _MESSAGE,
    "type": _TYPE,
    "error.type": _TYPE,
    "value": _VALUE,
    "raw_value": _VALUE,
    "error.value": _VALUE,
    "function": _FUNCTION,
    "stack.function": _FUNCTION,
    "module": _MODULE,
    "stack.module": _MODULE,
    "path": ("abs-path", _path),
    "stack.abs_path": ("abs-path", _path),
    "stack.filename": ("filename", _filename),
    "package": ("package", _package),
    "stack.package": ("package", _package),
}
