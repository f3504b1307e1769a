"""Sending what waits to one receiver: in order, one at a time, until one fails.

A receiver that cannot be reached is tried again after 2 s, then after twice as long each time up to 5 min, or when its
Retry-After says; one message of those that wait is the probe. So a dead one costs a request now and then, however much
waits for it.
"""

from __future__ import annotations

import asyncio
import traceback
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
from fleaglass.hub.state import Alone, Lead, State

__all__ = ["Delivery", "back_off_s", "told"]

_FIRST_S: Final = 2.0
_MOST_S: Final = 300.0
_PATIENCE_S: Final = 30.0
"""How long a receiver may take in all, however slowly it answers."""
_SECOND_NS: Final = 1_000_000_000


class Delivery:
    """Sends notes. `hub` is its own address, for links; `now_ns` gives Unix nanoseconds, `chance` a number in 0..1."""

    def __init__(
        self,
        state: State,
        hub: str,
        now_ns: Callable[[], int],
        chance: Callable[[], float],
        lead: Lead | None = None,
    ) -> None:
        self._lead = lead or Alone(state)
        self._state = state
        self.hub = hub
        self._now_ns = now_ns
        self._chance = chance

    async def deliver(self, sender: Sender, notes: Sequence[Note]) -> str | None:
        """Send notes of one receiver until one fails for now: why; None when all are done.

        Raises StateError, and NotLeading before a note of which another hub takes care by now.
        """
        for note in notes:
            message = await self._lead.writing(partial(self._begin, note=note))
            try:
                await told(sender, message)
                refused = None
            except Unreachable as error:
                if self._now_ns() - note.created_ns < GIVE_UP_NS:
                    await self._state.writing(partial(self._postpone, note=note, error=error))
                    return str(error)
                refused = f"given up after {GIVE_UP_NS // (3600 * _SECOND_NS)} h: {error}"
            except Refused as error:
                refused = str(error)
            await self._state.writing(partial(self._finish, note=note, message=message, refused=refused))
        return None

    def _begin(self, connection: Connection, note: Note) -> Message:
        """What is to be said, as it is now; noted before it is sent."""
        outbox.begin(connection, note)
        group = read_group(connection, note.key)
        rows = incident_rows(connection, note.all)
        firing = [row for row in rows if row["id"] in note.firing and row["status"] == "open"]
        over = [row for row in rows if row["id"] in note.resolved or row["status"] != "open"]
        return message_of(note, group.labels if group else {}, firing, over, self.hub, self._now_ns())

    def _finish(self, connection: Connection, note: Note, message: Message, refused: str | None) -> None:
        outbox.finish(connection, note, self._now_ns(), message.escalated, refused)

    def _postpone(self, connection: Connection, note: Note, error: Unreachable) -> None:
        wait_s = error.retry_after_s
        if wait_s is None:
            wait_s = back_off_s(outbox.failures(connection, note.receiver), self._chance())
        outbox.postpone(connection, note, self._now_ns() + round(wait_s * _SECOND_NS), str(error))


async def told(sender: Sender, message: Message) -> None:
    """Tell a receiver. Raises Refused and Unreachable, whatever went wrong; a missing secret may be there later."""
    try:
        async with asyncio.timeout(_PATIENCE_S):
            await sender.send(message)
    except (Refused, Unreachable):
        raise
    except NoSecret as error:
        raise Unreachable(str(error)) from None
    except TimeoutError:
        raise Unreachable(f"it took longer than {_PATIENCE_S:.0f} s") from None
    except Exception as error:  # its text may have a secret, so it is told by its kind and place
        place = traceback.extract_tb(error.__traceback__)[-1]
        raise Unreachable(f"a fault of the hub's own: {type(error).__name__} in {place.name}") from None


def back_off_s(failures: int, chance: float) -> float:
    """Seconds until the next attempt after so many that failed, at least one; up to a quarter less, by chance."""
    return float(min(_FIRST_S * 2 ** min(failures - 1, 16), _MOST_S)) * (1 - chance / 4)
