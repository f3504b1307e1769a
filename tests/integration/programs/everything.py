"""An agent that does all there is to do: six services, both profiles, and whatever else an author can tell.

    python everything.py        with EVERYTHING in the environment: {"root": …, "ada": account, "bob": account}

Accounts are what the sandbox's POST /_sandbox/accounts answers, with addresses that lead through the recording proxy.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
from collections.abc import Awaitable
from contextlib import suppress
from decimal import Decimal
from typing import Any

import httpx

import fleaglass
from fleaglass.venue import LIVE, Access, OutcomeUnknown, PurpleFlea, TradingError
from fleaglass.venue.instrument import uninstrument

SETUP = json.loads(os.environ["EVERYTHING"])
ADDRESS = "0x52908400098527886E0F7030069857D2E4169EE7"

logging.getLogger("strategy").addHandler(logging.NullHandler())
agent = fleaglass.init("ada", strategy="vol-arb", release="ada@2.1.0", environment="test", region="eu-1")
worker = fleaglass.init("bob", strategy="research", release="bob@1.0.0", environment="test", region="eu-1")


def client(account: dict[str, Any], profile: str, **options: Any) -> PurpleFlea:
    options = {"resolve_timeout": 2.0, "poll_interval": 0.05, **options}
    if profile == "guide":
        return PurpleFlea(account["api_key"], base_url=account["base_url"], **options)
    return PurpleFlea(
        profile=LIVE, services={name: Access(**each) for name, each in account["live"].items()}, **options
    )


def known_as(account: dict[str, Any], profile: str) -> str:
    """The id by which others deal with it."""
    return str(account["agent_id"] if profile == "guide" else account["live"]["casino"]["account_id"])


async def control(path: str, body: Any) -> None:
    """The sandbox's own switches, past the proxy and past our record."""
    async with httpx.AsyncClient(trust_env=False) as http:
        (await http.post(f"{SETUP['control']}/_sandbox/{path}", json=body)).raise_for_status()


async def under(fault: str, work: Awaitable[Any]) -> Any:
    """What the work gives, or how it fails, while this goes wrong at the venue."""
    await control("faults", {"faults": [fault]})
    try:
        return await work
    except TradingError as error:
        return error
    finally:
        await control("faults", {"faults": []})


async def refused(work: Awaitable[Any]) -> None:
    """Something that the venue does not do."""
    try:
        await work
    except TradingError:
        return
    raise AssertionError("it was done")


async def trading(flea: PurpleFlea, profile: str) -> None:
    with agent.cycle(market="BTC/USD", timestamp="2026-11-20T10:33:05Z"):
        with agent.stage("signal.analysis") as stage:
            stage.signal({"type": "vol_arb", "asset": "BTC", "action": "buy", "confidence": 0.8, "z_score": 1.9})
            stage.signal({"asset": "BTC", "iv": 0.58, "rv": 0.49, "model_latency_ms": 41.3})
        with agent.pipeline("BTC", "buy"):
            with agent.stage("signal.validate") as stage:
                stage.set(valid=True, z_score=1.9)
            agent.risk_check("net_vega", passed=True, value=38_250, limit=50_000)
            with agent.stage("order.size") as stage:
                stage.size(Decimal("500"))
                stage.set(quantity=0.01)
            await flea.trading.execute("BTC", "buy", Decimal("0.01"), signal_confidence=0.8)
        await flea.trading.positions()
        agent.position_change("BTC", "buy", size=0.01, price=68_000, rationale="z=1.9")
        await flea.trading.close(asset="BTC")
    with agent.cycle(market="ETH/USD"):
        with agent.pipeline("ETH", "buy"):
            limit = await flea.trading.limit("ETH", "buy", Decimal("0.01"), limit_price=Decimal("100"))
        await flea.trading.order(limit.order_id or "")
        await flea.trading.orders()
        await flea.trading.cancel(limit.order_id or "")
        await flea.trading.market("ETH")
        await under("reset:trading.market", flea.trading.market("ETH"))
    with agent.cycle(market="SOL/USD"):
        await under("drop-ack:trading.order", flea.trading.execute("SOL", "buy", Decimal("0.1"), reference=False))
        await under("drop-ack:trading.close", flea.trading.close(asset="SOL"))
    with suppress(TradingError), agent.cycle(market="BTC/USD"), agent.pipeline("BTC", "buy"):
        await flea.trading.execute("BTC", "buy", Decimal("100000"))


