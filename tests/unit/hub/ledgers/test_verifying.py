"""Logs are verified now and then, by the keys that are known, and what is found is said once."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from fleaglass.hub.ledgers import Book, Ledgers, verifying
from fleaglass.hub.ledgers.keys import Keys
from fleaglass.hub.ledgers.places import Place
from fleaglass.hub.ledgers.verifying import Verified, is_due, verified
from fleaglass.ledger.tree.checkpoint import Checkpoint
from fleaglass.ledger.tree.keys import Ed25519Signer, Ed25519Verifier
from fleaglass.ledger.tree.note import Note
from fleaglass.ledger.verify import Verdict
from fleaglass.ledger.witness import KnownLog, Seen
from tests.support.ledger_logs import KEY, KNOWN, checkpoint_of, entries, entry, write_log
from tests.support.ledger_story import AGENT, tampered_copy, write_story

MINUTE = 60_000_000_000
SECOND = 1_000_000_000


@pytest.mark.parametrize(
    ("grew", "took_s", "after_s", "due"),
    [
        (True, 0, 59, False),
        (True, 0, 60, True),
        (True, 4, 199, False),
        (True, 4, 200, True),
        (False, 0, 60, False),
        (False, 0, 899, False),
        (False, 0, 900, True),
        (False, 40, 1999, False),
        (False, 40, 2000, True),
    ],
)
def test_a_log_is_verified_again_when_it_grew_and_enough_time_has_passed(
    grew: bool, took_s: int, after_s: int, due: bool
) -> None:
    last = Verified(at_ns=MINUTE, took_ns=took_s * SECOND, note=b"old", verdict=Verdict())
    assert is_due(last, b"new" if grew else b"old", MINUTE + after_s * SECOND) is due


def test_a_log_that_was_never_verified_is_due() -> None:
    assert is_due(None, b"", 0)


def _result(log: Path, *keys: Ed25519Verifier) -> tuple[bool | None, bool, str]:
    (book,) = Ledgers((log,), Keys(keys)).verify(lambda: 0)
    assert book.verified is not None
    verdict = book.verified.verdict
    what = verdict.problems[0].what if verdict and verdict.problems else ""
    return (verdict.is_whole if verdict else None), book.verified.is_signed, what


def test_without_the_public_key_a_log_may_be_whole_and_its_signature_is_not_vouched_for(tmp_path: Path) -> None:
    write_log(tmp_path / "log", entries(20))
    assert _result(tmp_path) == (True, False, "")
    assert _result(tmp_path, KNOWN) == (True, True, "")


def test_where_no_key_was_given_that_which_the_witness_trusts_is_known(tmp_path: Path) -> None:
    write_log(tmp_path / "log", entries(20))
    known = KnownLog(KEY.public)
    for trusted, is_signed in (({KEY.name: known}, True), ({"another": known}, False)):
        (book,) = Ledgers((tmp_path,), Keys().beside(trusted.get)).verify(lambda: 0)
        assert book.verified is not None
        assert book.verified.is_signed is is_signed


def test_a_log_that_another_key_has_signed_is_not_whole_for_who_has_the_key(tmp_path: Path) -> None:
    write_log(tmp_path / "log", entries(20), signers=[Ed25519Signer(KEY.name, b"x" * 32)])
    whole, signed, what = _result(tmp_path, KNOWN)
    assert (whole, signed) == (False, True)
    assert "no known key has signed" in what


def test_a_checkpoint_that_the_log_itself_has_not_signed_is_not_believed(tmp_path: Path) -> None:
    write_log(tmp_path / "log", entries(20), signers=[Ed25519Signer("somebody", b"x" * 32)])
    assert _result(tmp_path)[0] is False


def test_a_checkpoint_that_cannot_be_read_is_a_problem_and_one_that_is_not_there_is_none(tmp_path: Path) -> None:
    write_log(tmp_path / "log", entries(2))
    (tmp_path / "log/checkpoint").write_bytes(b"nothing")
    assert _result(tmp_path)[0] is False
    (tmp_path / "log/checkpoint").unlink()
    assert _result(tmp_path)[0] is None


def _against(log: Path, cosigned: bytes, size: int) -> Verified:
    """What comes of a log of which the hub has cosigned this many entries: those of 20, with other outcomes if told."""
    seen = Seen(Checkpoint(KEY.name, size, Checkpoint.parse(Note.parse(cosigned).text).root), cosigned)
    (book,) = Ledgers((log,), Keys().beside({KEY.name: KnownLog(KEY.public, seen)}.get)).verify(lambda: 5)
    assert book.verified is not None
    assert (book.since_ns is None) is (not book.verified.is_tampered and not book.verified.missing)
    return book.verified


def test_a_log_that_was_rewritten_and_signed_anew_is_not_what_the_hub_has_cosigned(tmp_path: Path) -> None:
    write_log(tmp_path / "log", entries(20))
    before = checkpoint_of(entries(12))
    assert _against(tmp_path, before, 12).cosigned == 12
    rewritten = [entry(3, op="trading.spot") if index == 3 else each for index, each in enumerate(entries(20))]
    write_log(tmp_path / "log", rewritten)
    found = _against(tmp_path, before, 12)
    assert found.is_tampered
    assert found.verdict is not None
    assert found.verdict.problems[0].where == "what this hub has cosigned"
    assert _result(tmp_path, KNOWN) == (True, True, "")


def test_entries_that_the_hub_has_cosigned_and_that_are_not_there_are_missing(tmp_path: Path) -> None:
    write_log(tmp_path / "log", entries(12))
    found = _against(tmp_path, checkpoint_of(entries(20)), 20)
    assert (found.is_tampered, found.missing) == (False, 8)


def test_what_was_cosigned_of_a_log_with_another_key_than_was_given_says_nothing(tmp_path: Path) -> None:
    write_log(tmp_path / "log", entries(12))
    other = Ed25519Signer(KEY.name, b"x" * 32).public
    seen = Seen(Checkpoint(KEY.name, 20, b"r" * 32), b"")
    (book,) = Ledgers((tmp_path,), Keys([KNOWN], {KEY.name: KnownLog(other, seen)}.get)).verify(lambda: 0)
    assert book.verified is not None
    assert (book.verified.is_signed, book.verified.cosigned, book.since_ns) == (True, None, None)


def test_a_log_that_takes_another_name_to_have_no_known_key_is_not_believed(tmp_path: Path) -> None:
    home = tmp_path / AGENT
    write_log(home / "log", entries(20), signers=[Ed25519Signer("else", b"x" * 32)], origin="else")
    assert _result(home) == (True, False, "")
    assert _result(home, KNOWN)[2] == f"the log calls itself else, and this is the folder of {KEY.name}"


def test_a_log_that_had_entries_and_has_no_checkpoint_any_more_is_not_as_it_should_be(tmp_path: Path) -> None:
    write_log(tmp_path / "log", entries(2))
    ledgers, checkpoint = Ledgers((tmp_path,)), tmp_path / "log/checkpoint"
    note, now_ns = checkpoint.read_bytes(), 0

    def since_ns() -> int | None:
        (book,) = ledgers.verify(lambda: now_ns)
        return book.since_ns

    assert since_ns() is None
    checkpoint.unlink()
    gone_ns = now_ns = 16 * MINUTE
    assert since_ns() == gone_ns
    now_ns = 32 * MINUTE
    assert since_ns() == gone_ns
    checkpoint.write_bytes(note)
    now_ns = 48 * MINUTE
    assert since_ns() is None


def test_whatever_a_log_makes_of_its_reader_the_others_are_verified(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b"):
        write_log(tmp_path / name / "log", entries(2))

    def fails_for_a(place: Place, *_: object, **__: object) -> Verdict:
        if place.name == "a":
            raise RecursionError("too deep")
        return Verdict()

    monkeypatch.setattr(sys.modules[Verified.__module__], "verify", fails_for_a)
    found = {book.place.name: book.verified for book in Ledgers((tmp_path,)).verify(lambda: 0)}
    assert found["a"] is not None
    assert found["a"].why == "verifying it failed: RecursionError('too deep')"
    assert found["b"] is not None
    assert found["b"].verdict == Verdict()


def test_a_state_that_does_not_answer_is_no_word_about_a_log(tmp_path: Path) -> None:
    write_log(tmp_path / "log", entries(2))

    def down(_: str) -> KnownLog | None:
        raise OSError("the state database does not answer")

    ledgers = Ledgers((tmp_path,), Keys().beside(down))
    with pytest.raises(OSError, match="state database"):
        list(ledgers.verify(lambda: 0))
    assert [book.verified for book in ledgers.known.values()] == [None]


async def test_a_hub_that_ends_does_not_wait_for_a_log_to_be_read(tmp_path: Path) -> None:
    write_log(tmp_path / "log", entries(300))
    ledgers = Ledgers((tmp_path,))
    async with verifying(ledgers, lambda: 0):
        pass
    (book,) = ledgers.books().values()
    assert verified(book.place, ledgers.keys, lambda: 0).why == "the hub ends"


async def test_while_the_hub_runs_a_tampered_log_is_found_and_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write_story(tmp_path)
    copy = tampered_copy(tmp_path, tmp_path / "copies")
    ledgers = Ledgers((tmp_path, copy))
    said, told, names = asyncio.Event(), asyncio.Event(), []

    async def tell(book: Book) -> None:
        names.append(book.place.name)
        told.set()

    with caplog.filtering(lambda _: said.set() or True):
        async with verifying(ledgers, lambda: 0, tell):
            await said.wait()
            await told.wait()
    assert names == [f"{AGENT}-copy"]
    assert caplog.messages == [
        f"ledger {AGENT}-copy: verifying fails: tile/0/000.p/9: entry 2 has another hash than the one that stands here"
    ]
    assert {name: book.verified is not None for name, book in ledgers.books().items()} == {
        AGENT: True,
        f"{AGENT}-copy": True,
    }
