"""Takes secrets out of text: spans, events, messages and logs all pass through here.

Two kinds are removed: values this process is known to hold (the API key given to a client, by exact match), and
anything shaped like a secret. What is left in its place says that something was here and nothing about what it was.
A false alarm costs a word in a log; a miss costs a wallet. Trace ids (32 hexadecimal digits) and public addresses
(40) are short enough to stay readable.

The key prefixes are those of Purple Flea's services and of the common model providers.
"""

from __future__ import annotations

import json
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, quote_plus

__all__ = [
    "MARKER",
    "is_known_secret",
    "is_phrase",
    "keep_passing_secret",
    "keep_secret",
    "looks_like_key",
    "scrub",
    "scrub_known",
    "secret_name",
]

MARKER: Final = "[scrubbed]"

# Longest text that is looked at; the rest is cut. Far above anything recorded, so no secret is cut in half and kept.
_MAX_CHARS: Final = 65_536
# Shorter values are words, and replacing a word everywhere would shred the text.
_MIN_SECRET_CHARS: Final = 8

# Where a secret may begin: not inside a word. In text that was escaped the letters of an escape are no part of a word:
# a line break that stands as \n, a sign that stands as %3D.
_START: Final = r"(?<![A-Za-z0-9])"
_START_ESCAPED: Final = (
    rf"(?:{_START}|(?<=\\[bfnrtv0])|(?<=%[0-9A-Fa-f]{{2}})|(?<=\\x[0-9A-Fa-f]{{2}})|(?<=\\u[0-9A-Fa-f]{{4}}))"
)

_KEY = (
    r"(?:pf_(?:live|test|sk|escrow)[_-][A-Za-z0-9_-]{6,}|(?:sk|pk|rk)[_-][A-Za-z0-9_-]{10,}"
    r"|(?:sntry[su]|gsk|hf|gh[pousr])_[A-Za-z0-9_=+/-]{16,}|xai-[A-Za-z0-9_-]{16,}|AIza[A-Za-z0-9_-]{30,})"
)
_KEY_PATTERN: Final = re.compile(rf"{_START}{_KEY}")

_SECRET_NAMES = (
    r"api[_-]?keys?|access[_-]?keys?|secrets?|client[_-]?secret|passwords?|passwd|passphrase|token|access[_-]?token|"
    r"auth[_-]?token|refresh[_-]?token|private[_-]?(?:spend[_-]?|view[_-]?)?keys?|signing[_-]?keys?|view[_-]?key|"
    r"spend[_-]?key|mnemonics?|seed[_-]?phrase|authorization|cookie|credentials?"
)
_NAME_HINTS: Final = ("key", "secret", "pass", "token", "mnemonic", "phrase", "authorization", "cookie", "credential")
_SECRET_VALUE: Final = r"[^\s\"',;&}\])]"
# JSON inside JSON has its quotes escaped, once for each time it was wrapped.
_QUOTE: Final = r"\\{0,8}[\"']?"
_HUMP: Final = r"(?-i:(?<=[a-z0-9])(?=[A-Z]))"  # as in walletPassword
_SECRET_NAME: Final = re.compile(rf"(?:^|.*(?:[._-]|{_HUMP}))(?:{_SECRET_NAMES})", re.IGNORECASE)

# A BIP-39 mnemonic: 12 to 24 lower-case words of 3 to 8 letters. Prose breaks the row early.
_WORD: Final = r"[a-z]{3,8}"
_BETWEEN: Final = r"[\s,\"'+_-]+"
_BETWEEN_ESCAPED: Final = r"(?:[\s,\"'+_-]|\\[nrt\"']|%2[0Cc])+"
_MANY_WORDS: Final = 10
"""Words in a list that make it one: fewer than twelve, because a list may have lost its end before it is seen."""
_WORDS: Final = re.compile(rf"[\"']?{_WORD}[\"']?")


@dataclass(frozen=True, slots=True)
class _Rule:
    """What is shaped like a secret, and what to put in its place.

    Most texts hold nothing of the kind: the rule is only tried on those that are long enough and have, in lower case,
    one of the ``hints`` somewhere.
    """

    pattern: re.Pattern[str]
    replacement: str | Callable[[re.Match[str]], str] = MARKER
    hints: tuple[str, ...] = ("",)
    min_chars: int = 0


