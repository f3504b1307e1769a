"""Plain data as YAML: as much of it as configuration files need, which no reader of YAML takes for anything else.

Text is written as it is only where nothing about it could be misread; all other text is quoted as in JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

__all__ = ["yaml"]

_PLAIN: Final = re.compile(r"[A-Za-z_/][A-Za-z0-9_./-]*(?: [A-Za-z0-9_./-]+)*")
_TAKEN: Final = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "inf", "nan"})


def yaml(value: Mapping[str, Any], comment: str = "") -> str:
    """A document.

    Args:
        value: of mappings, sequences, text, numbers, booleans and None.
        comment: what it begins with, one line.
    """
    head = [f"# {comment}"] if comment else []
    return "\n".join((*head, *(_block(value) if value else ("{}",)), ""))


def _block(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, member in value.items():
            yield from _entry(f"{_scalar(key)}:", member)
    else:
        for member in value:
            lines = list(_block(member)) if _nests(member) else [_scalar(member)]
            yield f"- {lines[0]}"
            yield from (f"  {line}" for line in lines[1:])


def _entry(key: str, value: Any) -> Iterator[str]:
    if _nests(value):
        yield key
        yield from (f"  {line}" for line in _block(value))
    else:
        yield f"{key} {_scalar(value)}"


def _nests(value: Any) -> bool:
    return bool(value) and (isinstance(value, Mapping) or (isinstance(value, Sequence) and not isinstance(value, str)))


def _scalar(value: Any) -> str:
    if isinstance(value, float):
        mantissa, e, exponent = repr(value).partition("e")
        return f"{mantissa}{'' if '.' in mantissa or not e else '.0'}{e}{exponent}"  # 1e+16 alone is text
    if not isinstance(value, str):
        return json.dumps(value)
    if _PLAIN.fullmatch(value) and value.lower() not in _TAKEN:
        return value
    return '"' + "".join(map(_character, value)) + '"'


def _character(each: str) -> str:
    """As it stands in double quotes. Letters of all languages stay; what is invisible is escaped."""
    if each in '"\\':
        return f"\\{each}"
    if each.isprintable() and ord(each) < 0x10000:
        return each
    return f"\\u{ord(each):04x}" if ord(each) < 0x10000 else f"\\U{ord(each):08x}"
