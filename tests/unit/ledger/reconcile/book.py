"""A small log and the history that belongs to it, by hand: one intent and one line of each sort."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import count
from typing import Any

from fleaglass.ledger.entry import Entry, Kind
from fleaglass.ledger.reconcile import History, Reach, VenueLine, claims_of, reconcile
from fleaglass.ledger.reconcile.findings import Finding, Reconciliation
from fleaglass.ledger.reconcile.history import Kind as LineKind

__all__ = ["KINDS", "SECOND_NS", "T0_NS", "Log", "found", "history", "only", "order", "verdicts", "whole"]

SECOND_NS = 1_000_000_000
T0_NS = 1_795_000_000 * SECOND_NS
KINDS: tuple[LineKind, ...] = (
    *("order", "cancel", "swap", "transfer", "escrow", "escrow_complete", "escrow_release", "escrow_dispute"),
    *("bet", "domain", "bid", "claim"),
)


class Log:
    """Entries, a second apart."""

    def __init__(self, agent: str = "vol-arb-1") -> None:
        self.agent = agent
        self.entries: list[Entry] = []
        self._ids = (f"{number:032x}" for number in count(1))

    def intent(self, op: str, at_ns: int | None = None, **asked: str) -> str:
        return self._append("intent", op, "", asked, at_ns)

    def outcome(self, ref: str, **told: str) -> None:
        self._append("outcome", "", ref, told, None)

    def resolution(self, ref: str, how: str, **told: str) -> None:
        self._append("resolution", "", ref, {"how": how, **told}, None)

    def did(self, op: str, asked: Mapping[str, str], told: Mapping[str, str]) -> str:
        """An intent with its outcome."""
        ref = self.intent(op, None, **asked)
        self.outcome(ref, **told)
        return ref

    def _append(self, kind: Kind, op: str, ref: str, fields: Mapping[str, str], at_ns: int | None) -> str:
        seq = len(self.entries)
        entry = Entry(
            kind=kind,
            seq=str(seq),
            id=next(self._ids),
            t=str(T0_NS + seq * SECOND_NS if at_ns is None else at_ns),
            mono=str(seq),
            agent=self.agent,
            v="1",
            ref=ref,
            op=op,
            attributes=dict(fields),
        )
        self.entries.append(entry)
        return entry.id


def whole() -> tuple[Reach, ...]:
    """Lists of everything that there ever was."""
    return tuple(Reach(kind=kind) for kind in KINDS)


def history(*lines: VenueLine, reaches: tuple[Reach, ...] | None = None) -> History:
    return History(lines, whole() if reaches is None else reaches)


def order(order_id: str | None = "ord_1", at_ns: int = T0_NS, **more: Any) -> VenueLine:
    """A filled order for 0.01 BTC, as the venue lists it."""
    said: dict[str, Any] = {
        "kind": "order",
        "id": order_id,
        "at_ns": at_ns,
        "asset": "BTC",
        "side": "buy",
        "quantity": Decimal("0.01"),
        "filled_quantity": Decimal("0.01"),
        "fill_price": Decimal("66307.4"),
        "fee_usd": Decimal("0.3646907"),
        "state": "filled",
    }
    return VenueLine(**{**said, **more})


ASKED = {"asset": "BTC", "side": "buy", "quantity": "0.01", "order_type": "market"}
TOLD = {
    "order_id": "ord_1",
    "state": "filled",
    "asset": "BTC",
    "side": "buy",
    "quantity": "0.01",
    "filled_quantity": "0.01",
    "fill_price": "66307.40",
    "fee_usd": "0.3646907",
}


def found(log: Log, past: History, **more: Any) -> Reconciliation:
    return reconcile(claims_of(log.entries), past, **more)


def only(log: Log, past: History, **more: Any) -> Finding:
    (finding,) = found(log, past, **more).findings
    return finding


def verdicts(log: Log, past: History, **more: Any) -> list[str]:
    return [finding.verdict for finding in found(log, past, **more).findings]
