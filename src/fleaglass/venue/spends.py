"""One request that spends: what it asks for, how it was sent, and by what its effect is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from fleaglass.venue.body import Body
from fleaglass.venue.observe.operation import Fields, Observed
from fleaglass.venue.sending import LONGEST_DELAY_S, Sending

__all__ = ["Spend", "effect"]

_YEAR_S: Final = 366 * 86_400.0

_SWAP: Final = "wallet.swap"
"""Some services trade for it, and list that among the orders."""
_LEAVES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "trading.order": "order_id",
        "trading.spot": "order_id",
        "trading.limit": "order_id",
        "trading.close": "order_id",
        _SWAP: "order_id",
        "escrow.create": "escrow_id",
        "casino.bet": "bet_id",
        "casino.batch": "bet_id",
        "domains.register": "domain_id",
    }
)
"""Operations that add a line to some list, and the name of the id that it has there."""
_CHANGES: Final = frozenset({"escrow.complete", "escrow.release", "escrow.dispute"})
"""Operations that change the escrow they name, and can do so once."""
_TOLD_APART_BY: Final = ("asset", "side", "game", "domain", "counterparty_id", "escrow_id")


def effect(id_name: str, found: str) -> str:
    """A name for what has this id, such as ``order_id 7``: services may number what they have each by itself."""
    return f"{id_name} {found}"


@dataclass(frozen=True, slots=True, eq=False)
class Spend:
    """``turn`` numbers it among all that the process sends for the account and reads there; ``None`` for a request of
    another process."""

    observed: Observed
    fields: Fields
    sending: Sending
    turn: int | None = None

    @property
    def changes(self) -> str | None:
        """A name for what it brings about, if that is no new line of a list but a change that happens once."""
        if self.observed.name not in _CHANGES:
            return None
        return effect(self.observed.name, str(self.fields.get("escrow_id")))

    @property
    def leaves_a_line(self) -> bool:
        """Whether some list has a line more when it succeeded."""
        return self.observed.name in _LEAVES

    @property
    def known_id(self) -> str | None:
        """The id of that line, where the venue has told it and then nothing more."""
        known = self.fields.get(_LEAVES.get(self.observed.name, ""))
        return None if known is None else str(known)

    @property
    def shows_for_s(self) -> float:
        """How long after it was sent that line may come to be: a limit order's may be of the moment it fills."""
        return _YEAR_S if self.observed.name == "trading.limit" else LONGEST_DELAY_S

    def effects(self, body: Body) -> frozenset[str]:
        """The names of what it has brought about, by its answer or by what was found in place of that."""
        if self.changes is not None:
            return frozenset({self.changes})
        id_name = _LEAVES.get(self.observed.name)
        if id_name is None:
            return frozenset()
        lines = (body, *body.items("results"))
        return frozenset(effect(id_name, found) for line in lines if (found := line.text(id_name)) is not None)

    def may_be_taken_for(self, other: Spend) -> bool:
        """Whether both could lead to what looks the same. Amounts do not count: a fill is rarely what was asked."""
        if _SWAP in {self.observed.name, other.observed.name}:
            return {self.observed.service, other.observed.service} <= {"trading", "wallet"}
        if (self.observed.service, self.changes) != (other.observed.service, other.changes):
            return False
        return all(
            str(self.fields[name]).casefold() == str(other.fields[name]).casefold()
            for name in _TOLD_APART_BY
            if self.fields.get(name) is not None and other.fields.get(name) is not None
        )
