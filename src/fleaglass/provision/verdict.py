"""How well another system can say what a rule says, in plain words for its owner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

__all__ = ["BACKENDS", "EXACT", "Approximate", "Backend", "Exact", "Impossible", "Verdict"]

Backend: TypeAlias = Literal["prometheus", "grafana", "sentry"]
BACKENDS: Final[tuple[Backend, ...]] = ("prometheus", "grafana", "sentry")


@dataclass(frozen=True, slots=True)
class Exact:
    """It fires and resolves when the hub does, within one round of evaluation."""

    def __str__(self) -> str:
        return "exact"


EXACT: Final = Exact()


@dataclass(frozen=True, slots=True)
class Approximate:
    """It is told, but not always then. ``why`` completes "approximate: …"."""

    why: str

    def __str__(self) -> str:
        return f"approximate: {self.why}"


@dataclass(frozen=True, slots=True)
class Impossible:
    """It is not told there. ``why`` completes "impossible: …"."""

    why: str

    def __str__(self) -> str:
        return f"impossible: {self.why}"


Verdict: TypeAlias = Exact | Approximate | Impossible
