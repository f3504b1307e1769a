"""The agent's vital signs: whether it works, what it owns and earns.

    pf.agent.uptime          gauge, s         since the agent was made
    pf.agent.cycles          sum, by outcome  since the agent was made
    pf.agent.last_cycle.age  gauge, s         from the first completed cycle on; failed ones do not count
    pf.ledger.failed         sum              entries that could not be written, if a ledger is kept
    pf.wallet.balance        gauge            by currency, from the first wallet read on
    pf.agent.drawdown        gauge, fraction  by window, likewise
    pf.trade.pnl             gauge, USD       realized and unrealized, as soon as there is any

They are measured by the monotonic clock and written into the journal; the shipper sends them, with the metrics that it
derives from spans (`fleaglass.shipper.metrics`). There is no meter provider: its reader would start a thread of its own
and wait for the collector at exit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from fleaglass import semconv
from fleaglass.journal.records import Reading, Readings, encode
from fleaglass.recorder.core import Core, Timeline

__all__ = ["Metrics"]


class Metrics:
    """One agent's vital signs.

    Args:
        core: the agent.
        strategy: its name for its strategy.
        write: writes a record, of this kind and with this payload.
    """

    def __init__(self, core: Core, strategy: str | None, write: Callable[[int, bytes], object]) -> None:
        self._core = core
        self._strategy = strategy
        self._write = write
        self._timeline = Timeline(core.clock)
        self._started_ns = self._timeline.now_ns()

    def record(self) -> None:
        """Take them, and write them down."""
        self._write(Readings.kind, encode(self.take()))

    def take(self) -> Readings:
        """The signs at this moment."""
        now_ns = self._timeline.now_ns()
        return Readings(now_ns, self._started_ns, [*self._of_life(now_ns), *self._of_money()])

    def _of_life(self, now_ns: int) -> Iterator[Reading]:
        """Whether it works."""
        pulse, age_s = self._core.pulse, self._core.pulse.age_s()
        yield Reading(semconv.METRIC_PF_AGENT_UPTIME, (now_ns - self._started_ns) / 1e9)
        for outcome, count in sorted(pulse.cycles.items()):
            yield self._reading(semconv.METRIC_PF_AGENT_CYCLES, count, {semconv.PF_CYCLE_OUTCOME: outcome})
        if age_s is not None:
            yield Reading(semconv.METRIC_PF_AGENT_LAST_CYCLE_AGE, age_s)
        if (books := self._core.bookkeeping).mode != "off":
            yield Reading(semconv.METRIC_PF_LEDGER_FAILED, books.failed)

    def _of_money(self) -> Iterator[Reading]:
        """What it owns and earns, as far as is known."""
        money = self._core.money
        for (currency, wallet_type), amount in money.balances().items():
            dimensions: dict[str, object] = {semconv.PF_CURRENCY: currency, semconv.PF_WALLET_TYPE: wallet_type}
            yield self._reading(semconv.METRIC_PF_WALLET_BALANCE, _double(amount), dimensions)
        for window, fall in money.drawdowns().items():
            yield self._reading(semconv.METRIC_PF_AGENT_DRAWDOWN, _double(fall), {semconv.PF_WINDOW: window})
        profits = {
            semconv.PF_PNL_TYPE_REALIZED: money.realized,
            semconv.PF_PNL_TYPE_UNREALIZED: money.unrealized,
        }
        for kind, profit in profits.items():
            if profit is not None:
                dimensions = {semconv.PF_PNL_TYPE: kind, semconv.PF_STRATEGY: self._strategy}
                yield self._reading(semconv.METRIC_PF_TRADE_PNL, _double(profit), dimensions)

    def _reading(self, name: str, value: float, dimensions: dict[str, object]) -> Reading:
        return Reading(name, value, self._core.attributes(dimensions))


def _double(value: Decimal) -> float:
    return round(float(value), 8)
