"""Takes secrets out of text: spans, events, messages and logs all pass through here.

Two kinds are removed: values this process is known to hold (the API key given to a client, by exact match), and
anything shaped like a secret. What is left in its place says that something was here and nothing about what it was.
A false alarm costs a word in a log; a miss costs a wallet. Trace ids (32 hexadecimal digits) and public addresses
(40) are short enough to stay readable.

The key prefixes are those of Purple Flea's services and of the common model providers.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final
from urllib.parse import quote

__all__ = ["MARKER", "is_known_secret", "keep_secret", "looks_like_key", "scrub", "secret_name"]

MARKER: Final = "[scrubbed]"

# Longest text that is looked at; the rest is cut. Far above anything recorded, so no secret is cut in half and kept.
_MAX_CHARS: Final = 65_536
# Shorter values are words, and replacing a word everywhere would shred the text.
_MIN_SECRET_CHARS: Final = 8

_KEY = r"(?:pf_(?:live|test|sk|escrow)[_-][A-Za-z0-9_-]{6,}|(?:sk|pk|rk)[_-][A-Za-z0-9_-]{10,})"
_KEY_PATTERN: Final = re.compile(rf"(?<![A-Za-z0-9]){_KEY}")

_SECRET_NAMES = (
    r"api[_-]?key|access[_-]?key|secret|client[_-]?secret|password|passwd|passphrase|token|access[_-]?token|"
    r"auth[_-]?token|refresh[_-]?token|private[_-]?(?:spend[_-]?|view[_-]?)?key|signing[_-]?key|view[_-]?key|"
    r"spend[_-]?key|mnemonic|seed[_-]?phrase|authorization|cookie|credentials?"
)
_SECRET_VALUE: Final = r"[^\s\"',;&}\])]"
_SECRET_NAME: Final = re.compile(rf"(?:^|.*[._-])(?:{_SECRET_NAMES})", re.IGNORECASE)

_RULES: Final[tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...]] = (
    (re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL), MARKER),
    # user:password@ in an address, then everything after the question mark.
    (re.compile(r"(?<=://)[^\s/?#@]*(?:@[^\s/?#@]*)*@"), f"{MARKER}@"),
    # The query is optional in the pattern, or a text of nothing but addresses would be searched to its end from each.
    (
        re.compile(r"((?:https?|wss?)://[^\s?#\"'<>]*+)(\?[^\s\"'<>]*)?"),
        lambda found: f"{found[1]}?{MARKER}" if found[2] else found[1],
    ),
    # Long, or with a digit: "basic market data" is no credential.
    (
        re.compile(r"\b(bearer|basic)\s+(?:[A-Za-z0-9._~+/=-]{16,}|(?=\S*\d)[A-Za-z0-9._~+/=-]{6,})", re.IGNORECASE),
        rf"\1 {MARKER}",
    ),
    (_KEY_PATTERN, MARKER),
    (re.compile(r"\beyJ[A-Za-z0-9_-]{8,2048}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*"), MARKER),
    # Between 12 and 24 lower-case words of 3 to 8 letters in a row: a BIP-39 mnemonic. Prose breaks the row early.
    (re.compile(r"(?<![A-Za-z])[a-z]{3,8}(?:[\s,]+[a-z]{3,8}){11,}(?![A-Za-z])"), MARKER),
    # name=value, name: value, "name": "value"; and after "name: other-name: value" the value as well
    (
        re.compile(
            rf"(?<![A-Za-z0-9])((?:{_SECRET_NAMES})[\"']?\s*[:=]\s*[\"']?)"
            rf"(?!(?:bearer|basic)\b|\[scrubbed\]|(?:{_SECRET_NAMES})[\"']?\s*[:=]){_SECRET_VALUE}{{3,}}(?:(?<=:)\s+{_SECRET_VALUE}+)?",
            re.IGNORECASE,
        ),
        rf"\1{MARKER}",
    ),
    # Private keys: hexadecimal from 41 digits on, any other alphabet (base58) from 64.
    (re.compile(r"(?<![0-9A-Fa-f])(?:0[xX])?[0-9A-Fa-f]{41,}"), MARKER),
    (re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9]{64,}"), MARKER),
)

_known: set[str] = set()


def keep_secret(value: str) -> None:
    """Remember a secret of this process, so that it is scrubbed whatever it looks like."""
    if isinstance(value, str) and len(value) >= _MIN_SECRET_CHARS:
        _known.update((value, quote(value, safe="")))  # the second as it stands in an address


def is_known_secret(value: str) -> bool:
    """Whether this is exactly a secret this process holds."""
    return value in _known


def looks_like_key(value: str) -> bool:
    """Whether the whole value has the shape of an API key."""
    return _KEY_PATTERN.fullmatch(value) is not None


def secret_name(name: str) -> bool:
    """Whether a field of this name holds a secret whatever its value looks like."""
    return _SECRET_NAME.fullmatch(name) is not None


def scrub(text: str) -> str:
    """The text without its secrets.

    Scrubbing twice changes nothing more. Text beyond 65,536 characters is cut.
    """
    text = text[:_MAX_CHARS]
    if not text.isascii():
        # Lone surrogates (file names, a model's JSON) have no UTF-8: one of them would cost the batch it is sent in.
        text = text.encode(errors="replace").decode()
    if len(text) < _MIN_SECRET_CHARS:
        return text
    for secret in sorted(_known, key=len, reverse=True):  # one may begin with another
        if secret in text:
            text = text.replace(secret, MARKER)
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text
