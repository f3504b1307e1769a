"""All journals of a home together stay within their share of the disk; what goes for it is what is worth least."""

from __future__ import annotations

import os
import random
import signal
import threading
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest

from fleaglass.journal import MONEY, Cursor, Cursors, FormatError, Position, RawRecord, Room, SegmentReader, Writer
from fleaglass.journal.cursors import write_cursors
from fleaglass.journal.format import VERSION
from fleaglass.journal.layout import journal_folders, journals_folder, segments_in
from fleaglass.journal.records import Crumb, GivenUp, Log, SpanEnded, decode, encode
from tests.unit.journal.desk import OPENED, SEGMENT_BYTES, only_folder, raw, writer


def room(home: Path, segments: float) -> Room:
    return Room(home, most_bytes=int(segments * SEGMENT_BYTES), segment_bytes=SEGMENT_BYTES, pause=lambda: None)


def used(home: Path) -> int:
    total = 0
    for path in journals_folder(home).rglob("*"):
        with suppress(FileNotFoundError):
            total += path.stat().st_size if path.is_file() else 0
    return total


def ended(number: int, flags: int = 0, chars: int = 900) -> tuple[int, bytes, int]:
    fields = (b"t" * 16, number.to_bytes(8, "big"), b"", "cycle", 1, number, number, {"text": "x" * chars})
    return SpanEnded.kind, encode(fields), flags


def crumb(number: int) -> tuple[int, bytes, int]:
    return Crumb.kind, encode((b"", b"", "signal", "buy", "info", {"text": "x" * 900}, number)), 0


def line(number: int) -> tuple[int, bytes, int]:
    return Log.kind, encode((number, number, 9, "INFO", "x" * 900, "agent", {})), 0


def quiet(journal: Writer) -> None:
    while journal._is_preparing:
        threading.Event().wait(0.001)


def an_hour(journal: Writer, lines: int = 100) -> None:
    """So many lines, and a record of money after each tenth."""
    for number in range(lines):
        journal.append(*line(number))
        if number % 10 == 0:
            journal.append(Log.kind, encode((number, number, 9, "MONEY", "", "agent", {})), MONEY)
    quiet(journal)


def kinds(home: Path) -> Counter[str]:
    """What is there, and what is said to be gone."""
    found: Counter[str] = Counter()
    for folder in journal_folders(home):
        for record in raw(folder):
            assert isinstance(record, RawRecord)
            if record.kind == GivenUp.kind:
                known = decode(record.kind, record.payload)
                assert isinstance(known, GivenUp)
                found["gone"] += known.counts.get(Log.kind, 0)
            elif record.kind == Log.kind:
                found["money" if record.flags & MONEY else "lines"] += 1
    return found


def test_nothing_is_touched_as_long_as_there_is_room(tmp_path: Path) -> None:
    journal = writer(tmp_path)
    an_hour(journal)
    before = {path: path.read_bytes() for _, path in segments_in(only_folder(tmp_path))}
    room(tmp_path, 100).make()
    assert {path: path.read_bytes() for _, path in segments_in(only_folder(tmp_path))} == before


def test_the_oldest_lines_go_and_what_is_of_money_stays(tmp_path: Path) -> None:
    an_hour(writer(tmp_path))
    assert kinds(tmp_path) == {"lines": 100, "money": 10}
    room(tmp_path, 5).make()
    assert used(tmp_path) + SEGMENT_BYTES <= 5 * SEGMENT_BYTES
    found = kinds(tmp_path)
    assert found["money"] == 10
    assert 0 < found["lines"] < 100
    assert found["gone"] == 100 - found["lines"]
    assert list(raw(only_folder(tmp_path)))[-2].kind == Log.kind  # type: ignore[union-attr]  # the newest are there


def test_when_that_is_not_enough_money_goes_too_and_is_counted(tmp_path: Path) -> None:
    journal = writer(tmp_path)
    for number in range(200):
        journal.append(*line(number)[:2], MONEY)
    quiet(journal)
    room(tmp_path, 4).make()
    assert used(tmp_path) + SEGMENT_BYTES <= 4 * SEGMENT_BYTES
    found = kinds(tmp_path)
    assert found["gone"] + found["money"] == 200
    assert found["gone"] > 100


def test_at_last_whole_segments_go(tmp_path: Path) -> None:
    journal = writer(tmp_path)
    for number in range(100):
        journal.append(*ended(number, MONEY))  # begun elsewhere, so each of them has to stay
    quiet(journal)
    room(tmp_path, 3.1).make()
    assert used(tmp_path) <= 3.1 * SEGMENT_BYTES
    assert segments_in(only_folder(tmp_path))[0][0] > 1


def test_the_oldest_of_all_journals_goes_first(tmp_path: Path) -> None:
    class Later:
        def wall_ns(self) -> int:
            return 1_800_000_000_000_000_000

    late = writer(tmp_path, clock=Later())
    an_hour(late)
    early = writer(tmp_path)
    an_hour(early)
    room(tmp_path, 11).make()
    assert late.folder is not None
    assert early.folder is not None
    assert not [each for each in raw(late.folder) if isinstance(each, RawRecord) and each.kind == GivenUp.kind]
    assert [each for each in raw(early.folder) if isinstance(each, RawRecord) and each.kind == GivenUp.kind]


def test_what_has_arrived_everywhere_goes_before_anything_else(tmp_path: Path) -> None:
    journal = writer(tmp_path)
    an_hour(journal)
    folder = only_folder(tmp_path)
    (second, path) = segments_in(folder)[1]
    ahead, behind = Cursor(at=Position(99, 64)), Cursor(at=Position(second, 64))
    write_cursors(folder, Cursors(deliveries={"hub/logs": ahead, "sentry/envelopes": behind}))
    before = path.read_bytes()
    quiet(journal)
    room(tmp_path, used(tmp_path) / SEGMENT_BYTES + 0.5).make()
    with SegmentReader(segments_in(folder)[0][1]) as reader:
        assert reader.header.shrunk == 2
    assert path.read_bytes() == before


