"""Logs are verified now and then, by the keys that are known, and what is found is said once."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from fleaglass.hub.ledgers import Ledgers, verifying
from fleaglass.hub.ledgers.keys import Keys
from fleaglass.hub.ledgers.verifying import Verified, is_due
from fleaglass.ledger.tree.keys import Ed25519Signer, Ed25519Verifier
from fleaglass.ledger.verify import Verdict
from tests.support.ledger_logs import KEY, KNOWN, entries, write_log
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
    for trusted, is_signed in (({KEY.name: KEY.public}, True), ({"another": KEY.public}, False)):
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


async def test_while_the_hub_runs_a_tampered_log_is_found_and_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write_story(tmp_path)
    copy = tampered_copy(tmp_path, tmp_path / "copies")
    ledgers = Ledgers((tmp_path, copy))
    said = asyncio.Event()
    with caplog.filtering(lambda _: said.set() or True):
        async with verifying(ledgers, lambda: 0):
            await said.wait()
    assert caplog.messages == [
        f"ledger {AGENT}-copy: verifying fails: tile/0/000.p/9: entry 2 has another hash than the one that stands here"
    ]
    assert {name: book.verified is not None for name, book in ledgers.books().items()} == {
        AGENT: True,
        f"{AGENT}-copy": True,
    }