async def wallet(flea: PurpleFlea, account: dict[str, Any], profile: str) -> None:
    keys = account["chain"]
    place: dict[str, Any] = {} if profile == "guide" else {"network": "base"}
    wallet_id = account["wallet_id"] if profile == "guide" else keys["addresses"]["base"]
    with agent.cycle(market="wallet") as cycle:
        for _ in range(2):
            await flea.wallet.balance(wallet_id, max_age=60, **place)
        cycle.skip("insufficient_balance")
        await flea.wallet.quote(wallet_id, "USDC", "ETH", 27, **place)
        swap = await flea.wallet.swap(wallet_id, "USDC", "ETH", 27, **place)
        if profile == "live":
            await flea.wallet.swap_status(swap.swap_id or "")
        key = {} if profile == "guide" else {"private_key": keys["private_keys"]["base"], "token": "USDC"}
        await flea.wallet.send(wallet_id, "USDC", "1.50", ADDRESS, **key, **place)
        await under("drop-ack:wallet.send", flea.wallet.send(wallet_id, "USDC", "1.50", ADDRESS, **key, **place))


async def escrow(ours: PurpleFlea, theirs: PurpleFlea, profile: str) -> None:
    bob = known_as(SETUP["bob"], profile)
    with agent.cycle(), agent.handoff("signal_research", counterparty=bob, task="look at BTC") as carrier:
        made = await ours.escrow.create(
            25, bob, "a report", metadata={"trace_context": carrier}, record_conditions=True
        )
    for mode in ("link", "child"):
        read = await theirs.escrow.read(made.escrow_id or "")
        with worker.take_over(read.carrier, mode=mode, escrow_id=made.escrow_id, task="look at BTC") as task:  # type: ignore[arg-type]
            task.set(asset="BTC", signals_found=3)
            if mode == "link":
                await theirs.escrow.complete(made.escrow_id or "")
    with worker.take_over({"traceparent": "00-nonsense"}, escrow_id=made.escrow_id):
        pass
    with worker.take_over(escrow_id=made.escrow_id):
        pass
    with agent.cycle():
        await ours.escrow.release(made.escrow_id or "", reason="work_accepted")
        disputed = await ours.escrow.create(5, bob, "a report")
        await ours.escrow.dispute(disputed.escrow_id or "", reason="unclear")
        late = await ours.escrow.create(5, bob, "a report", timeout_hours=1)
        await control("clock", {"seconds": 2 * 3_600})
        await ours.escrow.read(late.escrow_id or "")
        await refused(ours.escrow.release(late.escrow_id or ""))
        if profile == "guide":
            await ours.escrow.list()
        await under("drop-ack:escrow.create", ours.escrow.create(3, bob, "a report"))


async def casino(flea: PurpleFlea) -> None:
    with agent.cycle(market="casino"):
        await flea.casino.bet("coin_flip", 1, side="heads")
        await under("drop-ack:casino.bet", flea.casino.bet("dice", 2, target=50))
        rows = [{"game": "coin_flip", "amount_usd": 1, "side": "heads"}, {"game": "tarot", "amount_usd": 1}]
        await flea.casino.batch(rows)
        await flea.casino.history()


async def faucet(flea: PurpleFlea, profile: str) -> None:
    with agent.cycle(market="faucet"):
        account = await flea.faucet.register("eve" if profile == "guide" else None)
        await flea.faucet.claim(account.agent_id)
        await refused(flea.faucet.claim(account.agent_id))


async def domains(ours: PurpleFlea, theirs: PurpleFlea, profile: str) -> None:
    with agent.cycle(market="domains"):
        await ours.domains.search("flea")
        await ours.domains.check(f"flea-{profile}.ai")
        await ours.domains.register(f"flea-{profile}.ai")
        await under("drop-ack:domains.register", ours.domains.register(f"lost-{profile}.ai"))
        await ours.domains.list()
        with suppress(TradingError):
            await ours.domains.bid(SETUP["auctions"][profile], 25)


