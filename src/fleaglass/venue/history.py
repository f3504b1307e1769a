"""What the venue lists of an account, for `fleaglass.ledger.reconcile` to hold a log against. It only reads.

::

    orders     trading.orders, and trading.limits where there is that    orders, closed positions, cancelled orders
    bets       casino.history
    domains    domains.list                                              what is held now, however it was come by
    escrows    escrow.list, else escrow.read of those that the log names

No profile lists transfers, swaps, bids or claims; a profile without a list of escrows tells only of those it is asked
for by id. What becomes of a list's length is not documented: one of many lines may be the last page of more.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from fleaglass import semconv
from fleaglass.ledger.reconcile import History, Reach, VenueLine
from fleaglass.ledger.reconcile.history import Kind
from fleaglass.venue.body import Body
from fleaglass.venue.calls import Calls
from fleaglass.venue.client import PurpleFlea
from fleaglass.venue.errors import NotFoundError, VenueError
from fleaglass.venue.models import Order
from fleaglass.venue.observe import OPERATIONS, Fields
from fleaglass.venue.observe.orders import rows_in
from fleaglass.venue.reading_back.rows import SHORTEST_PAGE
from fleaglass.venue.services.lookup import read_rows
from fleaglass.venue.times import certain_instant

__all__ = ["Role", "VenueHistory", "read_history"]

Role: TypeAlias = Literal["creator", "counterparty"]

_LIQUIDATION: Final = "liquidation"
_CLOCKS_APART_NS: Final = 600 * 1_000_000_000
"""What was sent so soon after a list's oldest line by the agent's clock may have come before it by the venue's."""
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND: Final = dt.timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class VenueHistory:
    """What was read, and in words what could not be: that is not listed then."""

    history: History
    troubles: tuple[str, ...]


@dataclass(slots=True)
class _Reader:
    """Collects lines and reaches, list by list."""

    calls: Calls
    now_ns: int
    lines: list[VenueLine] = field(default_factory=list)
    reaches: list[Reach] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)

    async def read(self, name: str, fields: Fields) -> Body:
        with self.calls.begin(OPERATIONS[name], fields) as span:
            return await self.calls.read(span, OPERATIONS[name], fields)

    def add(self, kind: Kind, lines: Iterable[VenueLine], since_ns: int | None) -> None:
        self.lines += lines
        note = "an older one may have been cut off" if since_ns is not None else ""
        self.reaches.append(Reach(kind=kind, since_ns=since_ns, until_ns=self.now_ns, note=note))


async def read_history(flea: PurpleFlea, escrows: Mapping[str, Role], now_ns: int) -> VenueHistory:
    """The account's history, from every list that the client's profile has.

    Args:
        flea: a client with the account's keys.
        escrows: the ids of those that the log names, and what the agent is in each.
        now_ns: Unix nanoseconds, by the venue's clock as far as that is known.

    Raises nothing of the venue: a list that cannot be read is among the troubles.
    """
    reader = _Reader(flea._calls, now_ns)
    steps: dict[str, Callable[[], Awaitable[None]]] = {
        "orders": lambda: _orders(reader),
        "bets": lambda: _bets(reader),
        "domains": lambda: _domains(reader),
        "escrows": lambda: _escrows(reader, escrows),
    }
    for what, step in steps.items():
        try:
            await step()
        except (VenueError, ValueError) as error:  # the second for what is no amount
            reader.troubles.append(f"the {what} could not be read: {error}")
    return VenueHistory(History(tuple(reader.lines), tuple(reader.reaches)), tuple(reader.troubles))


async def _orders(reader: _Reader) -> None:
    profile, answers = reader.calls.profile, list[Body]()

    async def read(name: str, fields: Fields) -> Body:
        answers.append(await reader.read(name, fields))
        return answers[-1]

    orders = await read_rows(read, profile, None)
    since = [
        _since([_at_ns(row, "created_at") for _, row in rows_in(answer, profile)], reader.now_ns) for answer in answers
    ]
    since_ns = max((one for one in since if one is not None), default=None)
    cancelled = (order for order, _ in orders if order.state == semconv.PF_ORDER_STATE_CANCELLED)
    reader.add("order", [_order(*row) for row in orders], since_ns)
    # Not when: the list has the time that the order was placed.
    reader.add("cancel", [VenueLine(kind="cancel", id=one.order_id, by="unknown") for one in cancelled], since_ns)


