"""What is wrong with a rules file, so that it can be found and put right."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

__all__ = ["Problem", "RulesError"]


class Problem(Struct, frozen=True):
    """One thing.

    Attributes:
        name: the file's.
        line: where it is, from 1.
        what: what it is about, what was expected there, and what was found. Never a secret's value.
    """

    name: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.name}:{self.line}: {self.what}"


class RulesError(ValueError):
    """A rules file that cannot be used.

    ``str()`` gives a line for each problem, such as
    ``alerts.toml:14: rule "p99-order": above_ms: expected a number of milliseconds, got "2s"``.

    Attributes:
        problems: everything that is wrong, by line; at least one.
        name, line, what: the first of them.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)
        self.name, self.line, self.what = problems[0].name, problems[0].line, problems[0].what
