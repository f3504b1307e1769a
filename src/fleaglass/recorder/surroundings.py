"""Where a program runs, as far as the making of its agents is concerned.

    by itself                   settings from the environment and the files      here
    under `fleaglass run`       and from the command line; the program's first   cli/run.py
                                agent gets the session of the run
    in a test                   nothing from outside, and nothing leaves         testing/rehearsal.py

``init`` asks the innermost of the surroundings that `fleaglass.recorder.handle.surrounded_by` has set up.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fleaglass.recorder.release import with_release
from fleaglass.recorder.seams import Seams
from fleaglass.settings import Settings

if TYPE_CHECKING:
    from fleaglass.recorder.agent import Agent

__all__ = ["OfflineSurroundings", "Surroundings"]


class Surroundings:
    """Of a program that runs by itself."""

    def complete(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments of ``init``, those that were not given (None) made up for."""
        return dict(arguments)

    def settings(self, arguments: Mapping[str, Any]) -> Settings:
        """What an agent with these arguments runs with."""
        return with_release(Settings.read(arguments))

    def seams(self, agent_id: str) -> Seams:
        """What an agent of this id takes from outside."""
        return Seams()

    def receive(self, agent: Agent) -> None:
        """The program has this agent: ``init`` made it, or returned it again."""

    def stand_in(self) -> None:
        """Something is to be recorded, and nobody has made an agent."""


class OfflineSurroundings(Surroundings):
    """Of a program of which nothing may be heard outside, and that hears nothing."""

    def settings(self, arguments: Mapping[str, Any]) -> Settings:
        """These and nothing else: nothing is sent, and no file written or read."""
        ledger = arguments.get("ledger") or "off"
        return Settings.load({**arguments, "exporter": "none", "span_log": None, "ledger": ledger})
