"""With an escrow goes the checkpoint of whoever pays, and what comes from the other side is kept if it is one."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.ledger.anchoring import hand_off
from fleaglass.ledger.anchoring.hand_off import incoming, keep_foreign, outgoing
from fleaglass.ledger.storage.layout import Layout
from fleaglass.ledger.storage.notes import notes_in
from fleaglass.ledger.tree.keys import Ed25519Signer
from tests.support.witnessed import COSIGNER, ORIGIN, History

LOG = History.of("abcdef")


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    found = Layout(tmp_path / "vol-arb-1")
    found.anchors.parent.mkdir(parents=True)
    return found


def test_what_goes_is_some_200_bytes_signed_by_the_log_alone() -> None:
    text = outgoing(LOG.note(5, COSIGNER))
    assert text.encode() == LOG.note(5)
    assert len(text.encode()) < 256
    assert outgoing(b"") == ""


def test_what_comes_is_kept_once_for_each_log_and_checkpoint(layout: Layout) -> None:
    other = History.of("xyz", Ed25519Signer("fleaglass.ledger/other", b"o" * 32))
    kept = {}
    for note in (LOG.note(2), LOG.note(2), other.note(1), LOG.note(4), LOG.note(2)):
        foreign = incoming(note.decode())
        assert foreign is not None
        kept[foreign.checkpoint.origin] = keep_foreign(layout, foreign)
    own, others = kept[ORIGIN], kept["fleaglass.ledger/other"]
    assert own is not None
    assert others is not None
    assert list(notes_in(own.read_bytes())) == [LOG.note(2), LOG.note(4)]
    assert list(notes_in(others.read_bytes())) == [other.note(1)]


def test_only_so_many_logs_are_kept(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hand_off, "_MOST_FILES", 1)
    other = History.of("xyz", Ed25519Signer("fleaglass.ledger/other", b"o" * 32))
    first, second = incoming(LOG.note(2).decode()), incoming(other.note(1).decode())
    assert first is not None
    assert second is not None
    assert keep_foreign(layout, first) is not None
    assert keep_foreign(layout, second) is None


def test_only_so_much_is_kept_of_each(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hand_off, "_MOST_KEPT_BYTES", len(LOG.note(2)))
    first, second = incoming(LOG.note(2).decode()), incoming(LOG.note(4).decode())
    assert first is not None
    assert second is not None
    path = keep_foreign(layout, first)
    assert path is not None
    assert keep_foreign(layout, second) is None
    assert keep_foreign(layout, first) == path
    assert list(notes_in(path.read_bytes())) == [LOG.note(2)]


@given(st.none() | st.integers() | st.text() | st.lists(st.text()) | st.just(LOG.note(2).decode() * 9))
def test_what_is_no_checkpoint_is_nothing(said: object) -> None:
    assert incoming(said) is None
