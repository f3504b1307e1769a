"""Reading back: what became of a request whose answer was lost. It only looks, and never sends anything again.

::

    found        the one order that can only be ours; the operation goes on as if the answer had come
    not placed   the venue does not have it, and will not: `NotPlacedError`, or another `Rejected` that says more
    unknown      it cannot be told: `OutcomeUnknown`

::

    look         again and again, until it is found or the time is up; then what that means
    search       what is looked for, until when, and when it can have happened
    earlier      the same for what earlier runs of the agent sent, by the agent's ledger
    orders, positions, bets, escrows, domains      how each operation is looked for
    rows         whether a line of a list can only be ours: by its time, and by all else that was sent (`memory`)

What is in none of the files here leaves nothing to be found, and stays unknown. Docs: errors.md has the rules.
"""

from __future__ import annotations

from fleaglass.venue.reading_back.earlier import Looked, catch_up, resolve_ledger
from fleaglass.venue.reading_back.look import recover, resolve, settle
from fleaglass.venue.reading_back.looked_for import LOOKED_FOR

__all__ = ["LOOKED_FOR", "Looked", "catch_up", "recover", "resolve", "resolve_ledger", "settle"]
