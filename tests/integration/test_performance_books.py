"""What the hub says was earned and paid, against the sandbox's own books, to the last digit."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.processes import FLEAGLASS, Hub, running_hub

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]

PROGRAM = Path(__file__).parents[1] / "support" / "performance_agent.py"
AGENTS = {"books-a": "guide", "books-b": "guide", "books-live": "live"}
"""Agent -> the profile by which it speaks to the venue."""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[str]:
    """The address of a sandbox."""
    command = [*FLEAGLASS, "sandbox", "--port", "0", "--speed", "20", "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    try:
        yield json.loads(process.stdout.readline())["url"]
    finally:
        process.terminate()
        process.wait(15)


@pytest.fixture(scope="module")
def hub(sandbox: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """A hub after all agents have traded."""
    accounts = {
        name: httpx.post(f"{sandbox}/_sandbox/accounts", json={"agent_id": name, "credit_usd": 20_000}).json()
        for name in AGENTS
    }
    with running_hub(tmp_path_factory.mktemp("books")) as hub:
        for name in AGENTS:
            other = accounts[next(other for other in AGENTS if other != name)]
            environment = {
                "AGENT": name,
                "PF_ACCOUNT": json.dumps(accounts[name]),
                "PF_PROFILE": AGENTS[name],
                "PF_COUNTERPARTY": {"guide": other["agent_id"], "live": other["live"]["escrow"]["account_id"]}[
                    AGENTS[name]
                ],
                "FLEAGLASS_ENDPOINT": hub.url,
            }
            done = subprocess.run(
                [sys.executable, str(PROGRAM)],
                env={**os.environ, **environment},
                capture_output=True,
                text=True,
                timeout=90,
                check=False,
            )
            assert done.returncode == 0, done.stderr
        yield hub


@pytest.fixture(scope="module")
def books(sandbox: str, hub: Hub) -> dict[str, Any]:
    """What the venue knows to be true, now that nobody trades any more."""
    answer = httpx.get(f"{sandbox}/_sandbox/books", timeout=10)
    books: dict[str, Any] = json.loads(answer.text, parse_float=Decimal)
    return books


def earned(account: dict[str, Any]) -> Decimal:
    moved = [*(order["realized_pnl_usd"] for order in account["orders"]), *(bet["pnl_usd"] for bet in account["bets"])]
    return sum(map(Decimal, moved), Decimal(0))


def paid(name: str, account: dict[str, Any]) -> Decimal:
    called = {name, *account["identities"].values()}
    created = [escrow["fee_usd"] for escrow in account["escrows"] if escrow["creator_id"] in called]
    return sum(map(Decimal, [*(order["fee_usd"] for order in account["orders"]), *created]), Decimal(0))


def test_profit_and_fees_of_each_agent(hub: Hub, books: dict[str, Any]) -> None:
    answer = hub.get("/api/v1/performance", by="agent")
    found = {group["key"]: (Decimal(group["pnl_usd"]), Decimal(group["fees_usd"])) for group in answer["groups"]}
    accounts = {name: books["agents"][name] for name in AGENTS}
    assert found == {name: (earned(account), paid(name, account)) for name, account in accounts.items()}
    assert any(pnl for pnl, _ in found.values())
    assert Decimal(answer["total"]["fees_usd"]) == Decimal(books["fees_usd"])


@pytest.mark.parametrize("by", ["asset", "side", "strategy", "hour", "attr:pf.signal_type", "attr:pf.service"])
def test_however_it_is_divided_the_parts_are_the_whole(hub: Hub, by: str) -> None:
    answer = hub.get("/api/v1/performance", by=by, limit=2)
    parts = [*answer["groups"], *([answer["others"]] if answer["others"] else [])]
    for figure in ("net_usd", "pnl_usd", "fees_usd", "slippage_cost_usd", "expected_usd", "orders", "closed", "cycles"):
        assert sum(Decimal(part[figure]) for part in parts) == Decimal(answer["total"][figure]), figure


def test_orders_and_what_became_of_them(hub: Hub, books: dict[str, Any]) -> None:
    total = hub.get("/api/v1/performance")["total"]
    orders = [order for name in AGENTS for order in books["agents"][name]["orders"]]
    sent = [order for order in orders if order["order_type"] != "close"]
    assert {order["order_type"] for order in sent} == {"market", "limit"}
    assert total["orders"] == len(sent) + total["refused"] > len(sent)
    # On live an order is sized in USD, so a little more or less is filled than was asked for.
    assert total["filled"] + total["partly_filled"] == len([order for order in sent if order["status"] == "filled"])
    assert total["slipped"] == len([order for order in orders if order["status"] == "filled"])  # closings slip as well
    lost = Decimal(total["slippage_cost_usd"]) + Decimal(total["fees_usd"])
    assert Decimal(total["net_usd"]) == Decimal(total["expected_usd"]) - lost


@pytest.mark.parametrize("name", [name for name, profile in AGENTS.items() if profile == "guide"])
def test_what_slippage_cost(hub: Hub, books: dict[str, Any], name: str) -> None:
    """Against the price that the venue expected; on live it does not say which."""
    cost = sum(
        (Decimal(order["fill_price"]) - Decimal(order["expected_price"]))
        * Decimal(order["filled_quantity"])
        * (1 if order["side"] == "buy" else -1)
        for order in books["agents"][name]["orders"]
        if order["status"] == "filled"
    )
    assert Decimal(hub.get("/api/v1/performance", agent=name)["total"]["slippage_cost_usd"]) == cost
