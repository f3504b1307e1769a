"""Writes a journal: a record is safe from the end of its process when ``append`` returns, which takes about a µs.

::

    append ─▶ the segment that is open     a store into mapped memory: no system call, the interpreter lock is kept
                 ├ half full               a thread makes the next one ready
                 ├ full                    it is sealed, and the next one is taken
                 └ no room, no access      recording is off: counted, said once, tried again by ``tend``

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
from mmap import mmap
from pathlib import Path
from typing import Final, Protocol
from zlib import crc32

from fleaglass._forks import in_forked_children
from fleaglass.journal.format import HEAD_WORD, HEADER_BYTES, MONEY, RECORD_HEADER, SYNC
from fleaglass.journal.layout import LEASE, folder_name, journals_folder, make_folder, replace_file
from fleaglass.journal.lease import Lease
from fleaglass.journal.records import CleanEnd, Dropped, Opened, Scope, encode, name_of
from fleaglass.journal.segment import Segment, gently

__all__ = ["Clock", "Writer"]

_header: Final = RECORD_HEADER.pack
_INHERITED: Final = frozenset({Opened.kind, Scope.kind})
_TOO_LARGE: Final = "too_large"
_OFF: Final = "no_journal"


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
        say: called with a sentence when recording goes off, and when it is back.
        random: gives so many random bytes.
        make_room: called in the background before more of the disk is taken up.
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
    ) -> None:
        self._home = home
        self._files = files
        self._segment_bytes = segment_bytes
        self._clock = clock
        self._say = say
        self._random = random
        self._make_room = make_room
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
        self._is_off = False
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
                if self._at + len(record) <= self._limit or self._make_way(kind, len(record)):
                    end = self._at + len(record)
                    self._bytes[self._at : end] = record
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
        """Try again, if recording is off. For a thread that has time."""
        with self._lock:
            if self._is_off and not self._has_ended:
                self._try(self._begin if self._segment is None else self._next_segment)
        self._catch_up()

    def end(self) -> None:
        """The last record, after which none is written any more. The lease is given back."""
        with self._lock:
            if self._segment is not None and not self._is_off and not self._has_ended:
                self._tell_missed()
                self.append(CleanEnd.kind, encode(CleanEnd(self._clock.wall_ns())), MONEY)
                self._segment.seal()
            self._has_ended = True
            self._limit = 0
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

    def _make_way(self, kind: int, size: int) -> bool:
        """Room for a record of this size, if there can be any; else it is counted as missed."""
        reason = _OFF
        if not (self._is_off or self._has_ended):
            if self._segment is None:
                self._try(self._begin)
            elif self._limit < self._segment_bytes:
                self._limit = self._segment_bytes
                start_new_thread(self._prepare, ())
            if self._at + size > self._limit and self._at > self._first:
                self._try(self._next_segment)
            if not self._is_off and self._at + size <= self._segment_bytes:
                return True
            reason = _OFF if self._is_off else _TOO_LARGE
        self._missed[reason, name_of(kind)] += 1
        return False

    def _begin(self) -> None:
        """A journal of its own for this process."""
        self._journal = self._random(16)
        folder = journals_folder(self._home) / folder_name(self._clock.wall_ns(), int.from_bytes(self._journal[:4]))
        make_folder(folder)
        try:
            self._lease = Lease(folder / LEASE)
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
        assert self.folder is not None
        spare, self._spare = self._spare, None
        segment = spare or Segment.create(self.folder, self._segment_bytes)
        number = 1 if self._segment is None else self._segment.number + 1
        segment.begin(number, self._journal, self._clock.wall_ns())
        if self._segment is not None:
            self._segment.seal()
        self._segment = segment
        self._bytes, self._words = segment.bytes, segment.words
        self._at = HEADER_BYTES
        self._limit = self._segment_bytes
        self._is_busy, busy = False, self._is_busy
        try:
            for kind, payload, flags in self._standing.values():
                self.append(kind, payload, flags)
        finally:
            self._is_busy = busy
        self._first = self._at
        self._limit = self._segment_bytes // 2

    def _prepare(self) -> None:
        """In a thread: the next segment, gently."""
        with suppress(OSError):  # it is tried again when it is needed, and said then
            folder = self.folder
            self._make_room()
            if folder is not None and self._spare is None:
                self._spare = Segment.create(folder, self._segment_bytes, pause=gently)

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
            self._unsaid.append(
                f"recording is off, because {error}; the agent goes on. It is tried again every few seconds"
            )

    def _go_on(self) -> None:
        if self._is_off:
            self._is_off = False
            self._tell_missed()
            self._unsaid.append(f"recording is on again; {sum(self._missed.values())} records are missing")

    def _tell_missed(self) -> None:
        for reason in {reason for reason, _ in self._missed}:
            counts = {kind: count for (why, kind), count in self._missed.items() if why == reason}
            self.stand(("missed", reason), Dropped.kind, encode(Dropped(reason, counts)), MONEY)
