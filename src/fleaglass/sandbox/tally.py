"""Counting, per agent and operation, what arrived and what was done: how often an agent sent a thing can be asked."""

from __future__ import annotations

from collections import Counter

__all__ = ["Tally"]


class Tally:
    """Counts since the process began; refused requests, and those that a fault stopped, arrived but were not done."""

    def __init__(self) -> None:
        """Start from zero."""
        self._arrived: Counter[tuple[str, str]] = Counter()
        self._done: Counter[tuple[str, str]] = Counter()

    def arrived(self, agent_id: str, operation: str) -> None:
        """Count a request; the agent is empty for one that came without a good key."""
        self._arrived[agent_id, operation] += 1

    def done(self, agent_id: str, operation: str) -> None:
        """Count an operation that was performed, whatever became of its answer."""
        self._done[agent_id, operation] += 1

    def view(self, agent_id: str | None) -> dict[str, dict[str, int]]:
        """Return both counts by operation, of one agent if given."""
        return {"arrived": _by_operation(self._arrived, agent_id), "done": _by_operation(self._done, agent_id)}


def _by_operation(counts: Counter[tuple[str, str]], agent_id: str | None) -> dict[str, int]:
    sums: Counter[str] = Counter()
    for (agent, operation), count in counts.items():
        if agent_id in (None, agent):
            sums[operation] += count
    return dict(sorted(sums.items()))
