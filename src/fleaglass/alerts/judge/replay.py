"""A rule over history: when it would have fired, and when it would have been over. As the hub does it, step by step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from fleaglass.alerts.judge.judge import Judge
from fleaglass.alerts.judge.machine import Standing, step, without_reading
from fleaglass.alerts.judge.plan import SpanRule
from fleaglass.alerts.judge.reading import Labels, Reading
from fleaglass.alerts.judge.row import Row
from fleaglass.alerts.judge.words import says
from fleaglass.alerts.rules.model import Rule

__all__ = ["Episode", "Read", "replay", "shown"]

Read = Callable[[int], Sequence[Reading]]
"""What a rule reads at a moment, Unix nanoseconds. It is asked for one moment after the other."""


@dataclass(frozen=True, slots=True)
class Episode:
    """What would have been an incident. Times are Unix nanoseconds; `resolved_ns` is None if it would still be open."""

    group: Labels
    began_ns: int
    fired_ns: int
    resolved_ns: int | None
    says: str
    trace_ids: Sequence[str]


def replay(rule: Rule, read: Read, from_ns: int, to_ns: int, step_ns: int) -> list[Episode]:
    """Every episode that fires from `from_ns` on, judged each `step_ns` until `to_ns`, by when it fires."""
    standing: dict[Labels, Standing] = {}
    open_now: dict[Labels, Episode] = {}
    over: list[Episode] = []
    for now_ns in range(from_ns, to_ns + 1, step_ns):
        for group, reading in _everybody(rule, read(now_ns), standing):
            after = step(rule, standing.get(group), reading, now_ns)
            if after is None:
                standing.pop(group, None)
                if group in open_now:
                    over.append(replace(open_now.pop(group), resolved_ns=now_ns))
                continue
            standing[group] = after
            if after.is_firing and group not in open_now and reading is not None:
                line = says(rule, reading)
                open_now[group] = Episode(group, after.began_ns, now_ns, None, line, reading.trace_ids)
    return sorted([*over, *open_now.values()], key=lambda episode: (episode.fired_ns, episode.group))


def shown(rule: SpanRule, rows: Iterable[Row]) -> Read:
    """What a rule reads of these rows, the earliest end first: at each moment of those that have ended by then."""
    judge, coming = Judge([rule]), iter(rows)
    following = next(coming, None)

    def read(now_ns: int) -> Sequence[Reading]:
        nonlocal following
        while following is not None and following.end_ns <= now_ns:
            judge.see(following)
            following = next(coming, None)
        return judge.at(now_ns)[rule.name]

    return read


def _everybody(
    rule: Rule, readings: Sequence[Reading], standing: Iterable[Labels]
) -> Iterator[tuple[Labels, Reading | None]]:
    """What is read of each group, and of those that stand what it means when nothing is."""
    unread = dict.fromkeys(standing)
    for reading in readings:
        unread.pop(reading.group, None)
        yield reading.group, reading
    for group in unread:
        yield group, without_reading(rule, group)
