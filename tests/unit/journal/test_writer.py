"""What was appended is there, whatever happens to the process, the disk and the segment meanwhile."""

import errno
import os
import resource
import shutil
import signal
import stat
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.journal import MONEY, SegmentReader, Writer, is_held
from fleaglass.journal.fitting import cut
from fleaglass.journal.layout import LEASE, journal_folders, segments_in
from fleaglass.journal.records import CleanEnd, Crumb, Dropped, Envelope, Opened, SpanEnded, SpanEvent, decode, encode
from tests.unit.journal.desk import OPENED, SEGMENT_BYTES, only_folder, raw, records, writer


def event(number: int, chars: int = 0) -> SpanEvent:
    return SpanEvent(b"t" * 16, b"s" * 8, f"event {number}", number, {"text": "x" * chars})


def put(to: object, record: SpanEvent) -> None:
    to.append(record.kind, encode(record))  # type: ignore[attr-defined]


def events(folder: Path) -> list[int]:
    return [each.time_ns for each in records(folder) if isinstance(each, SpanEvent)]


def test_what_was_appended_is_read_back_in_order(tmp_path: Path) -> None:
    journal = writer(tmp_path)
    for number in range(3):
        put(journal, event(number))
    assert records(only_folder(tmp_path)) == [OPENED, event(0), event(1), event(2)]


def test_a_tuple_is_written_as_its_record_is() -> None:
    crumb = Crumb(b"t" * 16, b"s" * 8, "signal", "buy", "info", {"z": 1.5}, 7)
    assert encode(crumb) == encode((b"t" * 16, b"s" * 8, "signal", "buy", "info", {"z": 1.5}, 7))


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


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_is_closed_turns_recording_off(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    said: list[str] = []
    journal = writer(tmp_path / "home", said)
    put(journal, event(1))
    assert len(said) == 1


def test_a_folder_that_cannot_be_turns_recording_off_and_on_again(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.write_text("in the way")
    said: list[str] = []
    journal = writer(home, said)
    for number in range(3):
        put(journal, event(number))
    assert len(said) == 1
    assert said[0].startswith("recording is off")
    assert str(home) in said[0]
    journal.tend()
    assert len(said) == 1
    home.unlink()
    journal.tend()
    put(journal, event(4))
    assert said[1:] == ["recording is on again; 3 records are missing"]
    assert records(only_folder(home)) == [OPENED, Dropped("no_journal", {"SpanEvent": 3}), event(4)]


def test_a_full_disk_turns_recording_off_and_never_ends_the_process(tmp_path: Path) -> None:
    said: list[str] = []
    journal = writer(tmp_path, said, segment_bytes=1 << 20)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 19, hard))
    try:
        put(journal, event(1))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert len(said) == 1
    assert not list(journal_folders(tmp_path))
    journal.tend()
    put(journal, event(2))
    assert events(only_folder(tmp_path)) == [2]


