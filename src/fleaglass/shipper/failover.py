"""Several servers that keep what they get in the same place: when one cannot take it, another gets it.

Whoever took the last batch gets the next, so a server that is down costs one wait and not one for each batch. What has
been sent twice, because an answer was lost, is kept once by whatever is behind them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, Protocol, TypeVar

from fleaglass.shipper.answer import Answer, NotNow

__all__ = ["Failover"]

Sent = TypeVar("Sent", contravariant=True)


class _Way(Protocol[Sent]):
    def send(self, what: Sent, /) -> Answer: ...


class Failover(Generic[Sent]):
    """Sends by one of several ways. Used by one thread at a time.

    Args:
        ways: to the servers; at least one.
        first: number of that which is tried first. Agents that each begin with another share the work out.
    """

    def __init__(self, ways: Sequence[_Way[Sent]], first: int = 0) -> None:
        self._ways = ways
        self._at = first

    def send(self, what: Sent, /) -> Answer:
        """One attempt by each way, until one has more to say than that it cannot now."""
        unable: list[NotNow] = []
        while len(unable) < len(self._ways):
            answer = self._ways[self._at].send(what)
            if not isinstance(answer, NotNow):
                return answer
            unable.append(answer)
            self._at = (self._at + 1) % len(self._ways)
        return _together(unable)


def _together(unable: Sequence[NotNow]) -> NotNow:
    """What they say as one. It is time again as soon as it is for any of them."""
    if len(unable) == 1:
        return unable[0]
    asked_s = [each.retry_after_s for each in unable if each.retry_after_s is not None]
    is_asked_by_all = len(asked_s) == len(unable)
    return NotNow(f"none of {len(unable)} servers: {unable[0].why}", min(asked_s) if is_asked_by_all else None)
