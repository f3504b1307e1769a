"""Wallets: what an agent owns, sending USD, and swapping between USD and an asset."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fleaglass.sandbox import ledger
from fleaglass.sandbox.accounts import Agent
from fleaglass.sandbox.draws import token
from fleaglass.sandbox.errors import InsufficientFunds, InvalidRequest, NotFound
from fleaglass.sandbox.ledger import USD, Movement
from fleaglass.sandbox.market import ASSETS
from fleaglass.sandbox.money import UNIT, from_units, notional, trade_fee
from fleaglass.sandbox.trading import positions
from fleaglass.sandbox.trading.orders import Order
from fleaglass.sandbox.trading.placing import NewOrder, place, spendable
from fleaglass.sandbox.venue import Venue

__all__ = ["DOLLAR", "Holding", "Swap", "Transfer", "holdings", "own", "quote", "send", "swap"]

DOLLAR = "USDC"
"""What USD is called inside a wallet."""

_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}|[1-9A-HJ-NP-Za-km-z]{26,95}|bc1[02-9ac-hj-np-z]{11,71}")


@dataclass(frozen=True, slots=True)
class Holding:
    """One line of a balance in units; a short has a negative amount and value."""

    asset: str
    amount: int
    usd_value: int
    available: int


@dataclass(frozen=True, slots=True)
class Transfer:
    """A payment that left the wallet."""

    tx_hash: str
    network: str
    amount: int
    to: str


@dataclass(frozen=True, slots=True)
class Swap:
    """A finished swap: `quoted` is what the price promised and `received` what came, both in units of the target."""

    order: Order
    quoted: int
    received: int


def own(agent: Agent, wallet_id: str) -> None:
    """Raise NotFound unless the wallet is the agent's."""
    if wallet_id != agent.wallet_id:
        raise NotFound("wallet", wallet_id)


def holdings(venue: Venue, agent_id: str) -> list[Holding]:
    """Return USD (margin behind shorts included, only `available` can be spent) and then every open position."""
    open_positions = positions.all_open(venue.db, agent_id)
    dollars = ledger.balance(venue.db, ledger.cash(agent_id))
    dollars += sum(ledger.balance(venue.db, ledger.margin(agent_id, held.asset)) for held in open_positions)
    lines = [Holding(DOLLAR, dollars, dollars, max(0, spendable(venue, agent_id)))]
    for held in open_positions:
        value = notional(held.quantity, venue.market.price(held.asset))
        lines.append(Holding(held.asset, held.quantity, value, max(0, held.quantity)))
    return lines


def send(venue: Venue, agent_id: str, amount: int, to: str) -> Transfer:
    """Pay USD to another wallet of this venue or to an outside address. Raises InvalidRequest, InsufficientFunds."""
    payee_id = _payee(venue, to)
    if payee_id is None and not _ADDRESS.fullmatch(to):
        raise InvalidRequest("to", "must be a wallet_id of this venue or a chain address")
    if payee_id == agent_id:
        raise InvalidRequest("to", "must be another wallet")
    available = spendable(venue, agent_id)
    if amount > available:
        raise InsufficientFunds(f"{from_units(amount)} USD to send, {from_units(max(0, available))} USD is available")
    payee = "outside" if payee_id is None else ledger.cash(payee_id)
    _, number = venue.next_id("tx_", agent_id)
    tx_hash = f"0x{token(venue.seed, 'tx', agent_id, number, digits=64)}"
    movements = [Movement(ledger.cash(agent_id), USD, -amount), Movement(payee, USD, amount)]
    ledger.post(venue.db, venue.clock(), "wallet_send", tx_hash, movements)
    return Transfer(tx_hash, "base", amount, to)


def quote(venue: Venue, source: str, target: str, amount: int) -> int:
    """Return what a swap of `amount` units of `source` promises, in units of `target`. Raises InvalidRequest."""
    _require_pair(source, target)
    if target == DOLLAR:
        value = notional(amount, venue.market.price(source))
        return value - trade_fee(value)
    # An order's worst slippage is 1 %: counting on it keeps the swap within the amount that the agent named.
    worst_price = venue.market.price(target) * 101 // 100
    quantity = (amount - trade_fee(amount)) * UNIT // worst_price
    if quantity <= 0:
        raise InvalidRequest("amount", "is worth less than the smallest quantity of the asset")
    return quantity


def swap(venue: Venue, agent_id: str, source: str, target: str, amount: int) -> Swap:
    """Swap `amount` units of `source` into `target`, one of them USDC. Raises InvalidRequest, InsufficientFunds."""
    _require_pair(source, target)
    return _buy(venue, agent_id, target, amount) if source == DOLLAR else _sell(venue, agent_id, source, amount)


def _payee(venue: Venue, to: str) -> str | None:
    """Return the agent that a wallet_id or a chain address of this venue belongs to."""
    query = (
        "SELECT agent_id FROM agent WHERE wallet_id = ?1 UNION SELECT agent_id FROM chain_address WHERE address = ?1"
    )
    row = venue.db.execute(query, (to,)).fetchone()
    return row[0] if row else None


def _require_pair(source: str, target: str) -> None:
    if {source, target} not in [{DOLLAR, asset} for asset in ASSETS]:
        raise InvalidRequest("to", f"one side of a swap must be {DOLLAR}, the other one of {', '.join(ASSETS)}")


def _buy(venue: Venue, agent_id: str, asset: str, amount: int) -> Swap:
    if amount > spendable(venue, agent_id):
        raise InsufficientFunds(f"{from_units(amount)} {DOLLAR} to swap is more than is available")
    quantity = quote(venue, DOLLAR, asset, amount)
    order = place(venue, agent_id, NewOrder(asset, "buy", quantity, at_once=True))
    return Swap(order, quantity, order.filled)


def _sell(venue: Venue, agent_id: str, asset: str, amount: int) -> Swap:
    held = positions.open_of(venue.db, agent_id, asset)
    if held is None or held.quantity < amount:
        raise InsufficientFunds(f"{from_units(amount)} {asset} to swap is more than the wallet holds")
    quoted = quote(venue, asset, DOLLAR, amount)
    order = place(venue, agent_id, NewOrder(asset, "sell", amount, at_once=True))
    return Swap(order, quoted, order.value - order.fee)
