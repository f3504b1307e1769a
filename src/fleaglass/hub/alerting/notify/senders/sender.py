"""What all senders have in common: one method, and two ways to fail."""

from __future__ import annotations

from typing import Protocol

from fleaglass.hub.alerting.notify.messages import Message

__all__ = ["Refused", "Sender", "Unreachable"]


class Refused(Exception):
    """The receiver will never take this; the text says why, without any secret."""


class Unreachable(Exception):
    """It may be taken later; the text says why not now, without any secret. `retry_after_s`: as the receiver asked."""

    def __init__(self, why: str, retry_after_s: float | None = None) -> None:
        super().__init__(why)
        self.retry_after_s = retry_after_s


class Sender(Protocol):
    """One receiver, ready to be told."""

    async def send(self, message: Message) -> None:
        """Tell it. Returns when the receiver has taken it. Raises Refused, Unreachable, and NoSecret."""
