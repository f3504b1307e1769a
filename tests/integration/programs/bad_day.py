"""An agent whose day goes wrong, one thing at a time: ROLE, with its account and the venue in BAD_DAY, a variable.

Each line of stdin names an act; its answer on stdout is a line of JSON: when the act had ended, and of each rule that
the agent's own watches found broken meanwhile, when the span ended that broke it, and when they said so (all in Unix
nanoseconds). The program ends, as it should, with its stdin.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from decimal import Decimal

import httpx

import fleaglass
from fleaglass.alerts import Alert, SpanView, Watch
from fleaglass.venue import PurpleFlea, TradingError

ROLE = sys.argv[1]
DAY = json.loads(os.environ["BAD_DAY"])
ACCOUNT = DAY["accounts"][ROLE]
USUAL = "latency:wallet.balance=20ms"


class LastSpan(Watch):
    """The end of the span that ended last, which is what the other watches look at next."""

    end_ns = 0

    def ended(self, span: SpanView) -> Sequence[Alert]:
        self.end_ns = span.end_ns
        return ()


last_span = LastSpan(None)
agent = fleaglass.init(ROLE, release=f"{ROLE}@1.0.0", environment="test", rules=DAY["rules"], watches=last_span)
flea = PurpleFlea(ACCOUNT["api_key"], base_url=ACCOUNT["base_url"], timeout=10, poll_interval=0.05)
broken_ns: dict[str, int] = {}
noticed_ns: dict[str, int] = {}
earned = [Decimal(0)]
"""By the casino, after each bet."""


class Alerts(logging.Handler):
    """When the agent's own watches said that a rule is broken."""

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno == logging.WARNING and hasattr(record, "rule"):
            broken_ns.setdefault(record.rule, last_span.end_ns)
            noticed_ns.setdefault(record.rule, time.time_ns())


@asynccontextmanager
async def under(*faults: str) -> AsyncIterator[None]:
    """A block in which these go wrong at the venue."""
    async with httpx.AsyncClient(base_url=DAY["control"], trust_env=False) as http:
        (await http.post("/_sandbox/faults", json={"faults": faults})).raise_for_status()
        try:
            yield
        finally:
            (await http.post("/_sandbox/faults", json={"faults": []})).raise_for_status()


async def reads(how_many: int) -> None:
    for _ in range(how_many):
        with suppress(TradingError):
            await flea.trading.market("BTC")


async def buy() -> None:
    await flea.trading.execute("BTC", "buy", Decimal("0.0001"))


def pipelines(how_many: int) -> None:
    for _ in range(how_many):
        with agent.pipeline("BTC", "buy"):
            pass


def risk_checks(how_many: int, *, passed: bool) -> None:
    for _ in range(how_many):
        agent.risk_check("net_vega", passed=passed, value=1, limit=2)


async def an_ordinary_day() -> None:
    async with under(USUAL):
        for _ in range(40):
            await flea.wallet.balance(ACCOUNT["wallet_id"])
    await reads(20)
    risk_checks(20, passed=True)
    pipelines(4)


async def slow_order() -> None:
    async with under("latency:trading.order=2100ms"):
        with agent.pipeline("BTC", "buy"):
            await buy()


async def slow_balance() -> None:
    async with under("latency:wallet.balance=600ms"):
        await flea.wallet.balance(ACCOUNT["wallet_id"])


async def strange_balance() -> None:
    """Slow for this agent, and within the limit for all."""
    async with under("latency:wallet.balance=400ms"):
        await flea.wallet.balance(ACCOUNT["wallet_id"])


async def slow_escrow() -> None:
    async with under("latency:escrow.create=3100ms"):
        await flea.escrow.create(Decimal(1), DAY["accounts"]["miser"]["agent_id"], "a report")


async def slow_signal() -> None:
    with agent.stage("signal.analysis"):
        await asyncio.sleep(0.12)


async def failing_reads() -> None:
    async with under("error:422:trading.market"):
        await reads(20)


async def one_failing_operation() -> None:
    """Of all that the agent does, less than 5 % fail."""
    for _ in range(80):
        await flea.trading.positions()
    await reads(17)
    async with under("error:422:trading.market"):
        await reads(3)


async def rejected_order() -> None:
    with suppress(TradingError):
        await flea.trading.execute("BTC", "buy", Decimal(100_000))


async def refused_key() -> None:
    async with under("error:401/INVALID_API_KEY:trading.positions"):
        for _ in range(3):
            with suppress(TradingError):
                await flea.trading.positions()


async def refusing_limits() -> None:
    risk_checks(10, passed=False)


def failing_job(*, fails: bool) -> None:
    with suppress(ZeroDivisionError), agent.monitor("recalibrate", schedule="0 0 * * *"):
        1 / (not fails)


async def failed_job() -> None:
    failing_job(fails=True)


async def better_reads() -> None:
    await reads(200)


async def better_day() -> None:
    failing_job(fails=False)
    risk_checks(40, passed=True)
    pipelines(120)
    await flea.trading.positions()
    await reads(500)


async def order_that_waits_for_its_fill() -> None:
    async with under("hang:trading.poll"):
        await buy()


async def poor_cycle() -> None:
    with agent.cycle():
        await flea.wallet.balance(ACCOUNT["wallet_id"])
        await buy()


async def rich_cycle() -> None:
    await poor_cycle()


async def orders_are_looked_up() -> None:
    for order in await flea.trading.orders():
        await flea.trading.order(order.order_id or "")


async def losing_streak() -> None:
    """Until 600 USD of the best moment are lost."""
    while earned[-1] - max(earned) > -600:
        await bet((earned[-1] + 600) * 2)


async def winning_streak() -> None:
    """Until nothing of the best moment is lost."""
    while earned[-1] < max(earned):
        await bet((max(earned) - earned[-1]) * 2)


async def bet(stake_usd: Decimal) -> None:
    done = await flea.casino.bet("coin_flip", stake_usd, side="heads")
    earned.append(earned[-1] + (done.pnl_usd or 0))


ACTS: dict[str, Callable[[], Awaitable[None]]] = {
    act.__name__: act
    for act in (
        an_ordinary_day,
        slow_order,
        slow_balance,
        strange_balance,
        slow_escrow,
        slow_signal,
        failing_reads,
        one_failing_operation,
        rejected_order,
        refused_key,
        refusing_limits,
        failed_job,
        better_reads,
        better_day,
        order_that_waits_for_its_fill,
        poor_cycle,
        rich_cycle,
        orders_are_looked_up,
        losing_streak,
        winning_streak,
    )
}


async def main() -> None:
    logging.getLogger("pf.alerts").addHandler(Alerts())
    loop = asyncio.get_running_loop()
    async with agent.session(), flea:
        print("ready", flush=True)
        while line := (await loop.run_in_executor(None, sys.stdin.readline)).strip():
            broken_ns.clear()
            noticed_ns.clear()
            await ACTS[line]()
            told = {"ended_ns": time.time_ns(), "broken_ns": broken_ns, "noticed_ns": noticed_ns}
            print(json.dumps(told), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
    agent.shutdown()
