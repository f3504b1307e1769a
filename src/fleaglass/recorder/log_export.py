"""The program's log as OTLP log records: with the ids of trace and span, scrubbed, in a delivery of their own."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from opentelemetry import context as otel

from fleaglass import semconv
from fleaglass.recorder.collector import beside_traces, sender_to
from fleaglass.recorder.core import Core
from fleaglass.recorder.delivery import Delivery
from fleaglass.recorder.failure import describe
from fleaglass.recorder.normalise import Value
from fleaglass.recorder.otlp import LOGS
from fleaglass.recorder.resource import version
from fleaglass.recorder.scrub import scrub
from fleaglass.settings import Settings

if TYPE_CHECKING:
    from opentelemetry.sdk._logs import ReadableLogRecord

__all__ = ["LogExport", "log_delivery"]

_MAX_CHARS: Final = 8_192
# OpenTelemetry's severity numbers, from the lowest standard level that each begins at.
_SEVERITY: Final = ((logging.CRITICAL, 21), (logging.ERROR, 17), (logging.WARNING, 13), (logging.INFO, 9))
_DEBUG: Final = 5


class LogExport:
    """Makes log records of one agent, and queues them.

    Args:
        core: the agent.
        resource: who it is, by attribute name.
        delivery: the way to the collector.
    """

    def __init__(self, core: Core, resource: Mapping[str, Value], delivery: Delivery[ReadableLogRecord]) -> None:
        self._core = core
        self._resource_values = resource
        self._delivery = delivery

    def __call__(self, record: logging.LogRecord, message: str) -> None:
        """Queue one record, as it stands now."""
        # Loaded with the first record: an agent that logs nothing does not need it.
        from opentelemetry._logs import LogRecord, SeverityNumber
        from opentelemetry.sdk._logs import ReadableLogRecord
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.util.instrumentation import InstrumentationScope

        number = next((number for level, number in _SEVERITY if record.levelno >= level), _DEBUG)
        made = LogRecord(
            timestamp=round(record.created * 1e9),
            observed_timestamp=self._core.clock.wall_ns(),
            severity_text=record.levelname,
            severity_number=SeverityNumber(number),
            body=scrub(message)[:_MAX_CHARS],
            attributes=self._core.attributes(_facts(record)),
        )
        made.context = otel.Context()  # the ids are read; a queue must not keep what else a context holds
        resource = Resource(dict(self._resource_values), semconv.SCHEMA_URL)
        scope = InstrumentationScope(scrub(record.name), version(), semconv.SCHEMA_URL)
        self._delivery.put(ReadableLogRecord(made, resource, scope))


def _facts(record: logging.LogRecord) -> dict[str, object]:
    """Where it was logged, and the exception if there is one."""
    error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
    return {
        "code.function.name": record.funcName,
        "code.line.number": record.lineno,
        "thread.name": record.threadName,
        **(describe(error) if error is not None else {}),
    }


def log_delivery(settings: Settings) -> Delivery[ReadableLogRecord] | None:
    """The way of an agent's logs to the collector; None if they do not leave, or it is unclear where to."""
    endpoint = settings.logs_endpoint or beside_traces(settings, "/v1/logs")
    if settings.logs != "otlp" or settings.exporter != "otlp" or endpoint is None:
        return None
    return Delivery(
        sender_to(endpoint, settings, LOGS),
        capacity=settings.queue_spans,
        batch=settings.batch_spans,
        linger_s=settings.linger_ms / 1000,
        what="log records",
        setting="OTEL_BSP_MAX_QUEUE_SIZE",
    )
