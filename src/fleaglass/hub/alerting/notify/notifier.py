"""The task that tells people: each second it plans and sends.

Receivers are told side by side, so that one which hangs holds up no other; each of them one message at a time.
"""

from __future__ import annotations

import asyncio
import logging
import os
import random
import time
from collections.abc import AsyncIterator, Callable, Mapping, Set
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Final

import httpx
from sqlalchemy import Connection, func, select

from fleaglass.alerts.rules.model import Rule, RuleBook
from fleaglass.hub.alerting.notify import outbox
from fleaglass.hub.alerting.notify.outbox import Note
from fleaglass.hub.alerting.notify.planning import plan
from fleaglass.hub.alerting.notify.sender import Delivery
from fleaglass.hub.alerting.notify.senders.made import sender_for
from fleaglass.hub.alerting.notify.senders.sender import Refused, Sender
from fleaglass.hub.alerting.notify.trial import Trial, fire
from fleaglass.hub.alerting.tables import incidents, notification_groups
from fleaglass.hub.outage import Outage
from fleaglass.hub.state import Alone, Lead, NotLeading, State

__all__ = ["Notifier", "notifying"]

ROUND_S: Final = 1.0
PATIENCE_S: Final = 10.0
PARTING_S: Final = 2.0

_log = logging.getLogger(__name__)


class Notifier:
    """One hub's. `book` gives the rules as they are now, `make` a sender for a receiver of theirs by its name."""

    def __init__(
        self,
        state: State,
        book: Callable[[], RuleBook],
        make: Callable[[str], Sender],
        delivery: Delivery,
        now_ns: Callable[[], int],
        lead: Lead | None = None,
    ) -> None:
        self._state = state
        self._lead = lead or Alone(state)
        self._book = book
        self._make = make
        self._delivery = delivery
        self._now_ns = now_ns
        self._at_work: dict[str, asyncio.Task[None]] = {}
        self._reach: dict[str, Outage] = {}
        self._outage = Outage(_log, "telling people of incidents")
        self._seen_book: RuleBook | None = None
        self._seen: tuple[int, ...] | None = None

    async def run(self) -> None:
        """Rounds until it is cancelled. What is being sent then has a moment to end, or it might be sent again."""
        try:
            while True:
                await self.round()
                await asyncio.sleep(ROUND_S)
        finally:
            tasks = list(self._at_work.values())
            if tasks:
                await asyncio.wait(tasks, timeout=PARTING_S)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def round(self) -> None:
        """Plan, and begin to send what is due. A failure is told once; the next round makes up for it.

        Of several hubs the leader does.
        """
        if not self._lead.leads:
            return
        now_ns, busy = self._now_ns(), frozenset(self._at_work)
        try:
            notes = await self._due(now_ns, busy)
        except NotLeading:
            return
        except Exception as error:  # whatever it is, the next round must come
            self._outage.failed(f"{type(error).__name__}: {error}"[:300])
            return
        self._outage.worked()
        for receiver, waiting in notes.items():
            if receiver not in busy:
                task = asyncio.create_task(self._tell(receiver, waiting))
                self._at_work[receiver] = task
                task.add_done_callback(partial(self._ended, receiver))

    async def settled(self) -> None:
        """Return when nothing is being sent."""
        await asyncio.gather(*self._at_work.values())

    async def fire(self, rule: Rule) -> list[Trial]:
        """Send a marked test to everybody who would hear of an incident of this rule. Raises StateError."""
        return await fire(self._state, self._book(), rule, self._make, self._delivery.hub, self._now_ns())

    async def _due(self, now_ns: int, busy: Set[str]) -> Mapping[str, list[Note]]:
        """What is to be sent now. Where nothing has changed since the last look, and no time is up, nothing is."""
        book = self._book()
        seen, is_due = await self._state.reading(partial(_look, now_ns=now_ns))
        if not is_due and book is self._seen_book and seen == self._seen:
            return {}

        def planned(connection: Connection) -> Mapping[str, list[Note]]:
            plan(connection, book, now_ns, busy)
            return outbox.due(connection, now_ns)

        notes = await self._lead.writing(planned)
        self._seen_book, self._seen = book, None if busy else seen
        return notes

    def _ended(self, receiver: str, _: asyncio.Task[None]) -> None:
        del self._at_work[receiver]
        self._seen = None  # a group whose end was told is done with

    async def _tell(self, receiver: str, notes: list[Note]) -> None:
        outage = self._reach.setdefault(receiver, Outage(_log, f"telling {receiver}"))
        try:
            why = await self._delivery.deliver(self._make(receiver), notes)
        except NotLeading:
            return
        except Exception as error:  # nor may a fault in one message end the telling
            why = f"{type(error).__name__}: {error}"[:300]
        if why is None:
            outage.worked()
        else:
            outage.failed(why)


class _Nobody:
    """What is left of a receiver that the rules file has no more."""

    def __init__(self, name: str) -> None:
        self._name = name

    async def send(self, _: object) -> None:
        raise Refused(f"the rules file has no receiver {self._name}")


@asynccontextmanager
async def notifying(
    state: State, book: Callable[[], RuleBook], hub: str, lead: Lead | None = None
) -> AsyncIterator[Notifier]:
    """Tell people until the block ends. `hub` is the hub's own address, for links."""
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it would log addresses, which are secrets, at INFO
    async with httpx.AsyncClient(timeout=PATIENCE_S) as client:

        def make(name: str) -> Sender:
            receiver = book().receivers.get(name)
            return _Nobody(name) if receiver is None else sender_for(receiver, client, os.environ, time.time_ns)

        delivery = Delivery(state, hub, time.time_ns, random.random, lead)
        notifier = Notifier(state, book, make, delivery, time.time_ns, lead)
        task = asyncio.create_task(notifier.run())
        try:
            yield notifier
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


def _look(connection: Connection, now_ns: int) -> tuple[tuple[int, ...], bool]:
    """Something that is another whenever an incident has changed, and whether a group or a message is due."""
    changed = select(func.count(), func.coalesce(func.max(incidents.c.changed_ns), 0)).select_from(incidents)
    group = select(notification_groups.c.id).where(notification_groups.c.next_ns <= now_ns).limit(1)
    is_due = connection.execute(group).first() is not None or bool(outbox.due(connection, now_ns))
    return tuple(connection.execute(changed).one()), is_due
