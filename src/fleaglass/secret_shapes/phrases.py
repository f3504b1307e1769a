"""Mnemonics: 12 to 24 words of 3 to 8 letters, as BIP-39 has them, numbered or not. Prose breaks the row early.

Words in capitals count as well, unless they are as short as tickers are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from fleaglass.secret_shapes.rule import MARKER, Rule
from fleaglass.secret_shapes.spelling import Spelling

__all__ = ["is_phrase", "rules"]

_WORD: Final = r"[A-Za-z][a-z]{2,7}+"
_CAPITALS: Final = r"[A-Z]{3,8}+"
_FIRST_CAPITAL: Final = r"(?=[A-Z])(?:(?<![A-Z0-9])|(?<=%[0-9A-F]{2}))"  # small letters may stand before it
_MANY_WORDS: Final = 10
"""Words in a list that make it one: fewer than twelve, because a list may have lost its end before it is seen."""
_ITEM: Final = re.compile(rf"[\"']?({_WORD}|{_CAPITALS})[\"']?")
_IN_CAPITALS: Final = re.compile(_CAPITALS)


def rules(spelling: Spelling) -> tuple[Rule, ...]:
    """Mnemonics in a text."""
    shortest = 12 * 3 + 11
    return (
        Rule(spelling.start + _row(_WORD, spelling), min_chars=shortest),
        Rule(_FIRST_CAPITAL + _row(_CAPITALS, spelling), _unless_tickers, min_chars=shortest),
    )


def _row(word: str, spelling: Spelling) -> str:
    number = r"(?:\d{1,2}+[.):][\s\"']*+)?+"
    return rf"{word}(?![A-Za-z])(?:{spelling.between}{number}{word}(?![A-Za-z])){{11,}}+"


def is_phrase(items: Sequence[object]) -> bool:
    """Whether a list is a mnemonic, a word an item, each of which looks harmless."""
    if len(items) < _MANY_WORDS:
        return False
    words = [found[1] for item in items if isinstance(item, str) and (found := _ITEM.fullmatch(item))]
    return len(words) == len(items) and not _are_tickers(words)


def _unless_tickers(found: re.Match[str]) -> str:
    return found[0] if _are_tickers(_IN_CAPITALS.findall(found[0])) else MARKER


def _are_tickers(words: Sequence[str]) -> bool:
    """Words in capitals, most of three or four letters. Of a mnemonic's more than two in three are longer."""
    return all(word.isupper() for word in words) and sum(map(len, words)) < 4.5 * len(words)
