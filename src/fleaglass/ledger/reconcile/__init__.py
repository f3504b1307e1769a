"""The log beside the venue's own history: what was logged and did not happen so, and what happened and was not logged.

::

    entries ── claims ──┐
                        ├── matching ── findings ── report
    history ── lines ───┘

    history     what the venue lists, and how far its lists reach
    reading     the same from a file
    acts        what each operation leaves in which list, and which fields of it are compared
    claims      what the log says of each intent
    comparing   one claim beside one line, field by field
    likeness    which lines may be what an intent led to whose id is not known
    matching    which claim belongs to which line: by id, else by likeness, which is never more than probable
    findings    what came of it
    report      the findings as tables, for people and programs
    saved       the same in a file of the log's home, for later

Only this finds what an agent did and never wrote down: no proof of the log can. Pure: nothing here reads a file, a
clock or the network.
"""

from fleaglass.ledger.reconcile.claims import Claim, UnusableEntry, claims_of
from fleaglass.ledger.reconcile.findings import Difference, Finding, Reconciliation, Verdict
from fleaglass.ledger.reconcile.history import History, Reach, VenueLine
from fleaglass.ledger.reconcile.matching import reconcile
from fleaglass.ledger.reconcile.reading import UnusableHistory, decode, encode

__all__ = [
    "Claim",
    "Difference",
    "Finding",
    "History",
    "Reach",
    "Reconciliation",
    "UnusableEntry",
    "UnusableHistory",
    "VenueLine",
    "Verdict",
    "claims_of",
    "decode",
    "encode",
    "reconcile",
]
