"""Balances, and what leaves a wallet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

__all__ = ["AssetBalance", "Balance", "Quote", "Swap", "Transfer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetBalance:
    """One asset in a wallet; ``amount`` and ``available`` in units of the asset."""

    usd_value: Decimal
    amount: Decimal | None = None
    available: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What a wallet holds, on one network where the venue tells them apart. ``total_usd`` is the exact sum."""

    wallet_id: str
    total_usd: Decimal
    assets: Mapping[str, AssetBalance]
    network: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """A transfer that the venue accepted; ``amount`` in units of the asset."""

    tx_hash: str | None
    network: str | None
    asset: str | None
    amount: Decimal | None
    to: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What a swap would give; ``amount`` in units of the one asset, ``received`` in units of the other."""

    from_asset: str | None
    to_asset: str | None
    amount: Decimal | None
    received: Decimal | None
    network: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """A swap that the venue accepted.

    ``quoted`` is what was promised and ``received`` what came, in units of ``to_asset``. Where the venue settles it
    later, ``status`` says so, ``received`` is the amount it expects, and it begins with a deposit of
    ``deposit_amount`` at ``deposit_address``.
    """

    swap_id: str | None
    status: str | None
    from_asset: str | None
    to_asset: str | None
    amount: Decimal | None
    quoted: Decimal | None
    received: Decimal | None
    fee_usd: Decimal | None = None
    tx_hash: str | None = None
    network: str | None = None
    deposit_address: str | None = None
    deposit_amount: Decimal | None = None
