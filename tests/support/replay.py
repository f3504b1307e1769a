"""A rule over history: when it fires, and when it is over. As the hub does it, step by step."""

from __future__ import annotations

from collections.abc import Iterable

from fleaglass.alerts.judge.judge import Judge
from fleaglass.alerts.judge.plan import SpanRule
from fleaglass.alerts.judge.replay import Episode, Episodes, Read, shown_to
from fleaglass.alerts.judge.row import Row
from fleaglass.alerts.rules.model import Rule

__all__ = ["replay", "shown"]


def replay(rule: Rule, read: Read, from_ns: int, to_ns: int, step_ns: int) -> list[Episode]:
    """Every episode that fires from `from_ns` on, judged each `step_ns` until `to_ns`, by when it fires."""
    episodes = Episodes(rule)
    for now_ns in range(from_ns, to_ns + 1, step_ns):
        episodes.see(read(now_ns), now_ns)
    return episodes.all()


def shown(rule: SpanRule, rows: Iterable[Row]) -> Read:
    """What a rule reads of these rows, the earliest end first: at each moment of those that have ended by then."""
    return shown_to(Judge([rule]), rule, rows)
