"""Verifying a whole log, and when to do so again.

Reading a log of a million entries takes seconds. So a log that grows is verified at most once a minute, and never more
than a fiftieth of the time; one that does not is verified anew every quarter of an hour, for a disk may change as well.

What the hub itself has cosigned of a log must still be its beginning. A log that is shorter than that was cut or rolled
back, or is a copy that is behind: which of them cannot be told here, so it is said and is no finding.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from fleaglass.hub.ledgers.keys import Held, Keys
from fleaglass.hub.ledgers.places import Place
from fleaglass.ledger.reading import CHECKPOINT, UnusableLog
from fleaglass.ledger.tree.checkpoint import Checkpoint
from fleaglass.ledger.tree.errors import TreeError
from fleaglass.ledger.tree.note import Note
from fleaglass.ledger.verify import Anchor, Problem, Verdict, verify

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
        cosigned: the size of the newest checkpoint of it that the hub had cosigned before; None if there is none.
    """

    at_ns: int
    took_ns: int
    note: bytes
    verdict: Verdict | None
    is_signed: bool = False
    cosigned: int | None = None
    why: str = ""

    @property
    def is_tampered(self) -> bool:
        """Something is wrong with it."""
        return self.verdict is not None and not self.verdict.is_whole

    @property
    def missing(self) -> int:
        """So many entries that the hub has cosigned are not there."""
        return 0 if self.verdict is None else max(0, (self.cosigned or 0) - self.verdict.size)


def verified(place: Place, keys: Keys, now_ns: Callable[[], int]) -> Verified:
    """Verify all of a log; whatever is wrong with it is in the verdict. Raises OSError: the state does not answer."""
    at_ns, note = now_ns(), b""
    try:
        note = place.checkpoint()
        verdict, held = _verdict(place, note, keys)
    except UnusableLog as error:
        return Verified(at_ns, now_ns() - at_ns, note, None, why=str(error))
    except TreeError as error:  # a file was another when it was read again
        return Verified(at_ns, now_ns() - at_ns, note, None, why=f"it changed while it was read: {error}")
    except OSError:
        raise  # not of the log: the hub's own state
    except Exception as error:  # whatever somebody put there, the other logs are verified
        return Verified(at_ns, now_ns() - at_ns, note, None, why=f"verifying it failed: {error!r}")
    cosigned = held.cosigned.size if held.cosigned else None
    return Verified(at_ns, now_ns() - at_ns, note, verdict, held.is_checked, cosigned)


def _verdict(place: Place, note: bytes, keys: Keys) -> tuple[Verdict, Held]:
    try:
        size, held = Checkpoint.parse(Note.parse(note).text).size, keys.of(note, place)
    except TreeError as error:
        return Verdict(problems=(Problem(None, CHECKPOINT, str(error)),)), Held((), False)
    seen = held.cosigned
    anchors = [Anchor("what this hub has cosigned", seen)] if seen and 0 < seen.size <= size else []
    return verify(place, held.verifiers, anchors=anchors), held


def is_due(last: Verified | None, note: bytes, now_ns: int) -> bool:
    """Whether a log with this checkpoint is to be verified now."""
    if last is None:
        return True
    rested = now_ns - last.at_ns
    pause = max(_MINUTE_NS, _RESTS * last.took_ns)
    return rested >= (pause if note != last.note else max(15 * _MINUTE_NS, pause))