def test_what_one_destination_has_is_counted_apart_from_what_it_has_not(tmp_path: Path) -> None:
    journal = writer(tmp_path)
    for number in range(100):
        journal.append(*line(number))
    folder = only_folder(tmp_path)
    (number, path) = segments_in(folder)[0]
    with SegmentReader(path) as reader:
        records = [each for each in reader.records() if isinstance(each, RawRecord)]
    cursor = Cursor(at=Position(number, records[5].offset))
    write_cursors(folder, Cursors(deliveries={"hub/logs": cursor}))
    quiet(journal)
    room(tmp_path, used(tmp_path) / SEGMENT_BYTES + 0.5).make()
    with SegmentReader(path) as reader:
        rest = [decode(each.kind, each.payload) for each in reader.records(cursor.at.offset)]  # type: ignore[union-attr]
    assert [each.counts for each in rest if isinstance(each, GivenUp)] == [{Log.kind: len(records) - 5}]


def test_the_room_that_dead_agents_never_used_costs_nothing(tmp_path: Path) -> None:
    """An agent that is started again and again leaves a segment each time, nearly empty."""
    for number in range(20):
        journal = writer(tmp_path)
        journal.append(*line(number)[:2], MONEY)
        (only_of_it,) = [journal.folder]
        assert only_of_it is not None
        (only_of_it / "0badcafe.new").write_bytes(bytes(SEGMENT_BYTES))
        assert journal._lease is not None
        journal._lease.end()
    room(tmp_path, 4).make()
    assert used(tmp_path) + SEGMENT_BYTES <= 4 * SEGMENT_BYTES
    assert kinds(tmp_path) == {"money": 20}


def test_the_segment_that_is_written_is_never_touched(tmp_path: Path) -> None:
    journal = writer(tmp_path)
    an_hour(journal)
    path = segments_in(only_folder(tmp_path))[-1][1]
    with pytest.raises(OSError, match="share of the disk"):
        Room(tmp_path, most_bytes=1, segment_bytes=SEGMENT_BYTES, pause=lambda: None).make()
    journal.append(*line(999))
    with SegmentReader(path) as reader:
        assert not reader.header.shrunk
        assert line(999)[1] in [each.payload for each in reader.records() if isinstance(each, RawRecord)]


def test_a_newer_journal_is_left_as_it_is(tmp_path: Path) -> None:
    journal = writer(tmp_path)
    an_hour(journal)
    for _, path in segments_in(only_folder(tmp_path))[:-1]:
        content = bytearray(path.read_bytes())
        content[8] = VERSION + 1
        path.write_bytes(content)
    before = {path: path.read_bytes() for _, path in segments_in(only_folder(tmp_path))}
    with pytest.raises(OSError, match="share of the disk"):
        room(tmp_path, 2).make()
    assert {path: path.read_bytes() for _, path in segments_in(only_folder(tmp_path))} == before
    with pytest.raises(FormatError, match=f"is of format {VERSION + 1}"):
        SegmentReader(next(iter(before)))


def test_several_make_room_at_once_and_nothing_is_counted_twice(tmp_path: Path) -> None:
    journals = [writer(tmp_path, random=random.Random(seed).randbytes) for seed in range(3)]
    for journal in journals:
        an_hour(journal)
    threads = [threading.Thread(target=room(tmp_path, 8).make) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = kinds(tmp_path)
    assert found["money"] == 30
    assert found["lines"] + found["gone"] == 300
    assert used(tmp_path) <= 8 * SEGMENT_BYTES


def test_several_processes_make_room_at_once_and_one_that_is_killed_holds_up_no_other(tmp_path: Path) -> None:
    journals = [writer(tmp_path, random=random.Random(seed).randbytes) for seed in range(2)]
    for journal in journals:
        an_hour(journal)
    children = []
    for number in range(4):
        if (child := os.fork()) == 0:
            if number == 0:
                threading.Timer(0.005, os.kill, (os.getpid(), signal.SIGKILL)).start()
            room(tmp_path, 6).make()
            os._exit(0)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children][1:] == [0, 0, 0]
    found = kinds(tmp_path)
    assert found["money"] == 20
    assert found["lines"] + found["gone"] == 200
    assert used(tmp_path) <= 6 * SEGMENT_BYTES


@pytest.mark.parametrize("segments", [3, 5, 9])
def test_writers_that_are_faster_than_the_disk_never_take_more_than_the_share_and_what_they_have_open(
    tmp_path: Path, segments: int
) -> None:
    share = room(tmp_path, segments)
    journals = [writer(tmp_path, make_room=share.make, check_room=share.check) for _ in range(2)]
    most = 0
    for number in range(400):
        for journal in journals:
            journal.append(*line(number))
        most = max(most, used(tmp_path))
    assert most <= (segments + 2 * len(journals)) * SEGMENT_BYTES  # open, and ready to be opened
    for journal in journals:
        quiet(journal)
        journal.tend()
        journal.end()
    found = kinds(tmp_path)
    missing = sum(count for journal in journals for (_, kind), count in journal.missed.items() if kind == "Log")
    assert found["lines"] + found["gone"] + missing == 800


def test_what_was_recorded_first_says_what_the_journal_is_however_much_goes(tmp_path: Path) -> None:
    journal = writer(tmp_path)
    an_hour(journal)
    room(tmp_path, 2.2).make()
    first = next(iter(raw(only_folder(tmp_path))))
    assert isinstance(first, RawRecord)
    assert decode(first.kind, first.payload) == OPENED
