"""What the endpoints about the hub as a witness answer with, and take."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from pydantic import Field
from typing_extensions import TypedDict

from fleaglass.hub.api.scalars import Nanoseconds

__all__ = ["AlarmShape", "Alarms", "CheckpointShape", "Checkpoints", "LogShape", "Pin", "Pinned", "WitnessShape"]

Vkey = Annotated[str, Field(description="A public key as C2SP's signed-note writes it: name+id+base64.")]
Note = Annotated[str, Field(description="A checkpoint with its signatures, byte for byte.")]
Root = Annotated[str, Field(description="Of the tree, in hexadecimal.", pattern="^[0-9a-f]{64}$")]
Size = Annotated[int, Field(description="How many entries the log has in it.", ge=0)]


class CheckpointShape(TypedDict):
    """A checkpoint that the hub has cosigned, and when: the first time, and the last."""

    size: Size
    root: Root
    note: Note
    first_ns: Nanoseconds
    last_ns: Nanoseconds


class LogShape(TypedDict):
    """A log that the hub witnesses."""

    origin: str
    vkey: Vkey
    added_ns: Nanoseconds
    key_since_ns: Annotated[Nanoseconds, Field(description="Since when this key is trusted; later after a rotation.")]
    newest: CheckpointShape | None
    alarms: Annotated[int, Field(description="That nothing has explained.", ge=0)]


class WitnessShape(TypedDict):
    """The hub as a witness."""

    vkey: Annotated[Vkey | None, Field(description="What its cosignatures are verified with; null: it has no key.")]
    why_not: Annotated[str, Field(description="Why it cosigns nothing; empty if it does.")]
    logs: list[LogShape]


class Checkpoints(TypedDict):
    """Checkpoints of a log that the hub has cosigned, the newest first."""

    origin: str
    vkey: Vkey
    checkpoints: list[CheckpointShape]


class AlarmShape(TypedDict):
    """A log showed what does not go with what it had shown before. `held` and `shown` are the evidence."""

    id: int
    origin: str
    kind: Annotated[
        Literal["fork", "went_back", "unproved", "other_key"],
        Field(
            description="`fork`: two roots are signed for one size, which proves that history was changed. "
            "`went_back`: it showed an earlier state that was never seen. `unproved`: it could not show that what the "
            "hub has is still in it. `other_key`: another key was announced, and the one before has not signed with it."
        ),
    ]
    held: Annotated[str, Field(description="What the hub has: a checkpoint, or a vkey.")]
    shown: Annotated[str, Field(description="What it was shown instead: the same.")]
    times: Annotated[int, Field(ge=1)]
    first_ns: Nanoseconds
    last_ns: Nanoseconds
    explained_ns: Annotated[
        Nanoseconds | None, Field(description="When it was proved after all that nothing had been changed.")
    ]


class Alarms(TypedDict):
    """Alarms, the latest first."""

    alarms: list[AlarmShape]


class Pinned(TypedDict):
    """A log that is trusted."""

    vkey: Vkey


class Pin(msgspec.Struct, forbid_unknown_fields=True):
    """A log that is to be trusted before it has ever been heard of."""

    vkey: Annotated[str, msgspec.Meta(max_length=1000, description="Its public key; its name is the origin.")]
