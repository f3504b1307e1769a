"""What people say to incidents: JSON bodies, checked by msgspec, which says what is wrong and where.

{"for": "8h"}    {"for": "resolved"}    {"text": "Rolled back"}    {"ids": [3, 4]}
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET, UnsetType

__all__ = ["Acknowledge", "Muting", "Note", "Nothing", "Replay"]

Id = Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=10_000)]


class Nothing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An empty object: the path says it all."""


class Acknowledge(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of these are seen by whoever asks."""

    ids: Annotated[list[Id], msgspec.Meta(min_length=1, max_length=200)]


class Muting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For how long nobody is told."""

    span: Annotated[
        str,
        msgspec.Meta(
            pattern="^([1-9][0-9]{0,3}[mhd]|resolved)$",
            description="Minutes, hours or days, as `1h`; or `resolved`: until it is.",
        ),
    ] = msgspec.field(name="for")


class Note(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody says about an incident."""

    text: Text


Time = Annotated[str, msgspec.Meta(min_length=1, max_length=40, description="RFC 3339, or Unix nanoseconds.")]


class Replay(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which history, and which rule: that in force, or the one of the same name in the text of a rules file."""

    since: (
        Annotated[str, msgspec.Meta(pattern="^[1-9][0-9]{0,5}[smhdw]$", description="How far back, as `7d`.")]
        | UnsetType
    ) = UNSET
    from_: Time | UnsetType = msgspec.field(default=UNSET, name="from")
    to: Time | UnsetType = UNSET
    rule: (
        Annotated[str, msgspec.Meta(max_length=1_000_000, description="The text of a whole rules file.")] | UnsetType
    ) = UNSET
