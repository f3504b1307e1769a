"""What do alert rules cost: a round of the hub, and a span in the agent?

A store of its own holds 24 hours of 100 agents that decide once a minute, over a million spans. 500 rules of every kind
that spans are judged by, each agent apart, are warmed up over it; then rounds are made while the agents go on. In the
agent, the guide's watches look at spans as they end.

    .venv/bin/python bench/alerts.py --json

Last line: round_s (the slowest of the rounds, that which looks at the whole horizon included; the aim is 2), watch_us
(what the watches add to a span, the median of several runs) and rules_us (the same of the watches that the default
rules file makes: two error rates for each operation), of which the aim is 1 each; and warm_up_s, rules, agents, spans,
open (incidents).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from opentelemetry import trace as api
from sqlalchemy import func, select

from fleaglass.alerts import DurationWatch, ErrorRateWatch, PercentileWatch, Watch, WatchProcessor
from fleaglass.alerts.rules import default_rules, watches_of
from fleaglass.alerts.rules.model import (
    Absence,
    Anomaly,
    Count,
    Drawdown,
    Duration,
    ErrorRate,
    InFlightAtDeath,
    MissedSchedule,
    NewIssue,
    Percentile,
    Ratio,
    Rule,
    RuleBook,
    Selector,
    SessionCrash,
    SlowSpan,
    Streak,
    WalletFloor,
)
from fleaglass.hub.alerting.rounds import Rounds
from fleaglass.hub.alerting.tables import incidents
from fleaglass.hub.state import open_state, state_url
from fleaglass.hub.store import Store
from fleaglass.hub.store.engine import own

SECOND_NS = 1_000_000_000
DAY_S = 86_400
SPANS = (
    "agent.decision_cycle",
    "pf.wallet.balance_check",
    "pf.signal.analysis",
    "risk.check",
    "order.pipeline",
    "order.submit",
    "pf.trade.execute",
    "pf.market.read",
)

_INSERT = """
    INSERT INTO spans (trace_id, span_id, name, start_time, duration_ns, status_code, agent, environment, release,
      attr_string, pf_balance_usd, pf_pnl_usd, pf_risk_passed)
    WITH number % {agents:UInt64} AS who, intDiv(number, {agents:UInt64}) AS nth, cityHash64(number) AS dice
    SELECT unhex(leftPad(hex(toUInt64({seed:UInt64} + intDiv(nth, {names:UInt64}) * {agents:UInt64} + who)), 32, '0')),
      unhex(leftPad(hex(toUInt64({seed:UInt64} + number)), 16, '0')),
      arrayElement({spans:Array(String)}, 1 + nth % {names:UInt64}),
      fromUnixTimestamp64Nano(toInt64({from:Int64} + intDiv(nth, {names:UInt64}) * {step:Int64}
        + who * intDiv({step:Int64}, {agents:UInt64})), 'UTC'),
      1000000 + dice % 80000000, if(dice % 50 = 0, 2, 1), concat('agent-', toString(who)), 'production', 'agent@1',
      if(dice % 50 = 0, map('error.type', 'VenueError'), map()),
      if(nth % {names:UInt64} = 1, 1000 + dice % 100, NULL),
      if(nth % {names:UInt64} = 6 AND dice % 20 = 0, dice % 21 - 10., NULL),
      if(nth % {names:UInt64} = 3, dice % 7 != 0, NULL)
    FROM numbers({count:UInt64})"""


def rules(number: int) -> list[Rule]:
    """So many rules, of every kind, none alike; most do not fire."""
    failed = Selector(status="error")
    kinds: list[Callable[[int, str], Rule]] = [
        lambda n, span: SlowSpan(name=f"slow-{n}", span=span, above_ms=90 + n),
        lambda n, span: Percentile(name=f"percentile-{n}", span=span, above_ms=90 + n, resolve_below_ms=50),
        lambda n, span: ErrorRate(name=f"errors-{n}", among=Selector(span=(span,)), window=Duration(300), above=0.9),
        lambda n, span: ErrorRate(name=f"last-{n}", among=Selector(span=(span,)), last=100, above=0.5),
        lambda n, span: Ratio(
            name=f"ratio-{n}",
            of=Selector(where={"pf.risk.passed": False}),
            among=Selector(span=("risk.check",)),
            above=0.5,
            window=Duration(3600),
        ),
        lambda n, span: Count(name=f"count-{n}", of=Selector(span=(span,), error=("VenueError",)), above=50),
        lambda n, span: Anomaly(name=f"anomaly-{n}", among=Selector(span=(span,)), times=100),
        lambda n, span: Absence(
            name=f"absence-{n}", of=Selector(span=(span,)), within=Duration(600), forget=Duration(DAY_S)
        ),
        lambda n, span: Streak(name=f"streak-{n}", of=failed, among=Selector(span=(span,)), length=5),
        lambda n, span: WalletFloor(name=f"wallet-{n}", below_usd=Decimal(10)),
    ]
    made = [kinds[n % len(kinds)](n, SPANS[n // len(kinds) % len(SPANS)]) for n in range(number - 5)]
    return [
        *made,
        Drawdown(name="drawdown", above_usd=Decimal(1_000_000)),
        SessionCrash(name="crash"),
        MissedSchedule(name="schedule"),
        NewIssue(name="issue"),
        InFlightAtDeath(name="death"),
    ]


class Fleet:
    """Agents that put spans into a store, each deciding once a minute."""

    def __init__(self, query: Callable[..., Any], agents: int) -> None:
        self._query = query
        self._agents = agents
        self.spans = 0

    def work(self, from_ns: int, seconds: int, step_s: float = 60) -> None:
        """So many seconds of all agents' decisions."""
        count = round(seconds / step_s * self._agents * len(SPANS))
        values = {
            "agents": self._agents,
            "names": len(SPANS),
            "spans": list(SPANS),
            "seed": self.spans,
            "from": from_ns,
            "step": round(step_s * SECOND_NS),
            "count": count,
        }
        self._query(_INSERT, values)
        self.spans += count


