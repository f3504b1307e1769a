"""The log of one agent, and its one writer.

::

    append ─▶ canonical bytes, hash, one write ─▶ Receipt        survives the process from here on
                                                     └ durable   survives the machine: done within 100 ms, at once if
                                                                 somebody waits
    within a second: tiles, checkpoint

A log is written by one `Ledger` of one process. Threads may share it; a forked child cannot write its parent's.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from fleaglass._forks import in_forked_children
from fleaglass.ledger.canonical import VERSION, encode
from fleaglass.ledger.commitments import SALT_BYTES
from fleaglass.ledger.entry import Entry, Kind
from fleaglass.ledger.errors import EntryError, LedgerClosed, LedgerError, LedgerKeyError
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
from fleaglass.ledger.storage.system import System
from fleaglass.ledger.storage.wal import Wal
from fleaglass.ledger.tree.checkpoint import Checkpoint
from fleaglass.ledger.tree.keys import Ed25519Signer
from fleaglass.ledger.tree.merkle import leaf_hash
from fleaglass.ledger.tree.note import Signer

__all__ = ["Draft", "Ledger", "Receipt", "Seams"]

_NOTHING: Final[Mapping[str, str]] = {}
_MOST_ERASED: Final = 1_000
"""Entries that one redact entry can name."""


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be said: an `Entry` before the log has given it an index, an id and commitments."""

    kind: Kind
    t: str
    mono: str
    agent: str
    ref: str = ""
    op: str = ""
    trace: str = ""
    span: str = ""
    parent: str = ""
    strategy: str = ""
    release: str = ""
    environment: str = ""
    attributes: Mapping[str, str] = _NOTHING


@dataclass(frozen=True, slots=True)
class Receipt:
    """An entry was written.

    Attributes:
        index: in the log.
        id: of the entry; what an outcome says it answers.
        leaf_hash: of its bytes, as the tree has it.
        durable: done when it is on the disk; raises `LedgerWriteError` if it is not.
    """

    index: int
    id: str
    leaf_hash: bytes
    durable: Future[None]


@dataclass(frozen=True)
class Seams:
    """Where a ledger meets the world.

    Attributes:
        system: the disk.
        random: gives so many random bytes.
        wall_ns: now, in Unix nanoseconds; for what the ledger itself has to say.
        mono_ns: the same by a clock that never goes back.
        say: is told in a sentence what somebody should know.
        signer: signs checkpoints instead of a key in a file. Its name is the log's origin.
        commit_within_s: an entry is on the disk so long after it was written, if nobody waits for it.
        checkpoint_within_s: and under a checkpoint so long after.
    """

    system: System = System()  # noqa: RUF009
    random: Callable[[int], bytes] = os.urandom
    wall_ns: Callable[[], int] = time.time_ns
    mono_ns: Callable[[], int] = time.monotonic_ns
    say: Callable[[str], None] = lambda _: None
    signer: Signer | None = None
    commit_within_s: float = 0.1
    checkpoint_within_s: float = 1.0


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
        self._rotating = threading.Lock()
        self._is_closed = self._is_inherited = False
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
            LedgerDamaged: its files contradict each other; they are left as they are.
            LedgerKeyError: its key is missing, or others may read it.
            LedgerWriteError: the disk does not take it.
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
            files.remove_new()
            return cls(layout, agent, files, lock, seams)
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
            LedgerWriteError: the disk did not take it. Nothing of it is in the log.
            LedgerClosed: the ledger was closed, or is the parent's of this process.
        """
        if draft.kind in ("key", "redact"):
            raise EntryError(f"a {draft.kind} entry is written by what it tells of: rotate_key, erase")
        return self._append(draft, secrets)

    def _append(self, draft: Draft, secrets: Mapping[str, str]) -> Receipt:
        if self._is_inherited:
            raise LedgerClosed("this process was forked from the one that writes the ledger; open one of its own")
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
            durable = self._committer.wrote()
            self._checkpointer.wrote()
            self._intents.take(entry)
        return Receipt(index, id_, leaf_hash(raw), durable)

    @property
    def failure(self) -> LedgerError | None:
        """Why nothing can be written any more; None while it can."""
        return self._committer.failure or self._checkpointer.final_failure

    def open_intents(self) -> tuple[Entry, ...]:
        """The intents that have neither an outcome that is known nor a resolution, in the order of the log."""
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
            self.checkpoint()  # a rotation that was begun before is finished
            previous, following = self._keys.signer(), self._keys.prepare_next()
            said = {"previous": previous.public.text, "next": following.public.text, "why": why}
            self._tell("key", said)
            self.checkpoint()
        return following.public.text

    def succeed(self, trusted: Checkpoint | None, *, why: str) -> None:
        """The first entry of a log that takes the place of another (`succession.py`)."""
        said = {} if trusted is None else {"after": trusted.text.decode()}
        self._tell("key", {**said, "why": why})
        self.checkpoint()

    def vkey(self) -> str:
        """The public key, for whoever verifies. Raises `LedgerKeyError` if the private one is kept elsewhere."""
        signer = self._seams.signer or self._keys.signer()
        if not isinstance(signer, Ed25519Signer):
            raise LedgerKeyError("the key of this ledger is kept elsewhere, and so is its vkey")
        return signer.public.text

    def close(self) -> None:
        """Sign a last checkpoint, and let another process write. Nothing is lost if it is never called."""
        if self._is_inherited or self._is_closed:
            return
        with self._lock:
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
        open_ = [seq for entry in self.open_intents() if (seq := int(entry.seq)) < size]
        self._files.put({self._layout.open_intents: write_note(size, open_)})

    def _check_own(self) -> None:
        if self._is_inherited or self._is_closed:
            raise LedgerClosed("the ledger is closed, or belongs to the process that this one was forked from")

    def _let_go(self) -> None:
        """In a forked child: the log is the parent's, who goes on writing it."""
        self._is_inherited = True
        self._wal.end()
        self._writer_lock.end()


def _what_may_be_open(layout: Layout, found: Found) -> Iterable[Entry]:
    """Entries that tell which intents are open: those that were, and all after."""
    signed = found.edge.size
    noted, open_ = read_note(layout.open_intents)
    if noted > signed:
        noted, open_ = 0, []
    yield from entries_in_tiles(layout.log, [*open_, *range(noted, signed)], signed)
    yield from found.later
