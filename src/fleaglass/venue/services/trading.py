"""Trading: orders, positions and markets."""

from __future__ import annotations

import datetime as dt

from fleaglass import semconv
from fleaglass.venue.calls import Calls
from fleaglass.venue.errors import Unreachable
from fleaglass.venue.models import Closed, Market, Order, Position
from fleaglass.venue.money import Number, amount
from fleaglass.venue.observe import OPERATIONS
from fleaglass.venue.services.closing import close
from fleaglass.venue.services.lookup import find_order, list_orders
from fleaglass.venue.services.placing import finish, place, settle
from fleaglass.venue.services.pricing import priced
from fleaglass.venue.times import instant, seconds

__all__ = ["Trading"]


class Trading:
    """The trading service. Reached as ``flea.trading``.

    Every method may raise ``ValueError`` for an argument that makes no sense, before anything is sent, and the errors
    of `fleaglass.venue.errors`: ``AuthError`` and ``Unreachable`` everywhere, others as named.
    """

    def __init__(self, calls: Calls, *, confirm_timeout_s: float, poll_interval_s: float) -> None:
        self._calls = calls
        self._confirm_timeout_s = seconds("confirm_timeout", confirm_timeout_s)
        self._poll_interval_s = seconds("poll_interval", poll_interval_s)

    async def execute(
        self,
        asset: str,
        side: str,
        quantity: Number,
        *,
        signal_confidence: float | None = None,
        expected_price: Number | None = None,
        reference: bool | None = None,
        leverage: Number | None = None,
        confirm_timeout: float | None = None,
    ) -> Order:
        """Place a market order, and ask for it until its state is settled or the time is up.

        Args:
            asset: asset ticker, such as ``BTC``.
            side: ``buy`` or ``sell``.
            quantity: in units of the asset.
            signal_confidence: confidence of the signal behind it, 0 to 1.
            expected_price: USD per unit, for the slippage when the venue's answer does not name one.
            reference: whether to read the price first, unless you name it; by default where the profile's answers name
                none (``live``). Where they do (``guide``), one that leaves it out leaves the slippage unknown.
            leverage: times the margin, where the profile has perpetual futures; the venue's default otherwise.
            confirm_timeout: longest time to ask, in seconds; the client's setting by default.

        Raises:
            Rejected: the venue refused, or the order ended without a fill.
            NotPlacedError: the answer was lost, and the order is not there and will not be.
            OutcomeUnknown: the answer is lost, and it could not be found out what became of the order, or not yet.
        """
        fields = self._order_fields("trading.order", asset, side, quantity, semconv.PF_ORDER_TYPE_MARKET, leverage)
        fields |= {
            "expected_price": None if expected_price is None else amount("expected_price", expected_price),
            "signal_confidence": signal_confidence,
        }
        timeout_s = self._confirm_timeout_s if confirm_timeout is None else seconds("confirm_timeout", confirm_timeout)
        observed = OPERATIONS["trading.order"]
        with self._calls.begin(observed, fields) as span:
            asked = await priced(self._calls, span, observed, fields, reference=reference)
            order = await place(self._calls, span, observed, asked)
            order = await settle(
                self._calls, span, observed, asked, order, timeout_s=timeout_s, interval_s=self._poll_interval_s
            )
            return finish(self._calls, span, observed, asked, order)

    async def limit(
        self,
        asset: str,
        side: str,
        quantity: Number,
        *,
        limit_price: Number,
        signal_confidence: float | None = None,
        leverage: Number | None = None,
    ) -> Order:
        """Place a limit order, which may stay open; follow it with ``order``. Otherwise as ``execute``.

        Args:
            asset: asset ticker.
            side: ``buy`` or ``sell``.
            quantity: in units of the asset.
            limit_price: USD per unit.
            signal_confidence: confidence of the signal behind it, 0 to 1.
            leverage: times the margin, where the profile has perpetual futures.
        """
        fields = self._order_fields("trading.limit", asset, side, quantity, semconv.PF_ORDER_TYPE_LIMIT, leverage)
        fields |= {"limit_price": amount("limit_price", limit_price), "signal_confidence": signal_confidence}
        observed = OPERATIONS["trading.limit"]
        with self._calls.begin(observed, fields) as span:
            asked = await priced(self._calls, span, observed, fields, reference=False)
            order = await place(self._calls, span, observed, asked)
            return finish(self._calls, span, observed, asked, order)

    async def order(self, order_id: str) -> Order:
        """Read one order. `NotFoundError`."""
        return await find_order(self._calls, order_id)

    async def cancel(self, order_id: str) -> Order:
        """Withdraw an open order. `ConflictError` if it is settled already, `NotFoundError`, `OutcomeUnknown`."""
        order: Order = await self._calls.perform("trading.cancel", {"order_id": order_id})
        self._calls.follow(order_id, settled=order.settled)
        return order

    async def orders(self, since: dt.datetime | str | None = None) -> tuple[Order, ...]:
        """Orders placed since a moment (a datetime with a zone, or RFC 3339); all of them by default."""
        return await list_orders(self._calls, None if since is None else _moment(since))

    async def positions(self) -> tuple[Position, ...]:
        """Open positions."""
        found: tuple[Position, ...] = await self._calls.perform("trading.positions", {})
        return found

    async def close(
        self,
        *,
        asset: str | None = None,
        position_id: str | None = None,
        expected_price: Number | None = None,
        reference: bool | None = None,
    ) -> Closed:
        """Close a position, named by its asset or by its id.

        Args:
            asset: asset ticker; looked up among the open positions where the venue only closes by id.
            position_id: the position.
            expected_price: USD per unit, for the slippage when the venue's answer does not name one.
            reference: whether to read the price first, as for ``execute``.

        Raises:
            NotFoundError: there is no such position; after a lost answer: it is closed already.
            OutcomeUnknown: the answer is lost.
        """
        if (asset is None) == (position_id is None):
            raise ValueError("give either asset or position_id")
        price = None if expected_price is None else amount("expected_price", expected_price)
        fields = {"asset": asset, "position_id": position_id, "expected_price": price}
        return await close(self._calls, fields, reference=reference)

    async def market(self, asset: str) -> Market:
        """Price and volatilities of a market now. `NotFoundError`."""
        observed, fields = OPERATIONS["trading.market"], {"asset": asset}
        with self._calls.begin(observed, fields) as span:
            body = await self._calls.read(span, observed, fields)
            market: Market | None = observed.answered(span, fields, body, self._calls.profile)
            if market is None:
                raise self._calls.asked(span, observed, fields).error(Unreachable, "the answer has no price")
            return market

    def _order_fields(
        self, name: str, asset: str, side: str, quantity: Number, order_type: str, leverage: Number | None
    ) -> dict[str, object]:
        if side not in {semconv.PF_SIDE_BUY, semconv.PF_SIDE_SELL}:
            raise ValueError(f"side must be buy or sell, got {side!r}")
        fields: dict[str, object] = {
            "asset": asset,
            "side": side,
            "quantity": amount("quantity", quantity),
            "order_type": order_type,
        }
        if leverage is not None:
            if "leverage" not in self._calls.profile.endpoints[name].sends:
                raise ValueError(f"leverage must be left out: profile {self._calls.profile.name} has none")
            fields["leverage"] = amount("leverage", leverage)
        return fields


def _moment(since: dt.datetime | str) -> dt.datetime:
    moment = instant(since) if isinstance(since, str) else since
    if moment is None:
        raise ValueError(f"since must be RFC 3339, got {since!r}")
    if moment.tzinfo is None:
        raise ValueError("since needs a time zone")
    return moment
