"""What each operation leaves at the venue, under which id, and which of our fields say the same as the venue's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from fleaglass.ledger.reconcile.history import Kind

__all__ = ["ACTS", "AS_FILLED", "BATCH", "Act"]

_MINUTE_S: Final = 60.0
_DAY_S: Final = 86_400.0

AS_FILLED: Final = frozenset({"filled_quantity", "fill_price", "fee_usd", "size_usd", "realized_pnl_usd"})
"""Fields that change until an order is settled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One operation.

    Attributes:
        kinds: the list that it leaves a line in, and others that some venues show it in.
        id_name: our name for the line's id.
        compares: the line's field → our name for it.
        alike: of those, what must not differ where the id is not known.
        changes: whether it changes what has the id, and so can have happened once and by others' doing.
        nameless: whether it may be known by nothing but its time.
        shows_for_s: how long after it was sent the line's time may be, in seconds; ``None`` if that says nothing.
    """

    kinds: tuple[Kind, ...]
    id_name: str
    compares: Mapping[str, str] = field(default_factory=dict)
    alike: tuple[str, ...] = ()
    changes: bool = False
    nameless: bool = False
    shows_for_s: float | None = 20 * _MINUTE_S


def _same(*names: str, **others: str) -> Mapping[str, str]:
    return {**{name: name for name in names}, **others}


def _order(shows_for_s: float = 20 * _MINUTE_S) -> Act:
    return Act(
        kinds=("order",),
        id_name="order_id",
        compares=_same("asset", "side", "quantity", "limit_price", *sorted(AS_FILLED)),
        alike=("asset", "side", "quantity", "limit_price"),
        shows_for_s=shows_for_s,
    )


def _change(kind: Kind, id_name: str) -> Act:
    return Act(kinds=(kind,), id_name=id_name, changes=True)


ACTS: Final[Mapping[str, Act]] = MappingProxyType(
    {
        "trading.order": _order(),
        "trading.spot": _order(),
        "trading.limit": _order(shows_for_s=366 * _DAY_S),  # some lists have the time of its fill
        "trading.close": Act(
            kinds=("order",),
            id_name="order_id",
            # Not the side, nor the size in USD: some answers have the position's there.
            compares=_same("asset", "quantity", "fee_usd", "realized_pnl_usd", fill_price="exit_price"),
            alike=("asset",),
            nameless=True,  # it may be told the position's id alone
        ),
        "trading.cancel": _change("cancel", "order_id"),
        "wallet.send": Act(
            kinds=("transfer",),
            id_name="tx_hash",
            compares=_same("asset", quantity="amount", counterparty_id="to"),
            alike=("asset", "quantity", "counterparty_id"),
        ),
        "wallet.swap": Act(kinds=("swap", "order"), id_name="swap_id", compares=_same("fee_usd")),
        "escrow.create": Act(
            kinds=("escrow",),
            id_name="escrow_id",
            compares=_same("amount_usd", "fee_usd", "counterparty_id"),
            alike=("amount_usd", "counterparty_id"),
        ),
        "escrow.complete": _change("escrow_complete", "escrow_id"),
        "escrow.release": _change("escrow_release", "escrow_id"),
        "escrow.dispute": _change("escrow_dispute", "escrow_id"),
        "casino.bet": Act(
            kinds=("bet",),
            id_name="bet_id",
            compares=_same("amount_usd", "payout_usd", asset="game"),
            alike=("asset", "amount_usd"),
        ),
        "domains.register": Act(
            kinds=("domain",),
            id_name="domain_id",
            compares=_same(asset="domain", amount_usd="cost_usd"),
            alike=("asset",),
        ),
        "domains.bid": Act(
            kinds=("bid", "domain"),  # the domain, if it was won; listed since its first owner had it
            id_name="bid_id",
            compares=_same("amount_usd", asset="domain"),
            alike=("asset",),
            shows_for_s=None,
        ),
        "faucet.claim": Act(kinds=("claim",), id_name="claim_id", compares=_same(amount_usd="credited_usd")),
    }
)
"""By operation. What is missing leaves nothing behind that a list could have: registering an account."""

BATCH: Final = "casino.batch"
"""Many bets in one request: each of them is a claim of its own."""
