"""What a venue lists of an account, in our words: a line for each thing that happened, and how far its lists reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal, TypeAlias

import msgspec

__all__ = ["AMOUNTS", "History", "Kind", "Reach", "VenueLine"]

Kind: TypeAlias = Literal[
    "order",
    "cancel",
    "swap",
    "transfer",
    "escrow",
    "escrow_complete",
    "escrow_release",
    "escrow_dispute",
    "bet",
    "domain",
    "bid",
    "claim",
]
"""A closed position is the order that closed it. ``cancel`` and ``escrow_…`` are what happened to the order or escrow
whose id the line has."""

AMOUNTS: Final = (
    "quantity",
    "filled_quantity",
    "limit_price",
    "fill_price",
    "size_usd",
    "amount_usd",
    "payout_usd",
    "realized_pnl_usd",
    "fee_usd",
)
_MOST_DIGITS: Final = 60
"""Of an amount, on either side of the point: what has more is no amount, and would fill the memory when printed."""


class VenueLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One thing that happened at the venue. What the venue does not say is ``None``, and is not compared.

    Attributes:
        kind: what it is.
        id: the venue's.
        client_id: the agent's own id for it, where the venue takes one.
        at_ns: when, by the venue's clock: Unix nanoseconds.
        by: whose doing it was. ``venue`` (a liquidation) and ``unknown`` (either party of an escrow) need no entry.
        asset: the ticker; the game of a bet; the name of a domain.
        side: ``buy`` or ``sell``.
        quantity: what was asked for, in units of the asset.
        filled_quantity: what came of it, likewise.
        limit_price: in USD per unit.
        fill_price: likewise, on average.
        size_usd: what an order came to, in USD.
        amount_usd: what was put into an escrow, staked, bid, or paid for a domain; what a claim credited.
        payout_usd: what a bet paid, with its stake.
        realized_pnl_usd: what closing realised, before fees.
        fee_usd: all fees.
        counterparty_id: whom it is for: the other party of an escrow, the address of a transfer.
        state: of an order, as in ``pf.order.state``.
    """

    kind: Kind
    id: str | None = None
    client_id: str | None = None
    at_ns: int | None = None
    by: Literal["agent", "venue", "unknown"] = "agent"
    asset: str | None = None
    side: str | None = None
    quantity: Decimal | None = None
    filled_quantity: Decimal | None = None
    limit_price: Decimal | None = None
    fill_price: Decimal | None = None
    size_usd: Decimal | None = None
    amount_usd: Decimal | None = None
    payout_usd: Decimal | None = None
    realized_pnl_usd: Decimal | None = None
    fee_usd: Decimal | None = None
    counterparty_id: str | None = None
    state: str | None = None

    def __post_init__(self) -> None:
        for name in AMOUNTS:
            number: Decimal | None = getattr(self, name)
            if number is not None and not _is_amount(number):
                raise ValueError(f"{name} is no amount")


class Reach(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """How far one list reaches. A kind without one is not listed at all.

    Attributes:
        kind: of which lines; ``list`` in files.
        since_ns: nothing older is listed, or not certainly; ``None`` if the list is whole. Unix nanoseconds, venue's.
        until_ns: when it was read; ``None`` if that is not known.
        named_only: whether only that was asked for which the log names, so that what it lacks does not show.
        may_lack: whether what happened may be missing from it all the same: a list of what is held now.
        note: the same in words, and whatever else a reader should know.
    """

    kind: Kind = msgspec.field(name="list")
    since_ns: int | None = None
    until_ns: int | None = None
    named_only: bool = False
    may_lack: bool = False
    note: str = ""

    def covers(self, at_ns: int) -> bool:
        """Whether what happened then would be in the list."""
        return (self.since_ns is None or at_ns >= self.since_ns) and (self.until_ns is None or at_ns <= self.until_ns)


@dataclass(frozen=True, slots=True)
class History:
    """What a venue lists of an account, in any order."""

    lines: Sequence[VenueLine]
    reaches: Sequence[Reach]

    def reach(self, kind: Kind) -> Reach | None:
        """How far the list of a kind reaches; ``None`` if there is none."""
        return next((reach for reach in self.reaches if reach.kind == kind), None)


def _is_amount(number: Decimal) -> bool:
    exponent = number.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -_MOST_DIGITS and number.adjusted() <= _MOST_DIGITS
