"""What the entries say: that each can be read, is where it says that it is, and refers to something before it."""

from __future__ import annotations

from array import array

import msgspec

from fleaglass.ledger.reading import read_entry
from fleaglass.ledger.storage.open_intents import OpenIntents
from fleaglass.ledger.verify.verdict import Findings

__all__ = ["Said"]

_VERSION = "1"
_ANSWERS = ("outcome", "resolution")


class _Version(msgspec.Struct):
    """Of an entry that may be of a newer form."""

    v: str


class Said:
    """Takes every entry in order.

    Most answers are to one of the few intents that are open. What else is referred to is looked for at the end, among
    all: by the first half of each id, 8 bytes, so that a million entries take 9 MB.

    Args:
        findings: where problems go.
    """

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._ids = array("Q")
        self._is_intent = bytearray()
        self._open = OpenIntents()
        self._late: list[tuple[int, str, str, str]] = []
        self._can_tell = True
        self.newer = 0

    @property
    def open_intents(self) -> int:
        """So many have no answer that is known."""
        return len(self._open.entries)

    def take(self, index: int, data: bytes, where: str) -> None:
        """An entry: its place in the log, its bytes, and the file that it is in."""
        try:
            entry = read_entry(data)
            id_ = int(entry.id[:16], 16)
        except ValueError as error:
            self._unread(index, data, where, str(error))
            return
        if entry.seq != str(index):
            self._findings.add(index, where, f"the entry says that it is number {entry.seq!r}")
        self._ids.append(id_ & 0xFFFF_FFFF_FFFF_FFFF)
        self._is_intent.append(entry.kind == "intent")
        is_answer = entry.kind in _ANSWERS
        if (is_answer or entry.ref) and not (is_answer and entry.ref in self._open):
            self._late.append((index, entry.ref, entry.kind, where))
        self._open.take(entry)

    def skip(self, count: int) -> None:
        """Entries that are damaged. What refers to one of them cannot be told from what refers to nothing."""
        self._ids.extend([0] * count)
        self._is_intent.extend(bytes(count))
        self._can_tell = False

    def end(self) -> None:
        """There are no more."""
        if not self._can_tell:
            return
        wanted = {_half(ref) for _, ref, _, _ in self._late}
        first_at: dict[int, int] = {}
        for index, id_ in enumerate(self._ids if wanted else ()):
            if id_ in wanted:
                first_at.setdefault(id_, index)
        for index, ref, kind, where in self._late:
            found = first_at.get(_half(ref), index)
            if found >= index or (kind in _ANSWERS and not self._is_intent[found]):
                self._findings.add(index, where, f"the {kind} refers to {ref!r}, and no entry before it is that")

    def _unread(self, index: int, data: bytes, where: str, why: str) -> None:
        self.skip(1)
        try:
            is_newer = msgspec.json.decode(data, type=_Version).v != _VERSION
        except (msgspec.MsgspecError, RecursionError):
            is_newer = False
        if is_newer:
            self.newer += 1
        else:
            self._findings.add(index, where, f"the entry cannot be read: {why}")


def _half(id_: str) -> int:
    """The first half of an id; -1, which no entry has, if it is none."""
    try:
        return int(id_[:16], 16) & 0xFFFF_FFFF_FFFF_FFFF
    except ValueError:
        return -1
