"""Whose run it is, under `fleaglass run`: the agent's that the program makes, else one's that stands in for it.

    the program calls init             its agent; the command's options say what it leaves open
    it calls the venue before that     the command's own, from then on
    a minute has passed, or it ends    the same

The program is not asked beforehand whether it makes an agent, and may do so late, when all it imports is loaded. The
first agent there is gets the session of the run, which is why none is made early: two would mix, and each would tell
half of the story.
"""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Mapping
from contextlib import ExitStack
from types import TracebackType
from typing import Any, Final

import fleaglass
from fleaglass._forks import Lock
from fleaglass.recorder import Agent, Surroundings, guard
from fleaglass.recorder.session.sigterm import LastWords
from fleaglass.settings import Settings

__all__ = ["AgentOfRun"]

_PATIENCE_S: Final = 60.0


class AgentOfRun(Surroundings):
    """The surroundings of a program that is run.

    Args:
        name: what the agent is called if nothing else says it.
        options: what the command line says of the agent, by the arguments of ``init``.
    """

    def __init__(self, name: str, options: Mapping[str, str | None]) -> None:
        self._name = name
        self._options = options
        self._process = os.getpid()
        self._lock = Lock()
        self._agent: Agent | None = None
        self._session = ExitStack()
        self._patience = threading.Timer(_PATIENCE_S, self.stand_in)

    def begin(self) -> None:
        """The program begins. In the main thread, or SIGTERM is left alone."""
        atexit.register(self._session.close)  # Python waits for the program's threads before
        LastWords(self._say_last_words, Settings.read({}).shutdown_timeout_s).install()
        self._patience.daemon, self._patience.name = True, "fleaglass-patience"
        self._patience.start()

    def complete(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """What the program says, then what the command line says."""
        given = {name: value for name, value in arguments.items() if value is not None}
        return {**arguments, **self._options, **given}

    def settings(self, arguments: Mapping[str, Any]) -> Settings:
        """As for a program that runs by itself, but that it has a name."""
        found = super().settings(arguments)
        unnamed = found.agent_id == Settings.load().agent_id
        return super().settings({**arguments, "agent_id": self._name}) if unnamed else found

    def receive(self, agent: Agent) -> None:
        """The first agent gets the session of the run. A process that was forked before leaves it to its parent."""
        with self._lock:
            if self._agent is not None or os.getpid() != self._process:
                return
            self._agent = agent
            self._patience.cancel()
            self._session.enter_context(agent.session(handle_sigterm=False))
        asked = self._options.get("agent_id")
        if asked is not None and agent.agent_id != asked:
            guard.say("asked for another", f"the program calls its agent {agent.agent_id}: --agent-id does nothing")

    def stand_in(self) -> None:
        """Make an agent, if the program has made none by now."""
        if self._agent is None:
            fleaglass.init()

    def crashed(self, error: BaseException, trace: TracebackType | None) -> None:
        """The program ended by this exception."""
        self.stand_in()
        self._session.__exit__(type(error), error, trace)

    def _say_last_words(self) -> None:
        if self._agent is not None:
            self._agent.shutdown()
