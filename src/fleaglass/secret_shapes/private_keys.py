"""Private keys: what key files hold, and what is too long to be anything else.

Trace ids (32 hexadecimal digits) and public addresses (40) are shorter.
"""

from __future__ import annotations

import re
from typing import Final

from fleaglass.secret_shapes.rule import MARKER, Rule

__all__ = ["by_length", "looks_like_hash", "of_files"]

_PEM: Final = r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)"
# Solana's: 64 bytes as numbers.
_NUMBERS: Final = r"\[(?:\s*+\d{1,3}+\s*+,){63}\s*+\d{1,3}+\s*+,?\s*+\]"

_SHORTEST: Final = 41
_HEXADECIMAL: Final = re.compile(rf"(?<![0-9A-Fa-f])(?:0[xX])?[0-9A-Fa-f]{{{_SHORTEST},}}")
# The letters of an escape may stand before it: \n, \u0026.
_BITCOIN: Final = re.compile(r"\A(.{0,5}?)[5KL][1-9A-HJ-NP-Za-km-z]{50,51}\Z")
_ANY: Final = re.compile("[A-Za-z0-9]{64,}")
_HASH: Final = re.compile(r"(?:0x)?[A-Za-z0-9]{16,128}")


def looks_like_hash(value: object) -> bool:
    """Whether it may be a transaction's hash: public, and as long as a private key. Only its name tells them apart."""
    return isinstance(value, str) and _HASH.fullmatch(value) is not None


def of_files() -> tuple[Rule, ...]:
    """What key files hold."""
    return Rule(_PEM, hints=("-----begin",), flags=re.DOTALL), Rule(_NUMBERS, min_chars=2 * 64 + 1)


def by_length() -> tuple[Rule, ...]:
    """Hexadecimal from 41 digits on, Bitcoin's by their shape, any other alphabet (base58) from 64."""
    return (Rule(rf"(?<![A-Za-z0-9])[A-Za-z0-9]{{{_SHORTEST},}}+", _without_key, min_chars=_SHORTEST),)


def _without_key(found: re.Match[str]) -> str:
    run = _ANY.sub(MARKER, _HEXADECIMAL.sub(MARKER, found[0]))
    return _BITCOIN.sub(rf"\1{MARKER}", run)
