"""Which fault hits which request.

Drawn from the seed, per fault and caller: a second run is hit at the same calls, however callers interleave.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from fleaglass.sandbox.draws import uniforms
from fleaglass.sandbox.faults import Fault, Kind
from fleaglass.sandbox.operations import Operation

__all__ = ["FaultBoard", "Hit"]


@dataclass(frozen=True, slots=True)
class Hit:
    """What happens to one request: all delays together, and the first of the other faults that fired."""

    delay_s: float = 0.0
    fault: Fault | None = None

    def is_(self, kind: Kind) -> bool:
        """Return whether a fault of this kind fired."""
        return self.fault is not None and self.fault.kind is kind


class FaultBoard:
    """The faults in force and how often each was drawn and fired."""

    def __init__(self, seed: int, faults: Iterable[Fault] = ()) -> None:
        """Start with these faults; equal seeds draw equally."""
        self._seed = seed
        self._faults: tuple[Fault, ...] = ()
        self.drawn: Counter[str] = Counter()
        self.fired: Counter[str] = Counter()
        self._turns: Counter[tuple[str, str]] = Counter()
        self.replace(faults)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """The faults in force."""
        return self._faults

    def replace(self, faults: Iterable[Fault]) -> None:
        """Put other faults in force; counts of faults that stay go on."""
        self._faults = tuple(faults)

    def draw(self, operation: Operation, caller: str) -> Hit:
        """Draw each fault that aims at the operation for the caller's next request."""
        fired = [(fault, spread) for fault, spread in self._fired(operation, caller)]
        return Hit(
            delay_s=sum(_delay_s(fault, spread) for fault, spread in fired if fault.kind is Kind.LATENCY),
            fault=next((fault for fault, _ in fired if fault.kind is not Kind.LATENCY), None),
        )

    def _fired(self, operation: Operation, caller: str) -> Iterable[tuple[Fault, float]]:
        for fault in self._faults:
            if not fault.aims_at(operation):
                continue
            name = str(fault)
            self.drawn[name] += 1
            self._turns[name, caller] += 1
            chance, spread, _, _ = uniforms(self._seed, "fault", name, caller, self._turns[name, caller])
            if chance * 100 < fault.percent:
                self.fired[name] += 1
                yield fault, spread


def _delay_s(fault: Fault, spread: float) -> float:
    least, most = float(fault.least_ms), float(fault.most_ms)
    return (least + spread * (most - least)) / 1000
