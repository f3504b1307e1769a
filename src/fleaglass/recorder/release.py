"""Which release of the agent this is. It belongs to the build, so it is looked up and never made up.

    argument  >  FLEAGLASS_RELEASE, SENTRY_RELEASE, AGENT_VERSION  >  OTEL_RESOURCE_ATTRIBUTES  >  fleaglass.toml
              >  fleaglass.release, the file that `fleaglass release stamp` writes when the agent is built
              >  the work tree that the agent's program is in, marked as such

All but the last two are settings like any other (`fleaglass.settings`). Git itself is never run here: it is missing in
a container, and may answer for some other repository. In a work tree its files are read instead. They do not say
whether the tree was edited since, so that release ends in ``+worktree``; a stamp knows, and ends in ``+dirty``.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Final

from msgspec import structs

from fleaglass.recorder.guard import guard
from fleaglass.settings import Settings

__all__ = ["RELEASE_FILE", "built_release", "package_of", "release_of_folders", "with_release"]

RELEASE_FILE: Final = "fleaglass.release"
_MAX_BYTES: Final = 4096
_COMMIT_CHARS: Final = 12
_MAX_PACKAGE_CHARS: Final = 64
_HEX: Final = frozenset("0123456789abcdef")


def with_release(settings: Settings) -> Settings:
    """The same settings; if they name no release, with the one that the build left behind."""
    return settings if settings.release is not None else structs.replace(settings, release=built_release())


@cache
def built_release() -> str | None:
    """The release that the build of the running program left behind; None if it left none. Found out once."""
    with guard("looking for the release"):
        return release_of_folders(list(_folders()))
    return None


def release_of_folders(folders: list[Path]) -> str | None:
    """The first stamp in any of the folders, else the first work tree that one of them is in."""
    return next(
        (found for look in (_stamped, _work_tree) for folder in folders if (found := look(folder)) is not None), None
    )


def package_of(root: Path) -> str:
    """The package that a release is named after when nothing else says it: the folder's name."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", root.name)[:_MAX_PACKAGE_CHARS].strip("-.") or "agent"


def _folders() -> Iterator[Path]:
    """Where the program is, then where it was started.

    A program that is installed, such as a server that runs the agent, says nothing about the agent's own repository.
    """
    program = getattr(sys.modules.get("__main__"), "__file__", None)
    if isinstance(program, str):
        place = Path(program).resolve()  # the environment may be a link to another's
        if not place.is_relative_to(Path(sys.prefix).resolve()):
            yield place.parent
    with suppress(OSError):  # the folder may be gone
        yield Path.cwd()


def _stamped(folder: Path) -> str | None:
    path = folder / RELEASE_FILE
    if (text := _read(path)) is None:
        return None
    stamp = Settings.load({"release": text})
    for problem in stamp.problems:
        guard.say(f"{path} {problem}", f"{path}: {problem}")
    return stamp.release


def _work_tree(folder: Path) -> str | None:
    for root in (folder, *folder.parents):
        if os.path.exists(root / ".git"):  # no error where Path.exists is one: no access
            commit = _head(root / ".git")
            return None if commit is None else f"{package_of(root)}@{commit[:_COMMIT_CHARS]}+worktree"
    return None


def _head(git: Path) -> str | None:
    """The commit that is checked out: in the folder .git, or where the file .git of a linked work tree points to."""
    if (pointer := _read(git)) is not None:
        git = git.parent / pointer.removeprefix("gitdir:").strip()
    shared = git / (_read(git / "commondir") or "").strip()
    head = (_read(git / "HEAD") or "").strip()
    if not head.startswith("ref:"):
        return _commit(head)
    branch = head.removeprefix("ref:").strip()
    loose = _commit(_read(git / branch) or _read(shared / branch) or "")
    return loose or _packed(shared / "packed-refs", branch)


def _packed(listing: Path, branch: str) -> str | None:
    """Line by line, since a repository may have a million of them."""
    with suppress(OSError, ValueError), listing.open(encoding="utf-8") as lines:
        for line in lines:
            commit, _, name = line.rstrip("\n").partition(" ")
            if name == branch:
                return _commit(commit)
    return None


def _commit(text: str) -> str | None:
    name = text.strip()
    return name if len(name) in (40, 64) and set(name) <= _HEX else None


def _read(path: Path) -> str | None:
    """A small text file; None if there is none, or if it is something else."""
    try:
        with path.open("rb") as file:
            return file.read(_MAX_BYTES).decode("utf-8")
    except (OSError, ValueError):
        return None
