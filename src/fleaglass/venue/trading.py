"""Trading: orders, positions and markets."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from fleaglass import semconv
from fleaglass.recorder import Operation
from fleaglass.venue.calls import Calls, at_stake
from fleaglass.venue.errors import Unreachable
from fleaglass.venue.models import Closed, Market, Order, Position
from fleaglass.venue.money import Number, amount
from fleaglass.venue.orders import UNKNOWN_ORDER, order_from
from fleaglass.venue.placing import finish, place, settle
from fleaglass.venue.reading import closed_from, market_from, position_from

__all__ = ["Trading"]

_SERVICE = semconv.PF_SERVICE_TRADING


class Trading:
    """The trading service. Reached as ``flea.trading``.

    Every method may raise ``ValueError`` for an argument that makes no sense, before anything is sent, and the errors
    of `fleaglass.venue.errors`: ``AuthError`` and ``Unreachable`` everywhere, others as named.
    """

    def __init__(self, calls: Calls, *, confirm_timeout_s: float, poll_interval_s: float) -> None:
        self._calls = calls
        self._confirm_timeout_s = confirm_timeout_s
        self._poll_interval_s = poll_interval_s

    async def execute(
        self,
        asset: str,
        side: str,
        quantity: Number,
        *,
        signal_confidence: float | None = None,
        expected_price: Number | None = None,
        confirm_timeout: float | None = None,
    ) -> Order:
        """Place a market order, and ask for it until its state is settled or the time is up.

        Args:
            asset: asset ticker, such as ``BTC``.
            side: ``buy`` or ``sell``.
            quantity: in units of the asset.
            signal_confidence: confidence of the signal behind it, 0 to 1.
            expected_price: USD per unit, for the slippage when the venue's answer does not name one.
            confirm_timeout: longest time to ask, in seconds; the client's setting by default.

        Raises:
            Rejected: the venue refused, or the order ended without a fill.
            OutcomeUnknown: the answer is lost; look before ordering again.
        """
        wanted = _wanted(asset, side, quantity, semconv.PF_ORDER_TYPE_MARKET)
        if expected_price is not None:
            wanted = replace(wanted, expected_price=amount("expected_price", expected_price))
        timeout_s = self._confirm_timeout_s if confirm_timeout is None else confirm_timeout
        with self._order_span(wanted, signal_confidence) as span:
            order = await place(self._calls, span, wanted, signal_confidence)
            if order.order_id is not None:
                order = await settle(self._calls, span, order, timeout_s=timeout_s, interval_s=self._poll_interval_s)
            return finish(span, order)

    async def limit(
        self,
        asset: str,
        side: str,
        quantity: Number,
        *,
        limit_price: Number,
        signal_confidence: float | None = None,
    ) -> Order:
        """Place a limit order, which may stay open; follow it with ``order``. Otherwise as ``execute``.

        Args:
            asset: asset ticker.
            side: ``buy`` or ``sell``.
            quantity: in units of the asset.
            limit_price: USD per unit.
            signal_confidence: confidence of the signal behind it, 0 to 1.
        """
        wanted = replace(
            _wanted(asset, side, quantity, semconv.PF_ORDER_TYPE_LIMIT),
            limit_price=amount("limit_price", limit_price),
        )
        with self._order_span(wanted, signal_confidence) as span:
            return finish(span, await place(self._calls, span, wanted, signal_confidence))

    async def order(self, order_id: str) -> Order:
        """Read one order. `NotFoundError`."""
        with self._calls.operation(semconv.SPAN_PF_TRADE_READ, _SERVICE, {semconv.PF_ORDER_ID: order_id}) as span:
            body = await self._calls.read(span, "trading.poll", path={"order_id": order_id})
            order = order_from(body, self._calls.profile, replace(UNKNOWN_ORDER, order_id=order_id))
            span.record({semconv.PF_ORDER_STATE: order.state})
            return order

    async def cancel(self, order_id: str) -> Order:
        """Withdraw an open order. `ConflictError` if it is settled already, `NotFoundError`, `OutcomeUnknown`."""
        with self._calls.operation(semconv.SPAN_PF_TRADE_CANCEL, _SERVICE, {semconv.PF_ORDER_ID: order_id}) as span:
            with at_stake(span, semconv.PF_ORDER_STATE):
                body = await self._calls.spend(span, "trading.cancel", path={"order_id": order_id})
            order = order_from(body, self._calls.profile, replace(UNKNOWN_ORDER, order_id=order_id))
            span.record({semconv.PF_ORDER_STATE: order.state})
            return order

    async def orders(self, since: dt.datetime | str | None = None) -> tuple[Order, ...]:
        """Orders placed since a moment (a datetime with a zone, or RFC 3339); all of them by default."""
        query = {} if since is None else {"since": _instant(since)}
        with self._calls.operation(semconv.SPAN_PF_TRADE_LIST, _SERVICE, {}) as span:
            body = await self._calls.read(span, "trading.orders", query=query)
            return tuple(order_from(item, self._calls.profile) for item in body.items())

    async def positions(self) -> tuple[Position, ...]:
        """Open positions."""
        with self._calls.operation(semconv.SPAN_PF_TRADE_POSITIONS, _SERVICE, {}) as span:
            body = await self._calls.read(span, "trading.positions")
            return tuple(position_from(item) for item in body.items())

    async def close(self, *, asset: str | None = None, position_id: str | None = None) -> Closed:
        """Close a position, named by its asset or by its id.

        Raises:
            NotFoundError: there is no such position; after a lost answer: it is closed already.
            OutcomeUnknown: the answer is lost.
        """
        if (asset is None) == (position_id is None):
            raise ValueError("give either asset or position_id")
        names = {semconv.PF_ASSET: asset, semconv.PF_POSITION_ID: position_id}
        with self._calls.operation(semconv.SPAN_PF_TRADE_CLOSE, _SERVICE, names) as span:
            span.tell(lambda story: story.about(asset))
            with at_stake(span, semconv.PF_ORDER_STATE, semconv.EVENT_ORDER_UNKNOWN):
                body = await self._calls.spend(span, "trading.close", body={"asset": asset, "position_id": position_id})
            closed = closed_from(body)
            _note_closed(span, closed)
            return closed

    async def market(self, asset: str) -> Market:
        """Price and volatilities of a market now. `NotFoundError`."""
        with self._calls.operation(semconv.SPAN_PF_MARKET_READ, _SERVICE, {semconv.PF_ASSET: asset}) as span:
            market = market_from(await self._calls.read(span, "trading.market", path={"asset": asset}), asset)
            if market is None:
                raise Unreachable("the answer has no price", operation="trading.market", trace_id=span.trace_id)
            return market

    def _order_span(self, wanted: Order, signal_confidence: float | None) -> Operation:
        """Everything that is known before the call is on the span before the call: it shows on errors too."""
        return self._calls.operation(
            semconv.SPAN_PF_TRADE_EXECUTE,
            _SERVICE,
            {
                semconv.PF_ASSET: wanted.asset,
                semconv.PF_SIDE: wanted.side,
                semconv.PF_QUANTITY: wanted.quantity,
                semconv.PF_ORDER_TYPE: wanted.order_type,
                semconv.PF_LIMIT_PRICE: wanted.limit_price,
                semconv.PF_EXPECTED_PRICE: wanted.expected_price,
                semconv.PF_SIGNAL_CONFIDENCE: signal_confidence,
            },
        )


def _wanted(asset: str, side: str, quantity: Number, order_type: str) -> Order:
    if side not in {semconv.PF_SIDE_BUY, semconv.PF_SIDE_SELL}:
        raise ValueError(f"side must be buy or sell, got {side!r}")
    return replace(UNKNOWN_ORDER, asset=asset, side=side, order_type=order_type, quantity=amount("quantity", quantity))


def _note_closed(span: Operation, closed: Closed) -> None:
    span.record(
        {
            semconv.PF_ASSET: closed.asset,
            semconv.PF_POSITION_ID: closed.position_id,
            semconv.PF_QUANTITY: closed.quantity,
            semconv.PF_ORDER_STATE: semconv.PF_ORDER_STATE_FILLED,
            semconv.PF_ENTRY_PRICE: closed.entry_price,
            semconv.PF_EXIT_PRICE: closed.exit_price,
            semconv.PF_FEE_USD: closed.fee_usd,
            semconv.PF_PNL_USD: closed.realized_pnl_usd,
        }
    )
    span.tell(lambda story: story.order(closed.order_id, semconv.PF_ORDER_STATE_FILLED, closed.quantity))
    span.tell(lambda story: story.about(closed.asset))
    if (pnl_usd := closed.realized_pnl_usd) is not None:
        span.tell(lambda story: story.add_pnl(pnl_usd))


def _instant(since: dt.datetime | str) -> str:
    if isinstance(since, str):
        return since
    if since.tzinfo is None:
        raise ValueError("since needs a time zone")
    return since.isoformat()
