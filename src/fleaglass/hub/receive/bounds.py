"""How much of an event is kept. What goes beyond is cut, with an ellipsis or a count of what is missing in its place.

Whole bodies are bounded by body.py; these keep one event from filling the store, and its page, by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any, Final

from fleaglass.hub.receive.scrub import scrub_text

__all__ = [
    "BREADCRUMBS",
    "CHAIN",
    "CHAIN_FRAMES",
    "FRAMES",
    "ITEMS",
    "LINES",
    "LINE_CHARS",
    "MESSAGE_CHARS",
    "NAME_CHARS",
    "TAGS",
    "TEXT_CHARS",
    "THREADS",
    "VARS_CHARS",
    "both_ends",
    "bounded",
    "cut",
]

FRAMES: Final = 250
"""Frames of one stack: from both ends, for a recursion is told by where it begins and by where it stops."""
CHAIN_FRAMES: Final = 1_000
"""Frames of all stacks of a chain, or of all threads."""
CHAIN: Final = 50
"""Exceptions of one chain, from both ends."""
THREADS: Final = 100
BREADCRUMBS: Final = 200
"""The newest: the trail that led here."""
TAGS: Final = 200
ITEMS: Final = 1_000
"""Items of a list or members of an object, wherever an author's own values stand."""
LINES: Final = 20
"""Lines of source before a frame's, and after."""

LINE_CHARS: Final = 512
NAME_CHARS: Final = 200
"""Of a tag's name and value, a release, an environment, a logger …: 200 is what Sentry takes of most."""
VARS_CHARS: Final = 1_024
"""Of one local variable."""
MESSAGE_CHARS: Final = 8_192
TEXT_CHARS: Final = 8_192
"""Of any other text."""

_DEPTH: Final = 10
"""Of an author's own values."""
_CUT: Final = "…"
_AHEAD: Final = 1_024
"""Longer than a secret that is only known by its length or its words."""


def cut(text: str, chars: int) -> str:
    """The text, or as much of its beginning as fits with an ellipsis.

    It is scrubbed before it is cut, with some of what follows, for half a secret is not seen as one.
    """
    return text if len(text) <= chars else scrub_text(text[: chars + _AHEAD])[: chars - 1] + _CUT


def both_ends(items: list[Any], most: int) -> list[Any]:
    """The items, or as many from either end."""
    return items if len(items) <= most else items[: most // 2] + items[len(items) - (most - most // 2) :]


def bounded(value: Any, chars: int = TEXT_CHARS, items: int = ITEMS, depth: int = _DEPTH) -> Any:
    """An author's own value, a JSON type, with every text, list and object bounded, and no deeper than `depth`."""
    if isinstance(value, str):
        return cut(value, chars)
    if isinstance(value, dict):
        if depth == 0:
            return _CUT
        pairs: Iterable[tuple[str, Any]] = value.items() if len(value) <= items else islice(value.items(), items)
        # Most are short texts, which are not worth a call each.
        return {
            name if len(name) <= NAME_CHARS else cut(name, NAME_CHARS): item
            if type(item) is str and len(item) <= chars
            else bounded(item, chars, items, depth - 1)
            for name, item in pairs
        }
    if isinstance(value, list):
        return _CUT if depth == 0 else [bounded(item, chars, items, depth - 1) for item in value[:items]]
    return value
