"""The rules that are judged now, as whoever loads the file hands them on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from fleaglass.alerts.rules.model import Rule, RuleBook

__all__ = ["NO_RULES", "RulesInForce", "rule_named"]


class RulesInForce(Protocol):
    """The last good version of the rules file, and what is wrong with a newer one."""

    @property
    def book(self) -> RuleBook:
        """What is judged."""

    @property
    def path(self) -> Path | None:
        """The file; None for the rules that come with Fleaglass."""

    @property
    def loaded_ns(self) -> int:
        """When this version was read, Unix nanoseconds."""

    @property
    def problem(self) -> str | None:
        """Why a newer version of the file is not used, with its line and what was expected there."""

    @property
    def problem_since_ns(self) -> int | None:
        """When that version was read."""


@dataclass(frozen=True, slots=True)
class _Fixed:
    book: RuleBook
    path: Path | None = None
    loaded_ns: int = 0
    problem: str | None = None
    problem_since_ns: int | None = None


NO_RULES: Final[RulesInForce] = _Fixed(RuleBook(version=1))
"""Of a hub that judges nothing."""


def rule_named(book: RuleBook, name: str) -> Rule | None:
    """The rule of this name; None when the book has none."""
    return next((rule for rule in book.rules if rule.name == name), None)
