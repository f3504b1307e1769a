"""Sending what waits to one receiver: in order, one at a time, until one fails.

A receiver that cannot be reached is tried again after 2 s, then after twice as long each time up to 5 min, or when its
Retry-After says; the first message that waits is the probe. So a dead one costs a request now and then, however much
waits for it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from sqlalchemy import Connection

from fleaglass.hub.alerting.notify import outbox
from fleaglass.hub.alerting.notify.messages import Message, message_of
from fleaglass.hub.alerting.notify.outbox import GIVE_UP_NS, Note
from fleaglass.hub.alerting.notify.rows import incident_rows, read_group
from fleaglass.hub.alerting.notify.secret import NoSecret
from fleaglass.hub.alerting.notify.senders.sender import Refused, Sender, Unreachable
from fleaglass.hub.state import State

__all__ = ["Delivery", "back_off_s", "told"]

_FIRST_S: Final = 2.0
_MOST_S: Final = 300.0
_SECOND_NS: Final = 1_000_000_000

_log = logging.getLogger(__name__)


class Delivery:
    """Sends notes. `hub` is its own address, for links; `now_ns` gives Unix nanoseconds, `chance` a number in 0..1."""

    def __init__(self, state: State, hub: str, now_ns: Callable[[], int], chance: Callable[[], float]) -> None:
        self._state = state
        self._hub = hub
        self._now_ns = now_ns
        self._chance = chance

    async def deliver(self, sender: Sender, notes: Sequence[Note]) -> str | None:
        """Send notes of one receiver until one fails for now: why; None when all are done. Raises StateError."""
        for note in notes:
            message = await self._state.writing(partial(self._begin, note=note))
            try:
                await told(sender, message)
                refused = None
            except Unreachable as error:
                if self._now_ns() - note.created_ns < GIVE_UP_NS:
                    await self._later(note, error)
                    return str(error)
                refused = f"given up after {GIVE_UP_NS // (3600 * _SECOND_NS)} h: {error}"
            except Refused as error:
                refused = str(error)
            await self._state.writing(partial(outbox.finish, note=note, now_ns=self._now_ns(), refused=refused))
        return None

    def _begin(self, connection: Connection, note: Note) -> Message:
        """What is to be said, as it is now; noted before it is sent."""
        outbox.begin(connection, note)
        group = read_group(connection, note.key)
        rows = incident_rows(connection, note.all)
        firing = [row for row in rows if row["id"] in note.firing and row["status"] == "open"]
        over = [row for row in rows if row["id"] in note.resolved or row["status"] != "open"]
        return message_of(note, group.labels if group else {}, firing, over, self._hub, self._now_ns())

    async def _later(self, note: Note, error: Unreachable) -> None:
        wait_s = back_off_s(note.attempts, self._chance()) if error.retry_after_s is None else error.retry_after_s
        until_ns = self._now_ns() + round(wait_s * _SECOND_NS)
        await self._state.writing(partial(outbox.postpone, note=note, until_ns=until_ns, problem=str(error)))


async def told(sender: Sender, message: Message) -> None:
    """Tell a receiver. Raises Refused and Unreachable, whatever went wrong; a missing secret may be there later."""
    try:
        await sender.send(message)
    except (Refused, Unreachable):
        raise
    except NoSecret as error:
        raise Unreachable(str(error)) from None
    except Exception as error:
        _log.exception("telling of %s failed by a fault of our own", message.delivery)
        raise Unreachable(f"a fault of the hub's own: {type(error).__name__}") from None


def back_off_s(attempts: int, chance: float) -> float:
    """Seconds until the next attempt after so many that failed before this one; up to a quarter less, by chance."""
    return float(min(_FIRST_S * 2 ** min(attempts, 16), _MOST_S)) * (1 - chance / 4)
