"""The private key of a log: a file of one line, for its owner alone, made once.

::

    keys/key     the one that signs
    keys/next    the one that takes over: made first, then named in an entry of the log, then both sign a checkpoint,
                 then it gets the name of the other

A key that others may have read is not used. One that is missing is never made anew for a log that has signed
something: whoever verifies would see another log, and could not tell an accident from a forgery.
"""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Callable
from pathlib import Path

from fleaglass.ledger.errors import LedgerKeyError
from fleaglass.ledger.storage.files import Files, writing
from fleaglass.ledger.tree.errors import NoteError
from fleaglass.ledger.tree.keys import Ed25519Signer, VerifierKey
from fleaglass.ledger.tree.note import Note

__all__ = ["Keys", "read_key"]

_SEED_BYTES = 32


class Keys:
    """The folder of a log's keys. Raises `LedgerKeyError`, `LedgerWriteError`.

    Args:
        files: for writing them.
        folder: where they are.
        origin: the name of a key that is made.
        random: gives so many random bytes.
    """

    def __init__(self, files: Files, folder: Path, origin: str, random: Callable[[int], bytes]) -> None:
        self._files = files
        self._folder = folder
        self._origin = origin
        self._random = random
        self.path = folder / "key"
        self._next = folder / "next"
        self._making = threading.Lock()

    def check(self, *, is_needed: bool) -> None:
        """See to it that nobody else can read them, without reading them.

        Args:
            is_needed: the log has signed something, so there must be one.
        """
        _check_private(self._folder, stat.S_ISDIR, 0o700)
        for path in (self.path, self._next):
            if path.exists():
                _check_private(path, stat.S_ISREG, 0o600)
        if is_needed:
            self._check_is_there()

    @property
    def has_next(self) -> bool:
        """Whether there is a key that takes over."""
        return self._next.exists()

    def signer(self, *, is_needed: bool) -> Ed25519Signer:
        """The key that signs.

        Args:
            is_needed: the log has signed something. If it has not, a key is made now if there is none.
        """
        with self._making:
            if not is_needed and not self.path.exists():
                return self._make(self.path)
        self._check_is_there()
        return read_key(self.path)

    def prepare_next(self) -> Ed25519Signer:
        """Make the key that takes over. One that was made before and never signed is forgotten."""
        if self.has_next:
            with writing(self._next):
                self._files.system.unlink(self._next)
        return self._make(self._next)

    def next_signer(self, vkey: str) -> Ed25519Signer | None:
        """The key that takes over, if it is this one."""
        if not self.has_next:
            return None
        signer = read_key(self._next)
        return signer if signer.public.text == vkey else None

    def heir_in(self, note: bytes) -> VerifierKey | None:
        """The next key, if it has signed this note: it takes over then."""
        if not self.has_next:
            return None
        heir = read_key(self._next).public
        signed = {(each.name, each.key_id) for each in Note.parse(note).signatures}
        return heir if (heir.name, heir.key_id) in signed else None

    def take_over(self) -> None:
        """The next key signs from now on; the one before is gone then."""
        with writing(self.path):
            self._files.system.rename(self._next, self.path)
        self._files.sync_folder(self._folder)

    def _check_is_there(self) -> None:
        if not self.path.exists():
            raise LedgerKeyError(
                f"{self.path} is missing, and this log has been signed with it; put it back, or begin a new log "
                "that commits to the last checkpoint that you trust"
            )

    def _make(self, path: Path) -> Ed25519Signer:
        signer = Ed25519Signer(self._origin, self._random(_SEED_BYTES))
        self._files.create(path, f"{signer.text}\n".encode())
        return signer


def read_key(path: Path) -> Ed25519Signer:
    """The key in a file that nobody else can read. Raises `LedgerKeyError`, ``OSError``."""
    _check_private(path, stat.S_ISREG, 0o600)
    try:
        return Ed25519Signer.parse(path.read_text().removesuffix("\n"))
    except (NoteError, UnicodeDecodeError) as error:
        raise LedgerKeyError(f"{path} is no key: {error}") from None


def _check_private(path: Path, is_kind: Callable[[int], bool], mode: int) -> None:
    found = path.lstat()
    if not is_kind(found.st_mode):
        raise LedgerKeyError(f"{path} is not what it should be: a link, or no {'folder' if mode & 0o100 else 'file'}")
    if found.st_uid != os.geteuid():
        raise LedgerKeyError(f"{path} belongs to user {found.st_uid}, not to {os.geteuid()}, who would sign with it")
    if stat.S_IMODE(found.st_mode) & ~mode:
        raise LedgerKeyError(
            f"{path} may be used by others (mode {stat.S_IMODE(found.st_mode):04o}): chmod {mode:o} {path}"
        )