def _rules(start: str, between: str, assign: str) -> tuple[_Rule, ...]:
    """The rules, in order.

    Args:
        start: where a word begins.
        between: what stands between the words of a mnemonic.
        assign: what stands between a name and its value.
    """
    name = rf"(?:{start}|{_HUMP})((?:{_SECRET_NAMES}){_QUOTE}\s*{assign}\s*"
    other_name = rf"(?:{_SECRET_NAMES})\\{{0,8}}[\"']?\s*[:=]"
    return (
        _Rule(
            re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL),
            hints=("-----begin",),
        ),
        # user:password@ in an address, then everything after the question mark.
        _Rule(re.compile(r"(?<=://)[^\s/?#@]*(?:@[^\s/?#@]*)*@"), f"{MARKER}@", hints=("://",)),
        # The query is optional in the pattern, or a text of nothing but addresses would be searched to its end from
        # each.
        _Rule(
            re.compile(r"((?:https?|wss?)://[^\s?#\"'<>]*+)(\?[^\s\"'<>]*)?"),
            lambda found: f"{found[1]}?{MARKER}" if found[2] else found[1],
            hints=("?",),
        ),
        # Long, or with a digit: "basic market data" is no credential.
        _Rule(
            re.compile(
                rf"{start}(bearer|basic)(?:\s|%20)+(?:[A-Za-z0-9._~+/=-]{{16,}}|(?=\S*\d)[A-Za-z0-9._~+/=-]{{6,}})",
                re.IGNORECASE,
            ),
            rf"\1 {MARKER}",
            hints=("bearer", "basic"),
        ),
        _Rule(re.compile(rf"{start}{_KEY}"), hints=("_", "-", "aiza")),
        _Rule(re.compile(rf"{start}eyJ[A-Za-z0-9_-]{{8,2048}}\.[A-Za-z0-9_-]{{8,}}\.[A-Za-z0-9_-]*"), hints=("eyj",)),
        _Rule(re.compile(rf"{start}{_WORD}(?:{between}{_WORD}){{11,}}(?![A-Za-z])"), min_chars=12 * 3 + 11),
        # "name": "all of the value", up to the quote that it began with
        _Rule(
            re.compile(
                rf"{name}b?)(?P<quote>\\{{0,8}}[\"'])(?!\[scrubbed\](?P=quote)|{other_name})"
                r"(?:(?!(?P=quote))(?:\\.|.)){1,512}(?P=quote)",
                re.IGNORECASE | re.DOTALL,
            ),
            rf"\1\g<quote>{MARKER}\g<quote>",
            hints=_NAME_HINTS,
        ),
        # name=value, name: value, \"name\": \"value; and after "name: other-name: value" the value as well
        _Rule(
            re.compile(
                rf"{name}{_QUOTE})(?!(?:bearer|basic)\b|\[scrubbed\]|{other_name})"
                rf"{_SECRET_VALUE}{{3,}}(?:(?<=:)\s+{_SECRET_VALUE}+)?",
                re.IGNORECASE,
            ),
            rf"\1{MARKER}",
            hints=_NAME_HINTS,
        ),
        # Private keys: hexadecimal from 41 digits on, Bitcoin's by its shape, any other alphabet (base58) from 64.
        _Rule(re.compile(r"(?<![0-9A-Fa-f])(?:0[xX])?[0-9A-Fa-f]{41,}"), min_chars=41),
        _Rule(re.compile(rf"{start}[5KL][1-9A-HJ-NP-Za-km-z]{{50,51}}(?![A-Za-z0-9])"), min_chars=51),
        _Rule(re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9]{64,}"), min_chars=64),
    )


_RULES: Final = _rules(_START, _BETWEEN, "[:=]")
_RULES_ESCAPED: Final = _rules(_START_ESCAPED, _BETWEEN_ESCAPED, "(?:[:=]|%3[ADad])")

_MAX_PASSING: Final = 256

_lasting: Final[dict[str, tuple[str, ...]]] = {}
_passing: Final[OrderedDict[str, tuple[str, ...]]] = OrderedDict()
_known: tuple[str, ...] = ()
"""All of them in all their forms, the longest first: one may begin with another."""
_lock: Final = threading.Lock()


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


def _forms(value: str) -> tuple[str, ...]:
    """As it is, as it stands in an address, and as it stands in JSON and in what Python prints."""
    in_text = (json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1], repr(value)[1:-1])
    return (value, quote(value, safe=""), quote(value), quote_plus(value), *in_text)


def _collect() -> None:
    global _known
    forms = {form for kept in (_lasting, _passing) for one in kept.values() for form in one}
    _known = tuple(sorted(forms, key=len, reverse=True))


def is_known_secret(value: str) -> bool:
    """Whether this is exactly a secret this process holds."""
    return value in _known


def looks_like_key(value: str) -> bool:
    """Whether the whole value has the shape of an API key."""
    return _KEY_PATTERN.fullmatch(value) is not None


def secret_name(name: str) -> bool:
    """Whether a field of this name holds a secret whatever its value looks like."""
    return _SECRET_NAME.fullmatch(name) is not None


def is_phrase(items: Sequence[object]) -> bool:
    """Whether a list is a mnemonic, a word an item, each of which looks harmless."""
    return len(items) >= _MANY_WORDS and all(isinstance(item, str) and _WORDS.fullmatch(item) for item in items)


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
    text = scrub_known(text)
    lower = text.lower()
    for rule in _RULES_ESCAPED if "\\" in text or "%" in text else _RULES:
        if len(text) >= rule.min_chars and any(hint in lower for hint in rule.hints):
            text = rule.pattern.sub(rule.replacement, text)
    return text


def scrub_known(text: str) -> str:
    """The text without the secrets this process holds; what only looks like one stays."""
    for secret in _known:
        if secret in text:
            text = text.replace(secret, MARKER)
    return text
