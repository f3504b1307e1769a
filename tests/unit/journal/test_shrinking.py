"""When a segment is made smaller, what is left is where it was, money is the last to go, and what went is counted."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fleaglass.journal import MONEY, Damage, NewerFormat, RawRecord, SegmentReader
from fleaglass.journal.format import HEADER_BYTES, RECORD_HEADER, SYNC, VERSION, SegmentHeader, checksum
from fleaglass.journal.records import (
    CleanEnd,
    Crumb,
    Dropped,
    Envelope,
    GivenUp,
    Opened,
    Recovered,
    Run,
    Scope,
    SpanEnded,
    SpanMarked,
    SpanStarted,
    decode,
    encode,
)
from fleaglass.journal.shrinking import ALL_BUT_MONEY, EVERYTHING, shrink

FRAME = {each.kind for each in (Opened, Scope, Run, Dropped, CleanEnd, Recovered)}
Told = tuple[int, int, bytes]


def segment(path: Path, told: list[Told], *, spare: int = 4_096, sealed: bool = True, version: int = VERSION) -> Path:
    """A segment of these records: kind, flags, payload."""
    body = b"".join(
        RECORD_HEADER.pack(SYNC, kind, flags, len(payload), checksum(kind, flags, payload)) + payload
        for kind, flags, payload in told
    )
    header = SegmentHeader(number=1, head=HEADER_BYTES + len(body), created_ns=1, journal=b"j" * 16, sealed=sealed)
    content = bytearray(header.encode() + body + bytes(spare))
    content[8] = version
    path.write_bytes(content)
    return path


def read(path: Path, begin: int | None = None) -> list[RawRecord | Damage]:
    with SegmentReader(path) as reader:
        return list(reader.records(begin, is_over=True))


def whole(path: Path, begin: int | None = None) -> list[RawRecord]:
    found = read(path, begin)
    assert not [each for each in found if isinstance(each, Damage)]
    return [each for each in found if isinstance(each, RawRecord)]


def gone(records: list[RawRecord]) -> Counter[int]:
    found: Counter[int] = Counter()
    for record in records:
        if record.kind == GivenUp.kind:
            found.update(_shrunk(record).counts)
    return found


def _shrunk(record: RawRecord) -> GivenUp:
    known = decode(record.kind, record.payload)
    assert isinstance(known, GivenUp)
    return known


def started(number: int) -> Told:
    return SpanStarted.kind, 0, encode((b"t" * 16, bytes([number]) * 8, b"", "cycle", 1, number, {}))


def ended(number: int, flags: int = 0) -> Told:
    return SpanEnded.kind, flags, encode((b"t" * 16, bytes([number]) * 8, b"", "cycle " * 9, 1, 0, number, {}))


def marked(number: int) -> Told:
    return SpanMarked.kind, MONEY, encode((b"t" * 16, bytes([number]) * 8, number, {}))


spans = st.integers(0, 3).flatmap(
    lambda number: st.sampled_from([started(number), ended(number), ended(number, MONEY), marked(number)])
)
others = st.tuples(
    st.integers(0, 255).filter(lambda kind: kind != GivenUp.kind), st.sampled_from([0, MONEY]), st.binary(max_size=90)
)
programs = st.lists(spans | others, min_size=1, max_size=60)


def test_what_is_not_of_money_goes_first_and_is_counted(tmp_path: Path) -> None:
    crumb = (Crumb.kind, 0, encode((b"", b"", "signal", "buy", "info", {"text": "x" * 100}, 7)))
    path = segment(tmp_path / "1", [started(1), crumb, crumb, ended(1), started(2), ended(2, MONEY), crumb])
    assert shrink(path, ALL_BUT_MONEY) > 0
    found = whole(path)
    assert [(each.kind, each.flags) for each in found] == [
        (15, 0),
        (SpanStarted.kind, 0),
        (SpanEnded.kind, MONEY),
        (15, 0),
    ]
    assert gone(found) == {SpanStarted.kind: 1, SpanEnded.kind: 1, Crumb.kind: 3}
    assert shrink(path, EVERYTHING) > 0
    assert gone(whole(path)) == {SpanStarted.kind: 2, SpanEnded.kind: 2, Crumb.kind: 3}


def test_spans_that_reach_beyond_the_segment_stay_whole(tmp_path: Path) -> None:
    """Else one whose end is gone would look as if its process had died in it, or one in flight would be forgotten."""
    path = segment(tmp_path / "1", [ended(1), started(2), started(3), marked(3), started(4), marked(4), ended(4)])
    shrink(path, EVERYTHING)
    assert [(each.kind, each.payload) for each in whole(path)[:4]] == [
        (kind, payload) for kind, _, payload in (ended(1), started(2), started(3), marked(3))
    ]
    assert gone(whole(path)) == {SpanStarted.kind: 1, SpanMarked.kind: 1, SpanEnded.kind: 1}


@given(told=programs, level=st.sampled_from([ALL_BUT_MONEY, EVERYTHING]), twice=st.booleans(), data=st.data())
@settings(deadline=None, max_examples=300)
def test_what_remains_is_where_it_was_from_wherever_it_is_read(
    tmp_path_factory: pytest.TempPathFactory, told: list[Told], level: int, twice: bool, data: st.DataObject
) -> None:
    path = segment(tmp_path_factory.mktemp("shrink") / "1", told)
    before = whole(path)
    places = [HEADER_BYTES, *(each.end for each in before)]
    borders = data.draw(st.sets(st.sampled_from(places), max_size=3))
    if twice:
        shrink(path, ALL_BUT_MONEY, borders=borders)
    shrink(path, level, borders=borders)  # type: ignore[arg-type]
    after = whole(path)
    kept = [each for each in after if each.kind != GivenUp.kind]
    by_place = {each.offset: each for each in before}
    assert all(by_place[each.offset] == each for each in kept)
    assert [each for each in before if each.kind in FRAME] == [each for each in kept if each.kind in FRAME]
    if level == ALL_BUT_MONEY:
        assert [each for each in before if each.flags & MONEY] == [each for each in kept if each.flags & MONEY]
    assert gone(after) == Counter(each.kind for each in before if each not in kept)
    # Every place that somebody may have noted goes on with what came behind it, and nothing else.
    for begin in places:
        rest = whole(path, begin)
        assert [each for each in rest if each.kind != GivenUp.kind] == [each for each in kept if each.offset >= begin]
        assert [each.offset for each in rest] == sorted(each.offset for each in rest)
        assert all(each.offset >= begin for each in rest)
        if begin in borders:
            behind = Counter(each.kind for each in before if each.offset >= begin)
            assert gone(rest) == behind - Counter(each.kind for each in rest if each.kind != GivenUp.kind)
    assert max((each.end for each in after), default=HEADER_BYTES) == places[-1]


@given(told=programs, hits=st.lists(st.tuples(st.integers(HEADER_BYTES, 4_000), st.binary(max_size=40)), max_size=4))
@settings(deadline=None, max_examples=200)
def test_a_shrunk_segment_of_any_bytes_is_read_to_its_end(
    tmp_path_factory: pytest.TempPathFactory, told: list[Told], hits: list[tuple[int, bytes]]
) -> None:
    path = segment(tmp_path_factory.mktemp("shrink") / "1", told)
    shrink(path, ALL_BUT_MONEY)
    content = bytearray(path.read_bytes())
    for offset, garbage in hits:
        content[offset : offset + len(garbage)] = garbage[: max(0, len(content) - offset)]
    path.write_bytes(content)
    records = [each for each in read(path) if isinstance(each, RawRecord)]
    assert [each.offset for each in records] == sorted(each.offset for each in records)


@given(offset=st.integers(), end=st.integers(), begin=st.integers(0, 5_000))
def test_a_record_that_lies_about_its_place_misleads_nobody_for_ever(
    tmp_path_factory: pytest.TempPathFactory, offset: int, end: int, begin: int
) -> None:
    try:
        payload = encode((offset, end, {7: 1}))
    except OverflowError:
        return
    path = segment(tmp_path_factory.mktemp("shrink") / "1", [(15, 0, payload), ended(1), (15, 0, payload)])
    shrink(path, ALL_BUT_MONEY)
    found = [each for each in read(path, begin) if isinstance(each, RawRecord)]
    assert all(0 <= each.offset < each.end <= 1 << 41 for each in found)


def test_a_damaged_one_is_left_as_it_is_and_not_tried_again(tmp_path: Path) -> None:
    path = segment(tmp_path / "1", [ended(1), ended(2), ended(3)])
    second = whole(path)[1]
    content = bytearray(path.read_bytes())
    content[second.offset + 20] ^= 1
    path.write_bytes(content)
    before = read(path)
    assert shrink(path, EVERYTHING) == 0
    assert read(path) == before
    with SegmentReader(path) as reader:
        assert reader.header.shrunk == EVERYTHING


def test_a_newer_one_is_left_as_it_is(tmp_path: Path) -> None:
    path = segment(tmp_path / "1", [ended(1)], version=VERSION + 1)
    before = path.read_bytes()
    with pytest.raises(NewerFormat, match=f"is of format {VERSION + 1}"):
        shrink(path, EVERYTHING)
    assert path.read_bytes() == before


def test_the_room_that_a_dead_process_never_used_is_given_back_for_nothing(tmp_path: Path) -> None:
    path = segment(tmp_path / "1", [ended(1, MONEY)], spare=100_000, sealed=False)
    before = whole(path)
    assert shrink(path, ALL_BUT_MONEY) == 100_000
    assert whole(path) == before


def test_a_reader_in_the_middle_of_it_reads_on_in_what_was_there(tmp_path: Path) -> None:
    path = segment(tmp_path / "1", [ended(number) for number in range(50)])
    with SegmentReader(path) as reader:
        all_ = [each for each in reader.records() if isinstance(each, RawRecord)]
        shrink(path, EVERYTHING)
        assert list(reader.records(all_[9].end)) == all_[10:]


def test_files_beside_the_journal_go_with_their_records(tmp_path: Path) -> None:
    (tmp_path / "spill").mkdir()
    for name in ("1.item", "2.item"):
        (tmp_path / "spill" / name).write_bytes(b"{}")
    told = [(Envelope.kind, MONEY, encode(Envelope("error", b"", name))) for name in ("1.item", "../../elsewhere")]
    (tmp_path / "elsewhere").write_bytes(b"")
    shrink(segment(tmp_path / "1", told), EVERYTHING)
    assert [path.name for path in (tmp_path / "spill").iterdir()] == ["2.item"]
    assert (tmp_path / "elsewhere").exists()
