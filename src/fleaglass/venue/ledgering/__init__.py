"""What a spend leaves in the agent's ledger: what it is about to do, and what came of it.

::

    intend ─▶ Noted ── the request ──▶ noted.answered / noted.failed        an outcome
                                        noted.observed                      what was seen later
                                        resolved                            what looking for a lost answer gave

    book       the one ledger of an agent: opened at its first spend, closed with the agent
    telling    what fails, once until it works again
    noted      the entries of one spend
    handing    checkpoints that go with escrows, and come with them
    received   those that came, until they are on the disk
    places     who else gets checkpoints, by the settings
    words      which fields are said, which are only committed to, and which never get here
    waiting    for the disk, with and without an event loop
    leftovers  what an earlier process of the agent left without an outcome

Nothing here keeps a spend from being sent, except in mode ``strict``: `fleaglass.venue.NotRecorded`.
"""

from fleaglass.venue.ledgering.book import LedgerBook, book_of
from fleaglass.venue.ledgering.handing import hand_out, take_in
from fleaglass.venue.ledgering.noted import Noted, intend, note_settled, resolved
from fleaglass.venue.ledgering.waiting import Beside, InEventLoop, InThreads, Wait, at_once, in_event_loop, run

__all__ = [
    "Beside",
    "InEventLoop",
    "InThreads",
    "LedgerBook",
    "Noted",
    "Wait",
    "at_once",
    "book_of",
    "hand_out",
    "in_event_loop",
    "intend",
    "note_settled",
    "resolved",
    "run",
    "take_in",
]