def test_a_disk_that_fills_up_later_keeps_what_is_there(tmp_path: Path) -> None:
    said: list[str] = []
    journal = writer(tmp_path, said)
    put(journal, event(1))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (SEGMENT_BYTES // 2, hard))
    try:
        for number in range(2, 60):
            put(journal, event(number, chars=500))
        quiet(journal)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    there = events(only_folder(tmp_path))
    assert there == list(range(1, len(there) + 1))
    assert len(said) == 1
    journal.tend()
    put(journal, event(60))
    assert events(only_folder(tmp_path)) == [*there, 60]
    missing = 59 - len(there)
    assert Dropped("no_journal", {"SpanEvent": missing}) in records(only_folder(tmp_path))


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


def quiet(journal: Writer) -> None:
    """Wait until nothing goes on in the background."""
    while journal._is_preparing:
        time.sleep(0.001)


def full(journal: Writer) -> None:
    """A disk on which nothing new has room, and a segment that has none left."""
    put(journal, event(0))
    journal._check_room = no_room
    number = 1
    while not journal._is_off:
        put(journal, event(number, chars=500))
        number += 1


def no_room(more_bytes: int = 0) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_an_agent_that_ends_while_the_disk_is_full_does_not_look_dead(tmp_path: Path) -> None:
    said: list[str] = []
    journal = writer(tmp_path, said, make_room=no_room)
    full(journal)
    journal.end()
    *_, told, end = records(only_folder(tmp_path))
    assert told == Dropped("no_journal", {"SpanEvent": journal.missed["no_journal", "SpanEvent"]})
    assert isinstance(end, CleanEnd)
    assert len(said) == 1


def test_the_last_segment_has_room_for_the_end_however_full_it_is(tmp_path: Path) -> None:
    for chars in range(420, 520, 7):
        home = tmp_path / str(chars)
        journal = writer(home, make_room=no_room)
        journal._check_room = no_room if chars % 2 else lambda _: None
        for _ in range(40):
            put(journal, event(1, chars=chars))
        journal._check_room = no_room
        journal.end()
        if journal.folder is not None:
            assert isinstance(records(only_folder(home))[-1], CleanEnd)


def test_a_disk_that_was_full_is_used_again_as_soon_as_there_is_room(tmp_path: Path) -> None:
    is_full = [True]

    def make_room() -> None:
        if is_full[0]:
            no_room()

    said: list[str] = []
    journal = writer(tmp_path, said, make_room=make_room)
    full(journal)
    quiet(journal)
    is_full[0] = False
    journal._check_room = lambda _: None
    journal.tend()
    put(journal, event(999))
    assert [sentence.split(",")[0] for sentence in said] == [
        "recording is off",
        "recording is on again; " + said[1][23:],
    ]
    assert events(only_folder(tmp_path))[-1] == 999


def test_recording_that_comes_and_goes_is_said_once_in_a_minute(tmp_path: Path) -> None:
    class Clock:
        now_ns = 0

        def wall_ns(self) -> int:
            return self.now_ns

    said: list[str] = []
    clock = Clock()
    journal = writer(tmp_path, said, clock=clock)
    for seconds in (0, 5, 30, 59, 61, 90):
        clock.now_ns = seconds * 1_000_000_000
        journal._make_room = no_room
        full(journal)
        journal._check_room = lambda _: None
        journal.tend()
        assert not journal._is_off
    assert [sentence.split()[2] for sentence in said] == ["off,", "on", "off,", "on"]
    assert sum(journal.missed.values()) == 6


def test_recording_goes_on_by_itself_when_room_was_made(tmp_path: Path) -> None:
    is_full = [True]

    def check_room(_: int) -> None:
        if is_full[0]:
            no_room()

    def make_room() -> None:
        is_full[0] = False

    said: list[str] = []
    journal = writer(tmp_path, said, make_room=make_room, check_room=check_room)
    put(journal, event(1))
    quiet(journal)
    put(journal, event(2))
    assert events(only_folder(tmp_path)) == [2]
    assert [sentence.split()[2] for sentence in said] == ["off,", "on"]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EIO, errno.EDQUOT, errno.EACCES, errno.EMFILE])
