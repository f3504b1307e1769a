"""Alerting at work: rules are judged, and people are told, as long as the hub runs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from fleaglass.hub.alerting.notify.notifier import Notifier, notifying
from fleaglass.hub.alerting.rounds import Rounds
from fleaglass.hub.state import Lead, State
from fleaglass.hub.store import Store

__all__ = ["Alerting", "alerting"]


@dataclass(frozen=True, slots=True)
class Alerting:
    """Who judges, and who tells."""

    rounds: Rounds
    notifier: Notifier


@asynccontextmanager
async def alerting(store: Store, state: State, rules: Path | None, hub: str, lead: Lead) -> AsyncIterator[Alerting]:
    """Judge and tell until the block ends. `rules` is the rules file, `hub` the hub's own address, for links."""
    rounds = Rounds(store, state, rules, lead=lead)
    rounds.rulebook.look(time.time_ns())  # or what is open would be told by the routes of the default rules
    async with notifying(state, lambda: rounds.rulebook.book, hub, lead) as notifier:
        judging = asyncio.create_task(rounds.run())
        try:
            yield Alerting(rounds, notifier)
        finally:
            judging.cancel()
            with suppress(asyncio.CancelledError):
                await judging
