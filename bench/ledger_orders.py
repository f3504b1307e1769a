"""What a ledger adds to one order of the client: the caller's time in each mode, less that without a ledger.

The venue is a transport in this process that answers at once. The modes take turns, and the median of a turn is
held against that of its neighbour, so that a busy machine is busy for all of them. Strict is mostly one fdatasync.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable
from decimal import Decimal

import httpx

from fleaglass.recorder import Agent, Seams, init_offline
from fleaglass.venue import PurpleFlea

__all__ = ["order_costs"]

ORDERS = 1_000
IN_A_ROW = 20
"""Orders of a mode, before the next has its turn: an agent has one mode, whose code is in the caches."""
MODES = ("off", "on", "strict")
FILLED = (
    b'{"order_id":"o-%d","status":"filled","filled_quantity":"0.0125","fill_price":"64250.25",'
    b'"fee_usd":"0.80","expected_price":"64250.50"}'
)


def agent_of(mode: str, home: str) -> Agent:
    return init_offline(f"bench-{mode}", seams=Seams(), ledger=mode, home=home, strategy="vol-arb-btc")


def answering() -> Callable[[httpx.Request], httpx.Response]:
    orders = 0

    def answer(request: httpx.Request) -> httpx.Response:
        nonlocal orders
        orders += request.method == "POST"
        return httpx.Response(200, content=FILLED % orders)

    return answer


def order_costs(orders: int = ORDERS) -> dict[str, float]:
    """``order_cost_ms_on`` and ``order_cost_ms_strict``, medians; and an order's own time without a ledger."""
    with tempfile.TemporaryDirectory(prefix="fleaglass-bench-") as home:
        agents = {mode: agent_of(mode, home) for mode in MODES}
        took = asyncio.run(_orders(agents, orders))
        for agent in agents.values():
            agent.shutdown()
    off = took["off"]
    costs = {
        f"order_cost_ms_{mode}": statistics.median(one - other for one, other in zip(took[mode], off, strict=True))
        for mode in MODES[1:]
    }
    return {name: seconds * 1e3 for name, seconds in {**costs, "order_ms_off": statistics.median(off)}.items()}


async def _orders(agents: dict[str, Agent], orders: int) -> dict[str, list[float]]:
    fleas = {
        mode: PurpleFlea("pf_live_" + mode * 9, agent=agent, transport=httpx.MockTransport(answering()))
        for mode, agent in agents.items()
    }
    took: dict[str, list[float]] = {mode: [] for mode in fleas}
    for _ in range(orders // IN_A_ROW):
        for mode, flea in fleas.items():
            took[mode].append(statistics.median([await _seconds(flea) for _ in range(IN_A_ROW)]))
    for flea in fleas.values():
        await flea.close()
    return {mode: each[2:] for mode, each in took.items()}  # by then, all is loaded and open


async def _seconds(flea: PurpleFlea) -> float:
    began = time.perf_counter()
    await flea.trading.execute("BTC", "buy", Decimal("0.0125"), expected_price="64250.50", confirm_timeout=0)
    return time.perf_counter() - began
