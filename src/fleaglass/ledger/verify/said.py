"""What the entries say: that each can be read, is where it says that it is, and refers to something before it."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import OrderedDict
from typing import Final

import msgspec

from fleaglass.ledger.entry import Entry
from fleaglass.ledger.reading import read_entry
from fleaglass.ledger.storage.open_intents import closes
from fleaglass.ledger.verify.verdict import Findings

__all__ = ["Said"]

_VERSION: Final = "1"
_MOST_RECENT: Final = 16_384
"""So many open intents are at hand; an answer to an older one is held against it at the end."""
_NO_INTENT, _OPEN, _CLOSED = range(3)
_ANY, _ANSWER, _CLOSING = range(3)
"""What an entry is that refers to another."""


class _Version(msgspec.Struct):
    """Of an entry that may be of a newer form."""

    v: str


class Said:
    """Takes every entry in order.

    Most answers are to one of the few intents that are open. What else is referred to is looked for at the end, among
    all. Of each entry 9 bytes are kept, and 17 more of one whose reference is looked for then: never what it says, so
    that a million of them can be verified whatever they are.

    Args:
        findings: where problems go.
    """

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._ids = array("q")
        self._what = bytearray()
        self._recent: OrderedDict[int, int] = OrderedDict()
        """Index of each by its id."""
        self._late_at, self._late_refs, self._late_what = array("q"), array("q"), bytearray()
        self._files: list[tuple[int, str]] = []
        """The first entry of each file, and its path."""
        self._can_tell = True
        self.newer = 0

    @property
    def open_intents(self) -> int:
        """So many have no answer that is known; to be asked at the end."""
        return self._what.count(_OPEN)

    def take(self, index: int, data: bytes, where: str) -> None:
        """An entry: its place in the log, its bytes, and the file that it is in."""
        if not self._files or self._files[-1][1] != where:
            self._files.append((index, where))
        try:
            entry = read_entry(data)
            int(entry.id, 16)
        except ValueError as error:
            self._unread(index, data, where, str(error))
            return
        if entry.seq != str(index):
            self._findings.add(index, where, f"the entry says that it is number {entry.seq!r}")
        self._refer(entry, len(self._ids))
        self._add(entry)

    def _add(self, entry: Entry) -> None:
        is_intent = entry.kind == "intent"
        if is_intent:
            self._recent[hash(entry.id)] = len(self._ids)
            if len(self._recent) > _MOST_RECENT:
                self._recent.popitem(last=False)
        self._ids.append(hash(entry.id))
        self._what.append(_OPEN if is_intent else _NO_INTENT)

    def _refer(self, entry: Entry, place: int) -> None:
        is_closing = closes(entry)
        if not entry.ref and not is_closing and entry.kind != "outcome":
            return
        what = _CLOSING if is_closing else _ANSWER if entry.kind == "outcome" else _ANY
        ref = hash(entry.ref)
        if what != _ANY and (found := self._recent.get(ref)) is not None:
            if is_closing:
                self._what[found] = _CLOSED
                del self._recent[ref]
            return
        self._late_at.append(place)
        self._late_refs.append(ref)
        self._late_what.append(what)

    def skip(self, count: int) -> None:
        """Entries that are damaged. What refers to one of them cannot be told from what refers to nothing."""
        self._ids.extend([0] * count)
        self._what.extend(bytes(count))
        self._can_tell = False

    def end(self) -> None:
        """There are no more."""
        wanted = dict.fromkeys(self._late_refs, -1)
        for place, id_ in enumerate(self._ids if wanted else ()):
            if wanted.get(id_) == -1:
                wanted[id_] = place
        for place, ref, what in zip(self._late_at, self._late_refs, self._late_what, strict=True):
            found = wanted[ref]
            if not 0 <= found < place or (what != _ANY and self._what[found] == _NO_INTENT):
                self._refers_to_nothing(place, what)
            elif what == _CLOSING:
                self._what[found] = _CLOSED

    def _refers_to_nothing(self, place: int, what: int) -> None:
        if self._can_tell and not self._findings.is_full:
            where = self._files[bisect_right(self._files, place, key=lambda file: file[0]) - 1][1]
            meant = "entry" if what == _ANY else "intent"
            self._findings.add(place, where, f"the entry refers to another, and no {meant} before it is that")

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
