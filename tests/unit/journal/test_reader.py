"""A segment is read while it is written, when it is torn, and when it is damaged; a newer one is left alone."""

import struct
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fleaglass.journal import Damage, FormatError, NewerFormat, RawRecord, SegmentReader, Writer
from fleaglass.journal.format import HEADER_BYTES, VERSION, SegmentHeader
from fleaglass.journal.layout import segments_in
from fleaglass.journal.records import Opened
from tests.unit.journal.desk import SEGMENT_BYTES, only_folder, raw, writer


def written(home: Path, payloads: list[bytes], kind: int = 99) -> tuple[Writer, Path]:
    journal = writer(home, segment_bytes=SEGMENT_BYTES * 8)
    for payload in payloads:
        journal.append(kind, payload)
    return journal, segments_in(only_folder(home))[0][1]


def payloads(path: Path, *, is_over: bool = False) -> list[bytes]:
    with SegmentReader(path) as reader:
        return [
            each.payload
            for each in reader.records(is_over=is_over)
            if isinstance(each, RawRecord) and each.kind != Opened.kind
        ]


def damage(path: Path) -> list[Damage]:
    with SegmentReader(path) as reader:
        return [each for each in reader.records() if isinstance(each, Damage)]


def overwrite(path: Path, offset: int, data: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(data)


def where(path: Path, number: int) -> RawRecord:
    with SegmentReader(path) as reader:
        found = [each for each in reader.records() if isinstance(each, RawRecord)]
    return found[number + 1]


def test_one_that_is_being_written_is_read_on_where_it_was_left(tmp_path: Path) -> None:
    journal, path = written(tmp_path, [b"1", b"2"])
    with SegmentReader(path) as reader:
        first = [each for each in reader.records() if isinstance(each, RawRecord)]
        assert [each.payload for each in first[1:]] == [b"1", b"2"]
        assert list(reader.records(first[-1].end)) == []
        journal.append(99, b"3")
        assert [each.payload for each in reader.records(first[-1].end) if isinstance(each, RawRecord)] == [b"3"]


def test_large_records_and_many_of_them_are_read_whole(tmp_path: Path) -> None:
    sent = [bytes([number % 251]) * (number * 37 % 3_000) for number in range(2_000)]
    journal = writer(tmp_path, segment_bytes=1 << 23)
    for payload in sent:
        journal.append(99, payload)
    assert payloads(segments_in(only_folder(tmp_path))[0][1]) == sent


def test_a_record_that_was_never_committed_is_skipped_while_somebody_may_write_it(tmp_path: Path) -> None:
    _, path = written(tmp_path, [b"1", b"2"])
    last = where(path, 1)
    overwrite(path, 16, struct.pack("<Q", last.offset))
    assert payloads(path) == [b"1"]
    assert payloads(path, is_over=True) == [b"1", b"2"]


def test_a_torn_tail_is_skipped(tmp_path: Path) -> None:
    _, path = written(tmp_path, [b"1", b"22222222"])
    last = where(path, 1)
    overwrite(path, 16, struct.pack("<Q", last.offset))
    overwrite(path, last.end - 4, b"\0\0\0\0")
    assert payloads(path, is_over=True) == [b"1"]
    assert damage(path) == []


def test_damage_in_the_middle_is_reported_and_what_follows_is_read(tmp_path: Path) -> None:
    _, path = written(tmp_path, [b"first", b"second", b"third"])
    second = where(path, 1)
    overwrite(path, second.offset + 14, b"X")
    assert payloads(path) == [b"first", b"third"]
    assert damage(path) == [Damage(second.offset, second.end)]


@pytest.mark.parametrize("size", [0, 3, 2**20, 2**32 - 1])
def test_a_length_that_is_wrong_misleads_nobody(tmp_path: Path, size: int) -> None:
    _, path = written(tmp_path, [b"first", b"second", b"third"])
    second = where(path, 1)
    overwrite(path, second.offset + 4, struct.pack("<I", size))
    assert payloads(path) == [b"first", b"third"]
    assert damage(path) == [Damage(second.offset, second.end)]


def test_a_payload_that_looks_like_a_record_is_none(tmp_path: Path) -> None:
    _, path = written(tmp_path, [b"first", b"second"])
    inner = path.read_bytes()[where(path, 0).offset : where(path, 0).end]
    _, path = written(tmp_path / "other", [b"before", b"x" + inner + b"y", b"after"])
    assert payloads(path) == [b"before", b"x" + inner + b"y", b"after"]


def test_a_file_that_was_cut_off_says_from_where(tmp_path: Path) -> None:
    _, path = written(tmp_path, [b"first", b"second", b"third"])
    second = where(path, 1)
    path.write_bytes(path.read_bytes()[: second.end])
    assert payloads(path) == [b"first", b"second"]
    assert [each.offset for each in damage(path)] == [second.end]


def test_a_newer_format_is_left_alone_with_a_clear_word(tmp_path: Path) -> None:
    _, path = written(tmp_path, [b"first"])
    overwrite(path, 8, struct.pack("<H", VERSION + 1))
    before = path.read_bytes()
    with pytest.raises(NewerFormat, match=rf"00000001.seg is of format {VERSION + 1}.*reads up to {VERSION}"):
        SegmentReader(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"FLEAGLS\n", b"x" * 64, b"\x7fELF" + bytes(100)])
