"""The lines of a venue's lists, and whether one of them can only be what a request led to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, TypeAlias, TypeVar

from fleaglass.venue.body import Body
from fleaglass.venue.reading_back.finding import ABSENT, CUT_OFF, UNCLEAR, Finding
from fleaglass.venue.reading_back.search import Search
from fleaglass.venue.spends import Spend, effect
from fleaglass.venue.times import instant

__all__ = ["MARGIN", "Resembles", "Row", "agree", "reaches_back", "same_amount", "same_word", "the_one"]

MARGIN: Final = dt.timedelta(minutes=10)
"""How much further back a list is read than to what is looked for: what else is there tells who uses the account."""
_SHORTEST_PAGE: Final = 20
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
        return cls(id_name, body.text(id_name), instant(body.get(at_name)), body)

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
    mine = [row for row in rows if not _is_anothers(search, row) and resembles(row, search.spend) is not False]
    if not mine:
        return ABSENT if (reaches_back(search, rows) if whole is None else whole) else CUT_OFF
    row = mine[0]
    sure = len(mine) == 1 and row.id is not None and resembles(row, search.spend) is True
    return row if sure and _is_nobody_elses(search, row, rows, resembles) else UNCLEAR


def reaches_back(search: Search, rows: Sequence[Row]) -> bool:
    """Whether the list certainly has all that came about since the request was sent."""
    return len(rows) < _SHORTEST_PAGE or any(row.at is not None and row.at < search.earliest for row in rows)


def _is_anothers(search: Search, row: Row) -> bool:
    """Whether it is certainly not what the request led to, by its time or by its id."""
    if row.at is not None and not search.earliest <= row.at <= search.latest:
        return True
    return row.id is not None and search.memory.is_anothers(row.effect, search.spend)


def _is_nobody_elses(search: Search, row: RowT, rows: Sequence[RowT], resembles: Resembles[RowT]) -> bool:
    """Whether nothing else can have led to it, by all that the process that sent the request knew."""
    if row.at is None or not search.remembers(row.at) or _is_claimed(search, row, resembles):
        return False
    if not search.ours:
        return True
    since = max(search.remembers_since, search.earliest - MARGIN)
    others = (one for one in rows if one is not row and one.at is not None and one.at >= since)
    return all(_is_explained(search, one, resembles) for one in others)


def _is_explained(search: Search, row: RowT, resembles: Resembles[RowT]) -> bool:
    """Whether this process has sent what led to it; else somebody else uses the account as well."""
    known = row.id is not None and search.memory.is_known(row.effect)
    return known or _is_claimed(search, row, resembles)


def _is_claimed(search: Search, row: RowT, resembles: Resembles[RowT]) -> bool:
    """Whether another request, whose effect is not known either, may have led to it."""
    at = row.at
    return any(
        resembles(row, other) is not False and (at is None or search.can_be_from(other, at))
        for memory in search.calls.memories
        for other in memory.claimants(search.spend)
    )
