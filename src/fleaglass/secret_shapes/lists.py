"""Secrets that a list holds in pieces, each of which looks harmless.

::

    ["legal", "winner", "thank", …]        a mnemonic, a word an item
    ("X-Api-Key", "odd value")             a header
    ["tool", "--password", "odd value"]    a command
    [12, 250, …]                           a private key, a byte an item
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from fleaglass.secret_shapes.names import secret_name
from fleaglass.secret_shapes.phrases import is_phrase
from fleaglass.secret_shapes.rule import MARKER

__all__ = ["without_pieces"]

_KEY_BYTES: Final = 64
_OPTION: Final = re.compile(r"b?[\"']?--?\w[\w-]*[\"']?")  # as it is, or as Python prints it


def without_pieces(items: Sequence[object]) -> list[object]:
    """The same items, but for those that are secret because of the others."""
    if is_phrase(items) or _is_key(items):
        return [MARKER]
    if len(items) == 2 and _names_secret(items[0]):
        return [items[0], MARKER]
    return [MARKER if at and _is_option(items[at - 1]) else item for at, item in enumerate(items)]


def _is_key(items: Sequence[object]) -> bool:
    """Solana's: 64 bytes, of which half are beyond what most counts are."""
    if len(items) != _KEY_BYTES:
        return False
    numbers = [item for item in items if type(item) is int and 0 <= item < 256]
    return len(numbers) == _KEY_BYTES and max(numbers) > 127


def _is_option(item: object) -> bool:
    return isinstance(item, str) and _OPTION.fullmatch(item) is not None and secret_name(item)


def _names_secret(item: object) -> bool:
    return isinstance(item, str | bytes) and secret_name(item if isinstance(item, str) else repr(item))
