"""From readings to states, for one rule and one group.

    none ──breach──▶ pending ──breach for `for`──▶ firing ──good for `keep`──▶ resolved
                       │ no breach                    ▲ │
                       ▼                              └─┘ a breach, or anything between the thresholds
                     none

    firing ──a person resolves it──▶ quiet ──good once──▶ none
                                       │ it rests on something new
                                       ▼
                                     as from none

A group of which nothing is read stays as it is: what was good goes on being good, what was bad bad. With some kinds
nothing is something, though: no span in the window means that no slow one is in it (`without_reading`).

Source: `for` and `keep` mean what Prometheus means by `for` and `keep_firing_for`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from fleaglass.alerts.judge.reading import Labels, Reading
from fleaglass.alerts.rules.model import ErrorRate, Percentile, Ratio, Rule, WalletFloor

__all__ = ["Standing", "is_another", "step", "step_quiet", "without_reading"]

_NEED_SAMPLES: Final = (Percentile, ErrorRate, Ratio, WalletFloor)
"""Kinds that know nothing where nothing is read. Of all others it means that there is nothing to complain of."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A group whose value is beyond the threshold, or was and has not been good for long enough.

    Attributes:
        began_ns: when it went beyond the threshold.
        good_ns: since when it has been good again.
        value: what was read last.
        is_firing: whether it has been so for as long as `for` asks.
        rests_on: what the reading before rested on, if it said.
    """

    began_ns: int
    good_ns: int | None
    value: Decimal | float | None
    is_firing: bool
    rests_on: tuple[str, ...] = ()


def step(rule: Rule, standing: Standing | None, reading: Reading | None, now_ns: int) -> Standing | None:
    """Where the group stands after a reading. None: nothing is wrong, or what fired is resolved."""
    if standing is None:
        if reading is None or not reading.is_breach:
            return None
        return Standing(now_ns, None, reading.value, rule.for_.ns == 0, reading.rests_on)
    if reading is None:
        return None if _is_over(rule, standing, now_ns) else standing
    if not standing.is_firing:
        if not reading.is_breach:
            return None
        is_firing = now_ns - standing.began_ns >= rule.for_.ns
        return replace(standing, value=reading.value, is_firing=is_firing, rests_on=reading.rests_on)
    good_ns = (now_ns if standing.good_ns is None else standing.good_ns) if reading.is_good else None
    after = replace(standing, good_ns=good_ns, value=reading.value, rests_on=reading.rests_on)
    return None if _is_over(rule, after, now_ns) else after


def step_quiet(rule: Rule, quiet: Standing, reading: Reading | None, now_ns: int) -> Standing | None:
    """Where a group stands whose incident a person has resolved: as it was, while the same breach is true.

    None: it has been good once, or nothing was known of it for as long as `keep` asks.
    """
    if reading is None:
        unknown = replace(quiet, good_ns=now_ns if quiet.good_ns is None else quiet.good_ns)
        return None if _is_over(rule, unknown, now_ns) else unknown
    return None if reading.is_good else replace(quiet, good_ns=None)


def is_another(quiet: Standing, reading: Reading | None) -> bool:
    """Whether what is read rests on something that a person who resolved the incident could not know of."""
    return reading is not None and reading.is_breach and not set(reading.rests_on) <= set(quiet.rests_on)


def without_reading(rule: Rule, group: Labels) -> Reading | None:
    """What it means that nothing is read of a group: all is well, or None where nothing is known."""
    return None if isinstance(rule, _NEED_SAMPLES) else Reading(group, None, is_breach=False, is_good=True)


def _is_over(rule: Rule, standing: Standing, now_ns: int) -> bool:
    return standing.is_firing and standing.good_ns is not None and now_ns - standing.good_ns >= rule.keep.ns
