"""A witness at work: what was asked is judged by what is remembered, and nothing is answered before that is kept."""

from __future__ import annotations

from dataclasses import dataclass

from fleaglass.ledger.tree.checkpoint import Checkpoint, open_checkpoint
from fleaglass.ledger.tree.cosignature import Cosigner
from fleaglass.ledger.tree.errors import TreeError
from fleaglass.ledger.tree.keys import Ed25519Verifier
from fleaglass.ledger.tree.note import Note, Signature
from fleaglass.ledger.witness.judge import Answer, Refusal, judge, text_answer
from fleaglass.ledger.witness.records import Alarm, Records, Seen
from fleaglass.ledger.witness.request import AddCheckpoint, AddLog, RequestError

__all__ = ["Witness"]


@dataclass(frozen=True, slots=True)
class Witness:
    """Answers what a witness is asked. What the records raise goes through, and nothing was answered then.

    Attributes:
        records: what it remembers. Others may change them at the same time.
        cosigner: its key.
    """

    records: Records
    cosigner: Cosigner

    def add_checkpoint(self, body: bytes) -> Answer:
        """Cosign a checkpoint, or say why not."""
        try:
            request = AddCheckpoint.parse(body)
            checkpoint = Checkpoint.parse(Note.parse(request.note).text)
        except TreeError as error:
            return text_answer(400, str(error))
        while True:  # again where somebody was faster, who has then changed the answer
            log = self.records.log(checkpoint.origin)
            found = judge(request, checkpoint, log, lambda size: self.records.seen(checkpoint.origin, size))
            if isinstance(found, Refusal):
                return self._told(found)
            assert log is not None, "an unknown log is refused"
            cosignature = Signature(self.cosigner.name, self.cosigner.key_id, self.cosigner.sign(found.text))
            seen = Seen(checkpoint, found.with_signatures([cosignature]).encode())
            if self.records.advance(log.newest, seen):
                return Answer(200, f"{cosignature.line}\n".encode())

    def add_log(self, body: bytes) -> Answer:
        """Trust a key for the origin that it names, if none is trusted yet, or the one before has signed beside it.

        200: it is trusted; 400: the body is none; 409: another one is.
        """
        try:
            request = AddLog.parse(body)
        except RequestError as error:
            return text_answer(400, str(error))
        key = request.key
        while True:
            log = self.records.log(key.name)
            if log is not None and log.key == key:
                return text_answer(200, "this key is trusted")
            if log is not None and not _is_handed_over(request, Ed25519Verifier.of(log.key)):
                alarm = Alarm("other_key", key.name, log.key.text, key.text)
                why = f"{key.name} has another key here, which has not signed a checkpoint together with this one"
                return self._told(Refusal(text_answer(409, why), alarm))
            if self.records.trust(key, None if log is None else log.key):
                return text_answer(200, "this key is trusted from now on")

    def _told(self, refusal: Refusal) -> Answer:
        if refusal.alarm is not None:
            self.records.alarm(refusal.alarm)
        return refusal.answer


def _is_handed_over(request: AddLog, before: Ed25519Verifier) -> bool:
    """Whether the checkpoint was signed by both keys."""
    after = Ed25519Verifier.of(request.key)
    try:
        signed = open_checkpoint(request.note, [before, after])
    except TreeError:
        return False
    return set(signed.opened.signed_by) == {before, after}
