"""What the hub turned away since it started: by reason, by what was sent, and by whose it was.

`busy`, `quota` and `unavailable` were told to come again and lose nothing by it, as long as they do; the rest is lost
unless its sender mends it. Senders choose their names, so only so many are kept: those who were refused most. What
others were refused is kept under OTHERS.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

__all__ = ["LATER", "OTHERS", "Kind", "Reason", "Refusal", "Refusals"]

Reason: TypeAlias = Literal["busy", "quota", "unavailable", "malformed", "too_large", "encoding", "not_allowed"]
Kind: TypeAlias = Literal["traces", "logs", "metrics", "envelopes"]

LATER: Final[frozenset[Reason]] = frozenset(("busy", "quota", "unavailable"))
"""Reasons that pass: the sender was told when to try again."""
OTHERS: Final = "others"
MOST_AGENTS: Final = 50


@dataclass(frozen=True, slots=True)
class Refusal:
    """So many requests of an agent ("" if the request does not say whose it is), and the Unix ns of the last one."""

    agent: str
    kind: Kind
    reason: Reason
    requests: int
    last_ns: int


class Refusals:
    """The counts. Used on the event loop only."""

    def __init__(self, most_agents: int = MOST_AGENTS, now_ns: Callable[[], int] = time.time_ns) -> None:
        self._most_agents = most_agents
        self._now_ns = now_ns
        self._counts: dict[str, dict[tuple[Kind, Reason], tuple[int, int]]] = {}

    def count(self, reason: Reason, kind: Kind, agent: str = "") -> None:
        """A request was refused."""
        if agent not in self._counts and len(self._counts.keys() - {OTHERS}) >= self._most_agents:
            self._fold(min(self._counts.keys() - {OTHERS}, key=self._total))
        self._add(agent, kind, reason, 1, self._now_ns())

    def rows(self) -> list[Refusal]:
        """All of them, those who were refused most first."""
        return [
            Refusal(agent, kind, reason, requests, last_ns)
            for agent in sorted(self._counts, key=self._total, reverse=True)
            for (kind, reason), (requests, last_ns) in sorted(self._counts[agent].items())
        ]

    def lost(self) -> int:
        """How many were refused for good."""
        return sum(row.requests for row in self.rows() if row.reason not in LATER)

    def _fold(self, agent: str) -> None:
        for (kind, reason), (requests, last_ns) in self._counts.pop(agent).items():
            self._add(OTHERS, kind, reason, requests, last_ns)

    def _add(self, agent: str, kind: Kind, reason: Reason, requests: int, at_ns: int) -> None:
        of_agent = self._counts.setdefault(agent, {})
        before, last_ns = of_agent.get((kind, reason), (0, 0))
        of_agent[kind, reason] = before + requests, max(last_ns, at_ns)

    def _total(self, agent: str) -> int:
        return sum(requests for requests, _ in self._counts[agent].values())
