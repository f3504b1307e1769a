"""What a rule keeps of one group."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from msgspec import Struct, field

from fleaglass.alerts.judge.reading import Labels, Reading
from fleaglass.alerts.judge.row import Row

__all__ = ["Hearing", "Series"]


class Hearing(Struct, frozen=True, kw_only=True):
    """What silence may mean.

    Attributes:
        since_ns: from when on spans were listened for without a gap. Silence before that was nobody's.
        ended: agent → when its latest session ended as it should. Such an agent is not missed.
    """

    since_ns: int = 0
    ended: Mapping[str, int] = field(default_factory=dict)


class Series(Protocol):
    """One group of one rule. What is added may come in any order, and leaves the same behind."""

    def add(self, row: Row) -> None:
        """Take a row that the rule is about; each is given once."""

    def pass_time(self, now_ns: int) -> bool:
        """Let go of what no longer counts. Whether that, or time itself, may have changed what is read."""

    def is_empty(self) -> bool:
        """Whether nothing is left, so that the group may be forgotten."""

    def reading(self, group: Labels, now_ns: int, hearing: Hearing) -> Reading | None:
        """What is read now; None while too little is known."""
