"""What operations return: immutable, with money and quantities as Decimal.

Absent means ``None``: not said by the venue, or not understood. Nothing here is ever a guess.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from fleaglass import semconv

__all__ = ["AssetBalance", "Balance", "Closed", "Escrow", "Market", "Order", "Position"]

_SETTLED = frozenset({semconv.PF_ORDER_STATE_FILLED, semconv.PF_ORDER_STATE_CANCELLED, semconv.PF_ORDER_STATE_REJECTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order as the agent last knew it.

    ``state`` is one of open, partially_filled, filled, cancelled, rejected, unknown. Quantities are in units of the
    asset, prices in USD per unit. ``slippage_bps`` is positive when the fill was worse than expected. ``confirmed``
    says that the venue, asked again after placing, reported a state that cannot change any more.
    """

    order_id: str | None
    asset: str | None
    side: str | None
    order_type: str | None
    quantity: Decimal | None
    state: str
    limit_price: Decimal | None = None
    filled_quantity: Decimal | None = None
    fill_price: Decimal | None = None
    fee_usd: Decimal | None = None
    expected_price: Decimal | None = None
    slippage_bps: Decimal | None = None
    reason: str | None = None
    confirmed: bool = False

    @property
    def settled(self) -> bool:
        """Whether the state cannot change any more."""
        return self.state in _SETTLED

    @property
    def filled(self) -> bool:
        """Whether any of it was filled."""
        return bool(self.filled_quantity) or self.state == semconv.PF_ORDER_STATE_FILLED


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """A closed position. ``realized_pnl_usd`` is before ``fee_usd``, the fee of the closing trade."""

    position_id: str | None
    order_id: str | None
    asset: str | None
    quantity: Decimal | None
    entry_price: Decimal | None
    exit_price: Decimal | None
    realized_pnl_usd: Decimal | None
    fee_usd: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """An open position; ``side`` as the venue says it."""

    position_id: str | None
    asset: str | None
    side: str | None
    quantity: Decimal | None
    entry_price: Decimal | None
    mark_price: Decimal | None
    unrealized_pnl_usd: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """A market now. Volatilities are annualised fractions (0.55 is 55 %); histories end with the current value."""

    asset: str
    price: Decimal
    timestamp: str | None
    implied_vol: Decimal | None = None
    realized_vol: Decimal | None = None
    history: tuple[Decimal, ...] = ()
    implied_vol_history: tuple[Decimal, ...] = ()
    realized_vol_history: tuple[Decimal, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetBalance:
    """One asset in a wallet; ``amount`` and ``available`` in units of the asset."""

    usd_value: Decimal
    amount: Decimal | None = None
    available: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What a wallet holds. ``total_usd`` is the exact sum over all assets."""

    wallet_id: str
    total_usd: Decimal
    assets: Mapping[str, AssetBalance]


@dataclass(frozen=True, slots=True, kw_only=True)
class Escrow:
    """A payment held between two agents.

    ``status`` as the venue says it: funded, completed, released, disputed, refunded. ``metadata`` is whatever JSON the
    creator put there, which for the counterparty is a stranger's. ``released_amount_usd`` and ``hold_duration_s`` are
    known once it is released.
    """

    escrow_id: str | None
    status: str | None
    amount_usd: Decimal | None
    fee_usd: Decimal | None
    creator_id: str | None
    counterparty_id: str | None
    conditions: str | None
    timeout_hours: Decimal | None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    created_at: str | None = None
    released_amount_usd: Decimal | None = None
    hold_duration_s: Decimal | None = None
