"""A witness answers as tlog-witness says, and never cosigns two histories of one log."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.ledger.tree.checkpoint import Checkpoint, open_checkpoint
from fleaglass.ledger.tree.cosignature import witness_verifier
from fleaglass.ledger.tree.keys import Ed25519Signer, Ed25519Verifier
from fleaglass.ledger.tree.note import Note, sign
from fleaglass.ledger.witness import AddCheckpoint, AddLog, Answer, KnownLog, RequestError, Seen, Witness
from tests.support.witnessed import COSIGNER, ORIGIN, History, MemoryRecords, memory_witness

LOG = History.of("abcdefghijkl")
FORKED = History.of("abcXefghijkl")
STRANGER = History.of("abcdef", Ed25519Signer(ORIGIN, b"s" * 32))
UNKNOWN = History.of("abcdef", Ed25519Signer("fleaglass.ledger/nobody", b"n" * 32))
VERIFIERS = [Ed25519Verifier.of(LOG.key.public), witness_verifier(COSIGNER.public)]


def body(history: History, old: int, size: int, **changed: object) -> bytes:
    return replace(history.request(old, size), **changed).encode()  # type: ignore[arg-type]


def wrong_root(size: int) -> bytes:
    return sign(Checkpoint(ORIGIN, size, b"\x07" * 32).text, [LOG.key])


# what is asked after the first 5 entries were cosigned; the answer; the kind of the alarm
TABLE = [
    ("it has grown", body(LOG, 5, 9), 200, None),
    ("the same again", body(LOG, 5, 5), 200, None),
    ("with a signature of somebody unknown", body(LOG, 5, 9, note=LOG.note(9, UNKNOWN.key)), 200, None),
    ("no request", b"hello", 400, None),
    ("old is no number", body(LOG, 5, 9).replace(b"old 5", b"old 05"), 400, None),
    ("a hash is cut", body(LOG, 5, 9, proof=(b"short",)), 400, None),
    ("no checkpoint", AddCheckpoint(5, (), b"hello").encode(), 400, None),
    ("a checkpoint of nothing", AddCheckpoint(5, (), sign(b"hello\n", [LOG.key])).encode(), 400, None),
    ("old above the size", body(LOG, 9, 8), 400, None),
    ("nobody knows it", body(UNKNOWN, 0, 3), 404, None),
    ("another's key", body(STRANGER, 5, 6), 403, None),
    ("a forged signature", body(LOG, 5, 9, note=LOG.note(9).replace(b"\n9\n", b"\n8\n")), 403, None),
    ("403 comes before 400", body(STRANGER, 9, 6), 403, None),
    ("400 comes before 409", body(LOG, 7, 6), 400, None),
    ("from another size", body(LOG, 4, 9), 409, None),
    ("from the start", body(LOG, 0, 9), 409, None),
    ("the same from the start", body(LOG, 0, 5), 409, None),
    ("another root for the same size, from the start", body(FORKED, 0, 5), 409, "fork"),
    ("another root for the same size", body(FORKED, 5, 5), 422, "fork"),
    ("a state before that was never seen", body(LOG, 2, 4), 409, "went_back"),
    ("another history", body(FORKED, 5, 9), 422, "unproved"),
    ("a proof of nothing", body(LOG, 5, 9, proof=()), 422, "unproved"),
    ("a proof where there is nothing to prove", body(LOG, 5, 5, proof=(b"\0" * 32,)), 422, None),
]


@pytest.mark.parametrize(("asked", "status", "alarm"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_each_question_has_its_answer(asked: bytes, status: int, alarm: str | None) -> None:
    witness, records = memory_witness(LOG)
    assert witness.add_checkpoint(body(LOG, 0, 5)).status == 200
    answer = witness.add_checkpoint(asked)
    assert (answer.status, [each.kind for each in records.alarms]) == (status, [alarm] if alarm else [])
    if status == 409:
        assert (answer.body, answer.content_type) == (b"5\n", "text/x.tlog.size")
    newest = max((each.checkpoint for each in records.checkpoints), key=lambda each: each.size)
    assert newest == LOG.checkpoint(9 if status == 200 and b"\n9\n" in asked else 5)


def test_a_witness_that_has_seen_nothing_takes_any_first_size_and_no_proof() -> None:
    for asked, status in [
        (body(LOG, 0, 7), 200),
        (body(LOG, 0, 0), 200),
        (body(LOG, 0, 7, proof=(b"\0" * 32,)), 422),
        (body(LOG, 0, 7, note=wrong_root(0)), 422),
        (body(LOG, 3, 7), 409),
    ]:
        witness, records = memory_witness(LOG)
        answer = witness.add_checkpoint(asked)
        assert (answer.status, records.alarms) == (status, [])
        assert status != 409 or answer.body == b"0\n"


def test_a_cosignature_is_one_line_that_verifies_below_the_checkpoint() -> None:
    witness, records = memory_witness(LOG)
    answer = witness.add_checkpoint(body(LOG, 0, 7))
    assert answer.body.startswith("— witness.example ".encode())
    assert answer.body.count(b"\n") == 1
    cosigned = open_checkpoint(LOG.note(7) + answer.body, VERIFIERS[:1], VERIFIERS[1:])
    assert len(cosigned.opened.signed_by) == 2
    assert [each.note for each in records.checkpoints] == [LOG.note(7) + answer.body]


def test_an_alarm_has_both_sides_signed_by_the_log_as_evidence() -> None:
    witness, records = memory_witness(LOG)
    witness.add_checkpoint(body(LOG, 0, 5))
    witness.add_checkpoint(body(LOG, 5, 9))
    witness.add_checkpoint(body(FORKED, 0, 5))
    (alarm,) = records.alarms
    held, shown = (
        open_checkpoint(text.encode(), VERIFIERS[:1], VERIFIERS[1:]).checkpoint for text in (alarm.held, alarm.shown)
    )
    assert (alarm.kind, held, shown) == ("fork", LOG.checkpoint(5), FORKED.checkpoint(5))


def test_the_first_key_of_an_origin_is_trusted_and_no_other_unless_it_signed_beside_it() -> None:
    witness, records = memory_witness()
    follower = History.of("abcdefgh", Ed25519Signer(ORIGIN, b"f" * 32))
    both = LOG.note(6, follower.key)
    thief = sign(LOG.checkpoint(6).text, [STRANGER.key, follower.key])
    for asked, status in [
        (AddLog(LOG.key.public), 200),
        (AddLog(LOG.key.public), 200),
        (AddLog(STRANGER.key.public), 409),
        (AddLog(STRANGER.key.public, both), 409),
        (AddLog(follower.key.public, thief), 409),
        (AddLog(follower.key.public, LOG.note(6)), 409),
        (AddLog(follower.key.public, both), 200),
        (AddLog(LOG.key.public), 409),
    ]:
        assert witness.add_log(asked.encode()).status == status
    assert witness.add_checkpoint(body(LOG, 0, 5)).status == 403
    assert witness.add_checkpoint(body(follower, 0, 5)).status == 200
    assert {each.kind for each in records.alarms} == {"other_key"}
    assert (records.alarms[0].held, records.alarms[0].shown) == (LOG.key.public.text, STRANGER.key.public.text)
    endless = AddLog(Ed25519Signer("n" * 400, b"n" * 32).public).encode()
    signed_by_witness = COSIGNER.public.text.encode()
    for nonsense in (b"", b"nonsense\n", signed_by_witness, endless, AddLog(LOG.key.public).encode() + b"x"):
        assert witness.add_log(nonsense).status == 400


class Racing(MemoryRecords):
    """Before something is kept, somebody else was faster."""

    def __init__(self, faster: bytes) -> None:
        super().__init__({ORIGIN: LOG.key.public})
        self.faster: bytes | None = faster

    def advance(self, before: Seen | None, after: Seen) -> bool:
        if (body_ := self.faster) is not None:
            self.faster = None
            assert Witness(self, COSIGNER).add_checkpoint(body_).status == 200
        return super().advance(before, after)


def test_of_two_at_once_the_slower_is_told_the_size_that_the_faster_left() -> None:
    records = Racing(body(LOG, 0, 9))
    answer = Witness(records, COSIGNER).add_checkpoint(body(LOG, 0, 6))
    assert answer == Answer(409, b"9\n", "text/x.tlog.size")
    assert [each.checkpoint.size for each in records.checkpoints] == [9]


HISTORIES = ["abcdefghijkl", "abcXefghijkl", "abcdefghYjkl", "Zbcdefghijkl"]
questions = st.tuples(
    st.sampled_from(HISTORIES),
    st.integers(0, 12),
    st.integers(0, 12),
    st.booleans(),
)


@given(st.lists(questions, max_size=12))
def test_whatever_histories_arrive_in_whatever_order_all_that_is_cosigned_is_one_history(
    asked: list[tuple[str, int, int, bool]],
) -> None:
    witness, records = memory_witness(LOG)
    for text, old, size, knows in asked:
        history = History.of(text)
        log: KnownLog | None = records.log(ORIGIN)
        if knows and log is not None and log.newest is not None:  # most random questions are from a wrong size
            old = log.newest.checkpoint.size
        witness.add_checkpoint(history.request(old, size).encode())
    cosigned = [each.checkpoint for each in records.checkpoints]
    assert any(all(each == History.of(text).checkpoint(each.size) for each in cosigned) for text in HISTORIES)


@given(st.integers(0, 2**63 - 1), st.lists(st.binary(min_size=32, max_size=32), max_size=63))
def test_a_request_is_read_as_it_was_written(old: int, proof: list[bytes]) -> None:
    request = AddCheckpoint(old, tuple(proof), LOG.note(5))
    assert AddCheckpoint.parse(request.encode()) == request


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_whatever_bytes_come_they_are_a_request_or_refused_in_words(data: bytes) -> None:
    for kind in (AddCheckpoint, AddLog):
        with suppress(RequestError):
            assert kind.parse(data).encode() == data
    witness, _ = memory_witness(LOG)
    assert witness.add_checkpoint(data).status in (400, 403, 404, 409, 422)
    assert witness.add_log(data).status == 400


def test_only_signatures_that_were_verified_are_kept() -> None:
    witness, records = memory_witness(LOG)
    witness.add_checkpoint(body(LOG, 0, 9, note=LOG.note(9, UNKNOWN.key)))
    names = [each.name for each in Note.parse(records.checkpoints[0].note).signatures]
    assert names == [ORIGIN, "witness.example"]
