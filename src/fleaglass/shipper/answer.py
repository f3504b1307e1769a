"""The three things that can come of one attempt to deliver."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Accepted", "Answer", "NotNow", "Refused"]


@dataclass(frozen=True, slots=True)
class Accepted:
    """The destination has the batch, except ``rejected`` items that it will never take."""

    rejected: int = 0


@dataclass(frozen=True, slots=True)
class NotNow:
    """The destination cannot be reached or is busy; ``retry_after_s`` if it said for how long."""

    why: str
    retry_after_s: float | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """The destination will never take this batch."""

    why: str


Answer = Accepted | NotNow | Refused
