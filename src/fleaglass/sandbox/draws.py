"""Seeded randomness without state: the same labels under the same seed always give the same number.

A counter-based generator (BLAKE2b over seed and labels) instead of one shared `random.Random`: a draw does not depend
on what was drawn before it, so one agent's fills repeat from run to run however its calls interleave with others'.
"""

from __future__ import annotations

import math
import struct
from hashlib import blake2b

__all__ = ["fraction", "normals", "token", "uniforms"]

_FOUR_WORDS = struct.Struct("<4Q")
_TO_FRACTION = 2.0**-53


def uniforms(seed: int, *labels: object) -> tuple[float, float, float, float]:
    """Return four independent numbers in [0, 1) for these labels."""
    text = "\x1f".join([str(seed), *map(str, labels)])
    first, second, third, fourth = _FOUR_WORDS.unpack(blake2b(text.encode(), digest_size=32).digest())
    return (
        (first >> 11) * _TO_FRACTION,
        (second >> 11) * _TO_FRACTION,
        (third >> 11) * _TO_FRACTION,
        (fourth >> 11) * _TO_FRACTION,
    )


def fraction(seed: int, *labels: object) -> float:
    """Return one number in [0, 1) for these labels."""
    return uniforms(seed, *labels)[0]


def normals(first: float, second: float) -> tuple[float, float]:
    """Return two independent standard normal numbers made from two uniform ones (Box and Muller's transform)."""
    radius = math.sqrt(-2.0 * math.log(1.0 - first))
    angle = 2.0 * math.pi * second
    return radius * math.cos(angle), radius * math.sin(angle)


def token(seed: int, *labels: object, digits: int = 16) -> str:
    """Return `digits` hexadecimal digits (at most 64) for these labels: an identifier that a second run repeats."""
    text = "\x1f".join(["token", str(seed), *map(str, labels)])
    return blake2b(text.encode(), digest_size=32).hexdigest()[:digits]