def test_what_is_no_segment_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "00000001.seg"
    path.write_bytes(content)
    with pytest.raises(FormatError, match=r"00000001\.seg"):
        SegmentReader(path)


@pytest.mark.parametrize("offset", [0, 12, 24, 31, 32, 47, 56])
def test_a_damaged_header_is_noticed(tmp_path: Path, offset: int) -> None:
    _, path = written(tmp_path, [b"first"])
    overwrite(path, offset, bytes([path.read_bytes()[offset] ^ 0x55]))
    with pytest.raises(FormatError):
        SegmentReader(path)


def test_the_header_says_what_it_was_told() -> None:
    header = SegmentHeader(number=7, head=99, created_ns=3, journal=b"j" * 16, sealed=True)
    raw_header = header.encode()
    assert len(raw_header) == HEADER_BYTES
    assert SegmentHeader.decode(raw_header, "here") == header


@given(
    sent=st.lists(st.tuples(st.integers(0, 255), st.binary(max_size=300), st.integers(0, 255)), min_size=1, max_size=40)
)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, sent: list[tuple[int, bytes, int]]
) -> None:
    home = tmp_path_factory.mktemp("round")
    journal = writer(home, segment_bytes=4_096)
    journal.stand("opened", 0, b"begins each segment")
    for kind, payload, flags in sent:
        journal.append(kind, payload, flags)
    found = [(each.kind, each.payload, each.flags) for each in raw(only_folder(home)) if isinstance(each, RawRecord)]
    assert [each for each in found if each[1] != b"begins each segment"] == sent


@given(data=st.data())
@settings(deadline=None, max_examples=200)
def test_damage_of_any_kind_costs_what_it_hits_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Whatever bytes are changed: nothing raises, nothing false is read, all that was not hit is read, in order."""
    home = tmp_path_factory.mktemp("damage")
    sent = [bytes([number]) * (1 + number * 7 % 90) for number in range(40)]
    _, path = written(home, sent)
    with SegmentReader(path) as reader:
        places = [each for each in reader.records() if isinstance(each, RawRecord)][1:]
    begin, end = places[0].offset, places[-1].end
    content = bytearray(path.read_bytes())
    hits = data.draw(st.lists(st.tuples(st.integers(begin, end - 1), st.binary(min_size=1, max_size=60)), max_size=5))
    for offset, garbage in hits:
        content[offset : min(offset + len(garbage), end)] = garbage[: end - offset]
    untouched = [
        each.payload for each in places if content[each.offset : each.end] == path.read_bytes()[each.offset : each.end]
    ]
    path.write_bytes(content)
    assert payloads(path) == untouched
    if len(untouched) == len(sent):
        assert damage(path) == []
