"""What was written is read back; a torn end is dropped, and what was acknowledged never is."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.ledger.errors import LedgerDamaged
from fleaglass.ledger.storage.wal import Record, encode_record, replay

RECORDS = [Record(seq, 0, b'{"seq":"%d"}' % seq, b"" if seq % 2 else b"secret\n") for seq in range(5)]


def segment(folder: Path, *records: Record, number: int = 1, room: int = 200) -> Path:
    path = folder / f"wal-{number:08d}"
    path.write_bytes(b"".join(map(encode_record, records)) + bytes(room))
    return path


def test_records_come_back_in_order_with_where_to_go_on(tmp_path: Path) -> None:
    segment(tmp_path, *RECORDS[:3])
    segment(tmp_path, *RECORDS[3:], number=2)
    found = replay(tmp_path, 0)
    assert found.records == RECORDS
    assert (found.number, found.began, found.torn) == (2, 3, 0)
    assert found.end == sum(len(encode_record(each)) for each in RECORDS[3:])
    segment(tmp_path, number=3)
    found = replay(tmp_path, 0)
    assert (found.number, found.began, found.end) == (3, 5, 0)


def test_a_folder_without_segments_says_nothing(tmp_path: Path) -> None:
    found = replay(tmp_path, 0)
    assert (found.records, found.number) == ([], 0)


@given(st.integers(1, len(encode_record(RECORDS[2])) - 1))
def test_a_record_that_was_not_written_to_its_end_is_dropped(
    tmp_path_factory: pytest.TempPathFactory, kept: int
) -> None:
    folder = tmp_path_factory.mktemp("wal")
    path = segment(folder, *RECORDS[:2], room=0)
    whole = path.read_bytes()
    path.write_bytes(whole + encode_record(RECORDS[2])[:kept] + bytes(200))
    found = replay(folder, 0)
    assert found.records == RECORDS[:2]
    assert found.end == len(whole)
    assert 0 < found.torn <= kept


@given(st.data())
def test_a_changed_byte_that_was_acknowledged_is_damage(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("wal")
    acknowledged = encode_record(RECORDS[0]) + encode_record(RECORDS[1])
    later = encode_record(RECORDS[2]._replace(durable=2))
    raw = bytearray(acknowledged + later)
    at = data.draw(st.integers(0, len(acknowledged) - 1))
    raw[at] ^= data.draw(st.integers(1, 255))
    (folder / "wal-00000001").write_bytes(raw + bytes(100))
    with pytest.raises(LedgerDamaged, match="says that it was on the disk"):
        replay(folder, 0)


def test_what_a_power_cut_has_torn_is_dropped_though_later_records_are_whole(tmp_path: Path) -> None:
    path = segment(tmp_path, *RECORDS)
    raw = bytearray(path.read_bytes())
    raw[len(encode_record(RECORDS[0])) + 40] ^= 1  # entry 1, of a group that was never acknowledged
    path.write_bytes(raw)
    assert replay(tmp_path, 0).records == RECORDS[:1]


def test_what_a_power_cut_has_left_in_the_next_segment_alone_is_dropped_and_written_over(tmp_path: Path) -> None:
    segment(tmp_path, *RECORDS[:2])
    path = segment(tmp_path, *RECORDS[3:], number=2)  # entry 2, at the end of the first, did not reach the disk
    found = replay(tmp_path, 0)
    assert (found.records, found.number, found.began, found.end) == (RECORDS[:2], 2, 2, 0)
    assert found.torn == len(path.read_bytes().rstrip(b"\0"))


def test_a_segment_that_knows_that_the_one_before_was_on_the_disk_is_damage(tmp_path: Path) -> None:
    segment(tmp_path, *RECORDS[:2])
    segment(tmp_path, RECORDS[3], RECORDS[4]._replace(durable=3), number=2)
    with pytest.raises(LedgerDamaged, match="entry 4, further on, says that it was on the disk"):
        replay(tmp_path, 0)


@pytest.mark.parametrize(
    ("seqs", "signed"),
    [([0, 2], 0), ([1, 2, 4], 1), ([3, 2], 0), ([5], 3)],
    ids=["a gap", "a later gap", "backwards", "a gap behind what is signed"],
)
def test_entries_that_do_not_follow_each_other_are_damage(tmp_path: Path, seqs: list[int], signed: int) -> None:
    segment(tmp_path, *(Record(seq, 0, b"{}", b"") for seq in seqs))
    with pytest.raises(LedgerDamaged, match=r"entry \d follows"):
        replay(tmp_path, signed)


def test_an_append_that_was_interrupted_after_its_write_is_replaced_by_the_next(tmp_path: Path) -> None:
    again = Record(1, 0, b"another", b"")
    segment(tmp_path, RECORDS[0], RECORDS[1], again, RECORDS[2])
    assert replay(tmp_path, 0).records == [RECORDS[0], again, RECORDS[2]]


@given(st.binary(max_size=400))
def test_no_bytes_do_more_than_be_dropped_or_refused(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    folder = tmp_path_factory.mktemp("wal")
    (folder / "wal-00000001").write_bytes(encode_record(RECORDS[0]) + raw)
    assert replay(folder, 0).records == RECORDS[:1]
