"""One attempt to deliver, and the three things that can come of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

__all__ = ["Accepted", "Answer", "NotNow", "Refused", "Sender"]

ItemT = TypeVar("ItemT", contravariant=True)


@dataclass(frozen=True, slots=True)
class Accepted:
    """The collector has the batch, except ``rejected`` items that it will never take."""

    rejected: int = 0


@dataclass(frozen=True, slots=True)
class NotNow:
    """The collector cannot be reached or is busy; ``retry_after_s`` if it said for how long."""

    why: str
    retry_after_s: float | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """The collector will never take this batch."""

    why: str


Answer = Accepted | NotNow | Refused


class Sender(Protocol[ItemT]):
    """One attempt to deliver."""

    destination: str

    def send(self, batch: Sequence[ItemT]) -> Answer:
        """Deliver the batch, or say why not. Raises nothing that it expects."""
        ...
