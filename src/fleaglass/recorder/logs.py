"""The program's own log, for the agent that is at work: breadcrumbs, events, and OTLP logs with the ids of the span.

::

    logger.info("rebalanced")        ─▶ breadcrumb                       ┐
    logger.error("no price")         ─▶ event, then breadcrumb           ├─▶ OTLP log record
    logger.exception("refused")      ─▶ the exception's event (one!)     ┘

A record belongs to the agent that is at work (`at_work.py`); where none is, to the only agent of the process, and to
nobody when there are several. A task that failed and that nobody awaited is told of like any error that nobody caught:
to the agent whose span it came through, else to the first.

The log lines of libraries that carry telemetry are not an agent's: ours, OpenTelemetry's and Sentry's go nowhere from
here, or telling of a failed delivery would be delivered; those of HTTP clients are no issues and no breadcrumbs,
because the venue's answers are there already.

No handler is added to the root logger: a program that calls ``logging.basicConfig`` after ``fleaglass.init`` would
find it configured and get none of its own.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable
from typing import Final

from fleaglass._forks import Lock
from fleaglass.recorder.at_work import core_at_work, is_of_the_loop, where_it_belongs
from fleaglass.recorder.core import Core
from fleaglass.recorder.guard import guard
from fleaglass.recorder.reporter import Said
from fleaglass.recorder.sentry.foreign import is_told, mark_told
from fleaglass.recorder.sentry.items import Level
from fleaglass.recorder.span import Span, own_span

__all__ = ["AgentLogs", "Export", "Tap", "level_of", "tap"]

Export = Callable[[logging.LogRecord, str], None]
"""Sends a record on, given its formatted message."""

_TELEMETRY: Final = ("fleaglass", "opentelemetry", "sentry_sdk")
_HTTP: Final = ("urllib3", "httpx", "httpcore")
_UNREADABLE: Final = "[unreadable]"


class AgentLogs:
    """What one agent does with the records that are its own.

    Args:
        core: the agent.
        export: sends them on; None when logs do not leave.
    """

    def __init__(self, core: Core, export: Export | None) -> None:
        self.core = core
        self._export = export

    def take(self, record: logging.LogRecord, span: Span | None) -> None:
        """Take one record."""
        message = _UNREADABLE
        with guard.theirs("formatting a log record"):
            message = str(record.msg)
            message = record.getMessage()
        if not _is_from(record, _HTTP):
            self._tell(record, message, span)
        if self._export is not None:
            self._export(record, message)

    def _tell(self, record: logging.LogRecord, message: str, span: Span | None) -> None:
        level = level_of(record.levelno)
        reporter = self.core.reporter
        if record.levelno >= logging.ERROR and not self._is_told(record, message, span):
            error = _error_of(record)
            template = record.msg if isinstance(record.msg, str) else message
            said = Said(message=message, template=template, logger=record.name, level=level, mechanism="logging")
            if reporter.log(error, span, said) is not None:
                mark_told(record, reporter.destination)
        if record.levelno >= logging.INFO:
            self.core.trail.log(record.name, message, level=level, time_ns=round(record.created * 1e9))

    def _is_told(self, record: logging.LogRecord, message: str, span: Span | None) -> bool:
        """Whether the line has its event, or repeats an error that has: ``logger.error("failed: %s", error)``."""
        reporter = self.core.reporter
        if is_told(record, reporter.destination):
            return True
        about = [arg for arg in record.args or () if isinstance(arg, BaseException)]
        handled = sys.exception()
        if handled is not None and (text := str(handled)) and text in message:
            about.append(handled)
        return any(reporter.reported_as(error, reporter.destination, span) for error in about)


class Tap:
    """Where this process's log is listened to. One per process: ``tap``."""

    def __init__(self) -> None:
        self._agents: list[AgentLogs] = []
        self._lock = Lock()
        self._hearing = threading.local()
        self._in_place = False

    def listen(self, logs: AgentLogs) -> Callable[[], None]:
        """Give this agent its records from now on; returns what ends it."""
        with self._lock:
            self._agents.append(logs)
            if not self._in_place:
                self._in_place = True
                _put_in(self)

        def stop() -> None:
            with self._lock:
                if logs in self._agents:
                    self._agents.remove(logs)

        return stop

    def hear(self, record: logging.LogRecord) -> None:
        """A record was logged. What is logged because of it, in this thread, is not heard."""
        if not self._agents or getattr(self._hearing, "now", False):
            return
        self._hearing.now = True
        try:
            with guard("hearing the program's log"):
                if not _is_from(record, _TELEMETRY):
                    where_it_belongs(record, lambda: self._give(record))
        finally:
            self._hearing.now = False

    def _give(self, record: logging.LogRecord) -> None:
        logs = self._of(record)
        if logs is not None:
            logs.take(record, own_span(logs.core))

    def _of(self, record: logging.LogRecord) -> AgentLogs | None:
        agents, core = list(self._agents), core_at_work()
        if core is not None:
            return next((logs for logs in agents if logs.core is core), None)
        if len(agents) < 2:
            return next(iter(agents), None)
        error = _error_of(record)
        if error is None or not is_of_the_loop(record):
            return None
        return next((logs for logs in agents if logs.core.reporter.knows(error)), agents[0])


def _put_in(tap: Tap) -> None:
    """Listen where loggers call their handlers. It stays: others may have wrapped it when an agent shuts down."""
    call_handlers = logging.Logger.callHandlers

    def call_handlers_and_tell(logger: logging.Logger, record: logging.LogRecord) -> None:
        try:
            call_handlers(logger, record)
        finally:
            tap.hear(record)

    # Not through a handler; see above. Other libraries that listen do the same, one around the other.
    setattr(logging.Logger, "callHandlers", call_handlers_and_tell)  # noqa: B010  # mypy refuses the assignment


def level_of(levelno: int) -> Level:
    """A level of the standard library in Sentry's words."""
    if levelno >= logging.CRITICAL:
        return "fatal"
    if levelno >= logging.ERROR:
        return "error"
    if levelno >= logging.WARNING:
        return "warning"
    return "info" if levelno >= logging.INFO else "debug"


def _error_of(record: logging.LogRecord) -> BaseException | None:
    return record.exc_info[1] if isinstance(record.exc_info, tuple) else None


def _is_from(record: logging.LogRecord, names: tuple[str, ...]) -> bool:
    return str(record.name).partition(".")[0] in names


tap: Final = Tap()
