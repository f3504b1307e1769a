"""The log of one agent, and its one writer.

::

    append ─▶ canonical bytes, one write ─▶ Receipt        survives the process from here on
                                               └ durable   survives the machine: done within 100 ms, at once if
                                                           somebody waits
    within a second: tiles, checkpoint

A log is written by one `Ledger` of one process. Threads may share it; a forked child cannot write its parent's.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec

from fleaglass._forks import in_forked_children
from fleaglass.ledger.canonical import VERSION, encode
from fleaglass.ledger.commitments import SALT_BYTES
from fleaglass.ledger.draft import Draft, Receipt
from fleaglass.ledger.entry import Entry, Kind
from fleaglass.ledger.errors import (
    EntryError,
    LedgerClosed,
    LedgerDamaged,
    LedgerError,
    LedgerKeyError,
    LedgerWriteError,
)
from fleaglass.ledger.seams import Seams
from fleaglass.ledger.storage.anchors import Anchors, KeptAnchor
from fleaglass.ledger.storage.checkpointer import Checkpointer
from fleaglass.ledger.storage.commit import Committer
from fleaglass.ledger.storage.disclosures import committed
from fleaglass.ledger.storage.files import Files
from fleaglass.ledger.storage.fold import Fold
from fleaglass.ledger.storage.keys import Keys
from fleaglass.ledger.storage.layout import Layout, layout_of
from fleaglass.ledger.storage.lock import WriterLock
from fleaglass.ledger.storage.open_intents import OpenIntents, read_note, write_note
from fleaglass.ledger.storage.recovery import Found, entries_in_tiles, recover
from fleaglass.ledger.storage.wal import Wal
from fleaglass.ledger.tree.checkpoint import Checkpoint

__all__ = ["Draft", "Ledger", "Receipt", "Seams"]

_NOTHING: Final[Mapping[str, str]] = {}
_MOST_ERASED: Final = 1_000
"""Entries that one redact entry can name."""


class Ledger:
    """Writes the log of one agent. `open` gives one."""

    def __init__(self, layout: Layout, agent: str, files: Files, lock: WriterLock, seams: Seams) -> None:
        self._layout = layout
        self._agent = agent
        self._files = files
        self._writer_lock = lock
        self._seams = seams
        self._random = seams.random
        self._lock = threading.RLock()
        self._rotating, self._keeping = threading.Lock(), threading.Lock()
        self._anchors = Anchors(files, layout.anchors, self.origin)
        self._is_closed = self._is_inherited = False
        self._appender = 0
        """The thread that is in an append."""
        self._keys = Keys(files, layout.keys, layout.origin, seams.random)
        found = recover(layout)
        self._keys.check(is_needed=bool(found.note) and seams.signer is None)
        if found.replay.torn:
            seams.say(f"{found.replay.torn} bytes at the end of the ledger's WAL were no whole entry, and are dropped")
        self._intents = OpenIntents(_what_may_be_open(layout, found))
        self._wal = Wal(files, layout.state, found.replay, found.edge.size)
        self._committer = Committer(self._wal, self._lock, seams.commit_within_s)
        fold = Fold(layout, files, found, self._keys, seams.signer)
        self._checkpointer = Checkpointer(
            self._wal,
            self._committer,
            fold,
            self._lock,
            seams.checkpoint_within_s,
            seams.mono_ns,
            self._note_intents,
            seams.say,
        )
        in_forked_children(self._let_go)

    @classmethod
    def open(cls, home: Path, agent: str, *, seams: Seams) -> Ledger:
        """Open the log of an agent, or begin it.

        Args:
            home: the folder of all that Fleaglass keeps.
            agent: its name.
            seams: where it meets the world.

        Raises:
            LedgerBusy: somebody else writes it.
            LedgerDamaged: its files contradict each other, or another took its place; they are left as they are.
            LedgerKeyError: its key is missing, or others may read it.
            LedgerWriteError: the disk does not take it.
            LedgerError: it cannot be read.
        """
        return cls.open_at(layout_of(home, agent), agent, seams=seams)

    @classmethod
    def open_at(cls, layout: Layout, agent: str, *, seams: Seams) -> Ledger:
        """The same for the log that lies there."""
        files = Files(seams.system, layout.new)
        for folder, mode in layout.folders:
            files.make_folder(folder, mode)
        lock = WriterLock(layout.lock, seams.system)
        try:
            if (successor := layout.successor.folder).exists():  # since somebody looked where the log is
                raise LedgerDamaged(f"{layout.folder} was replaced by {successor}, and takes no more entries")
            files.remove_new()
            files.sync_folder(layout.state)  # who was killed may have signed last what is not there after a power cut
            return cls(layout, agent, files, lock, seams)
        except OSError as error:
            lock.end()
            raise LedgerError(f"{layout.folder} cannot be read: {error}") from error
        except BaseException:
            lock.end()
            raise

    def append(self, draft: Draft, secrets: Mapping[str, str] = _NOTHING) -> Receipt:
        """Write an entry. It survives this process when this returns, and the machine when ``durable`` is done.

        Args:
            draft: what it says.
            secrets: what it must not say, by name; the entry has commitments to these.

        Raises:
            EntryError: it cannot be an entry.
            LedgerWriteError: the disk did not take it, or a signal handler has interrupted another append to call this.
                Nothing of it is in the log.
            LedgerClosed: the ledger was closed, or is the parent's of this process.
        """
        if draft.kind in ("key", "redact"):
            raise EntryError(f"a {draft.kind} entry is written by what it tells of: rotate_key, erase")
        return self._append(draft, secrets)

    def _append(self, draft: Draft, secrets: Mapping[str, str]) -> Receipt:
        self._check_own()
        id_ = self._random(16).hex()
        commitments: Mapping[str, str] = _NOTHING
        disclosed = b""
        if secrets:
            commitments, disclosed = committed(id_, secrets, self._random(SALT_BYTES * len(secrets)))
        with self._lock:
            if self._is_closed:
                raise LedgerClosed("the ledger is closed")
            if (failure := self.failure) is not None:
                raise failure
            self._appender = threading.get_ident()
            try:
                return self._write(draft, id_, commitments, disclosed)
            finally:
                self._appender = 0

    def _write(self, draft: Draft, id_: str, commitments: Mapping[str, str], disclosed: bytes) -> Receipt:
        index = self._wal.size
        entry = Entry(
            kind=draft.kind,
            seq=str(index),
            id=id_,
            t=draft.t,
            mono=draft.mono,
            agent=draft.agent,
            v=VERSION,
            ref=draft.ref,
            op=draft.op,
            trace=draft.trace,
            span=draft.span,
            parent=draft.parent,
            strategy=draft.strategy,
            release=draft.release,
            environment=draft.environment,
            attributes=dict(draft.attributes),
            commitments=dict(commitments),
        )
        raw = encode(entry)
        self._wal.append(raw, disclosed, self._committer.committed)
        self._intents.take(entry)  # first of all that follows: Ctrl-C may come in between
        self._committer.wrote()
        self._checkpointer.wrote()
        return Receipt(index, id_, raw, self._committer)

    @property
    def failure(self) -> LedgerError | None:
        """Why nothing can be written any more; None while it can."""
        return self._committer.failure or self._checkpointer.final_failure

    @property
    def origin(self) -> str:
        """How the log calls itself in checkpoints."""
        return self._layout.origin if self._seams.signer is None else self._seams.signer.name

    def open_intents(self) -> tuple[Entry, ...]:
        """The intents that have neither an outcome that is known nor a resolution, in the order of the log."""
        self._check_own()
        with self._lock:
            return self._intents.entries

    def checkpoint(self) -> bytes:
        """Sign a checkpoint over all that was appended; the note. Empty if nothing was.

        Raises:
            LedgerError: it cannot be made.
        """
        self._check_own()
        return self._checkpointer.checkpoint()

    def erase(self, entries: Sequence[str], *, by: str, why: str, names: Iterable[str] = ()) -> None:
        """Erase what commitments stand for. The log says so, and every proof still holds.

        Args:
            entries: the ``id`` of those whose secrets are erased.
            by: who wants it.
            why: the reason.
            names: only secrets of these names; none means all.

        Raises:
            LedgerError: it may be that they are not erased yet; they are when the ledger can write again.
        """
        said = {"by": by, "why": why, "names": msgspec.json.encode(sorted(names)).decode()}
        for start in range(0, len(entries), _MOST_ERASED):
            self._tell("redact", {**said, "entries": " ".join(entries[start : start + _MOST_ERASED])})
        self.checkpoint()

    def keep_anchor(self, note: bytes, source: str) -> None:
        """Keep a checkpoint of this log that was fetched back from somebody else.

        Args:
            note: it.
            source: who holds it.

        Raises:
            LedgerError: it is none of this log, or cannot be written.
        """
        self._check_own()
        with self._keeping:
            if self._is_closed:
                raise LedgerClosed("the ledger is closed")
            self._anchors.keep(note, source, self._seams.wall_ns())

    def anchors(self) -> tuple[KeptAnchor, ...]:
        """Those that were kept, in order. Raises `LedgerDamaged`."""
        return self._anchors.read()

    def rotate_key(self, *, why: str) -> str:
        """Go on with a new key. The next checkpoint is signed by both, so that who has the old vkey can follow.

        Args:
            why: the reason, for the log.

        Returns:
            The new vkey, to be pinned by whoever verifies.

        Raises:
            LedgerKeyError: the key is not in a file here.
            LedgerError: it may be that the old one still signs; the new one takes over when the ledger can write again.
        """
        if self._seams.signer is not None:
            raise LedgerKeyError("the key of this ledger is kept elsewhere; it is changed there, and the log goes on")
        with self._rotating:
            signed = self.checkpoint()  # a rotation that was begun before is finished
            previous = self._keys.signer(is_needed=bool(signed))
            following = self._keys.prepare_next()
            said = {"previous": previous.public.text, "next": following.public.text, "why": why}
            self._tell("key", said)
            self.checkpoint()
        return following.public.text

    def succeed(self, trusted: Checkpoint | None, *, why: str) -> None:
        """The first entry of a log that takes the place of another (`succession.py`)."""
        said = {} if trusted is None else {"after": trusted.text.decode()}
        self._tell("key", {**said, "why": why})
        self.checkpoint()

    def close(self) -> None:
        """Sign a last checkpoint, and let another process write. Nothing is lost if it is never called.

        Nothing is done for a signal handler that has interrupted an append.
        """
        if self._is_inherited or self._is_closed or self._is_in_append:
            return
        with self._keeping, self._lock:
            self._is_closed = True
        self._checkpointer.end()
        self._committer.end()
        self._wal.end()
        self._writer_lock.end()

    def _tell(self, kind: Kind, attributes: Mapping[str, str]) -> None:
        """An entry about the log itself."""
        wall, mono = self._seams.wall_ns(), self._seams.mono_ns()
        self._append(Draft(kind=kind, t=str(wall), mono=str(mono), agent=self._agent, attributes=attributes), _NOTHING)

    def _note_intents(self, size: int) -> None:
        with self._lock:
            open_ = [seq for entry in self._intents.entries if (seq := int(entry.seq)) < size]
            written = self._wal.size
        self._committer.wait_for(written)  # or the power could take an outcome whose intent is not in the note any more
        self._files.put({self._layout.open_intents: write_note(size, open_)})

    def _check_own(self) -> None:
        """Also that the lock can be taken: in a forked child a thread may hold it that is not there.

        What a signal handler has interrupted goes on only when that has returned, so it cannot be waited for.
        """
        if self._is_inherited:
            raise LedgerClosed("this process was forked from the one that writes the ledger, which goes on there")
        if self._is_in_append:
            raise LedgerWriteError("a signal handler has interrupted the writing of another entry")

    @property
    def _is_in_append(self) -> bool:
        """Whether this thread is in one: then a signal handler is at work."""
        return self._appender == threading.get_ident()

    def _let_go(self) -> None:
        """In a forked child: the log is the parent's, who goes on writing it."""
        self._is_inherited = True
        self._wal.end()


def _what_may_be_open(layout: Layout, found: Found) -> Iterable[Entry]:
    """Entries that tell which intents are open: those that were, and all after."""
    signed = found.edge.size
    noted, open_ = read_note(layout.open_intents)
    if noted > signed:
        noted, open_ = 0, []
    yield from entries_in_tiles(layout.log, [*open_, *range(noted, signed)], signed)
    yield from found.later
