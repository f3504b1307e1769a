"""Names of fields that hold a secret whatever its value looks like.

A name tells by its end, whatever stands before: ``wallet_seed``, ``X-Auth-Key``, ``custom.clientSecret``. After it may
stand what form the secret has: ``private_key_hex``, ``seed_words``. So ``token_count`` and ``author`` tell nothing.

A false alarm costs a word. So every key is one but those that open nothing: ``public_key``, ``sort_key``.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from numbers import Integral
from typing import Final

import msgspec

from fleaglass.secret_shapes.rule import places
from fleaglass.secret_shapes.spelling import PLAIN

__all__ = ["ALL", "HEADERS", "HINTS", "SEEDS", "SENTENCES", "WORDS", "Names", "holds_secret", "secret_name"]

_HINTS: Final = "key pass pwd secret token mnemonic phrase words code seed auth cookie cred jwt pin otp"
HINTS: Final = tuple(_HINTS.split())
"""What a name that tells begins with."""

_HUMP: Final = r"(?-i:(?<=[a-z0-9])(?=[A-Z]))"  # as in walletPassword
_FORM: Final = (
    r"(?:[ _-]?(?:words?|phrase|headers?|text|str(?:ing)?|raw|bytes|hash|hex|b(?:ase)?(?:58|64)|pem|env)"
    r"|[_-]?v?\d{1,3}){0,4}+"
)


def _after(words: str, name: str) -> str:
    """A name behind one of these words, in whatever way they are joined. It is looked at first: it is seldom there."""
    before = "|".join(rf"(?<={word}[ _-])|(?<={word})" for word in words.split())
    return rf"(?={name})(?:{before}){name}"


def _not_after(words: str) -> str:
    return "".join(rf"(?<!{word}[_-])(?<!{word})" for word in words.split())


_OPENS_NOTHING: Final = (
    "public pub verify verifying primary foreign unique composite partition shard sort group range hash row column "
    "index lookup routing cache memo idempotency dedup dedupe object message event config setting dict map json parent "
    "child order position asset market metric label issue project translation hot shortcut"
)


class Names(msgspec.Struct, frozen=True):
    """Names that are alike in what their values look like, as patterns of how they end.

    Attributes:
        whole: those that begin where a part of a name begins.
        glued: those that any letters may stand before, as in APISECRET.
    """

    whole: tuple[str, ...] = ()
    glued: tuple[str, ...] = ()

    def pattern(self, start: str = PLAIN.start) -> str:
        """Any of them. ``start``: where a word begins."""
        whole = rf"(?:{start}|{_HUMP})(?:{'|'.join(self.whole)})"
        return rf"(?:{'|'.join((whole, *self.glued))}){_FORM}"

    def __or__(self, other: Names) -> Names:
        return Names(self.whole + other.whole, self.glued + other.glued)


HEADERS: Final = Names(("authorization", "auth", "cookies?"), ("(?<=o)auth",))
"""Their value is the whole line: ``Authorization: HMAC-SHA256 Credential=…, Signature=…``"""

SENTENCES: Final = Names(
    ("phrases?", "pwd", "cred(?:ential)?s?"),
    (
        "passwords?",
        "passwd",
        "pass(?:phrase|code)s?",
        "mnemonics?",
        _after("recovery backup", "(?:words|codes?)"),
        _after("db user mail smtp rpc proxy wallet admin root", "pass"),
    ),
)
"""Their value may have blanks: ``passphrase: correct horse battery staple``"""

SEEDS: Final = Names(("seeds?",))
"""So may theirs. But a number is the seed of a random generator, by which a decision can be made again."""

WORDS: Final = Names(
    ("key[ _-]?(?:pairs?|material|store)", "token", "jwts?", "pin(?:code)?", "otp"),
    (
        "secrets?",
        _after(
            "api access auth client account secret private priv sign signing wallet encryption master hmac ssh spend "
            "view",
            "keys?",
        ),
        rf"(?:(?<=[a-z0-9][_-])|(?-i:(?<=[a-z0-9])(?=K)))(?=key){_not_after(_OPENS_NOTHING)}key",
        _after("api access auth refresh session bearer bot", "token"),
        "(?<=t)otp",
    ),
)
"""Their value is one word: ``api_key=…``"""

ALL: Final = HEADERS | SENTENCES | SEEDS | WORDS

_END: Final = r"[\"']?\Z"  # as it is, or as Python prints it: that is how sentry_sdk keeps a frame's locals
_NOTHING: Final = re.compile("None|True|False")
_MAX_REMEMBERED_CHARS: Final = 128
_NUMBER: Final = re.compile(r"[\"']?-?\d{1,20}[\"']?")


def secret_name(name: str) -> bool:
    """Whether a field of this name, bare or in quotes, holds a secret whatever its value looks like."""
    return _is_secret(name) if len(name) <= _MAX_REMEMBERED_CHARS else _is_secret.__wrapped__(name)


@lru_cache(maxsize=2_048)  # an agent has few names, and uses each thousands of times
def _is_secret(name: str) -> bool:
    return any(_ends_with(ALL).match(name, place) for place in places(HINTS, name))


@cache  # compiling takes a while: not before a name is looked at
def _ends_with(names: Names) -> re.Pattern[str]:
    return re.compile(names.pattern() + _END, re.IGNORECASE)


def holds_secret(name: str, value: object) -> bool:
    """Whether this is the value of such a field. ``auth=None`` and ``seed=42`` are none, printed or not."""
    if value is None or isinstance(value, bool) or _reads(_NOTHING, value):
        return False
    return secret_name(name) and not (_is_number(value) and _ends_with(SEEDS).search(name))


def _is_number(value: object) -> bool:
    """Of 64 bits at most. A wallet's seed has 128 or more."""
    return _reads(_NUMBER, value) or (isinstance(value, Integral) and int(value).bit_length() <= 64)


def _reads(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None
