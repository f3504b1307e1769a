"""Which agents had ended as they should at a moment of the past: nobody misses those (facts.py knows it of now)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final, NamedTuple

from sqlalchemy import Connection, select

from fleaglass.alerts.judge.series import Hearing
from fleaglass.hub.sessions.tables import sessions

__all__ = ["Endings", "Run", "runs"]

WEEK_NS: Final = 7 * 86_400_000_000_000


class Run(NamedTuple):
    """A session: `ended_ns` is None unless it ended as it should. Unix nanoseconds."""

    agent: str
    environment: str
    started_ns: int
    ended_ns: int | None


class Endings:
    """Asked for one moment after the other, what silence means then."""

    def __init__(self, told: Iterable[Run]) -> None:
        known = list(told)
        begun = [(run.started_ns, run) for run in known]
        over = [(run.ended_ns, run) for run in known if run.ended_ns is not None]
        self._coming = sorted([*begun, *over], key=lambda change: change[0], reverse=True)
        self._latest: dict[str, dict[str, Run]] = defaultdict(dict)
        self._ended: dict[str, int] = {}
        self._hearing = Hearing(ended=self._ended)

    def heard(self, now_ns: int) -> Hearing:
        """What silence means at a moment."""
        while self._coming and self._coming[-1][0] <= now_ns:
            _, run = self._coming.pop()
            lanes = self._latest[run.agent]
            known = lanes.get(run.environment, run)
            lanes[run.environment] = max(known, run, key=lambda each: each.started_ns)
            self._look_at(run.agent, now_ns)
        return self._hearing

    def _look_at(self, agent: str, now_ns: int) -> None:
        """An agent has ended when the latest run of each of its environments has."""
        ends = [run.ended_ns for run in self._latest[agent].values()]
        self._ended.pop(agent, None)
        if all(end is not None and end <= now_ns for end in ends):
            self._ended[agent] = max(end for end in ends if end is not None)


def runs(connection: Connection, from_ns: int, to_ns: int) -> list[Run]:
    """The sessions of agents that were heard of then, or in the week before. Raises StateError."""
    at = sessions.c
    query = select(at.user, at.environment, at.started_ns, at.seen_ns, at.status).where(
        at.user != "", at.seen_ns > from_ns - WEEK_NS, at.started_ns <= to_ns
    )
    return [
        Run(user, environment, started_ns, seen_ns if status == "exited" else None)
        for user, environment, started_ns, seen_ns, status in connection.execute(query)
    ]
