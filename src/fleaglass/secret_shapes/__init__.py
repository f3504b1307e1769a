"""What a secret looks like: shapes of keys, tokens, mnemonics and private keys, and names of fields that hold one.

::

    keys           pf_live_…, sk-…, xoxb-…, eyJ….….…        known by how they begin
    phrases        legal winner thank year …                 known by twelve words in a row
    private_keys   -----BEGIN …, [12, 250, …], 0x8b4e…       known as what files hold, or by their length
    addresses      ://user:password@, /v3/9aa3…, ?key=…      known by where they stand
    named          "password": "…", api_key=…, --token …     known by their names, which names.py lists
    lists          ["--password", "…"]                       known by the other items of a list

A text that was written for a machine is read in another way: `fleaglass.secret_shapes.spelling`.
"""

from __future__ import annotations

import re
from typing import Final

from fleaglass.secret_shapes import addresses, keys, named, phrases, private_keys
from fleaglass.secret_shapes.keys import looks_like_key
from fleaglass.secret_shapes.lists import without_pieces
from fleaglass.secret_shapes.names import holds_secret, secret_name
from fleaglass.secret_shapes.private_keys import looks_like_hash
from fleaglass.secret_shapes.rule import MARKER, Rule
from fleaglass.secret_shapes.spelling import ESCAPED, PLAIN, Spelling, is_escaped

__all__ = [
    "MARKER",
    "Rule",
    "holds_secret",
    "looks_like_hash",
    "looks_like_key",
    "rules_for",
    "secret_name",
    "without_pieces",
    "without_shapes",
]


def _rules(spelling: Spelling) -> tuple[Rule, ...]:
    """In order. Phrases are before all that end at a blank, for most of a mnemonic is a leak, and after keys, whose
    heads are words as well. Addresses are before names, which would leave the rest of a query."""
    return (
        *keys.rules(spelling),
        *private_keys.by_length(),
        *phrases.rules(spelling),
        *private_keys.of_files(),
        *addresses.rules(spelling),
        *named.rules(spelling),
    )


_PLAIN: Final = _rules(PLAIN)
_ESCAPED: Final = _rules(ESCAPED)


_EVERY: Final = (*_PLAIN, *_ESCAPED)
_LONG_CHARS: Final = min(rule.min_chars for rule in _EVERY if not rule.hints)
_SHORT_CHARS: Final = 20


def _any_hint(chars: int) -> re.Pattern[str]:
    """What must be in a text of so many characters if any rule is to match."""
    hints = {hint for rule in _EVERY if rule.min_chars <= chars for hint in rule.hints}
    return re.compile("|".join(map(re.escape, sorted(hints))))


_HINT: Final = _any_hint(_LONG_CHARS - 1)
_HINT_IN_SHORT: Final = _any_hint(_SHORT_CHARS - 1)


def rules_for(text: str, lower: str) -> list[Rule]:
    """The rules that may match in this text, in the order they are applied; none for most short ones, such as ids.

    Args:
        text: any text.
        lower: the same in lower case.
    """
    chars = len(text)
    if chars < _LONG_CHARS and (_HINT if chars >= _SHORT_CHARS else _HINT_IN_SHORT).search(lower) is None:
        return []
    return [rule for rule in (_ESCAPED if is_escaped(text) else _PLAIN) if rule.may_match(lower)]


def without_shapes(text: str, *, keep_lines: bool = False) -> str:
    """The text without anything that is shaped like a secret. Doing it twice changes nothing more.

    Args:
        text: any text.
        keep_lines: whether it must have as many lines as before.
    """
    for rule in rules_for(text, text.lower()):
        text = rule.apply(text, keep_lines=keep_lines)
    return text
