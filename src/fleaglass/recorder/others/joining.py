"""An agent takes part in recording the spans of others, from its making to its end."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from fleaglass.recorder.core import Core
from fleaglass.recorder.others.belonging import taking_part
from fleaglass.recorder.others.meeting import meeting
from fleaglass.recorder.others.provided import provided
from fleaglass.recorder.tracer import Provider

if TYPE_CHECKING:
    from fleaglass.recorder.agent import Agent

__all__ = ["join", "leave"]


def join(agent: Agent) -> None:
    """It takes part, if it sends what it records. A second time does nothing."""
    settings, provider = agent.settings, agent.core.tracer_provider
    if settings.exporter != "none" and isinstance(provider, Provider) and provided.welcome(provider):
        agent.meet_others(meeting.look, partial(meeting.begin_work, provides=settings.global_provider))
        meeting.look()


def leave(core: Core) -> None:
    """It has been shut down. What belongs to it is recorded no more."""
    with suppress(ValueError):  # it took no part, or has left before
        taking_part.remove(core.tracer_provider)  # type: ignore[arg-type]  # another's is not in it
