"""Jobs on a schedule: whether they ran, when they were due, and how they ended.

::

    @agent.monitor("daily-recalibration", schedule="0 0 * * *")       with agent.monitor("rollover"):
    async def recalibrate(): ...                                          ...

    run begins ──▶ check-in in_progress ──▶ run ends ──▶ check-in ok | error, with the duration
    └── span pf.monitor.run ─────────────────────────┘

Every run has an id of its own, so runs that overlap are told apart. A run that is cancelled, or leaves by any other
exception, did not do its job: ``error``. ``sys.exit(0)`` is how programs say that they did. The check-ins change
nothing about the job: it runs with a bad schedule, or without a server, and its exceptions leave it as they are.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator, Mapping
from contextlib import ExitStack, aclosing
from types import TracebackType
from typing import Any, ParamSpec, Self, TypeVar, cast

from opentelemetry import context as otel

from fleaglass import semconv
from fleaglass.monitor_slugs import slug_of
from fleaglass.recorder.core import Core
from fleaglass.recorder.guard import guard
from fleaglass.recorder.schedule import monitor_config
from fleaglass.recorder.scrub import scrub
from fleaglass.recorder.sentry.items import CheckIn, CheckInStatus
from fleaglass.recorder.span import Span, current_span, lineage
from fleaglass.recorder.story import is_failure

__all__ = ["Monitor", "MonitorRun"]

_P = ParamSpec("_P")
_R = TypeVar("_R")


class Monitor:
    """One job. Made by ``Agent.monitor``; a decorator, and a context manager for ``with`` and ``async with``."""

    def __init__(
        self,
        core: Core,
        slug: str,
        *,
        release: str | None,
        environment: str,
        schedule: str | int | None,
        **limits: Any,
    ) -> None:
        self.core = core
        self.slug = ""
        self.schedule: str | None = None
        self._release = release
        self._environment = environment
        self._config: Mapping[str, Any] | None = None
        with guard("declaring a monitor"):
            self.slug = slug_of(scrub(str(slug)))  # first, since a slug is in lower case and cut
            self.schedule = None if schedule is None else str(schedule)
            self._config = self._read(schedule, limits)

    def _read(self, schedule: str | int | None, limits: Mapping[str, Any]) -> Mapping[str, Any] | None:
        if schedule is None:
            return None
        try:
            return monitor_config(schedule, **limits)
        except ValueError as error:
            guard.say(
                f"monitor {self.slug}",
                f"monitor {self.slug}: {error}; the job runs and checks in, but its schedule is not sent",
            )
            return None

    def __call__(self, job: Callable[_P, _R]) -> Callable[_P, _R]:
        """Watch every call of a function, plain or async; of a generator's, until it is exhausted."""
        if isinstance(job, classmethod | staticmethod):
            return cast(Callable[_P, _R], type(job)(self(job.__func__)))
        return cast(Callable[_P, _R], functools.wraps(job)(_watched(self, job)))

    def __enter__(self) -> Self:
        MonitorRun(self).__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # The run is looked up where it is current, not kept here: tasks and threads may share one monitor.
        run = next((s for s in lineage(current_span()) if isinstance(s, MonitorRun) and s.monitor is self), None)
        if run is not None:
            run.__exit__(kind, error, trace)

    async def __aenter__(self) -> Self:
        return self.__enter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.__exit__(kind, error, trace)

    def check_in(self, check_in_id: str, status: CheckInStatus, duration_s: float | None = None) -> None:
        """Tell the server. The schedule goes along with the beginning, which makes the monitor or updates it."""
        self.core.sentry.check_in(
            CheckIn(
                slug=self.slug,
                check_in_id=check_in_id,
                status=status,
                duration_s=duration_s,
                monitor_config=self._config if status == "in_progress" else None,
                environment=self._environment,
                release=self._release,
            )
        )


def _watched(monitor: Monitor, job: Callable[..., Any]) -> Callable[..., Any]:
    """The job, each run of it watched, as the same kind of function: others look at the kind to know how to call it."""

    async def coroutine(*args: Any, **kwargs: Any) -> Any:
        with MonitorRun(monitor):
            return await job(*args, **kwargs)

    def generator(*args: Any, **kwargs: Any) -> Generator[Any, Any, Any]:
        with MonitorRun(monitor):
            return (yield from job(*args, **kwargs))

    async def async_generator(*args: Any, **kwargs: Any) -> AsyncGenerator[Any, None]:
        with MonitorRun(monitor):
            async with aclosing(job(*args, **kwargs)) as values:
                async for value in values:
                    yield value

    def function(*args: Any, **kwargs: Any) -> Any:
        with MonitorRun(monitor) as run:
            result = job(*args, **kwargs)
            return run.until_awaited(result) if inspect.iscoroutine(result) else result

    if inspect.iscoroutinefunction(job) or inspect.iscoroutinefunction(getattr(job, "__call__", None)):  # noqa: B004
        return coroutine
    if inspect.isasyncgenfunction(job):
        return async_generator
    return generator if inspect.isgeneratorfunction(job) else function


class MonitorRun(Span):
    """One run of a job."""

    def __init__(self, monitor: Monitor) -> None:
        super().__init__(
            monitor.core,
            semconv.SPAN_PF_MONITOR_RUN,
            attributes={semconv.PF_MONITOR_SLUG: monitor.slug, semconv.PF_MONITOR_SCHEDULE: monitor.schedule},
        )
        self.monitor = monitor
        self._check_in_id = ""
        self._started_ns = 0
        self._is_awaited = False

    def __enter__(self) -> Self:
        super().__enter__()
        with guard("beginning a check-in"):
            self._started_ns = self.now_ns()
            self._check_in_id = self._core.ids.event_id()
            self.monitor.check_in(self._check_in_id, "in_progress")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._is_awaited:
            super().__exit__(kind, error, trace)
            return
        with guard("leaving a run that goes on"):
            self._detach()

    def until_awaited(self, rest: Coroutine[Any, Any, _R]) -> Coroutine[Any, Any, _R]:
        """Leave the block, and go on where the rest of the job is awaited: a plain function has only made it."""
        self._is_awaited = True
        return self._finish(rest)

    async def _finish(self, rest: Coroutine[Any, Any, _R]) -> _R:
        self._is_awaited = False
        with ExitStack() as end:
            end.push(self)
            with guard("going on with a run"):
                self._attach(otel.get_current())
            return await rest

    def _close(self, error: BaseException | None) -> None:
        status: CheckInStatus = "error" if error is not None and is_failure(error) else "ok"
        self.record({semconv.PF_MONITOR_STATUS: status})
        if self._check_in_id:
            self.monitor.check_in(self._check_in_id, status, (self.now_ns() - self._started_ns) / 1e9)
