"""One function per operation: checked request in, view out. Each runs inside one transaction (dispatch.py)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from fleaglass.sandbox import accounts, bodies, escrow, views, wallet
from fleaglass.sandbox.accounts import Agent
from fleaglass.sandbox.clock import HOUR_NS, parse_instant
from fleaglass.sandbox.errors import InvalidRequest, NotFound
from fleaglass.sandbox.market import ASSETS
from fleaglass.sandbox.money import UNIT
from fleaglass.sandbox.trading import orders, positions
from fleaglass.sandbox.trading.closing import close
from fleaglass.sandbox.trading.placing import NewOrder, place
from fleaglass.sandbox.venue import Venue
from fleaglass.sandbox.views import View

__all__ = ["HANDLERS", "NOBODY", "Call", "Handler"]

NOBODY = Agent("", "")
"""Who calls an operation that needs no key."""

_SIDES = ("buy", "sell")
_LEAST_ESCROW, _LEAST_HOURS, _MOST_HOURS = Decimal("0.1"), Decimal("0.0001"), Decimal(720)


@dataclass(frozen=True, slots=True)
class Call:
    """One request: who calls, and the path, query and body that came with it."""

    agent: Agent = NOBODY
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


Handler = Callable[[Venue, Call], View]


def _order(venue: Venue, call: Call) -> View:
    body = bodies.decode(bodies.OrderBody, call.body)
    order_type = bodies.choice("order_type", body.order_type, ("market", "limit"))
    if (order_type == "limit") != (body.limit_price is not None):
        raise InvalidRequest("limit_price", f"is {'required' if order_type == 'limit' else 'only'} for a limit order")
    limit_price = None if body.limit_price is None else bodies.amount("limit_price", body.limit_price)
    new = NewOrder(*_what(body.asset, "side", body.side, body.quantity), limit_price)
    return views.order_view(place(venue, call.agent.agent_id, new))


def _spot(venue: Venue, call: Call) -> View:
    body = bodies.decode(bodies.SpotBody, call.body)
    new = NewOrder(*_what(body.asset, "direction", body.direction, body.quantity), at_once=True)
    return {**views.order_view(place(venue, call.agent.agent_id, new)), "direction": new.side}


def _what(asset: str, side_field: str, side: str, quantity: Decimal) -> tuple[str, str, int]:
    return (
        bodies.choice("asset", asset, ASSETS),
        bodies.choice(side_field, side, _SIDES),
        bodies.amount("quantity", quantity),
    )


def _poll(venue: Venue, call: Call) -> View:
    return views.order_view(orders.find(venue.db, call.agent.agent_id, call.path["order_id"]))


def _cancel(venue: Venue, call: Call) -> View:
    order = orders.find(venue.db, call.agent.agent_id, call.path["order_id"])
    return views.order_view(orders.end(venue.db, order, "cancelled", "CANCELLED_BY_AGENT", venue.clock()))


def _orders(venue: Venue, call: Call) -> View:
    since = call.query.get("since")
    try:
        since_ns = parse_instant(since) if since is not None else 0
    except ValueError as error:
        raise InvalidRequest("since", "must be RFC 3339 with an offset, or Unix seconds") from error
    return {"orders": [views.order_view(order) for order in orders.recent(venue.db, call.agent.agent_id, since_ns)]}


def _positions(venue: Venue, call: Call) -> View:
    held = positions.all_open(venue.db, call.agent.agent_id)
    return {"positions": [views.position_view(one, venue.market.price(one.asset)) for one in held]}


def _close(venue: Venue, call: Call) -> View:
    body = bodies.decode(bodies.CloseBody, call.body)
    if (body.position_id is None) == (body.asset is None):
        raise InvalidRequest("position_id", "give either position_id or asset")
    if body.position_id is not None:
        held = positions.find(venue.db, call.agent.agent_id, body.position_id)
        return views.closed_view(close(venue, held, venue.clock()))
    asset = bodies.choice("asset", body.asset or "", ASSETS)
    found = positions.open_of(venue.db, call.agent.agent_id, asset)
    if found is None:
        raise NotFound("position", asset)
    return views.closed_view(close(venue, found, venue.clock()))


def _market(venue: Venue, call: Call) -> View:
    asset = call.path["asset"].upper()
    if asset not in ASSETS:
        raise NotFound("market", call.path["asset"])
    return views.market_view(venue.market.quote(asset), venue.clock())


def _escrow_create(venue: Venue, call: Call) -> View:
    body = bodies.decode(bodies.EscrowBody, call.body)
    hours = bodies.amount("timeout_hours", body.timeout_hours, least=_LEAST_HOURS, most=_MOST_HOURS)
    new = escrow.NewEscrow(
        counterparty_id=bodies.text("counterparty_id", body.counterparty_id, 200),
        amount=bodies.amount("amount_usd", body.amount_usd, least=_LEAST_ESCROW),
        conditions=bodies.text("conditions", body.conditions, 9_000),
        timeout_ns=hours * HOUR_NS // UNIT,
        metadata=bodies.metadata_text(body.metadata),
    )
    return views.escrow_view(escrow.create(venue, call.agent.agent_id, new))


def _escrow_list(venue: Venue, call: Call) -> View:
    role, status = call.query.get("role"), call.query.get("status")
    if role is not None:
        bodies.choice("role", role, ("creator", "counterparty"))
    if status is not None:
        bodies.choice("status", status, escrow.STATUSES)
    return {"escrows": [views.escrow_view(one) for one in escrow.listing(venue, call.agent.agent_id, role, status)]}


def _escrow_read(venue: Venue, call: Call) -> View:
    return views.escrow_view(escrow.read(venue, call.agent.agent_id, call.path["escrow_id"]))


def _escrow_complete(venue: Venue, call: Call) -> View:
    return views.escrow_view(escrow.complete(venue, call.agent.agent_id, call.path["escrow_id"]))


def _escrow_release(venue: Venue, call: Call) -> View:
    return views.escrow_view(escrow.release(venue, call.agent.agent_id, call.path["escrow_id"], _reason(call)))


def _escrow_dispute(venue: Venue, call: Call) -> View:
    return views.escrow_view(escrow.dispute(venue, call.agent.agent_id, call.path["escrow_id"], _reason(call)))


def _reason(call: Call) -> str | None:
    reason = bodies.decode(bodies.ReasonBody, call.body, optional=True).reason
    return None if reason is None else bodies.text("reason", reason, 1_000)


def _balance(venue: Venue, call: Call) -> View:
    wallet.own(call.agent, call.path["wallet_id"])
    return views.balance_view(call.agent.wallet_id, wallet.holdings(venue, call.agent.agent_id))


def _send(venue: Venue, call: Call) -> View:
    wallet.own(call.agent, call.path["wallet_id"])
    body = bodies.decode(bodies.SendBody, call.body)
    asset = bodies.choice("asset", body.asset, (wallet.DOLLAR,))
    transfer = wallet.send(venue, call.agent.agent_id, bodies.amount("amount", body.amount), body.to)
    return views.transfer_view(transfer, asset)


def _swap(venue: Venue, call: Call) -> View:
    wallet.own(call.agent, call.path["wallet_id"])
    body = bodies.decode(bodies.SwapBody, call.body)
    units = bodies.amount("amount", body.amount)
    done = wallet.swap(venue, call.agent.agent_id, body.source, body.target, units)
    return views.swap_view(done, body.source, body.target, units)


def _register(venue: Venue, call: Call) -> View:
    body = bodies.decode(bodies.RegisterBody, call.body, optional=True)
    return views.registration_view(accounts.register(venue, body.agent_id, body.name))


def _claim(venue: Venue, call: Call) -> View:
    return views.claim_view(accounts.claim(venue, bodies.decode(bodies.ClaimBody, call.body).agent_id))


HANDLERS: Mapping[str, Handler] = {
    "trading.order": _order,
    "trading.spot": _spot,
    "trading.poll": _poll,
    "trading.cancel": _cancel,
    "trading.orders": _orders,
    "trading.positions": _positions,
    "trading.close": _close,
    "market.read": _market,
    "escrow.create": _escrow_create,
    "escrow.list": _escrow_list,
    "escrow.read": _escrow_read,
    "escrow.complete": _escrow_complete,
    "escrow.release": _escrow_release,
    "escrow.dispute": _escrow_dispute,
    "wallet.balance": _balance,
    "wallet.send": _send,
    "wallet.swap": _swap,
    "faucet.register": _register,
    "faucet.claim": _claim,
}
"""By operation name; a test checks that the endpoint table and this one name the same operations."""
