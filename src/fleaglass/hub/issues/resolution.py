"""What somebody meant by "resolved", as it is kept with the issue until it regresses or is opened again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["How", "Resolution"]

How = Literal["now", "in_release", "in_next_release"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """One resolution.

    Attributes:
        kind: `now`: it does not happen any more. `in_release`: from `release` on. `in_next_release`: from the first
            release after `release` on.
        at_ns: when somebody said so, Unix nanoseconds.
        release: for `in_release` the release that fixes it; for `in_next_release` the issue's current release at
            `at_ns`, the newest in which it was seen, "" when it was seen in none.
        newest_release: for `in_next_release` the project's newest release at `at_ns`, "" when there was none: what the
            event's release is compared with when it cannot be compared with `release`.

    Raises:
        ValueError: `in_release` without a release, `now` with one.
    """

    kind: How
    at_ns: int
    release: str = ""
    newest_release: str = ""

    def __post_init__(self) -> None:
        if self.kind == "in_release" and not self.release:
            raise ValueError("resolved in a release needs the release's name")
        if self.kind == "now" and (self.release or self.newest_release):
            raise ValueError(f"resolved now goes without a release, got {self.release or self.newest_release!r}")
