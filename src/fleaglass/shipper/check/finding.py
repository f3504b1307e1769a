"""What a check found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import msgspec

__all__ = ["Examination", "Finding", "Mistake", "Outcome"]

Outcome: TypeAlias = Literal["yes", "no", "unknown", "warning"]


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong in one sentence, and what to do now."""

    says: str
    next: str


class Finding(msgspec.Struct, frozen=True):
    """One step of an examination.

    Attributes:
        step: ``reachable``, ``accepted`` and so on.
        outcome: ``unknown`` where nobody can know, ``warning`` for what works and hurts all the same.
        says: what was seen.
        next: what to do now; empty if there is nothing to do.
    """

    step: str
    outcome: Outcome
    says: str = ""
    next: str = ""

    @classmethod
    def of(cls, step: str, mistake: Mistake) -> Finding:
        """A step that failed."""
        return cls(step, "no", mistake.says, mistake.next)


class Examination(msgspec.Struct, frozen=True, kw_only=True):
    """All findings about one destination.

    Attributes:
        name: of the destination.
        backend: what it is.
        address: without credentials.
        protocol: how it is spoken to.
        findings: in the order of the steps.
    """

    name: str
    backend: str
    address: str
    protocol: str
    findings: tuple[Finding, ...]

    @property
    def is_well(self) -> bool:
        """Whether no step failed."""
        return all(finding.outcome != "no" for finding in self.findings)
