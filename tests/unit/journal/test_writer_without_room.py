"""A disk that is full, closed or gone costs records, which are counted, and neither the agent nor what was recorded."""

import errno
import os
import resource
import shutil
import time
from pathlib import Path

import pytest

from fleaglass.journal import Writer, is_held
from fleaglass.journal.layout import LEASE, journal_folders
from fleaglass.journal.records import CleanEnd, Dropped
from tests.unit.journal.desk import OPENED, SEGMENT_BYTES, event, events, no_room, only_folder, put, records, writer


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
