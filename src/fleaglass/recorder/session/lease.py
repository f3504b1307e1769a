"""What is left of a session when its process is killed: a small file that only its owner may read.

    <home>/sessions/<digest of the agent's id>-<sid>.lease       kept and locked while the session runs
                                                                 removed when it ends
                                                                 found unlocked: its process is gone

The lock, and not the process id inside, says whether the owner lives. The system gives it back however a process ends;
ids are used again, and mean nothing in another container that shares the folder. It is a POSIX record lock, which a
forked child does not inherit. Without such locks (Windows) no lease is kept, and a killed process stays unreported.

Danger: closing any handle of a file gives up the process's locks on it. So a lease of this process is never opened a
second time.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal

import msgspec

from fleaglass.recorder.guard import guard

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

__all__ = ["Lease", "LeaseFolder", "Tenure"]

_MAX_BYTES: Final = 16_384
_own: Final[set[Path]] = set()


class Tenure(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What must be known to report the end of a session that could not report it itself.

    Attributes:
        version: of this format.
        sid: id of the session.
        agent_id: whose session it is.
        started_ns: when it began, in Unix nanoseconds.
        seen_ns: when its process was last known to run.
        errors: errors reported so far.
        release: release of the agent.
        environment: deployment environment.
    """

    version: Literal[1] = 1
    sid: str
    agent_id: str
    started_ns: int
    seen_ns: int
    errors: int
    release: str
    environment: str


class Lease:
    """The file of one running session. Made by ``LeaseFolder.take``."""

    def __init__(self, path: Path, handle: int) -> None:
        self._path = path
        self._handle: int | None = handle
        self._owner = os.getpid()

    def write(self, tenure: Tenure) -> None:
        """Bring the file up to date. Raises ``OSError``."""
        if self._handle is not None and self._owner == os.getpid():
            text = msgspec.json.encode(tenure)
            os.pwrite(self._handle, text, 0)
            os.ftruncate(self._handle, len(text))

    def end(self) -> None:
        """The session has ended and said so. A second call does nothing."""
        handle, self._handle = self._handle, None
        if handle is not None and self._owner == os.getpid():
            self._path.unlink(missing_ok=True)
            os.close(handle)
            _own.discard(self._path)


class LeaseFolder:
    """The leases of one agent.

    Args:
        home: the folder for what outlives the process; made, for its owner alone, when it is first needed.
        agent_id: whose leases.
    """

    def __init__(self, home: Path, agent_id: str) -> None:
        from hashlib import sha256  # an agent without a server for sessions need not load it

        self._folder = home / "sessions"
        self._agent_id = agent_id
        # A digest, because an id may hold what a file name may not, and because it may look like a key.
        self._prefix = sha256(agent_id.encode("utf-8", "surrogatepass")).hexdigest()[:16]

    def take(self, tenure: Tenure) -> Lease | None:
        """Keep a lease from now on; None where there are no locks. Raises ``OSError``."""
        if fcntl is None:
            return None
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._folder / f"{self._prefix}-{tenure.sid}.lease"
        # Under another name until it is locked, or a process that starts just now would take it for a dead one's.
        new = path.with_suffix(".new")
        handle = os.open(new, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            lease = Lease(path, handle)
            lease.write(tenure)
            _own.add(path)
            new.rename(path)
        except BaseException:
            _own.discard(path)
            os.close(handle)
            new.unlink(missing_ok=True)
            raise
        return lease

    def abandoned(self) -> Iterator[Tenure]:
        """The sessions of this agent whose process is gone, each given to one caller only, and then forgotten."""
        if fcntl is None or not os.path.isdir(self._folder):  # no error where Path.is_dir is one: no access
            return
        for path in sorted(self._folder.glob(f"{self._prefix}-*.lease")):
            if path not in _own:
                tenure = None
                with guard("reading the lease of a session"):
                    tenure = _claim(path)
                if tenure is not None and tenure.agent_id == self._agent_id:
                    yield tenure


def _claim(path: Path) -> Tenure | None:
    """What the file says, if nobody holds it any more; it is removed."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:  # another process was quicker, or it is no file of ours
        return None
    try:
        fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(handle).st_nlink == 0:  # another process was quicker after all
            return None
        text = os.pread(handle, _MAX_BYTES, 0)
        path.unlink()
        return msgspec.json.decode(text, type=Tenure)
    except (OSError, msgspec.MsgspecError):  # held by a living process; or cut short by a full disk
        return None
    finally:
        os.close(handle)
