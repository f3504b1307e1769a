"""A witness of its own remembers in a folder, over restarts and torn writes, and keeps its key."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from fleaglass.ledger.errors import LedgerKeyError
from fleaglass.ledger.storage.files import Files
from fleaglass.ledger.storage.notes import append_note, newest_note, notes_in
from fleaglass.ledger.witness import AddLog, Witness
from fleaglass.ledger.witness import folder as witness_folder
from fleaglass.ledger.witness.folder import FolderRecords
from fleaglass.ledger.witness.key import cosigner_in
from tests.support.ledgers import Unsynced
from tests.support.witnessed import COSIGNER, ORIGIN, History

LOG = History.of("abcdefghijkl")
FORKED = History.of("abcXefghijkl")


def started(folder: Path) -> Witness:
    """As after a restart."""
    files = Files(Unsynced(), folder / "new")
    files.make_folder(folder / "new")
    return Witness(FolderRecords(folder, files), COSIGNER)


def test_what_was_cosigned_is_known_after_a_restart_and_contradictions_are_kept(tmp_path: Path) -> None:
    assert started(tmp_path).add_log(AddLog(LOG.key.public).encode()).status == 200
    for history, old, size, status in [
        (LOG, 0, 5, 200),
        (LOG, 0, 9, 409),
        (LOG, 5, 9, 200),
        (FORKED, 9, 9, 422),
        (FORKED, 0, 5, 409),
        (LOG, 9, 9, 200),
        (LOG, 9, 12, 200),
    ]:
        assert started(tmp_path).add_checkpoint(history.request(old, size).encode()).status == status
    (folder,) = tmp_path.glob("*/checkpoints")
    notes = [LOG.note(5), LOG.note(9), LOG.note(9), LOG.note(12)]
    assert [note[: len(own)] for note, own in zip(notes_in(folder.read_bytes()), notes, strict=True)] == notes
    alarms = folder.with_name("alarms").read_text().splitlines()
    assert ["fork" in line for line in alarms] == [True, True]
    assert started(tmp_path).add_checkpoint(FORKED.request(9, 9).encode()).status == 409
    assert started(tmp_path).add_checkpoint(FORKED.request(12, 12).encode()).status == 422
    again = folder.with_name("alarms").read_text().splitlines()
    assert (again[:2], len(again), len(set(again))) == (alarms, 3, 3)


def test_alarms_that_anybody_can_cause_do_not_fill_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(witness_folder, "_MOST_ALARM_BYTES", 1)
    witness = started(tmp_path)
    witness.add_log(AddLog(LOG.key.public).encode())
    for seed in (b"x", b"y"):
        other = type(LOG.key)(ORIGIN, seed * 32)
        assert witness.add_log(AddLog(other.public).encode()).status == 409
    (alarms,) = tmp_path.glob("*/alarms")
    assert alarms.read_text().count("other_key") == 1


def test_a_rotated_key_is_trusted_after_a_restart(tmp_path: Path) -> None:
    follower = History.of("abcdefgh", type(LOG.key)(ORIGIN, b"f" * 32))
    for asked, status in [
        (AddLog(LOG.key.public), 200),
        (AddLog(follower.key.public), 409),
        (AddLog(follower.key.public, LOG.note(6, follower.key)), 200),
        (AddLog(LOG.key.public), 409),
    ]:
        assert started(tmp_path).add_log(asked.encode()).status == status


def test_a_checkpoint_that_was_half_written_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "checkpoints"
    append_note(path, LOG.note(5))
    whole = path.read_bytes()
    for cut in range(1, len(LOG.note(9))):
        path.write_bytes(whole + b"\n\n" + LOG.note(9)[:cut])
        assert newest_note(path) == LOG.note(5)
        append_note(path, LOG.note(7))
        assert list(notes_in(path.read_bytes())) == [LOG.note(5), LOG.note(7)]


def test_the_key_is_private_made_once_and_never_in_place_of_one_that_was_used(tmp_path: Path) -> None:
    numbers = iter(range(1, 9))

    def cosigner(*, has_cosigned: bool) -> str:
        found = cosigner_in(
            tmp_path / "w",
            has_cosigned=has_cosigned,
            random=lambda size: next(numbers).to_bytes(size, "big"),
            clock_s=lambda: 1,
            system=Unsynced(),
        )
        return found.public.text

    made = cosigner(has_cosigned=False)
    key = tmp_path / "w" / "key"
    assert made.startswith("fleaglass.witness/00000001+")
    assert [stat.S_IMODE(path.stat().st_mode) for path in (key, key.parent)] == [0o600, 0o700]
    assert cosigner(has_cosigned=True) == made
    key.chmod(0o640)
    with pytest.raises(LedgerKeyError, match="chmod 600"):
        cosigner(has_cosigned=True)
    key.unlink()
    with pytest.raises(LedgerKeyError, match="put it back"):
        cosigner(has_cosigned=True)
    assert not key.exists()
