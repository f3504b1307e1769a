"""Orders, positions and markets."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from fleaglass import semconv
from fleaglass.venue.money import quotient

__all__ = ["SETTLED", "Closed", "Market", "Order", "Position"]

_RATE_STEP = Decimal("0.0001")
SETTLED = frozenset({semconv.PF_ORDER_STATE_FILLED, semconv.PF_ORDER_STATE_CANCELLED, semconv.PF_ORDER_STATE_REJECTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order as the agent last knew it.

    ``state`` is one of open, partially_filled, filled, cancelled, rejected, unknown. Quantities are in units of the
    asset, prices in USD per unit. ``slippage_bps`` is positive when the fill was worse than expected.
    ``realized_pnl_usd`` is what it realised if it reduced a position, before fees. ``confirmed`` says that the venue,
    asked again after placing or by the kind of its answer, reported a state that cannot change any more.
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
    position_id: str | None = None
    realized_pnl_usd: Decimal | None = None
    reason: str | None = None
    created_at: str | None = None
    confirmed: bool = False

    @property
    def settled(self) -> bool:
        """Whether the state cannot change any more."""
        return self.state in SETTLED

    @property
    def filled(self) -> bool:
        """Whether any of it was filled."""
        return bool(self.filled_quantity) or self.state == semconv.PF_ORDER_STATE_FILLED

    @property
    def fill_rate(self) -> Decimal | None:
        """Share of the order that was filled, 0 to 1, to four places; ``None`` when a quantity is not known."""
        rate = quotient(self.filled_quantity, self.quantity)
        return None if rate is None else min(rate.quantize(_RATE_STEP), Decimal(1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """A closed position. ``realized_pnl_usd`` is before ``fee_usd``, the fee of the closing trade.

    ``side`` (buy or sell) and ``slippage_bps`` are the closing trade's; slippage is positive when it was worse than the
    expected price.
    """

    position_id: str | None
    order_id: str | None
    asset: str | None
    quantity: Decimal | None
    entry_price: Decimal | None
    exit_price: Decimal | None
    realized_pnl_usd: Decimal | None
    fee_usd: Decimal | None
    side: str | None = None
    expected_price: Decimal | None = None
    slippage_bps: Decimal | None = None


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
