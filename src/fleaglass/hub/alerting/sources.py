"""Everything that a set of rules is judged by, read at one moment.

spans of short windows ─┐   ready at once
spans of long windows  ─┤   ready when a day of history, or a week, has been gone through
sessions, schedules, … ─┤
what was earned        ─┴──▶ {rule: readings}
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from fleaglass.alerts.judge.facts import Facts, of_facts
from fleaglass.alerts.judge.plan import last_needed, look_back_ns, span_rules, wanted
from fleaglass.alerts.judge.series import Hearing
from fleaglass.alerts.rules.model import Drawdown, Rule
from fleaglass.hub.alerting.arrivals import Arrivals
from fleaglass.hub.alerting.earned import Earnings
from fleaglass.hub.alerting.facts import gather
from fleaglass.hub.alerting.fed import FedJudge
from fleaglass.hub.alerting.history import of_the_last, of_windows
from fleaglass.hub.alerting.standings import Readings
from fleaglass.hub.state import State
from fleaglass.hub.store import Store

__all__ = ["Sources"]

SHORT_NS: Final = 2 * 3_600_000_000_000
FACTS_EVERY_NS: Final = 5_000_000_000
"""Sessions and schedules speak in minutes; to ask for them each round would be for nothing."""


class Sources:
    """What is read for these rules; those that are not enabled are left out. `close` it."""

    def __init__(self, store: Store, state: State, rules: Sequence[Rule]) -> None:
        self._store = store
        self._state = state
        self._rules = [rule for rule in rules if rule.enabled]
        by_spans = span_rules(self._rules)
        arrivals = Arrivals(store, wanted(by_spans))
        of_the_last_ones = [rule for rule in by_spans if last_needed(rule) is not None]
        windows = [rule for rule in by_spans if last_needed(rule) is None]
        self._judges = (
            FedJudge(store, arrivals, [rule for rule in windows if look_back_ns(rule) <= SHORT_NS], of_windows),
            FedJudge(store, arrivals, of_the_last_ones, of_the_last),
            FedJudge(store, arrivals, [rule for rule in windows if look_back_ns(rule) > SHORT_NS], of_windows),
        )
        self._facts = Facts()
        self._ended: Mapping[str, int] = {}
        self._asked_ns = 0
        self._earnings = Earnings(store, [rule for rule in self._rules if isinstance(rule, Drawdown)])

    async def read(self, now_ns: int, since_ns: int) -> Readings:
        """What each rule reads; `since_ns`: from when on spans were listened for. Raises EngineError and StateError."""
        if now_ns - self._asked_ns >= FACTS_EVERY_NS:
            self._facts, self._ended = await gather(self._store, self._state, self._rules, now_ns)
            self._asked_ns = now_ns
        facts = replace(self._facts, earned=await self._earnings.told(now_ns))
        hearing = Hearing(since_ns=since_ns, ended=self._ended)
        readings = dict(await asyncio.to_thread(of_facts, self._rules, facts, now_ns))
        for judge in self._judges:
            readings.update(await judge.read(now_ns, hearing))
        return readings

    @property
    def is_warm(self) -> bool:
        """Whether every rule is judged already."""
        return all(judge.is_warm for judge in self._judges)

    def close(self) -> None:
        """Give up what is still warming up."""
        for judge in self._judges:
            judge.close()
