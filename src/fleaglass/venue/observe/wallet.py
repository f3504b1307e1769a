"""What wallet operations record. Never an address that money goes to, and never a key."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from fleaglass import semconv
from fleaglass.recorder import Operation, keep_secret
from fleaglass.venue.body import Body
from fleaglass.venue.models import AssetBalance, Balance, Quote, Swap, Transfer
from fleaglass.venue.money import optional_decimal, product, total
from fleaglass.venue.observe.operation import Fields, Observed
from fleaglass.venue.observe.said import number, text
from fleaglass.venue.profile import Profile

__all__ = ["OPERATIONS", "keep_private_key", "note_balance", "valued"]

_SERVICE: Final = semconv.PF_SERVICE_WALLET
_TOKEN: Final = re.compile(r"[A-Za-z][A-Za-z0-9]{1,9}|0x[0-9A-Fa-f]{40}")  # nothing that could be somebody's key


def _wallet_type(profile: Profile) -> Mapping[str, object]:
    return {semconv.PF_WALLET_TYPE: profile.wallet_type}


# Holding --------------------------------------------------------------------------------------------------------------


def _asked_balance(fields: Fields) -> Mapping[str, object]:
    return {
        semconv.PF_WALLET_ID: text(fields, "wallet_id"),
        semconv.PF_NETWORK: text(fields, "network"),
        semconv.PF_CACHE_HIT: False,
    }


def _balance(span: Operation, fields: Fields, body: Body, profile: Profile) -> Balance | None:
    """``None`` when any asset has no readable value, because half a balance sizes trades wrongly."""
    wallet_id, assets = text(fields, "wallet_id") or "", body.get("assets")
    if not isinstance(assets, Mapping):
        return None
    found: dict[str, AssetBalance] = {}
    for name, asset in assets.items():
        value = optional_decimal(asset.get("usd_value")) if isinstance(asset, Mapping) else None
        if value is None:
            return None
        found[name] = AssetBalance(
            usd_value=value,
            amount=optional_decimal(asset.get("amount")),
            available=optional_decimal(asset.get("available")),
        )
    balance = _summed(wallet_id, found, text(fields, "network"))
    if balance is not None:
        note_balance(span, balance)
    return balance


def _summed(wallet_id: str, assets: dict[str, AssetBalance], network: str | None) -> Balance | None:
    total_usd = total(asset.usd_value for asset in assets.values())
    if total_usd is None:
        return None
    return Balance(wallet_id=wallet_id, total_usd=total_usd, assets=MappingProxyType(assets), network=network)


def valued(wallet_id: str, body: Body, price: Body) -> Balance | None:
    """The balance of a network's own coin and its price, together; ``None`` when either cannot be read."""
    symbol, held = body.text("symbol"), body.decimal("amount")
    usd_value = product(held, price.decimal("price_usd"))
    if symbol is None or usd_value is None:
        return None
    asset = AssetBalance(usd_value=usd_value, amount=held, available=held)
    return _summed(wallet_id, {symbol: asset}, body.text("network"))


def note_balance(span: Operation, balance: Balance) -> None:
    """Record it, and tell the cycle."""
    span.record({semconv.PF_BALANCE_USD: balance.total_usd, semconv.PF_ASSETS_COUNT: len(balance.assets)})
    span.tell(lambda story: setattr(story, "balance_usd", balance.total_usd))
    amounts = {name: asset.amount for name, asset in balance.assets.items()}
    wallet_type = span.attributes.get(semconv.PF_WALLET_TYPE)
    wallet = balance.wallet_id if balance.network is None else f"{balance.wallet_id} on {balance.network}"
    span.core.money.holds(wallet, balance.total_usd, amounts, wallet_type)


def _price(span: Operation, fields: Fields, body: Body, profile: Profile) -> Body:
    return body


# Sending and swapping -------------------------------------------------------------------------------------------------


def _asked_send(fields: Fields) -> Mapping[str, object]:
    return {
        semconv.PF_WALLET_ID: text(fields, "wallet_id"),
        semconv.PF_ASSET: text(fields, "asset"),
        semconv.PF_QUANTITY: number(fields, "amount"),
        semconv.PF_NETWORK: text(fields, "network"),
    }


def _implied_send(fields: Fields, profile: Profile) -> Fields:
    """A request names a token or, by sending none, its network's own coin; a token by its ticker or its contract."""
    token, network = text(fields, "token"), text(fields, "network") or profile.wallet_network or ""
    if token is None:
        coin = profile.network_coins.get(network)
        return {} if coin is None else {"asset": coin}
    return {"asset": token} if _TOKEN.fullmatch(token) else {}


def keep_private_key(private_key: str | None) -> None:
    """Have a wallet's key scrubbed from whatever is recorded from now on, in either spelling."""
    if private_key is not None:
        keep_secret(private_key)
        keep_secret(private_key.removeprefix("0x"))


