"""What must hold after a fault: the record is true, the money adds up, and nothing was sent twice."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from fleaglass.recorder import EndedSpan
from fleaglass.sandbox.operations import OPERATIONS as SANDBOX_OPERATIONS
from fleaglass.venue import BatchResult, Order, OutcomeUnknown, Rejected, Unreachable
from fleaglass.venue.observe import OPERATIONS
from tests.unit.venue.faults.deeds import Deed

__all__ = ["Claim", "Seen", "figures", "recorded", "said", "sent_once", "true"]

Claim = Literal["yes", "no", "unknown"]
Books = Mapping[str, Any]

CHANGES = {one.name for one in SANDBOX_OPERATIONS if one.changes}
_MOST_READS = 60
_PLACE = Decimal("1e-8")


@dataclass(frozen=True, slots=True)
class Seen:
    """The books before and after."""

    deed: Deed
    before: Books
    after: Books

    @property
    def new(self) -> frozenset[str]:
        """What came about."""
        return self.deed.effects(self.after) - self.deed.effects(self.before)

    def arrived(self) -> dict[str, Decimal]:
        """How many requests for each operation."""
        before = self.before["requests"]["arrived"]
        return {
            name: count - before.get(name, 0)
            for name, count in self.after["requests"]["arrived"].items()
            if count != before.get(name, 0)
        }


def said(end: object) -> Claim:
    """What the agent was told: a result, or an exception of the tree."""
    if isinstance(end, Rejected | Unreachable):
        return "no"
    if isinstance(end, OutcomeUnknown | asyncio.CancelledError | KeyboardInterrupt):
        return "unknown"
    assert not isinstance(end, BaseException), repr(end)
    if isinstance(end, Order) and end.state == "unknown":
        return "unknown"
    if isinstance(end, BatchResult) and any(isinstance(one, OutcomeUnknown) for one in end.errors):
        return "unknown"
    return "yes"


def recorded(span: EndedSpan) -> Claim:
    """What the operation's span says."""
    state = next(one.state for one in OPERATIONS.values() if one.span == span.name and one.spends)
    if span.attributes.get(state) == "unknown":
        return "unknown"
    return "no" if span.status == "error" else "yes"


def true(claim: Claim, seen: Seen) -> None:
    """It may be less than what is known, never something else."""
    if claim != "unknown":
        assert (claim == "yes") == bool(seen.new), f"said {claim}, the books have {sorted(seen.new)}"


def sent_once(seen: Seen) -> None:
    """No request that spends arrived twice, nor another one; reads stay within bounds."""
    arrived = seen.arrived()
    spends = {name: count for name, count in arrived.items() if name in CHANGES}
    assert not spends or spends == {seen.deed.name: 1}, spends
    assert len(seen.new) in {0, seen.deed.most}
    assert sum(arrived.values()) <= _MOST_READS, arrived


def figures(span: EndedSpan, seen: Seen) -> None:
    """Ids and amounts that were recorded are those of the books."""
    attributes = span.attributes
    if seen.deed.id is not None and seen.deed.id in attributes and recorded(span) == "yes":
        assert attributes[seen.deed.id] in seen.new
    for name, wanted in _amounts(seen).items():
        if name in attributes:
            found = Decimal(repr(attributes[name])).quantize(_PLACE)
            assert found == wanted.quantize(_PLACE), f"{name} is {found}, in the books {wanted}"


def _amounts(seen: Seen) -> dict[str, Decimal]:
    agents = seen.after["agents"].values()
    rows = {
        what: [one for agent in agents for one in agent[what] if one[key] in seen.new]
        for what, key in (("orders", "order_id"), ("bets", "bet_id"), ("domains", "domain_id"), ("bids", "bid_id"))
    }
    found: dict[str, Decimal] = {}
    for order in rows["orders"]:
        found |= {"pf.fee_usd": order["fee_usd"]}
        if order["realized_pnl_usd"] or seen.deed.name == "trading.close":
            found |= {"pf.pnl_usd": order["realized_pnl_usd"]}
        if order["fill_price"] is not None:
            found |= {"pf.fill_price": order["fill_price"], "pf.exit_price": order["fill_price"]}
    if rows["bets"]:
        found |= {
            "pf.pnl_usd": sum((bet["pnl_usd"] for bet in rows["bets"]), Decimal()),
            "pf.payout_usd": sum((bet["payout_usd"] for bet in rows["bets"]), Decimal()),
        }
    for domain in rows["domains"]:
        found |= {"pf.cost_usd": domain["cost_usd"]}
    paid = [one["amount_usd"] for agent in agents for one in agent["journal"] if one["reference"] in seen.new]
    if seen.deed.name == "faucet.claim" and paid:
        found |= {"pf.credited_usd": paid[0]}
    if seen.deed.name == "escrow.release" and seen.new:
        found |= {"pf.released_amount": max(paid), "pf.fee_usd": 5 - max(paid)}
    return found
