"""Checkpoints in a file are found again, whatever else is in it."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

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