def _begin_send(span: Operation, fields: Fields) -> None:
    keep_private_key(text(fields, "private_key"))


def _sent(span: Operation, fields: Fields, body: Body, profile: Profile) -> Transfer:
    transfer = Transfer(
        tx_hash=body.text("tx_hash"),
        network=body.text("network") or text(fields, "network"),
        asset=body.text("asset") or text(fields, "asset"),
        amount=number(fields, "amount"),
        to=text(fields, "to"),
    )
    span.record({semconv.PF_WALLET_ID: text(fields, "wallet_id") or body.text("wallet_id")})
    _note_moved(span, transfer.tx_hash, transfer.network)
    return transfer


def _note_moved(span: Operation, tx_hash: str | None, network: str | None) -> None:
    span.record({semconv.PF_TX_HASH: tx_hash, semconv.PF_NETWORK: network})


def _asked_swap(fields: Fields) -> Mapping[str, object]:
    return {**_asked_send(fields), semconv.PF_TO_ASSET: text(fields, "to_asset")}


def _quoted(span: Operation, fields: Fields, body: Body, profile: Profile) -> Quote:
    quote = Quote(
        from_asset=text(fields, "asset"),
        to_asset=text(fields, "to_asset"),
        amount=number(fields, "amount"),
        received=body.decimal("received"),
        network=text(fields, "network"),
    )
    span.record({semconv.PF_RECEIVED: quote.received})
    return quote


def _swapped(span: Operation, fields: Fields, body: Body, profile: Profile) -> Swap:
    swap = _swap_from(fields, body)
    span.record({semconv.PF_SWAP_ID: swap.swap_id, semconv.PF_FEE_USD: swap.fee_usd})
    _note_swap(span, swap)
    _note_moved(span, swap.tx_hash, swap.network)
    return swap


def _swap_read(span: Operation, fields: Fields, body: Body, profile: Profile) -> Swap:
    swap = _swap_from(fields, body)
    _note_swap(span, swap)
    span.record({semconv.PF_TX_HASH: swap.tx_hash})
    return swap


def _swap_from(fields: Fields, body: Body) -> Swap:
    received, quoted = body.decimal("received"), body.decimal("quoted")
    return Swap(
        swap_id=body.text("swap_id") or text(fields, "swap_id"),
        status=body.text("status"),
        from_asset=text(fields, "asset"),
        to_asset=text(fields, "to_asset"),
        amount=number(fields, "amount"),
        quoted=quoted,
        received=quoted if received is None else received,
        fee_usd=body.decimal("fee_usd"),
        tx_hash=body.text("tx_hash"),
        network=body.text("network") or text(fields, "network"),
        deposit_address=body.text("deposit_address"),
        deposit_amount=body.decimal("deposit_amount"),
    )


def _note_swap(span: Operation, swap: Swap) -> None:
    span.record({semconv.PF_SWAP_STATUS: swap.status, semconv.PF_RECEIVED: swap.received})


OPERATIONS: Final = (
    Observed(
        name="wallet.balance",
        service=_SERVICE,
        span=semconv.SPAN_PF_WALLET_BALANCE_CHECK,
        phase="balance_polling",
        spends=False,
        asked=_asked_balance,
        by_profile=_wallet_type,
        answered=_balance,
    ),
    Observed(
        name="wallet.price",
        service=_SERVICE,
        span=semconv.SPAN_PF_MARKET_READ,
        phase="balance_polling",
        spends=False,
        asked=lambda fields: {semconv.PF_ASSET: text(fields, "asset")},
        answered=_price,
    ),
    Observed(
        name="wallet.send",
        service=_SERVICE,
        span=semconv.SPAN_PF_WALLET_SEND,
        phase="transfer",
        spends=True,
        asked=_asked_send,
        by_profile=_wallet_type,
        implied=_implied_send,
        answered=_sent,
        begins=_begin_send,
        confirms={"tx_hash": Body.word},
    ),
    Observed(
        name="wallet.quote",
        service=_SERVICE,
        span=semconv.SPAN_PF_WALLET_QUOTE,
        phase="swap_quote",
        spends=False,
        asked=_asked_swap,
        answered=_quoted,
        confirms={"received": Body.decimal},
    ),
    Observed(
        name="wallet.swap",
        service=_SERVICE,
        span=semconv.SPAN_PF_WALLET_SWAP,
        phase="swap",
        spends=True,
        asked=_asked_swap,
        by_profile=_wallet_type,
        answered=_swapped,
        confirms={"swap_id": Body.word, "tx_hash": Body.word, "received": Body.decimal},
    ),
    Observed(
        name="wallet.swap_status",
        service=_SERVICE,
        span=semconv.SPAN_PF_WALLET_SWAP_STATUS,
        phase="swap_polling",
        spends=False,
        asked=lambda fields: {semconv.PF_SWAP_ID: text(fields, "swap_id")},
        answered=_swap_read,
        confirms={"status": Body.word},
    ),
)
