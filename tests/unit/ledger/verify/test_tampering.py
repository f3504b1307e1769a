"""Whoever changes a log without its key is found, and so is the first entry that can no longer be believed.

The log has 300 entries: a full tile and a partial one of each kind, two levels, and partial files of earlier sizes.
Every byte of it is changed in tests/integration/test_ledger_flips.py; here, a sample.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from fleaglass.ledger.reading import LogFiles
from fleaglass.ledger.tree.checkpoint import Checkpoint
from fleaglass.ledger.tree.note import Note
from fleaglass.ledger.tree.tiles import bundle, unbundle
from fleaglass.ledger.verify import Anchor, Verdict, verify
from tests.support.ledger_flips import first_entries_of
from tests.support.ledger_logs import KNOWN, checkpoint_of, entries, entry, write_log

DATA = entries(300)
SIZES = (40, 270)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    write_log(tmp_path / "log", DATA, sizes=SIZES)
    return tmp_path / "log"


def verified(log: Path, *anchors: bytes) -> Verdict:
    held = [Anchor(f"anchor-{number}", Checkpoint.parse(Note.parse(each).text)) for number, each in enumerate(anchors)]
    return verify(LogFiles(log), [KNOWN], anchors=held)


def change(log: Path, path: str, how: Callable[[list[bytes]], list[bytes]], width: int = 256) -> None:
    """The entries of a file as ``how`` makes them."""
    file = log / path
    file.write_bytes(bundle(how(unbundle(file.read_bytes(), width))))


def test_a_log_that_nobody_touched_is_whole(log: Path) -> None:
    found = verified(log)
    assert (found.origin, found.size, found.problems, found.first_bad) == (KNOWN.name, 300, (), None)
    assert len([path for path in log.rglob("*") if path.is_file()]) == 10


def test_any_changed_byte_is_found_with_the_first_entry_that_it_is_about(log: Path) -> None:
    for path in [path for path in log.rglob("*") if path.is_file()]:
        was = path.read_bytes()
        for offset, expected in list(first_entries_of(log, path))[::397]:
            path.write_bytes(was[:offset] + bytes([was[offset] ^ 1 << offset % 8]) + was[offset + 1 :])
            found = verified(log)
            assert found.problems, f"{path} at {offset}"
            assert found.first_bad == expected, f"{path} at {offset}"
        path.write_bytes(was)


@pytest.mark.parametrize("index", [0, 1, 100, 254])
def test_a_deleted_entry_is_found(log: Path, index: int) -> None:
    change(log, "tile/entries/000", lambda data: data[:index] + data[index + 1 :] + [data[-1]])
    assert verified(log).first_bad == index


def test_a_deleted_last_entry_is_found(log: Path) -> None:
    change(log, "tile/entries/001.p/44", lambda data: data[:-1], width=44)
    assert verified(log).first_bad == 299


def test_swapped_entries_are_found(log: Path) -> None:
    change(log, "tile/entries/000", lambda data: [*data[:7], data[8], data[7], *data[9:]])
    assert verified(log).first_bad == 7


def test_a_duplicated_entry_is_found(log: Path) -> None:
    change(log, "tile/entries/000", lambda data: [*data[:7], data[6], *data[7:255]])
    assert verified(log).first_bad == 7
    change(log, "tile/entries/000", lambda data: [*data, data[0]])
    assert verified(log).first_bad == 7


def test_a_changed_entry_whose_hash_was_changed_with_it_is_found_by_the_level_above(log: Path) -> None:
    """Level 0 agrees with the entries then, and the tile above does not."""
    forged = [*DATA[:9], entry(9, a={"state": "filled", "order_id": "forged"}), *DATA[10:]]
    other = log.parent / "forged"
    write_log(other, forged)
    for path in ("tile/entries/000", "tile/0/000"):
        shutil.copy(other / path, log / path)
    found = verified(log)
    assert found.first_bad == 0
    assert found.problems[0].where == "tile/1/000.p/1"


def test_a_log_rewritten_up_to_its_root_is_found_by_the_signature(log: Path) -> None:
    checkpoint = (log / "checkpoint").read_bytes()
    write_log(log, [*DATA[:9], entry(9, a={"order_id": "forged"}), *DATA[10:]], sizes=SIZES)
    (log / "checkpoint").write_bytes(checkpoint)
    found = verified(log)
    assert [each.where for each in found.problems] == ["checkpoint"]
    assert "another root" in found.problems[0].what


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("tile/entries/000", "tile/entries/001.p/44", 0),
        ("tile/0/000", "tile/0/001.p/44", 0),
        ("tile/0/001.p/44", "tile/1/000.p/1", 0),
        ("tile/entries/001.p/14", "tile/entries/001.p/44", 269),  # the earlier one goes on after its last
    ],
)
def test_swapped_files_are_found(log: Path, one: str, other: str, expected: int) -> None:
    (log / one).rename(log / "aside")
    (log / other).rename(log / one)
    (log / "aside").rename(log / other)
    assert verified(log).first_bad == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [("tile/entries/000", 0), ("tile/entries/001.p/44", 256), ("tile/0/001.p/44", 256), ("tile/1/000.p/1", 0)],
)
def test_a_missing_file_is_found(log: Path, path: str, expected: int) -> None:
    (log / path).unlink()
    found = verified(log)
    assert found.first_bad == expected
    assert any((each.where, each.what) == (path, "it is missing") for each in found.problems)


@pytest.mark.parametrize("path", ["tile/entries/000", "tile/entries/001.p/44", "tile/0/000", "tile/1/000.p/1"])
@pytest.mark.parametrize("more", [b"\0", b"\0" * 32, b"\0\0"])
def test_a_file_with_more_in_it_is_found(log: Path, path: str, more: bytes) -> None:
    with (log / path).open("ab") as file:
        file.write(more)
    assert verified(log).problems


@pytest.mark.parametrize("path", ["tile/entries/000", "tile/0/000", "tile/0/000.p/40", "tile/entries/000.p/40"])
def test_a_truncated_file_is_found(log: Path, path: str) -> None:
    whole = (log / path).read_bytes()
    for size in range(0, len(whole), 1 + len(whole) // 12):
        (log / path).write_bytes(whole[:size])
        found = verified(log)
        assert found.first_bad is not None
        assert found.first_bad <= 256 * size // len(whole) + 1


@pytest.mark.parametrize("path", ["tile/0/1", "tile/0/000.p/256", "tile/9/000/000", "tile/data/000", "tile/note.txt"])
def test_a_file_that_no_log_has_is_found(log: Path, path: str) -> None:
    (log / path).parent.mkdir(parents=True, exist_ok=True)
    (log / path).write_bytes(b"\0" * 32)
    assert [(each.where, each.what) for each in verified(log).problems] == [(path, "a log has no such file")]


def test_files_that_are_being_written_are_not_held_against_a_log(log: Path) -> None:
    for path in ("tile/0/.001.p.tmp", "tile/0/002.tmp"):
        (log / path).write_bytes(b"half")
    (log / "tile/0/001.p/60").write_bytes(b"\0" * 60 * 32)
    found = verified(log)
    assert (found.problems, found.ahead) == ((), ("tile/0/001.p/60",))


def test_a_partial_file_that_went_when_the_full_one_came_is_read_from_that(log: Path) -> None:
    """As it is while the next fold has written its tiles, and not yet its checkpoint."""
    checkpoint = (log / "checkpoint").read_bytes()
    write_log(log, entries(600))
    (log / "checkpoint").write_bytes(checkpoint)
    shutil.rmtree(log / "tile/0/001.p")
    shutil.rmtree(log / "tile/entries/001.p")
    found = verified(log)
    assert found.problems == ()
    assert "tile/entries/001" in found.ahead
    assert verified(log, checkpoint_of(entries(600))).first_bad == 300


def test_a_checkpoint_that_was_rolled_back_is_found_only_by_one_that_is_held_elsewhere(log: Path) -> None:
    newer = (log / "checkpoint").read_bytes()
    shutil.rmtree(log)
    write_log(log, DATA[:270])
    assert verified(log).problems == ()
    found = verified(log, newer)
    assert (found.first_bad, found.anchored) == (270, 0)
    assert found.problems[0].what == "it is of 300 entries, and the log says that it has 270: it was cut or rolled back"


def test_a_rewrite_that_was_signed_anew_is_found_only_by_a_checkpoint_that_is_held_elsewhere(log: Path) -> None:
    held = [checkpoint_of(DATA[:size]) for size in (40, 200, 290)]
    shutil.rmtree(log)
    write_log(log, [*DATA[:150], entry(150, a={"asset": "ETH"}), *DATA[151:]])
    assert verified(log).problems == ()
    assert verified(log, held[0]).problems == ()
    found = verified(log, *held)
    assert found.first_bad == 40, "after the last checkpoint that agrees"
    assert [each.where for each in found.problems] == ["anchor-1"]
    assert "changed and signed anew" in found.problems[0].what


def test_what_is_after_the_last_checkpoint_elsewhere_is_the_operators_to_rewrite(log: Path) -> None:
    held = checkpoint_of(DATA[:200])
    shutil.rmtree(log)
    write_log(log, [*DATA[:250], entry(250, a={"asset": "ETH"}), *DATA[251:]])
    found = verified(log, held)
    assert (found.problems, found.anchored) == ((), 200)
