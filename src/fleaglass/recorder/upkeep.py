"""What an agent does besides deciding: the session of its run, jobs, markers, metrics, and the rounds for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from fleaglass.recorder.core import Core
from fleaglass.recorder.guard import guard
from fleaglass.recorder.marker import Markers
from fleaglass.recorder.metrics import Metrics
from fleaglass.recorder.monitor import Monitor
from fleaglass.recorder.rounds import Duty, Rounds
from fleaglass.recorder.session import Session
from fleaglass.settings import Settings

__all__ = ["Upkeep"]

_TEND_EVERY_S: Final = 5.0


class Upkeep:
    """One agent's upkeep. Making it starts nothing; the first cycle, operation or session does.

    Args:
        core: the agent.
        settings: what it runs with.
        rounds: what calls its duties.
        flush: waits until everything recorded has left, at most so many seconds.
        write: writes a record into the journal, of this kind and with this payload; ``None`` if there is none.
        tend: looks after the journal; ``None`` if there is none.
    """

    def __init__(
        self,
        core: Core,
        settings: Settings,
        rounds: Rounds,
        *,
        flush: Callable[[float], bool],
        write: Callable[[int, bytes], object] | None = None,
        tend: Callable[[], None] | None = None,
    ) -> None:
        self._core = core
        self._settings = settings
        self._session = Session(core, settings, rounds, flush=flush)
        self.markers = Markers(core)
        self._rounds = rounds
        core.pulse.on_beat = self._rounds.wake
        if tend is not None:
            self._rounds.add(Duty(name="looking after the journal", do=tend, every_s=_TEND_EVERY_S, of_agent=True))
        if write is not None and settings.metrics == "otlp":
            record, every_s = Metrics(core, settings.strategy, write).record, settings.metrics_interval_ms / 1000
            self._rounds.add(Duty(name="recording metrics", do=record, every_s=every_s, last=record, of_agent=True))

    def session(self, *, handle_sigterm: bool) -> Session:
        """The session of this run; whether it is open or not."""
        if not self._session.is_open:
            self._session.handle_sigterm = handle_sigterm
        return self._session

    def meet_others(self, look: Callable[[], None], begin_work: Callable[[], None]) -> None:
        """See to it that other tracing in the process is looked for.

        Args:
            look: called in the rounds.
            begin_work: called before each session and before the first cycle.
        """
        self._rounds.add(Duty(name="looking for a tracer provider", do=look, every_s=_TEND_EVERY_S, of_agent=True))
        self._session.on_begin = self._core.pulse.on_first_cycle = begin_work

    def monitor(self, slug: str, *, schedule: str | int | None, **limits: Any) -> Monitor:
        """A job on a schedule."""
        settings = self._settings
        return Monitor(
            self._core,
            slug,
            release=settings.release,
            environment=settings.environment,
            schedule=schedule,
            **limits,
        )

    def leave(self) -> None:
        """The agent shuts down: a session that is still open has ended, and the rounds make their last calls."""
        with guard("ending a session"):
            self._session.end()
        self._rounds.leave()

    def join(self, timeout_s: float) -> None:
        """Wait for the last calls, at most ``timeout_s`` seconds."""
        self._rounds.join(timeout_s)
