"""What a secret looks like: shapes of keys, tokens, mnemonics and private keys, and names of fields that hold one.

Two sets of rules. ``RULES_ESCAPED`` is for text that was written for a machine: in a URL or in JSON inside JSON a blank
is ``%20``, a line break ``\\n``, and a quote has backslashes before it; each would hide a secret from ``RULES``.

The key prefixes are those of Purple Flea's services, of the common model providers, of GitHub and of Sentry.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

__all__ = ["MARKER", "RULES", "RULES_ESCAPED", "Rule", "is_phrase", "looks_like_key", "secret_name"]

MARKER: Final = "[scrubbed]"
"""What stands in a secret's place."""

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
_QUOTE: Final = r"\\{0,8}[\"']"
_HUMP: Final = r"(?-i:(?<=[a-z0-9])(?=[A-Z]))"  # as in walletPassword
# As it is, or as Python prints it: names of bytes, and all that sentry_sdk keeps of a frame's locals.
_SECRET_NAME: Final = re.compile(
    rf"(?P<quote>b?[\"'])?(?:.*(?:[._-]|{_HUMP}))?(?:{_SECRET_NAMES})(?(quote)[\"'])", re.IGNORECASE
)

# A BIP-39 mnemonic: 12 to 24 lower-case words of 3 to 8 letters. Prose breaks the row early.
_WORD: Final = r"[a-z]{3,8}"
_BETWEEN: Final = r"[\s,\"'+_-]+"
_BETWEEN_ESCAPED: Final = r"(?:[\s,\"'+_-]|\\[nrt\"']|%2[0Cc])+"
_MANY_WORDS: Final = 10
"""Words in a list that make it one: fewer than twelve, because a list may have lost its end before it is seen."""
_WORDS: Final = re.compile(rf"[\"']?{_WORD}[\"']?")


@dataclass(frozen=True, slots=True)
class Rule:
    """What is shaped like a secret, and what to put in its place.

    Most texts hold nothing of the kind: the rule is only tried on those that are long enough and have, in lower case,
    one of the ``hints`` somewhere.
    """

    pattern: re.Pattern[str]
    replacement: str | Callable[[re.Match[str]], str] = MARKER
    hints: tuple[str, ...] = ("",)
    min_chars: int = 0


def _rules(*, start: str, between: str, assign: str, space: str, quote: str) -> tuple[Rule, ...]:
    """The rules, in order.

    Args:
        start: where a word begins.
        between: what stands between the words of a mnemonic.
        assign: what stands between a name and its value.
        space: one blank.
        quote: one quote.
    """
    name = rf"(?:{start}|{_HUMP})((?:{_SECRET_NAMES})(?:{quote})?+{space}*+{assign}{space}*+"
    other_name = rf"(?:{_SECRET_NAMES})(?:{quote})?+{space}*+{assign}"
    return (
        Rule(re.compile(rf"{start}{_KEY}"), hints=("_", "-", "aiza")),
        Rule(re.compile(rf"{start}eyJ[A-Za-z0-9_-]{{8,2048}}\.[A-Za-z0-9_-]{{8,}}\.[A-Za-z0-9_-]*"), hints=("eyj",)),
        # Before all that end at a blank: most of a mnemonic is a leak. After keys, whose heads are words as well.
        Rule(re.compile(rf"{start}{_WORD}(?:{between}{_WORD}){{11,}}(?![A-Za-z])"), min_chars=12 * 3 + 11),
        Rule(
            re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL),
            hints=("-----begin",),
        ),
        # user:password@ in an address, then everything after the question mark.
        Rule(re.compile(r"(?<=://)[^\s/?#@]*(?:@[^\s/?#@]*)*@"), f"{MARKER}@", hints=("://",)),
        # The query is optional in the pattern, or a text of nothing but addresses would be searched to its end from
        # each.
        Rule(
            re.compile(r"((?:https?|wss?)://[^\s?#\"'<>]*+)(\?[^\s\"'<>]*)?"),
            lambda found: f"{found[1]}?{MARKER}" if found[2] else found[1],
            hints=("?",),
        ),
        # Long, or with a digit: "basic market data" is no credential.
        Rule(
            re.compile(
                rf"{start}(bearer|basic){space}+(?:[A-Za-z0-9._~+/=-]{{16,}}|(?=\S*\d)[A-Za-z0-9._~+/=-]{{6,}})",
                re.IGNORECASE,
            ),
            rf"\1 {MARKER}",
            hints=("bearer", "basic"),
        ),
        # "name": "all of the value", up to the quote that it began with
        Rule(
            re.compile(
                rf"{name}b?)(?P<quote>{quote})(?!\[scrubbed\](?P=quote)|{other_name})"
                r"(?:(?!(?P=quote))(?:\\.|.)){1,512}(?P=quote)",
                re.IGNORECASE | re.DOTALL,
            ),
            rf"\1\g<quote>{MARKER}\g<quote>",
            hints=_NAME_HINTS,
        ),
        # ("name", "value"): a header, as many libraries show them
        Rule(
            re.compile(
                rf"([(\[]b?{quote}(?:[\w.-]{{0,40}}[_.-])?(?:{_SECRET_NAMES}){quote},\s*b?)(?P<quote>{quote})"
                r"(?!\[scrubbed\](?P=quote))(?:(?!(?P=quote))(?:\\.|.)){1,512}(?P=quote)(?=[)\]])",
                re.IGNORECASE | re.DOTALL,
            ),
            rf"\1\g<quote>{MARKER}\g<quote>",
            hints=_NAME_HINTS,
        ),
        # name=value, name: value, \"name\": \"value; and after "name: other-name: value" the value as well
        Rule(
            re.compile(
                rf"{name}(?:{quote})?+)(?!(?:bearer|basic)\b|\[scrubbed\]|{other_name})"
                rf"{_SECRET_VALUE}{{3,}}(?:(?<=:)\s+{_SECRET_VALUE}+)?",
                re.IGNORECASE,
            ),
            rf"\1{MARKER}",
            hints=_NAME_HINTS,
        ),
        # Private keys: hexadecimal from 41 digits on, Bitcoin's by its shape, any other alphabet (base58) from 64.
        Rule(re.compile(r"(?<![0-9A-Fa-f])(?:0[xX])?[0-9A-Fa-f]{41,}"), min_chars=41),
        Rule(re.compile(rf"{start}[5KL][1-9A-HJ-NP-Za-km-z]{{50,51}}(?![A-Za-z0-9])"), min_chars=51),
        Rule(re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9]{64,}"), min_chars=64),
    )


RULES: Final = _rules(start=_START, between=_BETWEEN, assign="[:=]", space=r"\s", quote=_QUOTE)
RULES_ESCAPED: Final = _rules(
    start=_START_ESCAPED,
    between=_BETWEEN_ESCAPED,
    assign="(?:[:=]|%3[ADad])",
    space=r"(?:\s|%20|\\[nrt])",
    quote=rf"(?:{_QUOTE}|%2[27])",
)


def looks_like_key(value: str) -> bool:
    """Whether the whole value has the shape of an API key."""
    return _KEY_PATTERN.fullmatch(value) is not None


def secret_name(name: str) -> bool:
    """Whether a field of this name, bare or in quotes, holds a secret whatever its value looks like."""
    return _SECRET_NAME.fullmatch(name) is not None


def is_phrase(items: Sequence[object]) -> bool:
    """Whether a list is a mnemonic, a word an item, each of which looks harmless."""
    return len(items) >= _MANY_WORDS and all(isinstance(item, str) and _WORDS.fullmatch(item) for item in items)
