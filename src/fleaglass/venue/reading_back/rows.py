"""The lines of a venue's lists, and whether one of them can only be what a request led to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, Generic, TypeAlias, TypeVar

from fleaglass.venue.body import Body
from fleaglass.venue.clocks import now
from fleaglass.venue.reading_back.finding import ABSENT, CUT_OFF, DOUBTFUL, UNCLEAR, Finding
from fleaglass.venue.reading_back.search import Search
from fleaglass.venue.spends import Spend, effect
from fleaglass.venue.times import certain_instant

__all__ = [
    "MARGIN",
    "SHORTEST_PAGE",
    "Resembles",
    "Row",
    "agree",
    "reaches_back",
    "same_amount",
    "same_word",
    "the_one",
]

MARGIN: Final = dt.timedelta(hours=26)
"""How much further back a list is read than to what is looked for: by a clock of another zone it may be there."""
_DOUBT_S: Final = 600.0
"""How wrong a list's times may be that nothing proves right; and how close others come about that tell who trades."""
SHORTEST_PAGE: Final = 20
"""A list with fewer lines than this is all there is; a longer one may be the last page of many."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line: what names its id, the id, and when it came about; ``None`` for what the venue does not say."""

    id_name: str
    id: str | None
    at: dt.datetime | None
    body: Body

    @classmethod
    def of(cls, body: Body, id_name: str, at_name: str) -> Row:
        """The line that this part of an answer is."""
        return cls(id_name, body.text(id_name), certain_instant(body.get(at_name)), body)

    @property
    def effect(self) -> str:
        """Its name in the memory of the account."""
        return effect(self.id_name, self.id or "")


RowT = TypeVar("RowT", bound=Row)
Resembles: TypeAlias = Callable[[RowT, Spend], bool | None]
"""Whether a line is such as the request leads to; ``None`` if it is not readable enough to say no."""


def agree(*answers: bool | None) -> bool | None:
    """``False`` if any is, else ``None`` if any is."""
    if False in answers:
        return False
    return None if None in answers else True


def same_word(body: Body, name: str, wanted: object, *, optional: bool = False) -> bool | None:
    """Whether a text is the wanted one, whatever its case. ``None`` if it is no text, unless it may be left out."""
    if wanted is None or (optional and body.get(name) is None):
        return True
    word = body.word(name)
    return None if word is None else word.casefold() == str(wanted).casefold()


def same_amount(body: Body, name: str, wanted: Decimal | None) -> bool | None:
    """Whether a number is the wanted one; ``None`` if it cannot be read."""
    number = body.decimal(name)
    return None if number is None else number == wanted


def the_one(
    search: Search, rows: Sequence[RowT], resembles: Resembles[RowT], *, whole: bool | None = None
) -> RowT | Finding:
    """The line that the request led to, if it can be no other; else what is to be said instead.

    Args:
        search: what is looked for.
        rows: the lines.
        resembles: whether a line is such as a request leads to.
        whole: whether these are certainly all since the request was sent; by default as ``reaches_back`` says.
    """
    if (known_id := search.spend.known_id) is not None:
        return next((row for row in rows if row.id == known_id), UNCLEAR)
    fits = [_fits(search, row) for row in rows]
    if False in fits:
        rows = [replace(row, at=None) for row in rows]
    weighing = _Weighing(search, rows, resembles, doubt_s=0.0 if True in fits else _DOUBT_S)
    mine = [row for row in rows if not weighing.is_anothers(row) and resembles(row, search.spend) is not False]
    if not mine:
        return ABSENT if (reaches_back(search, rows) if whole is None else whole) else CUT_OFF
    if len(mine) > 1:
        return UNCLEAR
    (row,) = mine
    sure = row.id is not None and resembles(row, search.spend) is True and weighing.is_nobody_elses(row)
    return row if sure else DOUBTFUL


def reaches_back(search: Search, rows: Sequence[Row]) -> bool:
    """Whether the list certainly has all that came about since the request was sent."""
    return len(rows) < SHORTEST_PAGE or any(row.at is not None and row.at < search.earliest for row in rows)


def _fits(search: Search, row: Row) -> bool | None:
    """Whether the list goes by the clock that the venue's answers go by; ``None`` if this line does not tell.

    It does not if something is still to come, or came about before we asked for it. What came about between asking and
    being told proves it.
    """
    if row.at is None:
        return None
    owner = search.memory.owner(row.effect)
    before_it_was_asked_for = owner is not None and search.is_before(owner.spend, row.at)
    if before_it_was_asked_for or not search.is_past(row.at, now()):
        return False
    return True if owner is not None and search.is_past(row.at, owner.known_at) else None


@dataclass(frozen=True, slots=True)
class _Weighing(Generic[RowT]):
    """Whose the lines of a list are. ``doubt_s``: how wrong their times may be."""

    search: Search
    rows: Sequence[RowT]
    resembles: Resembles[RowT]
    doubt_s: float

    def is_anothers(self, row: RowT) -> bool:
        """Whether it is certainly not what the request led to, by its id or by its time."""
        search = self.search
        if row.id is not None and search.memory.is_anothers(row.effect, search.spend):
            return True
        return row.at is not None and not search.can_be_from(search.spend, row.at, self.doubt_s)

    def is_nobody_elses(self, row: RowT) -> bool:
        """Whether nothing else can have led to it, by all that the process that sent the request knew."""
        search = self.search
        if row.at is None or not (search.can_be_from(search.spend, row.at) and search.remembers(row.at)):
            return False
        if self._is_claimed(row):
            return False
        if not search.ours:
            return True
        since = max(search.remembers_since, search.earliest - dt.timedelta(seconds=_DOUBT_S))
        others = (one for one in self.rows if one is not row and one.at is not None and one.at >= since)
        return all(self._is_explained(one) for one in others)

    def _is_explained(self, row: RowT) -> bool:
        """Whether this process has sent what led to it; else somebody else uses the account as well."""
        return self.search.memory.owner(row.effect) is not None or self._is_claimed(row)

    def _is_claimed(self, row: RowT) -> bool:
        """Whether another request, whose effect is not known either, may have led to it."""
        search = self.search
        return any(
            self.resembles(row, other) is not False
            and (row.at is None or search.can_be_from(other, row.at, self.doubt_s))
            for memory in search.calls.memories
            for other in memory.claimants(search.spend)
        )
