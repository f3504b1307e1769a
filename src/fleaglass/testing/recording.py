"""An agent that keeps its spans, sends nothing, and reads neither clock, randomness, environment nor files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from fleaglass.recorder import Agent, EndedSpan, Seams, guard, init_offline
from fleaglass.testing.determinism import CountingIds, TickingClock
from fleaglass.testing.tree import tree

__all__ = ["Recording", "SwallowedError", "lenient", "recording", "strict"]


class SwallowedError(AssertionError):
    """The recorder met an error of its own. In production it would have been counted, logged and swallowed."""


@dataclass
class Recording:
    """An agent under test and what it recorded so far."""

    agent: Agent
    clock: TickingClock
    spans: list[EndedSpan] = field(default_factory=list)
    """Ended spans, in the order they ended."""

    def named(self, name: str) -> list[EndedSpan]:
        """The spans of this name."""
        return [span for span in self.spans if span.name == name]

    def one(self, name: str) -> EndedSpan:
        """The only span of this name; ``AssertionError`` if there are none or several."""
        found = self.named(name)
        assert len(found) == 1, f"{len(found)} spans are named {name!r}, not 1:\n{self.tree()}"
        return found[0]

    def tree(self, *, attributes: bool = False) -> str:
        """All spans as an indented text, see `fleaglass.testing.tree`."""
        return tree(self.spans, attributes=attributes)


@contextmanager
def recording(agent_id: str = "test-agent", *, services: Sequence[str] = ()) -> Iterator[Recording]:
    """A block with an agent of its own. Code inside that calls ``fleaglass.init`` with the same id gets this agent.

    Raises `SwallowedError` at the end if the recorder met an error of its own.
    """
    spans: list[EndedSpan] = []
    clock = TickingClock()
    agent = init_offline(agent_id, services=services, seams=Seams(clock, CountingIds(), (spans.append,)))
    try:
        with strict():
            yield Recording(agent, clock, spans)
    finally:
        agent.shutdown()


@contextmanager
def strict() -> Iterator[None]:
    """A block in which internal errors are raised where they happen; and at the end, those from other threads too."""
    before, guard.strict = guard.strict, True
    known = guard.swallowed.copy()
    try:
        yield
        if new := guard.swallowed - known:
            raise SwallowedError(", ".join(f"{kind} ({count} times)" for kind, count in new.items()))
    finally:
        guard.strict = before


@contextmanager
def lenient() -> Iterator[None]:
    """A block in which internal errors are swallowed as in production, to see what an agent's author would see."""
    before, guard.strict = guard.strict, False
    known = guard.swallowed.copy()
    try:
        yield
    finally:
        guard.strict = before
        guard.forget()
        guard.swallowed.update(known)