def decisions() -> None:
    with agent.cycle() as cycle, agent.stage("signal.analysis") as stage:
        with stage.chat("anthropic", "claude-sonnet-5", prompt="Buy?") as call:
            call.usage(100, 5, cost_usd=Decimal("0.0034"), finish_reason="end_turn", completion="Hold.")
            call.usage(response_model="claude-sonnet-5-1", response_id="msg_1")
        stage.model_call(provider="anthropic", model="claude-sonnet-5", input_tokens=7, cost_usd=0.1)
        stage.signal({"asset": "BTC", "confidence": 0.1})
        cycle.skip("low_confidence")
    with agent.cycle(), agent.invoke_agent("analyst", provider="anthropic", model="claude-sonnet-5") as analyst:
        with analyst.chat("anthropic", "claude-sonnet-5"):
            pass
        with agent.execute_tool("market", call_id="call_1", arguments={"asset": "BTC"}) as tool:
            tool.result({"price": 68_027.2})
    with agent.cycle() as cycle, agent.pipeline("BTC", "buy") as pipeline:
        pipeline.set(signal_type="vol_arb")
        if not agent.risk_check("daily_loss", passed=False, value=2.0, limit=1.0):
            cycle.reject("daily_loss")
    with agent.cycle(), agent.pipeline("BTC", "buy"), agent.stage("signal.validate") as stage:
        stage.set(valid=False)
    with agent.cycle(), agent.pipeline("ETH", "sell"):
        with agent.stage("order.submit") as stage:
            stage.set(order_id="ord_own", fill_price=3_000.5)
        with agent.stage("order.confirm") as stage:
            stage.set(order_id="ord_own", fill_confirmed=True, order_state="filled")
    with agent.cycle(), agent.pipeline("BTC", "buy"):
        pass
    with suppress(RuntimeError), agent.cycle():
        raise RuntimeError("odd")


async def cancelled() -> None:
    async def forever() -> None:
        with agent.cycle():
            await asyncio.sleep(60)

    task = asyncio.create_task(forever())
    await asyncio.sleep(0.01)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def upkeep() -> None:
    @agent.monitor("daily-recalibration", schedule="0 0 * * *")
    async def recalibrate() -> None:
        agent.marker("parameters", iv_window=20)
        agent.marker("parameters", iv_window=30)

    await recalibrate()
    with suppress(ValueError), agent.monitor("weekly-rollover", schedule=60):
        raise ValueError("no")
    with agent.cycle():
        agent.marker("model_checkpoint", signal="v12")
        agent.breadcrumb("rebalance", "weights recomputed", assets=3)
        agent.state(open_positions=3)
        agent.phase("warm-up")
        logging.getLogger("strategy").warning("spread of %s is wide", "BTC")
        try:
            raise OutcomeUnknown("by hand", asset="BTC", phase="order_placement")
        except OutcomeUnknown as error:
            agent.capture(error, size=0.01)


async def by_hand() -> None:
    """The program's own requests, recorded because the library is watched."""
    fleaglass.instrument(guide_url=SETUP["ada"]["base_url"], live_url=SETUP["live_root"])
    headers = {"Authorization": f"Bearer {SETUP['ada']['api_key']}"}
    live = SETUP["ada"]["live"]["casino"]
    async with httpx.AsyncClient(headers=headers, trust_env=False) as http:
        with agent.cycle():
            await http.get(f"{SETUP['ada']['base_url']}/wallet/{SETUP['ada']['wallet_id']}/balance")
            order = {"asset": "BTC", "side": "buy", "quantity": 0.01, "order_type": "market"}
            await http.post(f"{SETUP['ada']['base_url']}/trading/order", json=order)
            bet = {"amount": 1, "side": "heads"}
            key = {"Authorization": f"Bearer {live['api_key']}"}
            await http.post(f"{live['base_url']}/games/coin-flip", json=bet, headers=key)
    uninstrument()


async def main() -> None:
    async with agent.session():
        for profile in ("guide", "live"):
            async with client(SETUP["ada"], profile) as ours, client(SETUP["bob"], profile) as theirs:
                await trading(ours, profile)
                await wallet(ours, SETUP["ada"], profile)
                await escrow(ours, theirs, profile)
                await casino(ours)
                await faucet(ours, profile)
                await domains(ours, theirs, profile)
        async with client(SETUP["ada"], "guide", resolve_timeout=0.0) as ours:
            with agent.cycle(), agent.pipeline("BTC", "buy"):
                await under("drop-ack:trading.order", ours.trading.execute("BTC", "buy", Decimal("0.01")))
        decisions()
        await cancelled()
        await upkeep()
        await by_hand()
    for each in (agent, worker):
        assert each.shutdown(timeout=10), each.counts()


asyncio.run(main())