def _order(order: Order, body: Body) -> VenueLine:
    """What the venue says itself, and nothing that follows from it."""
    return VenueLine(
        kind="order",
        id=order.order_id,
        at_ns=_ns(order.created_at),
        by="venue" if order.order_type == _LIQUIDATION else "agent",
        asset=order.asset,
        side=order.side,
        quantity=body.decimal("quantity"),
        filled_quantity=body.decimal("filled_quantity"),
        limit_price=order.limit_price,
        fill_price=order.fill_price,
        size_usd=body.decimal("size_usd"),
        realized_pnl_usd=order.realized_pnl_usd,
        fee_usd=order.fee_usd,
        state=order.state,
    )


async def _bets(reader: _Reader) -> None:
    bets = (await reader.read("casino.history", {})).items()
    lines = [
        VenueLine(
            kind="bet",
            id=bet.text("bet_id"),
            at_ns=_at_ns(bet, "placed_at"),
            asset=bet.text("game"),
            amount_usd=bet.decimal("amount_usd"),
            payout_usd=bet.decimal("payout_usd"),
        )
        for bet in bets
    ]
    reader.add("bet", lines, _since([line.at_ns for line in lines], reader.now_ns))


async def _domains(reader: _Reader) -> None:
    lines = [
        VenueLine(
            kind="domain",
            id=one.text("domain_id"),
            at_ns=_at_ns(one, "registered_at"),
            asset=one.text("domain"),
            amount_usd=one.decimal("cost_usd"),
        )
        for one in (await reader.read("domains.list", {})).items()
    ]
    reader.lines += lines
    note = "what is held now: one that was passed on is not listed"
    reader.reaches.append(Reach(kind="domain", until_ns=reader.now_ns, may_lack=True, note=note))


async def _escrows(reader: _Reader, escrows: Mapping[str, Role]) -> None:
    kinds: tuple[Kind, ...] = ("escrow", "escrow_complete", "escrow_release", "escrow_dispute")
    if "escrow.list" not in reader.calls.profile.endpoints:
        named: list[VenueLine] = []
        for escrow_id, role in escrows.items():
            with suppress(NotFoundError):  # then it is in the log only
                named += _acts(await reader.read("escrow.read", {"escrow_id": escrow_id}), role)
        reader.lines += named
        note = "asked for by the ids in the log"
        reader.reaches += (Reach(kind=kind, until_ns=reader.now_ns, named_only=True, note=note) for kind in kinds)
        return
    roles: tuple[Role, ...] = ("creator", "counterparty")
    listed = {role: (await reader.read("escrow.list", {"role": role})).items() for role in roles}
    since = [_since([_at_ns(one, "created_at") for one in items], reader.now_ns) for items in listed.values()]
    since_ns = max((one for one in since if one is not None), default=None)
    lines = [line for role in roles for one in listed[role] for line in _acts(one, role)]
    for kind in kinds:
        reader.add(kind, [line for line in lines if line.kind == kind], since_ns)


def _acts(escrow: Body, role: Role) -> list[VenueLine]:
    """What was done with one escrow, as far as its status and times tell. A dispute is of either party."""
    escrow_id, status = escrow.text("escrow_id"), escrow.text("status")
    acts: list[VenueLine] = []
    if role == "creator":
        acts.append(
            VenueLine(
                kind="escrow",
                id=escrow_id,
                at_ns=_at_ns(escrow, "created_at"),
                amount_usd=escrow.decimal("amount_usd"),
                fee_usd=escrow.decimal("fee_usd"),
                counterparty_id=escrow.text("counterparty_id"),
            )
        )
        if status == semconv.PF_ESCROW_STATUS_RELEASED:
            acts.append(VenueLine(kind="escrow_release", id=escrow_id, at_ns=_at_ns(escrow, "released_at")))
    elif status == semconv.PF_ESCROW_STATUS_COMPLETED or escrow.get("completed_at") is not None:
        acts.append(VenueLine(kind="escrow_complete", id=escrow_id, at_ns=_at_ns(escrow, "completed_at")))
    if status == semconv.PF_ESCROW_STATUS_DISPUTED or escrow.get("disputed_at") is not None:
        at_ns = _at_ns(escrow, "disputed_at")
        acts.append(VenueLine(kind="escrow_dispute", id=escrow_id, at_ns=at_ns, by="unknown"))
    return acts


def _since(times: list[int | None], now_ns: int) -> int | None:
    """From when on a list is certainly whole; ``None`` if it is short enough to be all there is."""
    if len(times) < SHORTEST_PAGE:
        return None
    return min((at_ns for at_ns in times if at_ns is not None), default=now_ns) + _CLOCKS_APART_NS


def _at_ns(body: Body, name: str) -> int | None:
    return _ns(body.get(name))


def _ns(value: object) -> int | None:
    """A moment with its zone, in Unix nanoseconds, to the microsecond that the venue says it to."""
    found = certain_instant(value)
    return None if found is None else (found - _EPOCH) // _MICROSECOND * 1_000
