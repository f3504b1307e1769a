"""The program's log as OTLP log records: with the ids of trace and span, scrubbed, in the agent's journal."""

from __future__ import annotations

import logging
from typing import Final

from opentelemetry import trace as api

from fleaglass.journal.records import Log, encode
from fleaglass.recorder.core import Core
from fleaglass.recorder.failure import describe
from fleaglass.recorder.journaling import Journaling
from fleaglass.recorder.scrub import scrub

__all__ = ["LogExport"]

_MAX_CHARS: Final = 8_192
# OpenTelemetry's severity numbers, from the lowest standard level that each begins at.
_SEVERITY: Final = ((logging.CRITICAL, 21), (logging.ERROR, 17), (logging.WARNING, 13), (logging.INFO, 9))
_DEBUG: Final = 5


class LogExport:
    """Records the log of one agent.

    Args:
        core: the agent.
        journal: what it records into.
    """

    def __init__(self, core: Core, journal: Journaling) -> None:
        self._core = core
        self._journal = journal

    def __call__(self, record: logging.LogRecord, message: str) -> None:
        """Record one line, as it stands now."""
        context = api.get_current_span().get_span_context()
        line = Log(
            time_ns=round(record.created * 1e9),
            observed_ns=self._core.clock.wall_ns(),
            severity=next((number for level, number in _SEVERITY if record.levelno >= level), _DEBUG),
            severity_text=record.levelname,
            body=scrub(message)[:_MAX_CHARS],
            logger=scrub(record.name),
            attributes=self._core.attributes(_facts(record)),
            trace_id=context.trace_id.to_bytes(16, "big") if context.is_valid else b"",
            span_id=context.span_id.to_bytes(8, "big") if context.is_valid else b"",
            flags=int(context.trace_flags) if context.is_valid else 0,
        )
        self._journal.put(Log.kind, encode(line), 0)


def _facts(record: logging.LogRecord) -> dict[str, object]:
    """Where it was logged, and the exception if there is one."""
    error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
    return {
        "code.function.name": record.funcName,
        "code.line.number": record.lineno,
        "thread.name": record.threadName,
        **(describe(error) if error is not None else {}),
    }
