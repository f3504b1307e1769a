"""Writes a journal: a record is safe from the end of its process when ``append`` returns, which takes about a µs.

::

    append ─▶ the segment that is open     a store into mapped memory: no system call, the interpreter lock is kept
                 ├ half full               a thread makes the next one ready
                 ├ full                    it is sealed, and the next one is taken
                 └ no room, no access      recording is off: counted, said once, tried again by ``tend``

A record that is too large for a segment is cut, or goes into a file beside it (`fitting.py`). A few bytes at the end of
each segment are kept for the last record, so an agent that ends by itself says so even when the disk is full.

The page cache has what was stored, so nothing is lost when the process is killed, at whatever instruction. (A power cut
is another matter: what was written in the seconds before it may be missing.)

A forked child has no part in its parent's journal: its first record begins one of its own. A signal handler that
records something while its thread is in the middle of ``append`` has its record written right after.
"""

from __future__ import annotations

import os
import shutil
import threading
from _thread import start_new_thread
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from errno import ENOENT
from mmap import mmap
from pathlib import Path
from typing import Final, Protocol
from zlib import crc32

from fleaglass._forks import in_forked_children
from fleaglass.journal.fitting import cut, spill
from fleaglass.journal.format import HEAD_WORD, HEADER_BYTES, MONEY, RECORD_HEADER, RECORD_HEADER_BYTES, SYNC
from fleaglass.journal.layout import LEASE, check_own, folder_name, journals_folder, make_folder, replace_file
from fleaglass.journal.lease import Lease
from fleaglass.journal.reader import kinds_in
from fleaglass.journal.records import CleanEnd, Dropped, Envelope, Opened, Scope, encode, name_of
from fleaglass.journal.segment import Segment, gently

__all__ = ["Clock", "Writer"]

_header: Final = RECORD_HEADER.pack
_INHERITED: Final = frozenset({Opened.kind, Scope.kind})
_TOO_LARGE: Final = "too_large"
_OFF: Final = "no_journal"
_GONE: Final = "gone"
_LAST_WORDS_BYTES: Final = 128
_CLEAN_END_BYTES: Final = 32
_SAY_EVERY_NS: Final = 60_000_000_000


class Clock(Protocol):
    """Where times come from."""

    def wall_ns(self) -> int:
        """Nanoseconds since 1970-01-01 UTC."""
        ...


