"""What an agent can do, as data: how it asks, which operation of the sandbox that is, and what the books then show."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

__all__ = ["READS", "SPENDS", "Deed", "Known", "deed"]

Known = Mapping[str, str]
Books = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Deed:
    """One operation."""

    name: str
    """As the profiles and the sandbox call it."""
    span: str
    ask: Callable[[Any, Known], Any]
    """Asks a client of either face for it."""
    effects: Callable[[Books], frozenset[str]] = lambda books: frozenset()
    """The ids of what it brings about, in all agents' books."""
    by: str = "ada"
    found: str | None = None
    """The read by which a lost answer is found out."""
    id: str | None = None
    """The attribute that names the effect."""
    most: int = 1
    """How many effects it has."""
    only: str | None = None
    """The one profile that has it."""
    asks: tuple[str, ...] = ()
    """The operations of the sandbox that answer it, if it has another name there."""

    @property
    def spends(self) -> bool:
        """Whether it may move money."""
        return self in SPENDS


def _all(books: Books, what: str, key: str, **wanted: str) -> frozenset[str]:
    return frozenset(
        one[key]
        for agent in books["agents"].values()
        for one in agent[what]
        if all(one[name] == value for name, value in wanted.items())
    )


def _made(what: str, key: str, **wanted: str) -> Callable[[Books], frozenset[str]]:
    return lambda books: _all(books, what, key, **wanted)


def _paid(kind: str) -> Callable[[Books], frozenset[str]]:
    return _made("journal", "reference", kind=kind)


def _send(flea: Any, known: Known) -> Any:
    key = {"private_key": known["private_key"]} if known["profile"] == "live" else {}
    return flea.wallet.send(known["wallet"], "USDC", "12.5", known["outside"], **key)


COIN = {"game": "coin_flip", "amount_usd": 1, "side": "heads"}
ORDERS = _made("orders", "order_id")

