"""A log whose files contradict each other is left as it is; nothing is written or signed over it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from fleaglass.ledger.canonical import decode
from fleaglass.ledger.errors import LedgerDamaged
from fleaglass.ledger.storage.layout import Layout
from fleaglass.ledger.storage.wal import encode_record, replay
from tests.support.ledgers import checkpoint, intent, layout, ledger, shown, stored

SIZE = 300


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("begun")
    log = ledger(home)
    for number in range(SIZE):
        log.append(intent(number=str(number)))
        if number == 279:
            log.checkpoint()
            shutil.copytree(layout(home).folder, home / "older")
    log.close()
    return home


@pytest.fixture
def place(begun: Path, tmp_path: Path) -> Layout:
    shutil.copytree(begun, tmp_path / "home")
    return layout(tmp_path / "home")


def _flip(name: str, at: float = 0.5) -> Callable[[Layout], None]:
    def change(place: Layout) -> None:
        path = place.folder / name
        raw = bytearray(path.read_bytes())
        raw[int(len(raw) * at)] ^= 1
        path.write_bytes(raw)

    return change


def _remove(*names: str) -> Callable[[Layout], object]:
    def change(place: Layout) -> None:
        for name in names:
            (place.folder / name).unlink()

    return change


def _put_back(name: str) -> Callable[[Layout], object]:
    return lambda place: shutil.copy(place.folder.parents[1] / "older" / name, place.folder / name)


DAMAGE: dict[str, tuple[Callable[[Layout], object], str]] = {
    "an entry of the edge is changed": (_flip("log/tile/entries/001.p/44"), "is not the one that was hashed|tiles of"),
    "a hash of the edge is changed": (_flip("log/tile/0/001.p/44"), "do not have the root"),
    "a hash above is changed": (_flip("log/tile/1/000.p/1"), "do not have the root"),
    "a file of the edge is gone": (_remove("log/tile/0/001.p/44"), "are not those of its 300"),
    "what was signed last is gone": (_remove("state/last-signed"), "nobody knows what this log has signed last"),
    "what was signed last was put back": (_put_back("state/last-signed"), "says 300 entries"),
    "what was signed last is another": (_flip("state/last-signed", 0.1), "one of them is not of this log"),
    "the WAL is gone": (_remove("state/wal-00000001"), "has no WAL"),
    "nothing says any more what was signed": (
        _remove("state/last-signed", "log/checkpoint", "state/wal-00000001"),
        "has entries, and nothing in .* says what was signed",
    ),
}


@pytest.mark.parametrize(("change", "said"), DAMAGE.values(), ids=DAMAGE.keys())
def test_it_is_not_opened_when(place: Layout, change: Callable[[Layout], object], said: str) -> None:
    change(place)
    before = {path: path.read_bytes() for path in place.log.rglob("*") if path.is_file()}
    with pytest.raises(LedgerDamaged, match=said):
        ledger(place.folder.parents[1])
    assert {path: path.read_bytes() for path in place.log.rglob("*") if path.is_file()} == before


def test_nothing_is_signed_after_a_signature_that_is_false(place: Layout) -> None:
    _flip("state/last-signed", 0.9)(place)
    log = ledger(place.folder.parents[1], start=900)
    log.append(intent())
    with pytest.raises(LedgerDamaged, match="was not signed with the key"):
        log.checkpoint()
    log.close()
    assert shown(place.folder.parents[1]).size == SIZE


def test_a_checkpoint_that_was_signed_and_not_shown_is_shown(place: Layout) -> None:
    home = place.folder.parents[1]
    _put_back("log/checkpoint")(place)
    assert shown(home).size == 280
    log = ledger(home, start=900)
    assert checkpoint(log.checkpoint()).size == SIZE
    log.close()
    assert shown(home).size == len(stored(home)) == SIZE


def test_entries_of_the_wal_that_are_others_in_the_tiles_are_damage(begun: Path, tmp_path: Path, place: Layout) -> None:
    log = ledger(tmp_path / "other", start=5000)
    for _ in range(SIZE):
        log.append(intent(number="other"))
    log.close()
    shutil.copy(layout(tmp_path / "other").state / "wal-00000001", place.state / "wal-00000001")
    with pytest.raises(LedgerDamaged, match="another in its tile"):
        ledger(place.folder.parents[1])


def test_what_is_left_of_files_that_were_not_whole_is_removed(place: Layout) -> None:
    (place.new / "17").write_bytes(b"half")
    ledger(place.folder.parents[1], start=900).close()
    assert list(place.new.iterdir()) == []


def test_what_a_power_cut_has_left_in_the_next_segment_is_written_over(tmp_path: Path) -> None:
    log = ledger(tmp_path / "live")
    for number in range(4):
        log.append(intent(number=str(number)))
    shutil.copytree(tmp_path / "live", tmp_path / "cut")
    log.close()
    state = layout(tmp_path / "cut").state
    records = replay(state, 0).records
    (state / "wal-00000001").write_bytes(b"".join(map(encode_record, records[:2])) + bytes(1000))
    (state / "wal-00000002").write_bytes(encode_record(records[3]) + bytes(1000))
    for start, number in ((100, "2"), (200, "3")):
        again = ledger(tmp_path / "cut", start=start)
        assert again.append(intent(number=number)).index == int(number)
        again.close()
    assert [decode(raw, "it").attributes["number"] for raw in stored(tmp_path / "cut")] == ["0", "1", "2", "3"]
