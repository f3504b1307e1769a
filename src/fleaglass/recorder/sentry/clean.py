"""The last pass over everything that goes to Sentry: plain JSON values, bounded, without secrets.

Every link calls it on what it is about to send, after the hooks of the author's, so nothing gets around it. It looks at
keys and values at every depth: locals of a stack frame, breadcrumbs, contexts, lines of source, headers as pairs.
Cleaning twice changes nothing more.

The agent's own id is exempt where it stands alone, even if it looks like a key, unless this process knows it as one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Set
from typing import Any, Final

from fleaglass.recorder.guard import guard
from fleaglass.recorder.normalise import is_public_hash, value_of
from fleaglass.recorder.scrub import MARKER, holds_secret, is_known_secret, scrub, without_pieces

__all__ = ["clean"]

_MAX_DEPTH: Final = 12
_MAX_ITEMS: Final = 1_000  # modules, frames; locals and contexts are bounded where they are made
_MAX_CHARS: Final = 8_192
_MAX_NAME_CHARS: Final = 200
_UNREADABLE: Final = "[unreadable]"
_INT64: Final = 2**63
_PUBLIC_HASH: Final = "tx_hash"


def clean(value: object, exempt: Set[str] = frozenset()) -> Any:
    """The value as JSON, without its secrets. Never raises.

    Args:
        value: anything.
        exempt: texts that stay as they are.
    """
    return _clean(value, exempt, 0)


def _clean(value: object, exempt: Set[str], depth: int) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _text(str.__str__(value), exempt)
    if isinstance(value, int) and type(value) is int:
        return value if -_INT64 <= value < _INT64 else str(value)
    if type(value) is float:
        return value if math.isfinite(value) else str(value)
    if depth >= _MAX_DEPTH:
        return "…"
    if isinstance(value, Mapping):
        return _mapping(value, exempt, depth + 1)
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean(item, exempt, depth + 1) for item in without_pieces(list(value)[:_MAX_ITEMS])]
    plain: object = _UNREADABLE
    with guard.theirs("reading a value for Sentry"):
        plain = value_of(value)
    return _clean(plain, exempt, depth + 1)


def _mapping(value: Mapping[Any, Any], exempt: Set[str], depth: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    with guard.theirs("reading a mapping for Sentry"):
        for key, item in list(value.items())[:_MAX_ITEMS]:
            name = _shown(key)
            if holds_secret(name, item):
                found[_name(name)] = MARKER
            elif name == _PUBLIC_HASH and is_public_hash(item):
                found[name] = item
            else:
                found[_name(name)] = _clean(item, exempt, depth)
    return found


def _text(text: str, exempt: Set[str]) -> str:
    if text in exempt and not is_known_secret(text):
        return text
    return scrub(text)[:_MAX_CHARS]


def _shown(key: object) -> str:
    return key if isinstance(key, str) else repr(key)


def _name(name: str) -> str:
    return scrub(name)[:_MAX_NAME_CHARS]
