"""Takes secrets out of text: spans, events, messages and logs all pass through here.

Two kinds are removed: values this process is known to hold (the API key given to a client, by exact match), and
anything shaped like a secret. What is left in its place says that something was here and nothing about what it was.
A false alarm costs a word in a log; a miss costs a wallet. Trace ids (32 hexadecimal digits) and public addresses
(40) are short enough to stay readable.
"""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from collections.abc import Sequence
from typing import Final
from urllib.parse import quote, quote_plus

from fleaglass._forks import Lock
from fleaglass.secret_shapes import (
    MARKER,
    holds_secret,
    looks_like_key,
    secret_name,
    without_pieces,
    without_shapes,
)

__all__ = [
    "MARKER",
    "Harmless",
    "forget_secrets",
    "harmless",
    "holds_secret",
    "is_known_secret",
    "keep_passing_secret",
    "keep_secret",
    "looks_like_key",
    "scrub",
    "scrub_known",
    "scrub_lines",
    "secret_name",
    "without_pieces",
]

# Longest text that is looked at; the rest is cut. Far above anything recorded, so no secret is cut in half and kept.
_MAX_CHARS: Final = 65_536
# Shorter values are words, and replacing a word everywhere would shred the text.
_MIN_SECRET_CHARS: Final = 8

_MAX_PASSING: Final = 256
_MAX_REMEMBERED: Final = 4_096
_MAX_REMEMBERED_CHARS: Final = 128
_REST: Final = "[A-Za-z0-9_-]*+"

_lasting: Final[dict[str, tuple[str, ...]]] = {}
_passing: Final[OrderedDict[str, tuple[str, ...]]] = OrderedDict()
_known: tuple[str, ...] = ()
"""All of them in all their forms, the longest first: one may begin with another."""


class Harmless:
    """Short texts that hold no secret, as far as is known by now: an agent says the same thousands of times.

    Attributes:
        texts: what is among them need not be scrubbed. When a secret is learned, this is another set.
    """

    def __init__(self) -> None:
        self.texts: set[str] = set()


harmless: Final = Harmless()
_lock: Final = Lock()


def keep_secret(value: str) -> None:
    """Remember a secret of this process, so that it is scrubbed whatever it looks like."""
    if isinstance(value, str) and len(value) >= _MIN_SECRET_CHARS and value not in _lasting:
        with _lock:
            _lasting[value] = _forms(value)
            _collect()


def keep_passing_secret(value: str) -> None:
    """Remember a secret that was seen on its way, of which there may be a new one every hour: the latest 256."""
    if not isinstance(value, str) or len(value) < _MIN_SECRET_CHARS:
        return
    with _lock:
        is_new = value not in _passing
        if is_new:
            _passing[value] = _forms(value)
        _passing.move_to_end(value)
        if len(_passing) > _MAX_PASSING:
            _passing.popitem(last=False)
        if is_new:
            _collect()


def forget_secrets() -> None:
    """Know none any more. For tests."""
    with _lock:
        _lasting.clear()
        _passing.clear()
        _collect()


def _forms(value: str) -> tuple[str, ...]:
    """As it is, as it stands in an address, and as it stands in JSON and in what Python prints."""
    in_text = (json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1], repr(value)[1:-1])
    return (value, quote(value, safe=""), quote(value), quote_plus(value), *in_text)


def _collect() -> None:
    global _known
    forms = {form for kept in (_lasting, _passing) for one in kept.values() for form in one}
    _known = tuple(sorted(forms, key=len, reverse=True))
    # Afterwards: who looked at a text by the old ones, and still does, remembers it in the old set.
    harmless.texts = set()


def is_known_secret(value: str) -> bool:
    """Whether this is exactly a secret this process holds."""
    return value in _known


def scrub(text: str) -> str:
    """The text without its secrets.

    Scrubbing twice changes nothing more. Text beyond 65,536 characters is cut.
    """
    known = harmless.texts
    if text in known:
        return text
    told = _scrub(text)
    if told == text and len(text) <= _MAX_REMEMBERED_CHARS:
        if len(known) >= _MAX_REMEMBERED:
            known.clear()
        known.add(text)
    return told


def scrub_lines(lines: Sequence[str]) -> list[str]:
    """The lines of one text without its secrets, also those that are wrapped over several. As many lines come back."""
    told = _scrub("\n".join(lines), keep_lines=True).split("\n")
    return (told + [""] * len(lines))[: len(lines)]


def _scrub(text: str, *, keep_lines: bool = False) -> str:
    text = text[:_MAX_CHARS]
    if not text.isascii():
        # Lone surrogates (file names, a model's JSON) have no UTF-8: one of them would cost the batch it is sent in.
        text = text.encode(errors="replace").decode()
    if len(text) < _MIN_SECRET_CHARS:
        return text
    return without_shapes(scrub_known(text), keep_lines=keep_lines)


def scrub_known(text: str) -> str:
    """The text without the secrets this process holds; what only looks like one stays.

    What follows a secret without a break goes with it: it may be the rest of a longer one, which is no longer
    recognised by its shape.
    """
    for secret in _known:
        if secret in text:
            text = re.sub(re.escape(secret) + _REST, MARKER, text)
    return text
