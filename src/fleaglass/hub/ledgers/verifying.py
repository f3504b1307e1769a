"""Verifying a whole log, and when to do so again.

Reading a log of a million entries takes seconds. So a log that grows is verified at most once a minute, and never more
than a fiftieth of the time; one that does not is verified anew every quarter of an hour, for a disk may change as well.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from fleaglass.hub.ledgers.keys import Keys
from fleaglass.hub.ledgers.places import Place
from fleaglass.ledger.reading import CHECKPOINT, UnusableLog
from fleaglass.ledger.tree.errors import TreeError
from fleaglass.ledger.verify import Problem, Verdict, verify

__all__ = ["Verified", "is_due", "verified"]

_MINUTE_NS: Final = 60_000_000_000
_RESTS: Final = 50
"""After verifying, so many times as long nothing is verified."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What came of it.

    Attributes:
        at_ns: when it began, in Unix nanoseconds.
        took_ns: how long it took.
        note: the checkpoint as it was before.
        verdict: what was found; None if there is nothing that could be verified, and `why` says why.
        is_signed: whether the checkpoint's signature could be checked; without the log's public key it cannot.
    """

    at_ns: int
    took_ns: int
    note: bytes
    verdict: Verdict | None
    is_signed: bool = False
    why: str = ""


def verified(place: Place, keys: Keys, now_ns: Callable[[], int]) -> Verified:
    """Verify all of a log. Whatever is wrong with it is in the verdict."""
    at_ns, note = now_ns(), b""
    try:
        note = place.checkpoint()
        verdict, is_signed = _verdict(place, note, keys)
    except UnusableLog as error:
        return Verified(at_ns, now_ns() - at_ns, note, None, why=str(error))
    return Verified(at_ns, now_ns() - at_ns, note, verdict, is_signed)


def _verdict(place: Place, note: bytes, keys: Keys) -> tuple[Verdict, bool]:
    try:
        verifiers, is_signed = keys.of(note)
    except TreeError as error:
        return Verdict(problems=(Problem(None, CHECKPOINT, str(error)),)), False
    return verify(place, verifiers), is_signed


def is_due(last: Verified | None, note: bytes, now_ns: int) -> bool:
    """Whether a log with this checkpoint is to be verified now."""
    if last is None:
        return True
    rested = now_ns - last.at_ns
    pause = max(_MINUTE_NS, _RESTS * last.took_ns)
    return rested >= (pause if note != last.note else max(15 * _MINUTE_NS, pause))
