"""Checkpoints in a file are found again, whatever else is in it."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.ledger.storage.notes import append_note, newest_note, notes_in
from fleaglass.ledger.tree.note import Note
from tests.support.witnessed import COSIGNER, History

LOG = History.of("abcdefghijkl")
signed_too = st.sampled_from([(), (COSIGNER,)])
notes = st.lists(st.builds(lambda size, more: LOG.note(size, *more), st.integers(0, 12), signed_too))


@given(notes)
def test_what_is_appended_is_found_again_in_its_order(wanted: list[bytes]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "notes"
        for note in wanted:
            append_note(path, note)
        assert newest_note(path) == (wanted[-1] if wanted else b"")
        assert list(notes_in(path.read_bytes() if wanted else b"")) == wanted


@given(st.binary(), st.sampled_from([b"", LOG.note(3)]), st.binary())
def test_of_whatever_bytes_only_notes_are_found(before: bytes, note: bytes, after: bytes) -> None:
    for found in notes_in(before + note + after):
        assert Note.parse(found).encode() == found


@given(st.binary().map(lambda junk: junk.replace(b"\xe2\x80\x94 ", b"")))
def test_a_note_after_something_else_is_found_all_the_same(junk: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "notes"
        path.write_bytes(junk)
        append_note(path, LOG.note(3))
        assert newest_note(path) == LOG.note(3)


@pytest.mark.timeout(60)
def test_a_file_that_somebody_made_to_be_slow_is_read_through_once() -> None:
    assert list(notes_in(b"a\n" * 1_000_000 + b"\n" + LOG.note(3))) == [LOG.note(3)]


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="this system does not tell a handle's file")
def test_the_name_of_a_new_file_is_on_the_disk_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[Path] = []
    monkeypatch.setattr(os, "fsync", lambda handle: synced.append(Path(f"/proc/self/fd/{handle}").resolve()))
    append_note(tmp_path / "notes", LOG.note(3))
    append_note(tmp_path / "notes", LOG.note(4))
    assert synced == [tmp_path / "notes", tmp_path, tmp_path / "notes"]
