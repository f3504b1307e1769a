"""``agent.session()``: one run of the agent.

::

    with agent.session():            or    async with agent.session():
        ├── a session at Sentry, in pieces of a day at most      reports.py
        ├── a lease, for the case that the process is killed     lease.py
        ├── a check-in a minute while cycles complete            liveness.py
        └── ended by how the block is left, or by SIGTERM        ending.py, sigterm.py

What happens inside and does not say whose it is, is this agent's (`recorder/at_work.py`).

Opened again inside, by a library that wants to be sure of one, it stays the same session and ends with the outermost
block. It belongs to the process that opened it. A child that was forked inside leaves it alone, and may open its own.
An agent has one handle, which may be opened again after its end: that is the next run.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from fleaglass.recorder.at_work import Work
from fleaglass.recorder.core import Core
from fleaglass.recorder.guard import guard
from fleaglass.recorder.rounds import Duty, Rounds
from fleaglass.recorder.sentry.items import Level, SessionStatus
from fleaglass.recorder.session.ending import ending
from fleaglass.recorder.session.lease import LeaseFolder
from fleaglass.recorder.session.liveness import EVERY_S, Liveness
from fleaglass.recorder.session.reports import SessionReports
from fleaglass.recorder.session.sigterm import LastWords
from fleaglass.settings import Settings

__all__ = ["Session"]


class Session:
    """One run. Given by ``Agent.session``; its methods never raise."""

    def __init__(self, core: Core, settings: Settings, rounds: Rounds, *, flush: Callable[[float], bool]) -> None:
        self.handle_sigterm = True
        """Whether the next run ends by SIGTERM as well."""
        self.on_begin: Callable[[], None] = lambda: None
        """Called before each run."""
        self._core = core
        self._settings = settings
        self._rounds = rounds
        self._flush = flush
        self._reports: SessionReports | None = None
        self._duties: tuple[Duty, ...] = ()
        self._last_words: LastWords | None = None
        self._work = Work(core)
        self._process: int | None = None
        self._depth = 0

    @property
    def is_open(self) -> bool:
        """Whether it runs, in this process."""
        return self._process == os.getpid()

    def __enter__(self) -> Self:
        with guard("beginning a session"):
            if not self.is_open:
                self._depth = 0  # of another process, if this is a forked child
                self._begin()
        self._depth += 1
        self._work.enter()
        return self

    def __exit__(self, _: type[BaseException] | None, error: BaseException | None, __: TracebackType | None) -> None:
        self._depth -= 1
        if self._depth == 0 and self.is_open:
            self._leave(error)
        self._work.leave()

    async def __aenter__(self) -> Self:
        return self.__enter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.__exit__(kind, error, trace)

    def end(self, status: SessionStatus = "exited") -> None:
        """End it before its block does. Only the first call does anything."""
        if not self.is_open:
            return
        self._process = None
        self._work.is_over = True
        for duty in self._duties:
            self._rounds.drop(duty)
        if self._reports is not None:
            self._reports.end(status)
        if self._last_words is not None:
            self._last_words.uninstall()

    def _begin(self) -> None:
        self.on_begin()
        self._process = os.getpid()
        self._work = Work(self._core)
        self._core.trail.add("session", "Agent session started", data={"release": self._settings.release})
        # Made here and not with the handle: an author's own Sentry client may have come since.
        self._reports = self._make_reports() if self._core.sentry.active else None
        if self._reports is not None:
            self._reports.begin()
        self._duties = tuple(self._make_duties())
        for duty in self._duties:
            self._rounds.add(duty)
        self._rounds.wake()
        self._last_words = None
        if self.handle_sigterm:
            self._last_words = LastWords(self._say_last_words, self._settings.shutdown_timeout_s)
            self._last_words.install()

    def _leave(self, error: BaseException | None) -> None:
        status = ending(error)
        with guard("reporting a crash"):
            if error is not None and status == "crashed":
                self._core.reporter.crashed(error, "fleaglass.session")
        level: Level = "info" if status == "exited" else "error"
        self._core.trail.add("session", f"Agent session ended: {status}", level=level)
        with guard("ending a session"):
            self.end(status)

    def _say_last_words(self) -> None:
        """The process was asked to end."""
        until_s = time.monotonic() + self._settings.shutdown_timeout_s
        if self.is_open and self._reports is not None:
            self._reports.end("exited")
        self._flush(max(0.0, until_s - time.monotonic()))

    def _make_duties(self) -> list[Duty]:
        if not self._core.sentry.active:
            return []
        liveness = Liveness(self._core, release=self._settings.release, environment=self._settings.environment)
        duties = [Duty(name="checking in", do=liveness.check_in, every_s=EVERY_S)]
        if self._reports is not None:
            duties.append(Duty(name="reporting a session", do=self._reports.tick, every_s=EVERY_S))
        return duties

    def _make_reports(self) -> SessionReports | None:
        settings = self._settings
        if settings.release is None:
            guard.say(
                f"no release {settings.agent_id}",
                f"agent {settings.agent_id} has no release, and a session without one is dropped by Sentry; "
                "pass release= or set FLEAGLASS_RELEASE",
            )
            return None
        return SessionReports(
            self._core,
            release=settings.release,
            environment=settings.environment,
            errors=lambda: self._core.reporter.counts.told,
            leases=self._leases(),
        )

    def _leases(self) -> LeaseFolder | None:
        home = self._settings.home
        if home is None or self._core.sentry.tells_of_killed_runs:
            return None
        return LeaseFolder(Path(home), self._settings.agent_id)
