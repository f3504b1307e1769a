"""What a witness answers, by what it was asked and what it remembers. Pure.

::

    400    no request, no checkpoint, or old above its size        403    not signed by the log's key
    404    the origin is not known                                 409    old is not what we have: the size that we have
    422    the proof does not hold: other root, wrong hashes, or hashes where there can be none

They are looked at in this order: 400 for the form, 404, 403, 400, 409, 422; so an alarm is only about what the log
itself has signed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from fleaglass.ledger.tree.checkpoint import Checkpoint, open_checkpoint
from fleaglass.ledger.tree.errors import ProofError, TreeError
from fleaglass.ledger.tree.keys import Ed25519Verifier
from fleaglass.ledger.tree.merkle import EMPTY_ROOT, check_consistency
from fleaglass.ledger.tree.note import Note
from fleaglass.ledger.witness.records import Alarm, AlarmKind, KnownLog, Seen
from fleaglass.ledger.witness.request import AddCheckpoint

__all__ = ["SIZE_TYPE", "Answer", "Refusal", "judge", "text_answer"]

SIZE_TYPE: Final = "text/x.tlog.size"


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer."""

    status: int
    body: bytes
    content_type: str = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that is a no, and what has to be told with it."""

    answer: Answer
    alarm: Alarm | None = None


def judge(
    request: AddCheckpoint, checkpoint: Checkpoint, log: KnownLog | None, seen: Callable[[int], Seen | None]
) -> Note | Refusal:
    """Whether a checkpoint may be cosigned.

    Args:
        request: what was asked.
        checkpoint: what its note says.
        log: the one of the checkpoint's origin.
        seen: the checkpoint of this size that was cosigned.

    Returns:
        The note to be cosigned, with no signature but the log's own; or the refusal.
    """
    if log is None:
        return Refusal(text_answer(404, f"no key is known here for {checkpoint.origin}"))
    try:
        opened = open_checkpoint(request.note, [Ed25519Verifier.of(log.key)]).opened
    except TreeError as error:
        return Refusal(text_answer(403, str(error)))
    if request.old > checkpoint.size:
        return Refusal(text_answer(400, f"old is {request.old}, and the checkpoint's size {checkpoint.size}"))
    held = log.newest.checkpoint.size if log.newest else 0
    if request.old != held:
        answer = Answer(409, f"{held}\n".encode(), SIZE_TYPE)
        return Refusal(answer, _alarm(request, checkpoint, log, seen))
    if why := _unproved(request, checkpoint, log.newest):
        return Refusal(text_answer(422, why), _alarm(request, checkpoint, log, seen, was_asked_for_proof=True))
    key = log.key
    own = [each for each in opened.note.signatures if (each.name, each.key_id) == (key.name, key.key_id)]
    return Note(opened.note.text, tuple(own))


def text_answer(status: int, why: str) -> Answer:
    """A sentence."""
    return Answer(status, f"{why}\n".encode())


def _unproved(request: AddCheckpoint, checkpoint: Checkpoint, newest: Seen | None) -> str:
    """Why it is not shown that the newest is the beginning of this; empty if it is."""
    if checkpoint.size == 0 and checkpoint.root != EMPTY_ROOT:
        return "an empty log has another root"
    if request.old == 0:
        return "nothing can be proved of an empty log" if request.proof else ""
    assert newest is not None, "old is the size that we have"
    held = newest.checkpoint
    if checkpoint.size == held.size and checkpoint.root != held.root:
        return f"another root was signed for the same {held.size} entries"
    try:
        check_consistency(held.size, held.root, checkpoint.size, checkpoint.root, request.proof)
    except ProofError as error:
        return str(error)
    return ""


def _alarm(
    request: AddCheckpoint,
    checkpoint: Checkpoint,
    log: KnownLog,
    seen: Callable[[int], Seen | None],
    *,
    was_asked_for_proof: bool = False,
) -> Alarm | None:
    """What a checkpoint that the log has signed, and that is not cosigned, says of the log."""
    newest, same = log.newest, seen(checkpoint.size)
    if newest is None or (same is not None and same.checkpoint == checkpoint):
        return None
    kind: AlarmKind
    if same is not None:
        kind, held = "fork", same
    elif checkpoint.size < newest.checkpoint.size:
        kind, held = "went_back", newest
    elif was_asked_for_proof and newest.checkpoint.size:
        kind, held = "unproved", newest
    else:
        return None
    return Alarm(kind, checkpoint.origin, held.note.decode(), request.note.decode(), checkpoint)
