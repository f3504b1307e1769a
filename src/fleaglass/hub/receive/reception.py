"""An OTLP body's way to its acknowledgement, the same over HTTP and gRPC.

    whose is it? ──▶ may it send, is there room? ──▶ its turn ──▶ parse, check ──▶ store ──▶ on disk

What is refused is refused before it is parsed, where that can be known, and counted wherever it is refused. Parsing
holds the event loop, so a sender's bodies are parsed one after the other, and others' in between: a runaway with a
hundred requests at the door holds a quiet one up for one of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final
from weakref import WeakValueDictionary

from fleaglass.hub.receive.large import LARGE
from fleaglass.hub.receive.otlp import Malformed, parse
from fleaglass.hub.receive.otlp_json import parse_json
from fleaglass.hub.receive.quota import Quota
from fleaglass.hub.receive.sender import sender_in
from fleaglass.hub.refusals import Reason, Refusals
from fleaglass.hub.store import Batch, Busy, Refused, Signal, Store, Unavailable

__all__ = ["OverQuota", "Reception"]

LARGE_BYTES: Final = 1024 * 1024  # parsed off the event loop, which a body of this size would hold for milliseconds


class OverQuota(Busy):
    """The sender has sent more than it may."""


class Reception:
    """Who takes OTLP in. Used on the event loop.

    Args:
        store: where it goes.
        refusals: where it is counted if it does not.
        quota: of spans, for each agent.
    """

    def __init__(self, store: Store, refusals: Refusals, quota: Quota) -> None:
        self.refusals = refusals
        self._store = store
        self._quota = quota
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def take(self, signal: Signal, body: bytes, *, is_json: bool = False) -> None:
        """Return once every row of a body is on disk.

        Raises Malformed and Refused (it cannot be read), Busy and OverQuota (its sender sends too much), Unavailable.
        """
        sender = "" if is_json else sender_in(body)  # JSON says it to whoever has parsed it all
        try:
            if not is_json:
                self._check(signal, sender, len(body))
            batch = await self._parsed(signal, sender, body, parse_json if is_json else parse)
            sender = batch.sender
            if is_json:
                self._check(signal, sender, len(batch.body))
            if signal == "traces":
                self._quota.spend(sender, batch.rows)
            await self._store.submit(batch)
        except (Malformed, Refused, Unavailable) as error:
            self.refusals.count(_reason(error), signal, sender)
            raise

    def _check(self, signal: Signal, sender: str, size: int) -> None:
        """Whether the sender may send so many bytes. Raises Busy, OverQuota, Unavailable."""
        if signal == "traces" and (wait_s := self._quota.wait_s(sender)):
            name = sender or "whoever names no agent"
            raise OverQuota(f"{name} sends more than {self._quota.per_s:g} spans/s (--quota-spans-per-s)", wait_s)
        self._store.check_room(sender, size)

    async def _parsed(
        self, signal: Signal, sender: str, body: bytes, reader: Callable[[Signal, bytes], Batch]
    ) -> Batch:
        turn = self._turns.setdefault(sender, asyncio.Lock())
        async with turn:
            if len(body) > LARGE_BYTES:
                return await asyncio.get_running_loop().run_in_executor(LARGE, reader, signal, body)
            batch = reader(signal, body)
            await asyncio.sleep(0)  # whoever waits for the loop has it before this sender's next body
            return batch


def _reason(error: Exception) -> Reason:
    if isinstance(error, OverQuota):
        return "quota"
    if isinstance(error, Busy):
        return "busy"
    return "unavailable" if isinstance(error, Unavailable) else "malformed"
