"""What comes of verifying a log, as data."""

from __future__ import annotations

from typing import Final

import msgspec

__all__ = ["MOST_PROBLEMS", "Findings", "Problem", "Verdict"]

MOST_PROBLEMS: Final = 100
"""A log with more is not read further."""


class Problem(msgspec.Struct, frozen=True):
    """Something that cannot be so in a log that nobody touched.

    Attributes:
        index: the first entry that it is about; None if it is about all, or none.
        where: the file.
        what: in words.
    """

    index: int | None
    where: str
    what: str


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """The result.

    Attributes:
        origin: which log; empty if its checkpoint is not to be believed, or there is none yet.
        size: entries that its checkpoint speaks for.
        root: of their tree, in hexadecimal; empty with ``origin``.
        problems: those with the lowest index first; none if the log is whole.
        first_bad: the lowest index among them; None if there is none, or it cannot be told.
        anchored: so many entries, from the first, are those that somebody else has seen.
        anchors: how many checkpoints from elsewhere agree.
        quorum_missing: what the policy's quorum lacks at this checkpoint, in words; empty if nothing or not asked for.
        unanchored_since_ns: what the first entry after the anchored ones says when it was, in Unix nanoseconds.
        open_intents: entries that say that something would be done, and that nothing answers.
        newer: entries of a newer form, whose hashes were checked and whose content was not.
        ahead: files of a larger size than the checkpoint's: a fold that is going on, or was interrupted.
        tail: entries that are written and not folded yet.
    """

    origin: str = ""
    size: int = 0
    root: str = ""
    problems: tuple[Problem, ...] = ()
    first_bad: int | None = None
    anchored: int = 0
    anchors: int = 0
    quorum_missing: str = ""
    unanchored_since_ns: int | None = None
    open_intents: int = 0
    newer: int = 0
    ahead: tuple[str, ...] = ()
    tail: int = 0

    @property
    def is_whole(self) -> bool:
        """Nothing is wrong."""
        return not self.problems

    @property
    def is_anchored(self) -> bool:
        """Something of it is held elsewhere, or there is nothing to hold."""
        return self.anchored > 0 or (self.size == 0 and self.is_whole and not self.is_unsigned)

    @property
    def is_unsigned(self) -> bool:
        """There are entries, and nothing was ever signed."""
        return self.is_whole and not self.origin


class Findings:
    """The problems so far."""

    def __init__(self) -> None:
        self._problems: list[Problem] = []

    def add(self, index: int | None, where: str, what: str) -> None:
        """One more."""
        self._problems.append(Problem(index, where, what))

    def __len__(self) -> int:
        return len(self._problems)

    @property
    def is_full(self) -> bool:
        """So many that more would tell nobody anything."""
        return len(self._problems) >= MOST_PROBLEMS

    def sorted(self) -> tuple[Problem, ...]:
        """Those with the lowest index first, and last those without."""
        return tuple(sorted(self._problems, key=lambda each: (each.index is None, each.index or 0)))
