"""What a rule reads at one moment for one group: the one thing that its state moves by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

__all__ = ["Labels", "Reading"]

Labels = tuple[tuple[str, str], ...]
"""Label names and values of a group, sorted by name."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One rule, one group, one moment.

    A group without a reading is one that nothing is known of (no samples, too few): it stays as it is.

    Attributes:
        group: what it is about.
        value: in the rule's unit; None where there is no figure, only a fact.
        is_breach: beyond the threshold.
        is_good: good again. With a resolve threshold, neither may be true: then it stays as it is.
        samples: how many spans it rests on.
        trace_ids: traces to look at, the most telling first, at most 5; 32 hexadecimal digits.
        rests_on: what happened, sorted, where it may never turn good: ids of sessions that broke, of issues, of
            traces with something in flight; monitors. One more is another breach.
    """

    group: Labels
    value: Decimal | float | None
    is_breach: bool
    is_good: bool
    samples: int = 0
    trace_ids: Sequence[str] = ()
    rests_on: tuple[str, ...] = ()