async def rounds(number: int, agents: int, hours: float, how_many: int) -> dict[str, Any]:
    """How long rounds take, in seconds."""
    with tempfile.TemporaryDirectory() as folder, own(f"chdb://{folder}/store") as engine:
        store, state = Store(engine, Path(folder)), open_state(state_url(Path(folder)))
        store.start()
        now_ns = time.time_ns()
        fleet = Fleet(engine.query, agents)
        fleet.work(now_ns - round(hours * 3600) * SECOND_NS, round(hours * 3600))
        under_test = Rounds(store, state, now_ns=lambda: now_ns)
        under_test.rulebook.book = RuleBook(version=1, rules=tuple(rules(number)))
        warm_up_s = await warmed(under_test)
        fleet.work(
            now_ns, 2 * how_many, step_s=10
        )  # six times as busy as the day before; each counts once it has ended
        took = []
        for _ in range(how_many):
            now_ns += 2 * SECOND_NS
            await under_test.tick()
            took.append(under_test.took_s)
        with state.read() as connection:
            opened = connection.execute(select(func.count()).select_from(incidents)).scalar_one()
        await asyncio.to_thread(store.stop)
        state.close()
    return {
        "round_s": round(max(took), 3),
        "round_median_s": round(statistics.median(took), 3),
        "warm_up_s": round(warm_up_s, 1),
        "rules": number,
        "agents": agents,
        "spans": fleet.spans,
        "open": opened,
    }


async def warmed(under_test: Rounds) -> float:
    """Rounds until all history has been gone through: how long that takes, in seconds."""
    began = time.perf_counter()
    await under_test.tick()
    while not under_test.is_warm:
        await asyncio.sleep(2)
        await under_test.tick()
    return time.perf_counter() - began


class _Span:
    """An ended span, as the SDK shows it."""

    def __init__(self, number: int) -> None:
        self.name = SPANS[number % len(SPANS)]
        self.start_time = number * 1_000_000
        self.end_time = self.start_time + 500_000
        self.status = api.Status(api.StatusCode.OK)
        self.attributes = {"pf.asset": "BTC"}
        self._context = api.SpanContext(number + 1, number + 1, is_remote=False)

    def get_span_context(self) -> api.SpanContext:
        return self._context


def guide_watches() -> Sequence[Watch]:
    """The integration guides' watches."""
    return DurationWatch(), ErrorRateWatch(), PercentileWatch()


def rule_watches() -> Sequence[Watch]:
    """Those of the default rules file."""
    return watches_of(default_rules(), agent="agent-1")


def watch_us(watches: Callable[[], Sequence[Watch]], spans: int = 20_000, runs: int = 7) -> float:
    """Microseconds that watches add to an ended span, the loop around them taken off."""
    ended = [_Span(number) for number in range(spans)]
    seconds = []
    for _ in range(runs):
        processor = WatchProcessor(*watches())
        took = _time(ended, processor.on_end) - _time(ended, lambda span: None)
        seconds.append(took / spans)
    return statistics.median(seconds) * 1e6


def _time(ended: list[_Span], shown: Callable[[Any], object]) -> float:
    began = time.perf_counter()
    for span in ended:
        shown(span)
    return time.perf_counter() - began


def main() -> None:
    """Measure, and print a line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--json", action="store_true", help="print nothing but the result")
    parser.add_argument("--rules", type=int, default=500)
    parser.add_argument("--agents", type=int, default=100)
    parser.add_argument("--hours", type=float, default=24)
    parser.add_argument("--rounds", type=int, default=40)
    options = parser.parse_args()
    measured = {"watch_us": round(watch_us(guide_watches), 3), "rules_us": round(watch_us(rule_watches), 3)}
    if not options.json:
        print(f"watches: {measured['watch_us']} µs a span, those of the default rules {measured['rules_us']} µs")
    measured |= asyncio.run(rounds(options.rules, options.agents, options.hours, options.rounds))
    print(json.dumps(measured))


if __name__ == "__main__":
    main()
