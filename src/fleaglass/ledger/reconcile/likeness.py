"""Which of the venue's lines may be what an intent led to whose id is not known.

By all that both say, and by the time. Two orders that look the same cannot be told apart so: what is found here is
probable, and nothing more.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import chain
from typing import Final

from fleaglass.ledger.reconcile.claims import Claim
from fleaglass.ledger.reconcile.comparing import decimal, same
from fleaglass.ledger.reconcile.history import Kind, VenueLine

__all__ = ["Likenesses", "says_how_much"]

_SECOND_NS: Final = 1_000_000_000
_CLOCKS_APART_NS: Final = 600 * _SECOND_NS
"""How far the venue's clock and the agent's may be apart."""
_SIZE_TOLERANCE: Final = Decimal("0.05")
"""An order sized in USD fills at its own price and in whole steps of the asset, so its value is not what was asked."""


class Likenesses:
    """Lines, by kind and in the order of time; those without a time come first, and fit at any. Each is given once."""

    def __init__(self, lines: Iterable[VenueLine]) -> None:
        self._lines: dict[Kind, list[VenueLine]] = defaultdict(list)
        for line in sorted(lines, key=lambda line: (line.at_ns or 0, line.id or "")):
            self._lines[line.kind].append(line)
        self._taken: set[int] = set()

    def take(self, claim: Claim, delay_ns: int | None) -> VenueLine | None:
        """A line that the intent may have led to, and that nobody has taken; ``None`` if there is none.

        Args:
            claim: the intent.
            delay_ns: how much later the venue's lines are than their intents, by both clocks, where that is known: then
                it is the line nearest to that. Else the earliest.
        """
        fitting = [line for line in self._in_time(claim) if id(line) not in self._taken and _alike(claim, line)]
        if not fitting:
            return None
        found = (
            fitting[0] if delay_ns is None else min(fitting, key=lambda line: _apart_ns(line, claim.t_ns + delay_ns))
        )
        self._taken.add(id(found))
        return found

    def _in_time(self, claim: Claim) -> Iterator[VenueLine]:
        shows_for_s = claim.act.shows_for_s
        for kind in claim.act.kinds:
            lines = self._lines[kind]
            timed = bisect_left(lines, 1, key=_time)
            first, last = timed, len(lines)
            if shows_for_s is not None:
                first = max(timed, bisect_left(lines, claim.t_ns - _CLOCKS_APART_NS, key=_time))
                last = bisect_right(lines, claim.t_ns + int(shows_for_s * _SECOND_NS), key=_time)
            for index in chain(range(timed), range(first, last)):
                yield lines[index]


def says_how_much(claim: Claim) -> int:
    """How many of the fields are known by which it is told apart: who knows more of them chooses first."""
    return sum(claim.says(claim.act.compares[name]) is not None for name in claim.act.alike)


def _time(line: VenueLine) -> int:
    return line.at_ns or 0


def _apart_ns(line: VenueLine, at_ns: int) -> int:
    """How far a line is from a time; one that says none is as far as clocks may be."""
    return _CLOCKS_APART_NS if line.at_ns is None else abs(line.at_ns - at_ns)


def _alike(claim: Claim, line: VenueLine) -> bool:
    """Whether they say the same, and say anything."""
    if claim.op == "wallet.swap":  # an order in either of the two, of whatever amount
        pair = {(claim.says(name) or "").casefold() for name in ("asset", "to_asset")}
        return line.asset is not None and line.asset.casefold() in pair
    answers = [
        same(name, ours, theirs)
        for name in claim.act.alike
        if (ours := claim.says(claim.act.compares[name])) is not None and (theirs := getattr(line, name)) is not None
    ]
    answers += _sizes(claim.asked.get("size_usd"), line.size_usd)
    return all(answers) and (bool(answers) or claim.act.nameless)


def _sizes(asked: str | None, came_to: Decimal | None) -> list[bool]:
    """Whether an order came to about what was asked for; empty if that is not known of both."""
    if asked is None or came_to is None:
        return []
    size = decimal(asked)
    return [size is not None and abs(came_to - size) <= size * _SIZE_TOLERANCE]