class Writer:
    """Writes the journal of one agent in one process. Every method may be called from any thread, and none raises.

    Args:
        home: the folder of all journals.
        files: what else is laid into a new journal's folder, by name, before its first segment.
        segment_bytes: size of a segment.
        clock: for names and headers.
        say: called with a sentence when recording goes off, and when it is back; once in a minute if it comes and goes.
        random: gives so many random bytes.
        make_room: called in the background before more of the disk is taken up. Raises ``OSError`` if there is no more.
        check_room: called on the thread that records, before so many bytes are taken up at once; likewise.
    """

    def __init__(
        self,
        home: Path,
        *,
        files: Mapping[str, bytes],
        segment_bytes: int,
        clock: Clock,
        say: Callable[[str], None],
        random: Callable[[int], bytes] = os.urandom,
        make_room: Callable[[], None] = lambda: None,
        check_room: Callable[[int], None] = lambda _: None,
    ) -> None:
        self._home = home
        self._files = files
        self._segment_bytes = segment_bytes
        self._end = segment_bytes - _LAST_WORDS_BYTES
        self._clock = clock
        self._say = say
        self._random = random
        self._make_room = make_room
        self._check_room = check_room
        self._standing: dict[object, tuple[int, bytes, int]] = {}
        self._let_go()
        in_forked_children(self._let_go)

    def _let_go(self) -> None:
        """Nothing is open. In a forked child: what its parent has open, runs and misses is the parent's."""
        self._standing = {key: each for key, each in self._standing.items() if each[0] in _INHERITED}
        self.folder: Path | None = None
        """Of the journal that is open; None before the first record."""
        self._lock = threading.RLock()
        self._is_busy = False
        self._nested: list[tuple[int, bytes, int]] = []
        self._missed: Counter[tuple[str, str]] = Counter()
        self._written = [0] * 256
        self._unsaid: list[str] = []
        self._lease: Lease | None = None
        self._journal = b""
        self._segment: Segment | None = None
        self._spare: Segment | None = None
        self._spilled = 0
        self._is_preparing = False
        self._is_off = self._is_said = False
        self._said_ns: int | None = None
        self._has_ended = False
        self._at = self._limit = self._first = 0
        self._bytes: mmap
        self._words: memoryview

    # Writing -----------------------------------------------------------------------------------------------------

    def append(self, kind: int, payload: bytes, flags: int = 0) -> None:
        """Write one record.

        Args:
            kind: of the record (`records.py`).
            payload: the record, encoded.
            flags: such as ``MONEY``.
        """
        size = len(payload)
        record = _header(SYNC, kind, flags, size, crc32(payload, kind << 24 ^ flags << 20 ^ size)) + payload
        with self._lock:
            if self._is_busy:
                self._nested.append((kind, payload, flags))
                return
            self._is_busy = True
            try:
                if self._at + len(record) <= self._limit or self._make_way(kind, payload, flags):
                    at = self._at
                    end = at + len(record)
                    self._bytes[at:end] = record
                    self._at = end
                    self._words[HEAD_WORD] = end
                    self._written[kind] += 1
            finally:
                self._is_busy = False
        if self._nested or self._unsaid:
            self._catch_up()

    def stand(self, key: object, kind: int, payload: bytes, flags: int = 0) -> None:
        """Write a record that holds until another of the same key; every later segment begins with those that hold."""
        with self._lock:
            self._standing[key] = kind, payload, flags
            is_open = self._segment is not None
        if is_open:
            self.append(kind, payload, flags)

    def open(self) -> None:
        """Begin the journal now, and not with its first record: making its folder takes some ms."""
        with self._lock:
            if self._segment is None and not self._has_ended:
                self._try(self._begin)
        self._catch_up()

    def tend(self) -> None:
        """Try again, if recording is off, or if somebody deleted the journal. For a thread that has time."""
        with self._lock:
            if self._segment is not None and not self._has_ended and self._segment.is_gone:
                self._leave_what_is_gone()
            if self._is_off and not self._has_ended:
                self._try(self._begin if self._segment is None else self._next_segment)
        self._catch_up()

    def end(self) -> None:
        """The last record, after which none is written any more. The lease is given back."""
        with self._lock:
            if self._segment is not None and not self._has_ended:
                if self._is_off:
                    self._limit = self._segment_bytes - _CLEAN_END_BYTES
                self._tell_missed()
                self._limit = self._segment_bytes
                self.append(CleanEnd.kind, encode(CleanEnd(self._clock.wall_ns())), MONEY)
                self._segment.seal()
            self._has_ended = True
            self._limit = 0
            self._give_up(self._spare)
            if self._lease is not None:
                self._lease.end()

    @property
    def missed(self) -> Mapping[tuple[str, str], int]:
        """Records that were not written, by reason and kind."""
        return dict(self._missed)

    def written(self, kind: int) -> int:
        """Records of a kind that this process has written."""
        return self._written[kind]

    @property
    def position(self) -> tuple[int, int]:
        """Number of the segment that is open, and the offset behind its last record; (0, 0) before the first."""
        with self._lock:
            return (0, 0) if self._segment is None else (self._segment.number, self._at)

    def _catch_up(self) -> None:
        """What had to wait for the lock: records of a signal handler, and sentences, whose log has locks of its own."""
        with self._lock:
            nested, self._nested = self._nested, []
            unsaid, self._unsaid = self._unsaid, []
        for kind, payload, flags in nested:
            self.append(kind, payload, flags)
        for sentence in unsaid:
            self._say(sentence)

    # Segments ----------------------------------------------------------------------------------------------------

    def _make_way(self, kind: int, payload: bytes, flags: int) -> bool:
        """Room for this record, if there can be any; else a smaller one comes instead, or it is counted as missed."""
        size = RECORD_HEADER_BYTES + len(payload)
        if not (self._is_off or self._has_ended):
            if self._segment is None:
                self._try(self._begin)
            elif self._limit < self._end:
                self._limit = self._end
                self._prepare_soon()
            most = self._end - self._first
            if size <= most and self._at + size > self._limit and self._at > self._first:
                self._try(self._next_segment)
            if not self._is_off:
                if self._at + size <= self._end:
                    return True
                if (smaller := self._fit(kind, payload, most - RECORD_HEADER_BYTES)) is not None:
                    self._nested.append((kind, smaller, flags))
                    return False
        self._missed[_OFF if self._is_off or self._has_ended else _TOO_LARGE, name_of(kind)] += 1
        return False

    def _fit(self, kind: int, payload: bytes, most_bytes: int) -> bytes | None:
        """A smaller record instead of one that is too large."""
        assert self.folder is not None
        if kind != Envelope.kind:
            return cut(kind, payload, most_bytes)
        try:
            self._check_room(len(payload))
            self._spilled += 1
            return spill(self.folder, self._spilled, payload)
        except OSError as error:
            if not self._missed[_TOO_LARGE, Envelope.__name__]:
                self._unsaid.append(f"an item of {len(payload)} bytes for Sentry is missing, because {error}")
            return None

    def _begin(self) -> None:
        """A journal of its own for this process."""
        self._journal = self._random(16)
        folder = journals_folder(self._home) / folder_name(self._clock.wall_ns(), int.from_bytes(self._journal[:4]))
        make_folder(folder)
        try:
            self._lease = Lease(folder / LEASE)
            check_own(folder.parent)
            for name, content in self._files.items():
                replace_file(folder / name, content)  # whole or not there, for whoever finds the folder now
            self.folder = folder
            self._next_segment()
        except OSError:
            self.folder = None
            if self._lease is not None:
                self._lease.end()
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def _next_segment(self) -> None:
        """Seal the segment and go on in the one that is ready, else in one that is made ready now."""
        spare, self._spare = self._spare, None
        segment = spare or self._create()
        number = 1 if self._segment is None else self._segment.number + 1
        try:
            segment.begin(number, self._journal, self._clock.wall_ns())
        except OSError:
            self._give_up(segment)
            raise
        if self._segment is not None:
            self._segment.seal()
        self._segment = segment
        self._bytes, self._words = segment.bytes, segment.words
        self._at = HEADER_BYTES
        self._limit = self._end
        self._is_busy, busy = False, self._is_busy
        try:
            for kind, payload, flags in self._standing.values():
                self.append(kind, payload, flags)
        finally:
            self._is_busy = busy
        self._first = self._at
        self._limit = self._end // 2

    def _create(self) -> Segment:
        """A segment on the thread that records: there was none ready."""
        assert self.folder is not None
        try:
            self._check_room(0)
        except OSError:
            self._prepare_soon()
            raise
        return Segment.create(self.folder, self._segment_bytes)

    def _prepare_soon(self) -> None:
        if not self._is_preparing:
            self._is_preparing = True
            try:
                start_new_thread(self._prepare, ())
            except RuntimeError:  # no thread can be had: it is done when it is needed
                self._is_preparing = False

    def _prepare(self) -> None:
        """In a thread: the next segment, gently; and on, if recording was off for want of room."""
        try:
            with self._lock:
                folder = self.folder if self._spare is None else None
            with suppress(OSError):  # it is tried again when it is needed, and said then
                self._make_room()
                if folder is not None:
                    spare = Segment.create(folder, self._segment_bytes, pause=gently)
                    with self._lock:
                        if folder == self.folder and self._spare is None and not self._has_ended:
                            self._spare = spare
                        else:
                            self._give_up(spare)
                self.tend()
        finally:
            self._is_preparing = False

    def _give_up(self, segment: Segment | None) -> None:
        """It is not needed any more."""
        if segment is not None:
            with suppress(OSError):
                segment.give_up()

    def _leave_what_is_gone(self) -> None:
        """Somebody deleted the journal, or laid something else in its place: what it held of late is lost."""
        assert self._segment is not None
        for kind in kinds_in(self._segment.bytes, self._first, self._at):
            self._missed[_GONE, name_of(kind)] += 1
        self._go_off(FileNotFoundError(ENOENT, "somebody deleted it", str(self._segment.path)))
        if self._lease is not None:
            self._lease.end()
        self.folder = self._segment = self._spare = self._lease = None
        self._at = self._first = self._spilled = 0
        self._written = [0] * 256

    # Off and on --------------------------------------------------------------------------------------------------

    def _try(self, step: Callable[[], None]) -> None:
        try:
            step()
        except OSError as error:
            self._go_off(error)
        else:
            self._go_on()

    def _go_off(self, error: OSError) -> None:
        self._limit = 0
        if not self._is_off:
            self._is_off = True
            now_ns = self._clock.wall_ns()
            self._is_said = self._said_ns is None or abs(now_ns - self._said_ns) >= _SAY_EVERY_NS
            if not self._is_said:
                return
            self._said_ns = now_ns
            self._unsaid.append(
                f"recording is off, because {error}; the agent goes on. It is tried again every few seconds"
            )

    def _go_on(self) -> None:
        if self._is_off:
            self._is_off = False
            self._tell_missed()
            if self._is_said:
                self._unsaid.append(f"recording is on again; {sum(self._missed.values())} records are missing")

    def _tell_missed(self) -> None:
        for reason in {reason for reason, _ in self._missed}:
            counts = {kind: count for (why, kind), count in self._missed.items() if why == reason}
            self.stand(("missed", reason), Dropped.kind, encode(Dropped(reason, counts)), MONEY)