SPENDS = (
    Deed(
        "trading.order",
        "pf.trade.execute",
        lambda flea, known: flea.trading.execute("ETH", "buy", Decimal("0.1")),
        ORDERS,
        found="trading.orders",
        id="pf.order_id",
    ),
    Deed(
        "trading.limit",
        "pf.trade.execute",
        lambda flea, known: flea.trading.limit("ETH", "buy", Decimal("0.1"), limit_price=2_500),
        ORDERS,
        found="trading.orders",
        id="pf.order_id",
    ),
    Deed(
        "trading.cancel",
        "pf.trade.cancel",
        lambda flea, known: flea.trading.cancel(known["order_id"]),
        _made("orders", "order_id", status="cancelled"),
        found="trading.orders",
        id="pf.order_id",
    ),
    Deed(
        "trading.close",
        "pf.trade.close",
        lambda flea, known: flea.trading.close(asset="BTC"),
        ORDERS,
        found="trading.positions",
        id="pf.order_id",
    ),
    Deed("wallet.send", "pf.wallet.send", _send, _paid("wallet_send"), id="pf.tx_hash"),
    Deed(
        "wallet.swap",
        "pf.wallet.swap",
        lambda flea, known: flea.wallet.swap(known["wallet"], "USDC", "ETH", 30),
        ORDERS,
    ),
    Deed(
        "escrow.create",
        "pf.escrow.create",
        lambda flea, known: flea.escrow.create(25, known["bob"], "a report"),
        _made("escrows", "escrow_id"),
        found="escrow.list",
        id="pf.escrow_id",
    ),
    Deed(
        "escrow.complete",
        "pf.escrow.complete",
        lambda flea, known: flea.escrow.complete(known["escrow_id"]),
        _made("escrows", "escrow_id", status="completed"),
        by="bob",
        found="escrow.read",
        id="pf.escrow_id",
    ),
    Deed(
        "escrow.release",
        "pf.escrow.release",
        lambda flea, known: flea.escrow.release(known["escrow_id"], "work_accepted"),
        _made("escrows", "escrow_id", status="released"),
        found="escrow.read",
        id="pf.escrow_id",
    ),
    Deed(
        "escrow.dispute",
        "pf.escrow.dispute",
        lambda flea, known: flea.escrow.dispute(known["escrow_id"], "late"),
        _made("escrows", "escrow_id", status="disputed"),
        found="escrow.read",
        id="pf.escrow_id",
    ),
    Deed(
        "casino.bet",
        "pf.casino.bet",
        lambda flea, known: flea.casino.bet("coin_flip", 1, side="heads"),
        _made("bets", "bet_id"),
        found="casino.history",
        id="pf.bet_id",
    ),
    Deed(
        "casino.batch",
        "pf.casino.batch",
        lambda flea, known: flea.casino.batch([COIN, {**COIN, "amount_usd": 2}]),
        _made("bets", "bet_id"),
        most=2,
    ),
    Deed(
        "faucet.register",
        "pf.faucet.register",
        lambda flea, known: flea.faucet.register(known["newcomer"] if known["profile"] == "guide" else None),
        lambda books: frozenset(books["agents"]),
        id="pf.account_id",
    ),
    Deed(
        "faucet.claim",
        "pf.faucet.claim",
        lambda flea, known: flea.faucet.claim(known["poor"]),
        _paid("faucet_claim"),
        by="poor",
        id="pf.claim_id",
    ),
    Deed(
        "domains.register",
        "pf.domain.register",
        lambda flea, known: flea.domains.register(known["domain"]),
        _made("domains", "domain_id"),
        found="domains.list",
        id="pf.domain_id",
    ),
    Deed(
        "domains.bid",
        "pf.domain.bid",
        lambda flea, known: flea.domains.bid(known["auction_id"], 7),
        _made("bids", "bid_id"),
        by="bob",
        id="pf.bid_id",
    ),
)
READS = (
    Deed(
        "trading.poll",
        "pf.trade.read",
        lambda flea, known: flea.trading.order(known["order_id"]),
        asks=("trading.poll", "trading.orders", "trading.limits"),
    ),
    Deed("trading.orders", "pf.trade.list", lambda flea, known: flea.trading.orders(), asks=("trading.orders",)),
    Deed(
        "trading.limits",
        "pf.trade.list",
        lambda flea, known: flea.trading.orders(),
        only="live",
    ),
    Deed("trading.positions", "pf.trade.positions", lambda flea, known: flea.trading.positions()),
    Deed("trading.market", "pf.market.read", lambda flea, known: flea.trading.market("BTC")),
    Deed("wallet.balance", "pf.wallet.balance_check", lambda flea, known: flea.wallet.balance(known["wallet"])),
    Deed(
        "wallet.price", "pf.wallet.balance_check", lambda flea, known: flea.wallet.balance(known["wallet"]), only="live"
    ),
    Deed("wallet.quote", "pf.wallet.quote", lambda flea, known: flea.wallet.quote(known["wallet"], "USDC", "ETH", 30)),
    Deed(
        "wallet.swap_status",
        "pf.wallet.swap_status",
        lambda flea, known: flea.wallet.swap_status(known["order_id"]),
        only="live",
    ),
    Deed("escrow.read", "pf.escrow.read", lambda flea, known: flea.escrow.read(known["escrow_id"])),
    Deed("escrow.list", "pf.escrow.list", lambda flea, known: flea.escrow.list(role="creator"), only="guide"),
    Deed("casino.history", "pf.casino.history", lambda flea, known: flea.casino.history()),
    Deed("domains.search", "pf.domain.search", lambda flea, known: flea.domains.search("flea")),
    Deed("domains.check", "pf.domain.check", lambda flea, known: flea.domains.check("flea.com")),
    Deed("domains.list", "pf.domain.list", lambda flea, known: flea.domains.list()),
)


def deed(name: str) -> Deed:
    """The deed of this name."""
    return next(one for one in (*SPENDS, *READS) if one.name == name)
