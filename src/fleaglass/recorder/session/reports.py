"""What is told about a session while it lasts, by the rules of Sentry's release health.

::

    begin ──▶ init, ok ──▶ ok, errors 1 ──▶ ok, errors 4 ──▶ exited | crashed      one sid
                                               │
                                               └─ after 24 h ──▶ exited; init, ok  the next sid

``init`` goes out once for each sid, or the session would be counted twice; ``exited``, ``crashed`` and ``abnormal`` are
final. An agent runs for months, and a server takes updates for five days, so a session is cut after a day.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from fleaglass._forks import Lock
from fleaglass.recorder.core import Core, Timeline
from fleaglass.recorder.guard import guard
from fleaglass.recorder.sentry.items import SessionStatus, SessionUpdate
from fleaglass.recorder.session.lease import Lease, LeaseFolder, Tenure

__all__ = ["SessionReports"]

_LONGEST_S: Final = 24 * 3600.0
_UPDATES_ACCEPTED_S: Final = 5 * 24 * 3600.0


class SessionReports:
    """The sessions of one run, one after the other. Every method may be called from any thread.

    Args:
        core: the agent.
        release: its release; a server drops sessions without one.
        environment: its deployment environment.
        errors: how many errors the agent has reported, ever.
        leases: where to keep what a killed process cannot say; None to keep nothing.
    """

    def __init__(
        self,
        core: Core,
        *,
        release: str,
        environment: str,
        errors: Callable[[], int],
        leases: LeaseFolder | None,
    ) -> None:
        self._core = core
        self._release = release
        self._environment = environment
        self._all_errors = errors
        self._leases = leases
        self._lock = Lock()
        self._open = False

    def begin(self) -> None:
        """The run begins: earlier ones that were killed are reported, then this one."""
        with self._lock:
            with guard("reporting sessions that were killed"):
                self._report_abandoned()
            self._begin_one()

    def tick(self) -> None:
        """Time has passed: tell what is new, and cut the session if it has lasted a day."""
        with self._lock:
            if not self._open:
                return
            if self._lasted_s() >= _LONGEST_S:
                self._end_one("exited")
                self._begin_one()
            elif self._errors() != self._told_errors:
                self._tell("ok")
            with guard("renewing the lease of a session"):
                if self._lease is not None:
                    self._lease.write(self._tenure())

    def end(self, status: SessionStatus) -> None:
        """The run is over. The first call counts."""
        with self._lock:
            if self._open:
                self._end_one(status)

    def _begin_one(self) -> None:
        self._sid = self._core.ids.event_id()
        self._timeline = Timeline(self._core.clock)
        self._started_ns = self._timeline.now_ns()
        self._errors_before = self._all_errors()
        self._lease: Lease | None = None
        self._open = True
        self._tell("ok", init=True)
        with guard("taking the lease of a session"):
            if self._leases is not None:
                self._lease = self._take_lease(self._leases)

    def _take_lease(self, leases: LeaseFolder) -> Lease | None:
        try:
            return leases.take(self._tenure())
        except OSError as error:
            guard.say("no lease", f"a session that is killed will not be reported, because {error}; set FLEAGLASS_HOME")
            return None

    def _end_one(self, status: SessionStatus) -> None:
        self._open = False
        self._tell(status)
        with guard("ending the lease of a session"):
            if self._lease is not None:
                self._lease.end()

    def _tell(self, status: SessionStatus, *, init: bool = False) -> None:
        now_ns = self._timeline.now_ns()
        self._told_errors = self._errors()
        self._core.sentry.session(
            SessionUpdate(
                sid=self._sid,
                init=init,
                started_ns=self._started_ns,
                timestamp_ns=now_ns,
                status=status,
                errors=max(self._told_errors, 1) if status == "crashed" else self._told_errors,
                did=self._core.agent_id,
                duration_s=None if init else (now_ns - self._started_ns) / 1e9,
                release=self._release,
                environment=self._environment,
            )
        )

    def _report_abandoned(self) -> None:
        """Runs that were killed. Each lasted at least until its process was last seen."""
        now_ns = self._core.clock.wall_ns()
        for tenure in self._leases.abandoned() if self._leases is not None else ():
            if now_ns - tenure.started_ns < _UPDATES_ACCEPTED_S * 1e9:
                self._core.sentry.session(
                    SessionUpdate(
                        sid=tenure.sid,
                        init=False,
                        started_ns=tenure.started_ns,
                        timestamp_ns=tenure.seen_ns,
                        status="abnormal",
                        errors=tenure.errors,
                        did=tenure.agent_id,
                        duration_s=max(0, tenure.seen_ns - tenure.started_ns) / 1e9,
                        release=tenure.release,
                        environment=tenure.environment,
                    )
                )

    def _tenure(self) -> Tenure:
        return Tenure(
            sid=self._sid,
            agent_id=self._core.agent_id,
            started_ns=self._started_ns,
            seen_ns=self._timeline.now_ns(),
            errors=self._errors(),
            release=self._release,
            environment=self._environment,
        )

    def _errors(self) -> int:
        return self._all_errors() - self._errors_before

    def _lasted_s(self) -> float:
        """By the clock that says more: the monotonic one stands still while a laptop sleeps, a server's does not."""
        return (max(self._timeline.now_ns(), self._core.clock.wall_ns()) - self._started_ns) / 1e9
