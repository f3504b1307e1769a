"""Which issue an event goes to, given the issues that its hashes are known to belong to.

Any known hash selects the issue, the primary one before the others; the event's hashes that are not known yet are
attached to it. So an issue may have many hashes, and a hash has one issue. None known: the event makes an issue.

Source: Sentry's documentation of grouping and merging.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

__all__ = ["Assignment", "assign"]

Issue = TypeVar("Issue")


@dataclass(frozen=True, slots=True)
class Assignment(Generic[Issue]):
    """`issue` is None when a new one is to be made. `attach` are the hashes that it gets."""

    issue: Issue | None
    attach: tuple[str, ...]


def assign(hashes: Sequence[str], known: Mapping[str, Issue]) -> Assignment[Issue]:
    """The issue of an event with these hashes, the primary one first."""
    issue = next((known[each] for each in hashes if each in known), None)
    return Assignment(issue, tuple(each for each in hashes if each not in known))
