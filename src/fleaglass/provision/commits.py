"""What is in a release, read from the repository that it is built from. Runs git; so for building, not for trading.

git log previous..HEAD  ──▶  Commit(id, author, timestamp, message, what it did to which file)
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

__all__ = ["Commit", "Repository", "WorkTreeError"]

_NAME_CHARS: Final = 64
_PERSON_CHARS: Final = 128
_EMAIL_CHARS: Final = 200
_PATH_CHARS: Final = 510
_TIMEOUT_S: Final = 30.0
# NUL is the one character that a name or a message cannot hold. After the last one comes the list of files.
_FIELDS: Final = ("%H", "%an", "%ae", "%cI", "%B")
_FORMAT: Final = "".join(f"%x00{field}" for field in _FIELDS) + "%x00"


class WorkTreeError(Exception):
    """There is no repository here, or git does not know what was asked for. The message is one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """One commit. ``timestamp`` is RFC 3339; ``changes`` are (path, ``A``dded, ``M``odified or ``D``eleted)."""

    id: str
    author: str
    email: str
    timestamp: str
    message: str
    repository: str
    changes: tuple[tuple[str, str], ...] = ()

    def for_sentry(self) -> dict[str, Any]:
        """The commit as a release of Sentry's takes it, within its limits."""
        return {
            "id": self.id[:_NAME_CHARS],
            "repository": self.repository[:_NAME_CHARS],
            "author_name": self.author[:_PERSON_CHARS],
            "author_email": self.email[:_EMAIL_CHARS],
            "timestamp": self.timestamp,
            "message": self.message,
            "patch_set": [{"path": path, "type": kind} for path, kind in self.changes if len(path) <= _PATH_CHARS],
        }


class Repository:
    """The git repository that a folder is in."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.root = Path(self._git("rev-parse", "--show-toplevel").strip())

    @property
    def name(self) -> str:
        """``owner/name`` of where it is pushed to; the folder's name if it is pushed nowhere."""
        try:
            address = self._git("remote", "get-url", "origin").strip()
        except WorkTreeError:
            return self.root.name
        where = re.sub(r"^\w+://[^/]*", "", address)  # a host is no owner, and may have credentials before it
        parts = re.split(r"[/:]", where.removesuffix("/").removesuffix(".git"))
        return "/".join(part for part in parts[-2:] if part) or self.root.name

    def head(self) -> str:
        """The commit that is checked out, in full."""
        return self._git("rev-parse", "--verify", "HEAD").strip()

    def tag(self) -> str | None:
        """A tag that the checked-out commit carries itself; None if it has none."""
        try:
            return self._git("describe", "--tags", "--exact-match", "HEAD").strip() or None
        except WorkTreeError:
            return None

    def is_dirty(self, *, besides: str) -> bool:
        """Whether a file differs from the commit, or is new; ``besides`` names files that do not count."""
        # The last part keeps the file of an earlier stamp from making every later one dirty.
        return bool(self._git("status", "--porcelain", "--", ":/", f":(top,exclude,glob)**/{besides}").strip())

    def has(self, commit: str) -> bool:
        """Whether it holds a commit of that name; a shallow clone may lack the one before."""
        try:
            self._git("cat-file", "-e", f"{commit}^{{commit}}")
        except WorkTreeError:
            return False
        return True

    def commits(self, since: str | None, *, most: int) -> list[Commit]:
        """The commits after ``since`` up to the checked-out one, newest first; without it, just the newest.

        Args:
            since: a commit that is not part of it any more.
            most: how many commits at most.
        """
        if since is not None and since.startswith("-"):
            raise WorkTreeError(f"{since!r} is no commit")
        span = "HEAD" if since is None else f"{since}..HEAD"
        log = self._git(
            "-c", "core.quotePath=false", "log", f"--max-count={most}", "--no-renames", "--name-status",
            f"--format={_FORMAT}", span, "--",
        )  # fmt: skip
        name = self.name
        told = log.split("\0")[1:]
        size = len(_FIELDS) + 1
        return [_commit(told[first : first + size], name) for first in range(0, len(told), size)]

    def _git(self, *arguments: str) -> str:
        try:
            done = subprocess.run(
                ["git", "-C", str(self._folder), *arguments],
                capture_output=True,
                text=True,
                encoding="utf-8",
                errors="replace",
                timeout=_TIMEOUT_S,
                check=False,
            )
        except FileNotFoundError:
            raise WorkTreeError("git is not installed; name the version or the commits yourself") from None
        except subprocess.TimeoutExpired:
            raise WorkTreeError(f"git {arguments[0]} took more than {_TIMEOUT_S:.0f} s") from None
        if done.returncode != 0:
            said = (done.stderr.strip().splitlines() or ["it failed"])[0].removeprefix("fatal: ")
            raise WorkTreeError(f"git in {self._folder}: {said}")
        return done.stdout


def _commit(record: Sequence[str], repository: str) -> Commit:
    commit, author, email, timestamp, message, listing = record
    changes = (line.split("\t", 1) for line in listing.splitlines() if "\t" in line)
    return Commit(
        id=commit,
        author=author,
        email=email,
        timestamp=timestamp,
        message=message.strip(),
        repository=repository,
        changes=tuple((path, kind[0] if kind[0] in "AMD" else "M") for kind, path in changes),
    )
