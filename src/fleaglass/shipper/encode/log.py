"""Log records as OTLP's ``ExportLogsServiceRequest``.

::

    LogRecord    1 time         2 severity_number   3 severity_text   5 body   6 attributes
                 8 flags        9 trace_id          10 span_id        11 observed_time
"""

from __future__ import annotations

from collections.abc import Sequence

from fleaglass.journal.records import Log, Opened, Scope
from fleaglass.shipper.encode.attributes import any_value, attributes
from fleaglass.shipper.encode.resource import request, scoped
from fleaglass.shipper.encode.wire import blob, field, fixed32, fixed64, number, text

__all__ = ["logs"]


def logs(opened: Opened, batch: Sequence[Log]) -> bytes:
    """A request with these records, those of each logger together, in the order in which they come.

    Args:
        opened: what their journal is.
        batch: the records.
    """
    by_logger: dict[str, list[bytes]] = {}
    for log in batch:
        by_logger.setdefault(log.logger, []).append(_log(log))
    return request(
        opened,
        [scoped(Scope(0, each, opened.version, opened.schema_url), found) for each, found in by_logger.items()],
    )


def _log(log: Log) -> bytes:
    return b"".join(
        (
            fixed64(b"\x09", log.time_ns),
            number(b"\x10", log.severity),
            text(b"\x1a", log.severity_text),
            field(b"\x2a", any_value(log.body)),
            attributes(b"\x32", log.attributes),
            fixed32(b"\x45", log.flags),
            blob(b"\x4a", log.trace_id),
            blob(b"\x52", log.span_id),
            fixed64(b"\x59", log.observed_ns),
        )
    )
