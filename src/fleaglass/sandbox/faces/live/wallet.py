"""Wallets, by the published code: chain addresses, secrets in the open, amounts as text and no values in USD.

The books behind it know USD and the traded assets: USDC is what the agent can spend, ETH lies on base, BTC and SOL on
their own chains. Only USDC can be sent.
"""

from __future__ import annotations

from decimal import Decimal

from fleaglass.sandbox import accounts, ledger, vault, wallet
from fleaglass.sandbox.errors import InsufficientFunds, InvalidRequest
from fleaglass.sandbox.faces.face import Call, Endpoint
from fleaglass.sandbox.faces.live import fields, swaps
from fleaglass.sandbox.faces.live.refusal import Refused
from fleaglass.sandbox.faces.view import View
from fleaglass.sandbox.market import ASSETS
from fleaglass.sandbox.money import from_units
from fleaglass.sandbox.trading.placing import spendable
from fleaglass.sandbox.vault import Keys
from fleaglass.sandbox.venue import Venue

__all__ = ["ENDPOINTS"]

_BASE = "/wallet/v1"
_HELD_ON = {"base": "ETH", "solana": "SOL", "bitcoin": "BTC"}


def _register(venue: Venue, _: Call) -> View:
    opened = accounts.register(venue, None, None, "wallet")
    return {"agent_id": opened.agent.agent_id, "api_key": opened.api_key}


def _create(venue: Venue, call: Call) -> View:
    return _secrets(vault.create(venue.db, call.agent.agent_id))


def _export(venue: Venue, call: Call) -> View:
    keys = vault.read(venue.db, call.agent.agent_id)
    if keys is None:
        raise Refused(404, "wallet_not_found", "Create a wallet first")
    return _secrets(keys)


def _secrets(keys: Keys) -> View:
    return {"mnemonic": keys.mnemonic, "addresses": dict(keys.addresses), "private_keys": dict(keys.private_keys)}


def _balance(venue: Venue, call: Call) -> View:
    chain = _chain(call.asked("chain"))
    asset = _HELD_ON.get(chain)
    agent_id = vault.owner(venue.db, call.path["address"])
    held = ledger.balance(venue.db, ledger.position(agent_id), asset) if agent_id and asset else 0
    native = {"symbol": vault.CHAINS[chain], "amount": _text(max(0, held))}
    return {"address": call.path["address"], "chain": chain, "balance": {"native": native}}


def _usdc_balance(venue: Venue, call: Call) -> View:
    agent_id = vault.owner(venue.db, call.path["address"])
    held = max(0, spendable(venue, agent_id)) if agent_id else 0
    return {"address": call.path["address"], "chain": _chain(call.asked("chain")), "usdc": _text(held)}


def _value(venue: Venue, call: Call) -> View:
    agent_id = vault.owner(venue.db, call.path["address"])
    lines = wallet.holdings(venue, agent_id) if agent_id else []
    return {"address": call.path["address"], "total_usd": from_units(sum(line.usd_value for line in lines))}


def _price(venue: Venue, call: Call) -> View:
    symbol = (call.asked("symbol") or "").upper()
    if symbol == wallet.DOLLAR:
        return {"symbol": symbol, "price_usd": 1}
    if symbol not in ASSETS:
        raise Refused(502, "api_error", f"No price for {symbol[:20]!r}")
    return {"symbol": symbol, "price_usd": from_units(venue.market.price(symbol))}


def _prices(venue: Venue, _: Call) -> View:
    prices = {symbol: from_units(price) for symbol, price in venue.market.prices().items()}
    return {"prices": {**prices, wallet.DOLLAR: Decimal(1)}}


def _send(venue: Venue, call: Call) -> View:
    asked = fields.read(call)
    chain = _chain(asked.get("chain"))
    private_key = fields.text(asked, "private_key", "invalid_request", most=200)
    to = fields.text(asked, "to", "invalid_address", most=200)
    amount = fields.units(asked, "amount", "invalid_amount")
    if asked.get("token", wallet.DOLLAR) != wallet.DOLLAR:
        raise Refused(400, "unsupported_token", f"The sandbox sends {wallet.DOLLAR} only")
    keys = vault.read(venue.db, call.agent.agent_id)
    sender = vault.address_of(keys, chain, private_key) if keys else None
    if sender is None:
        # Any key signs for some address; that one is empty.
        raise Refused(502, "rpc_error", "insufficient funds for transfer")
    try:
        sent = wallet.send(venue, call.agent.agent_id, amount, to)
    except InsufficientFunds as error:
        raise Refused(502, "rpc_error", f"insufficient funds for transfer: {error.message}") from error
    except InvalidRequest as error:
        raise Refused(400, "invalid_address", error.message) from error
    return {
        "tx_hash": sent.tx_hash,
        "chain": chain,
        "from": sender,
        "to": to,
        "amount": _text(sent.amount),
        "token": wallet.DOLLAR,
    }


def _chain(asked: object) -> str:
    chain = "base" if asked is None else asked
    if not isinstance(chain, str) or chain not in vault.CHAINS:
        raise Refused(400, "unsupported_chain", f"chain must be one of {', '.join(vault.CHAINS)}")
    return chain


def _text(units: int) -> str:
    """An amount as the services write it: text, with at least one place."""
    text = f"{from_units(units):f}"
    return text if "." in text else f"{text}.0"


ENDPOINTS = (
    Endpoint(
        *("faucet.register", "POST", f"{_BASE}/auth/register", _register),
        status=201,
        keyless=True,
        service="wallet",
        per_minute=10,
    ),
    Endpoint("wallet.create", "POST", f"{_BASE}/wallet/create", _create, status=201),
    Endpoint("wallet.export", "GET", f"{_BASE}/wallet/export", _export),
    Endpoint("wallet.balance", "GET", f"{_BASE}/wallet/balance/{{address}}", _balance),
    Endpoint("wallet.usdc_balance", "GET", f"{_BASE}/wallet/usdc-balance/{{address}}", _usdc_balance),
    Endpoint("wallet.value", "GET", f"{_BASE}/wallet/portfolio-value/{{address}}", _value),
    Endpoint("wallet.price", "GET", f"{_BASE}/wallet/price", _price, keyless=True),
    Endpoint("wallet.prices", "GET", f"{_BASE}/wallet/prices", _prices, keyless=True),
    Endpoint("wallet.send", "POST", f"{_BASE}/wallet/send", _send, per_minute=20),
    *swaps.endpoints(_BASE),
)
