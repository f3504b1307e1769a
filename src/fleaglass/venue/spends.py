"""What this client sent that spends, and what it knows by its id: the memory that keeps two alike orders apart.

An order that turns up after an answer was lost is ours only if it cannot be anybody else's. Three kinds are excluded::

    answered   its id came as the answer to another request of this client
    seen       its id was seen before ours was sent
    alike      a request of this client that asks for the same is under way, or was lost and not found either
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from fleaglass.venue.body import Body
from fleaglass.venue.errors import OutcomeUnknown
from fleaglass.venue.observe.operation import Fields, Observed

__all__ = ["Spend", "Spends"]

_IDS: Final = ("order_id", "escrow_id", "bet_id", "domain_id", "bid_id")
_LISTS: Final = ("items", "executed", "pending", "filled", "cancelled")
_MAX_IDS: Final = 8_192
_MAX_LOST: Final = 256
_MAX_UNDER_WAY: Final = 1_024
_LONGEST_DELAY: Final = dt.timedelta(minutes=10)
"""What was lost longer ago than this does not happen any more."""


@dataclass(frozen=True, slots=True, eq=False)
class Spend:
    """One request that spends: what it asks for, and when it was sent, by this machine's clock."""

    observed: Observed
    fields: Fields
    sent_at: dt.datetime

    def is_alike(self, other: Spend) -> bool:
        """Whether both ask for the same, so that what one led to looks like what the other did."""
        return (
            self.observed.span == other.observed.span
            and {name: value for name, value in self.fields.items() if value is not None and name in _ASKED_FOR}
            == {name: value for name, value in other.fields.items() if value is not None and name in _ASKED_FOR}
            and abs(self.sent_at - other.sent_at) < _LONGEST_DELAY
        )


_ASKED_FOR: Final = frozenset(
    {"asset", "side", "quantity", "order_type", "limit_price", "position_id", "order_id"}
    | {"escrow_id", "amount_usd", "counterparty_id", "game", "domain", "auction_id"}
)


@dataclass(slots=True)
class Spends:
    """The memory of one client. May be used from several threads; holds a bounded number of everything."""

    under_way: dict[int, Spend] = field(default_factory=dict)
    lost: deque[tuple[Spend, OutcomeUnknown]] = field(default_factory=lambda: deque(maxlen=_MAX_LOST))
    _answered: OrderedDict[str, None] = field(default_factory=OrderedDict)
    _seen: OrderedDict[str, dt.datetime] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, spend: Spend) -> None:
        """It is about to be sent."""
        with self._lock:
            self.under_way[id(spend)] = spend
            while len(self.under_way) > _MAX_UNDER_WAY:
                self.under_way.pop(next(iter(self.under_way)))

    def end(self, spend: Spend) -> None:
        """It is answered, or given up."""
        with self._lock:
            self.under_way.pop(id(spend), None)

    def answer(self, body: Body) -> None:
        """This came as the answer to a request of ours, or was found to be what it led to."""
        with self._lock:
            for found in _ids(body):
                self._answered[found] = None
                _bound(self._answered)

    def see(self, body: Body, at: dt.datetime) -> None:
        """This was read at the venue."""
        with self._lock:
            for one in (body, *(item for name in _LISTS for item in body.items(name))):
                for found in _ids(one):
                    self._seen.setdefault(found, at)
                    _bound(self._seen)

    def is_another(self, found: str, spend: Spend) -> bool:
        """Whether what has this id is certainly not what the spend led to."""
        with self._lock:
            seen_at = self._seen.get(found)
            return found in self._answered or (seen_at is not None and seen_at < spend.sent_at)

    def has_alike(self, spend: Spend) -> bool:
        """Whether another request asks for the same and is not accounted for."""
        with self._lock:
            others = (*self.under_way.values(), *(lost for lost, _ in self.lost))
        return any(other is not spend and other.is_alike(spend) for other in others)

    def lose(self, spend: Spend, error: OutcomeUnknown) -> None:
        """Its answer is lost, and what it led to was not found."""
        with self._lock:
            self.lost.append((spend, error))

    def unresolved(self) -> tuple[OutcomeUnknown, ...]:
        """The errors of what is lost, oldest first."""
        with self._lock:
            return tuple(error for _, error in self.lost)

    def may_happen(self, at: dt.datetime) -> bool:
        """Whether something that was lost may still take effect."""
        with self._lock:
            return any(at - spend.sent_at < _LONGEST_DELAY for spend, _ in self.lost)

    def find(self, error: OutcomeUnknown) -> Spend | None:
        """The spend that an error tells of."""
        with self._lock:
            return next((spend for spend, one in self.lost if one is error), None)

    def settle(self, spend: Spend) -> None:
        """It is known now what it led to."""
        with self._lock:
            for entry in [entry for entry in self.lost if entry[0] is spend]:
                self.lost.remove(entry)


def _ids(body: Body) -> Iterator[str]:
    return (found for name in _IDS if (found := body.text(name)) is not None)


def _bound(ids: OrderedDict[str, None] | OrderedDict[str, dt.datetime]) -> None:
    if len(ids) > _MAX_IDS:
        ids.popitem(last=False)
