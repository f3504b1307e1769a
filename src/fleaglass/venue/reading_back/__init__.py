"""Reading back: what became of a request whose answer was lost. It only looks, and never sends anything again.

::

    found        the one order that can only be ours; the operation goes on as if the answer had come
    not placed   looked for as long as ``resolve_timeout`` and it is not there: `NotPlacedError`
    unknown      it cannot be told: `OutcomeUnknown`

Two orders that look alike cannot be told apart, and then it stays unknown. How each operation is looked for is in the
files here; one that is in none of them leaves nothing to be found, and stays unknown.

That nothing happened is as certain as a venue's own list is: it says that the request had no effect within
``resolve_timeout`` of its answer being lost. A venue that holds a request back for longer may still act on it.
"""

from __future__ import annotations

from fleaglass.venue.reading_back.look import recover, resolve, settle
from fleaglass.venue.reading_back.looked_for import LOOKED_FOR

__all__ = ["LOOKED_FOR", "recover", "resolve", "settle"]
