"""What may go wrong with a ledger.

::

    LedgerError
        EntryError             what was to be written, or was read, is no entry
        LedgerBusy             another process writes this log
        LedgerDamaged          its files contradict each other, or what was signed
        LedgerKeyError         its key is missing, or may be read by others
        LedgerWriteError       the disk did not take it; `is_final` if it is never tried again
        LedgerClosed           it was closed, or belongs to the process that this one was forked from
"""

from __future__ import annotations

__all__ = [
    "EntryError",
    "LedgerBusy",
    "LedgerClosed",
    "LedgerDamaged",
    "LedgerError",
    "LedgerKeyError",
    "LedgerWriteError",
]


class LedgerError(Exception):
    """Something is wrong with a ledger; the message says what, where, and what can be done."""


class EntryError(LedgerError, ValueError):
    """Not an entry of a ledger."""


class LedgerBusy(LedgerError):
    """Another process, or another `Ledger` of this one, writes the log."""


class LedgerDamaged(LedgerError):
    """Files of the log contradict each other, or what was signed. Nothing is written or signed any more."""


class LedgerKeyError(LedgerError):
    """The private key is missing, is no key, or may be read by others."""


class LedgerWriteError(LedgerError):
    """The disk did not take what was to be written.

    Attributes:
        is_final: whether nothing is written any more until the log is opened anew: after a failed fsync nobody knows
            what the disk has.
    """

    def __init__(self, message: str, *, is_final: bool = False) -> None:
        super().__init__(message)
        self.is_final = is_final


class LedgerClosed(LedgerError):
    """Nothing can be appended here: the log was closed, or is a forked child's copy of its parent's."""
