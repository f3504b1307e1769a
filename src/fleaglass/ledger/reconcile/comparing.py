"""One claim beside one line: which fields both say, and which of them differ.

Amounts are equal or not, exactly and without any tolerance: no service documents that it rounds what it lists.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Final

from fleaglass import semconv
from fleaglass.ledger.reconcile.acts import AS_FILLED
from fleaglass.ledger.reconcile.claims import Claim
from fleaglass.ledger.reconcile.findings import Difference
from fleaglass.ledger.reconcile.history import VenueLine

__all__ = ["compare", "decimal", "same", "went_on"]

_UNKNOWN: Final = semconv.PF_ORDER_STATE_UNKNOWN
_MOVING: Final = frozenset({semconv.PF_ORDER_STATE_OPEN, semconv.PF_ORDER_STATE_PARTIALLY_FILLED, "pending", _UNKNOWN})
"""States of an order that may have gone on since."""
_DONE: Final = semconv.PF_ORDER_STATE_DONE


def compare(claim: Claim, line: VenueLine) -> tuple[tuple[str, ...], tuple[Difference, ...]]:
    """The fields that both say, and those of them that differ."""
    said = list(_said_by_both(claim, line))
    return tuple(name for name, *_ in said), tuple(
        Difference(name, ours, _text(theirs)) for name, ours, theirs in said if not same(name, ours, theirs)
    )


def went_on(claim: Claim, line: VenueLine) -> bool:
    """Whether the log's last word is of an order that could still fill, and the venue tells how it went on."""
    return claim.state in _MOVING and line.state not in {claim.state, None, _UNKNOWN}


def _said_by_both(claim: Claim, line: VenueLine) -> Iterator[tuple[str, str, Decimal | str]]:
    moving = claim.state in _MOVING
    if claim.state is not None and not moving and line.state not in {None, _UNKNOWN}:
        yield "state", claim.state, str(line.state)
    for name, our_name in claim.act.compares.items():
        ours, theirs = claim.says(our_name), getattr(line, name)
        if ours is None or theirs is None or (moving and name in AS_FILLED):
            continue
        yield name, ours, theirs


def same(name: str, ours: str, theirs: Decimal | str) -> bool:
    """Whether a field of a line says what we say: amounts exactly, tickers and names in whatever case."""
    if isinstance(theirs, Decimal):
        return decimal(ours) == theirs
    if name == "asset":
        return ours.casefold() == theirs.casefold()
    return ours == theirs or (name == "state" and ours == _DONE and theirs == semconv.PF_ORDER_STATE_FILLED)


def decimal(text: str) -> Decimal | None:
    """A finite number; ``None`` for any other text."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _text(value: Decimal | str) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else value
