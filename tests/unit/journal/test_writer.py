"""What was appended is there, whatever happens to the process, the disk and the segment meanwhile."""

import os
import signal
import stat
import threading
from pathlib import Path

from fleaglass.journal import MONEY, SegmentReader, is_held
from fleaglass.journal.layout import LEASE, journal_folders, segments_in
from fleaglass.journal.records import CleanEnd, Crumb, Dropped, Opened, SpanEvent, decode, encode
from tests.unit.journal.desk import OPENED, SEGMENT_BYTES, event, events, only_folder, put, raw, records, writer


def test_what_was_appended_is_read_back_in_order(tmp_path: Path) -> None:
    journal = writer(tmp_path)
    for number in range(3):
        put(journal, event(number))
    assert records(only_folder(tmp_path)) == [OPENED, event(0), event(1), event(2)]


def test_a_tuple_is_written_as_its_record_is() -> None:
    fields = b"t" * 16, b"s" * 8, "signal", "buy", "info", {"z": 1.5}, 7, "signal", {"pf.z_score": 1.5}
    assert encode(Crumb(*fields)) == encode(fields)
    assert decode(Crumb.kind, encode(fields[:7])) == Crumb(*fields[:7])


def test_nothing_is_made_before_the_first_record(tmp_path: Path) -> None:
    journal = writer(tmp_path / "home")
    assert not (tmp_path / "home").exists()
    journal.open()
    assert records(only_folder(tmp_path / "home")) == [OPENED]


def test_only_its_owner_may_look(tmp_path: Path) -> None:
    journal = writer(tmp_path / "home")
    journal.open()
    folder = only_folder(tmp_path / "home")
    for path in (tmp_path / "home", folder):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700
    for path in folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_full_segment_is_sealed_and_the_next_begins_with_what_holds(tmp_path: Path) -> None:
    journal = writer(tmp_path)
    for number in range(100):
        put(journal, event(number, chars=500))
    folder = only_folder(tmp_path)
    assert events(folder) == list(range(100))
    segments = segments_in(folder)
    assert [number for number, _ in segments] == list(range(1, len(segments) + 1))
    assert len(segments) > 3
    for number, path in segments:
        with SegmentReader(path) as reader:
            assert reader.header.sealed is (number < len(segments))
            first = next(reader.records())
        assert first.kind == Opened.kind


def test_a_later_record_of_the_same_key_takes_the_place_of_one_that_held(tmp_path: Path) -> None:
    journal = writer(tmp_path)
    journal.stand("state", SpanEvent.kind, encode(event(1)))
    journal.stand("state", SpanEvent.kind, encode(event(2)))
    for number in range(10, 50):
        put(journal, event(number, chars=500))
    last = segments_in(only_folder(tmp_path))[-1][1]
    with SegmentReader(last) as reader:
        assert encode(event(2)) == list(reader.records())[1].payload


def test_the_end_is_the_last_record_and_the_lease_is_given_back(tmp_path: Path) -> None:
    journal = writer(tmp_path)
    put(journal, event(1))
    folder = only_folder(tmp_path)
    assert is_held(folder / LEASE)
    journal.end()
    put(journal, event(2))
    journal.end()
    assert not is_held(folder / LEASE)
    assert records(folder) == [OPENED, event(1), CleanEnd(1_700_000_000_000_000_000)]
    assert journal.missed == {("no_journal", "SpanEvent"): 1}


def test_a_record_that_fits_no_segment_is_counted(tmp_path: Path) -> None:
    journal = writer(tmp_path)
    put(journal, event(1, chars=SEGMENT_BYTES))
    put(journal, event(2))
    journal.end()
    assert journal.missed == {("too_large", "SpanEvent"): 1}
    assert records(only_folder(tmp_path))[1:3] == [event(2), Dropped("too_large", {"SpanEvent": 1})]


def test_a_record_as_large_as_a_segment_can_hold_is_written(tmp_path: Path) -> None:
    journal = writer(tmp_path)
    put(journal, event(1, chars=SEGMENT_BYTES - 400))
    put(journal, event(2, chars=SEGMENT_BYTES - 400))
    assert events(only_folder(tmp_path)) == [1, 2]
    assert not journal.missed


def test_flags_are_kept(tmp_path: Path) -> None:
    journal = writer(tmp_path)
    journal.append(SpanEvent.kind, encode(event(1)), MONEY)
    assert [each.flags for each in raw(only_folder(tmp_path))] == [0, MONEY]


def test_threads_do_not_get_in_each_others_way(tmp_path: Path) -> None:
    journal = writer(tmp_path)

    def work(begin: int) -> None:
        for number in range(begin, begin + 200):
            put(journal, event(number, chars=100))

    threads = [threading.Thread(target=work, args=(1_000 * index,)) for index in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = events(only_folder(tmp_path))
    assert sorted(found) == sorted(1_000 * index + number for index in range(16) for number in range(200))
    for index in range(16):
        own = [number for number in found if number // 1_000 == index]
        assert own == sorted(own)


def test_what_a_signal_handler_records_in_the_middle_of_it_comes_right_after(tmp_path: Path) -> None:
    journal = writer(tmp_path)
    put(journal, event(1))
    inner = [event(number) for number in (20, 21)]

    class Payload(bytes):
        def __len__(self) -> int:
            for each in inner[:]:
                inner.remove(each)
                journal._is_busy = True  # as it is in the middle of an append
                put(journal, each)
                journal._is_busy = False
            return bytes.__len__(self)

    journal.append(SpanEvent.kind, Payload(encode(event(2))))
    assert events(only_folder(tmp_path)) == [1, 2, 20, 21]


def test_a_forked_child_writes_a_journal_of_its_own(tmp_path: Path) -> None:
    journal = writer(tmp_path)
    put(journal, event(1))
    if (child := os.fork()) == 0:
        put(journal, event(2))
        os._exit(0)
    os.waitpid(child, 0)
    put(journal, event(3))
    parents, childs = journal_folders(tmp_path)
    if events(parents) == [2]:
        parents, childs = childs, parents
    assert events(parents) == [1, 3]
    assert records(childs) == [OPENED, event(2)]
    assert is_held(parents / LEASE)
    assert not is_held(childs / LEASE)


def test_a_process_that_is_killed_leaves_all_that_it_appended(tmp_path: Path) -> None:
    if (child := os.fork()) == 0:
        journal = writer(tmp_path)
        for number in range(100):
            put(journal, event(number, chars=500))
        os.kill(os.getpid(), signal.SIGKILL)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL
    folder = only_folder(tmp_path)
    assert events(folder) == list(range(100))
    assert not is_held(folder / LEASE)
    assert not [each for each in records(folder) if isinstance(each, CleanEnd)]


def test_the_next_segment_is_made_ready_before_it_is_needed(tmp_path: Path) -> None:
    made = threading.Event()
    journal = writer(tmp_path, make_room=made.set)
    number = 0
    while journal._at < SEGMENT_BYTES // 2:
        put(journal, event(number, chars=500))
        number += 1
    assert not made.is_set()
    put(journal, event(number, chars=500))
    assert made.wait(10)
