"""What became of what earlier runs of the agent sent: asked about at the venue, and told to the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from fleaglass import semconv
from fleaglass.recorder import current_span, guard
from fleaglass.venue.calls import Calls
from fleaglass.venue.errors import OutcomeUnknown, Rejected, VenueError
from fleaglass.venue.ledgering import book_of, resolved
from fleaglass.venue.ledgering.leftovers import remember
from fleaglass.venue.reading_back.finding import DOUBTFUL
from fleaglass.venue.reading_back.look import may_be_known_later, resolve

__all__ = ["Looked", "catch_up", "resolve_ledger"]

How: TypeAlias = Literal["found", "absent", "probable", "unknown", "open"]

_ROUNDS: Final = 15
_PAUSE_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found out about an intent of the ledger that had no outcome.

    Attributes:
        error: what is known of how it was sent, as ``unresolved()`` has it.
        how: ``found``; ``absent``, when certainly nothing happened; ``probable``, when something at the venue may be
            it; ``unknown``, when it cannot be told; ``open``, when it may be told later, so that it stays in the ledger
            as it is.
    """

    error: OutcomeUnknown
    how: How


async def resolve_ledger(calls: Calls) -> tuple[Looked, ...]:
    """Look once for all that the ledger has no outcome of, and that was sent for the accounts of this client."""
    await calls.ready_ledger()
    book = book_of(calls.core)
    if book is None:
        return ()
    for memory in calls.memories:
        remember(memory, book.take_leftovers(memory.account))
    known = {error.sending.entry: error for error in calls.unresolved() if error.sending is not None}
    lost = [known[entry.id] for entry in book.open_intents() if entry.id in known]
    return tuple([await _looked(calls, error) for error in lost])


async def catch_up(calls: Calls) -> None:
    """Look until nothing is left of which more may be known later. Only being cancelled gets out of here."""
    with guard("asking about what earlier runs sent"):
        for _ in range(_ROUNDS):
            looked = await resolve_ledger(calls)
            if all(one.how != "open" for one in looked) or calls.wire.closed:
                break
            await calls.sleep(_PAUSE_S)
        if (book := book_of(calls.core)) is not None:
            book.rest()


async def _looked(calls: Calls, error: OutcomeUnknown) -> Looked:
    try:
        await resolve(calls, error)
    except Rejected:
        return Looked(error, "absent")
    except OutcomeUnknown:
        if error.resolution is None or may_be_known_later(error.resolution):
            return Looked(error, "open")
        how: How = "probable" if error.resolution.reason == DOUBTFUL.reason else "unknown"
        said = {"state": semconv.PF_ORDER_STATE_UNKNOWN, "reason": error.resolution.reason}
        entry = "" if error.sending is None else error.sending.entry
        resolved(calls.core, current_span(), error.operation or "", entry, how, said)
        return Looked(error, how)
    except (VenueError, ValueError):
        return Looked(error, "open")
    return Looked(error, "found")
