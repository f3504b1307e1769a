"""One attempt to deliver, and the three things that can come of it."""

from __future__ import annotations

import msgspec

__all__ = ["Accepted", "Answer", "NotNow", "Refused"]


class Accepted(msgspec.Struct, frozen=True):
    """The server has the batch, except ``rejected`` items that it will never take.

    ``why`` is what it says about these, or a warning of it; often empty.
    """

    rejected: int = 0
    why: str = ""


class NotNow(msgspec.Struct, frozen=True):
    """The server cannot be reached or is busy; ``retry_after_s`` if it said for how long."""

    why: str
    retry_after_s: float | None = None


class Refused(msgspec.Struct, frozen=True):
    """The server will never take this batch; ``too_large`` if it may take a part of it."""

    why: str
    too_large: bool = False


Answer = Accepted | NotNow | Refused
