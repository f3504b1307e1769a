"""What a server says, made fit for one line of a log: a stranger's text may hold anything, and be of any length."""

from __future__ import annotations

from typing import Final

__all__ = ["one_line"]

_MAX_CHARS: Final = 200


def one_line(text: str) -> str:
    """The text without line breaks and control characters, cut where it is long."""
    start = text[: 10 * _MAX_CHARS]
    words = " ".join("".join(each if each.isprintable() else " " for each in start).split())
    return words if len(words) <= _MAX_CHARS else f"{words[: _MAX_CHARS - 1]}…"