def test_whatever_the_disk_says_nothing_is_raised_and_one_line_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    said: list[str] = []
    journal = writer(tmp_path, said)
    put(journal, event(0))

    def fails(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as broken:
        broken.setattr(os, "posix_fallocate", fails)
        for number in range(1, 80):
            put(journal, event(number, chars=500))
        quiet(journal)
        journal.tend()
        journal.tend()
    there = events(only_folder(tmp_path))
    assert there == list(range(len(there)))
    assert len(said) == 1
    assert os.strerror(code) in said[0]
    assert sum(journal.missed.values()) == 80 - len(there)
    journal.tend()
    put(journal, event(99))
    assert events(only_folder(tmp_path))[-1] == 99


def test_a_journal_that_somebody_deletes_is_begun_again_and_what_was_lost_is_counted(tmp_path: Path) -> None:
    said: list[str] = []
    journal = writer(tmp_path, said)
    put(journal, event(1))
    put(journal, event(2))
    shutil.rmtree(only_folder(tmp_path))
    put(journal, event(3))
    journal.tend()
    put(journal, event(4))
    assert records(only_folder(tmp_path)) == [OPENED, Dropped("gone", {"SpanEvent": 3}), event(4)]
    assert "somebody deleted it" in said[0]
    assert len(said) == 2
    journal.tend()
    assert len(said) == 2


def test_deleted_while_it_needs_another_segment_it_goes_off_and_comes_back(tmp_path: Path) -> None:
    said: list[str] = []
    journal = writer(tmp_path, said)
    put(journal, event(1))
    shutil.rmtree(tmp_path / "journals")
    for number in range(100):
        put(journal, event(number, chars=500))
    assert len(said) == 1
    journal.tend()
    put(journal, event(200))
    assert events(only_folder(tmp_path)) == [200]
    assert is_held(only_folder(tmp_path) / LEASE)


def test_nothing_is_written_through_a_link_that_somebody_laid_in_the_way(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    said: list[str] = []
    journal = writer(tmp_path / "home", said)
    put(journal, event(1))
    folder = only_folder(tmp_path / "home")
    folder.rename(tmp_path / "moved")
    folder.symlink_to(elsewhere)
    for number in range(100):
        put(journal, event(number, chars=500))
    assert list(elsewhere.iterdir()) == []
    assert len(said) == 1
    other = writer(tmp_path / "linked", said)
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked" / "journals").symlink_to(elsewhere)
    put(other, event(1))
    assert list(elsewhere.iterdir()) == []
    assert len(said) == 2


def test_an_item_that_is_too_large_lies_in_a_file_beside_the_journal(tmp_path: Path) -> None:
    journal = writer(tmp_path)
    item = b'{"text":"%s"}' % (b"x" * SEGMENT_BYTES)
    journal.append(Envelope.kind, encode(Envelope("error", item, supersedes="key")), MONEY)
    put(journal, event(1))
    folder = only_folder(tmp_path)
    assert records(folder) == [OPENED, Envelope("error", b"", "1.item", "key"), event(1)]
    (file,) = (folder / "spill").iterdir()
    assert file.read_bytes() == item
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not journal.missed


def test_an_item_for_which_there_is_no_room_is_counted_and_said_once(tmp_path: Path) -> None:
    said: list[str] = []
    journal = writer(tmp_path, said)
    put(journal, event(1))
    journal._check_room = no_room
    for _ in range(3):
        journal.append(Envelope.kind, encode(Envelope("error", b"x" * SEGMENT_BYTES)), MONEY)
    put(journal, event(2))
    assert events(only_folder(tmp_path)) == [1, 2]
    assert journal.missed == {("too_large", "Envelope"): 3}
    assert len(said) == 1
    assert "No space left" in said[0]


def test_a_span_that_is_too_large_is_cut_where_it_is_longest(tmp_path: Path) -> None:
    journal = writer(tmp_path)
    attributes = {"pf.asset": "BTC", "prompt": "x" * SEGMENT_BYTES, "list": ["y" * SEGMENT_BYTES, "z"], "number": 7}
    span = SpanEnded(b"t" * 16, b"s" * 8, b"", "cycle", 1, 5, 6, attributes)
    journal.append(span.kind, encode(span), MONEY)
    (_, found) = records(only_folder(tmp_path))
    assert isinstance(found, SpanEnded)
    assert found.attributes["pf.asset"] == "BTC"
    assert found.attributes["number"] == 7
    kept = SEGMENT_BYTES // 4
    assert found.attributes["prompt"] == "x" * kept + f"… ({SEGMENT_BYTES - kept} characters are cut)"
    assert found.attributes["list"] == ["y" * kept + f"… ({SEGMENT_BYTES - kept} characters are cut)", "z"]
    assert not journal.missed


@given(
    attributes=st.dictionaries(
        st.text(max_size=20),
        st.text() | st.integers(0, 99) | st.lists(st.text(), max_size=3) | st.sampled_from(["é" * 20_000, "x" * 9_999]),
        max_size=8,
    )
)
def test_a_record_is_cut_to_what_fits_or_not_at_all(attributes: dict[str, object]) -> None:
    payload = encode(SpanEnded(b"t" * 16, b"s" * 8, b"", "cycle", 1, 5, 6, attributes))
    found = cut(SpanEnded.kind, payload, 2_000)
    if found is not None:
        assert len(found) <= 2_000
        span = decode(SpanEnded.kind, found)
        assert isinstance(span, SpanEnded)
        assert span.attributes.keys() == attributes.keys()
