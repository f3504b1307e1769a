"""One entry of the log: what is hashed, stored and proved, byte for byte.

Every value is text, since numbers in JSON lose digits; moments are Unix nanoseconds and amounts plain decimals. The
bytes are RFC 8785's, made once: whoever verifies hashes what is stored, and never encodes anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

import msgspec

__all__ = ["MOST_BYTES", "Entry", "Kind"]

Kind: TypeAlias = Literal["intent", "outcome", "resolution", "observe", "key", "redact"]
"""``intent``: about to be sent. ``outcome``: what came back. ``resolution``: what was found out later about an intent
without outcome. ``observe``: what was seen and not asked for. ``key``: the log's key changes. ``redact``: disclosures
were erased."""

MOST_BYTES: Final = 60_000
"""Of one entry; a tile has two bytes for its length."""


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is said.

    Attributes:
        seq: its index in the log.
        id: of its own, random; 32 hexadecimal digits.
        ref: the ``id`` of the entry that it answers: the intent of an outcome or a resolution.
        t: when, by the agent's clock: Unix nanoseconds.
        mono: the same by a clock that never goes back, in nanoseconds from a moment of its own.
        op: the venue's operation, such as ``trading.order``.
        trace: hexadecimal, as ``span`` and ``parent``; empty where nothing was recorded.
        attributes: what may be read by anyone who has the log.
        commitments: what may not: salted hashes, whose salts and values are in the disclosures. Name → hexadecimal.
        v: of this form.
    """

    kind: Kind
    seq: str
    id: str
    t: str
    mono: str
    agent: str
    v: str
    ref: str = ""
    op: str = ""
    trace: str = ""
    span: str = ""
    parent: str = ""
    strategy: str = ""
    release: str = ""
    environment: str = ""
    attributes: Mapping[str, str] = msgspec.field(default_factory=dict, name="a")
    commitments: Mapping[str, str] = msgspec.field(default_factory=dict, name="c")
