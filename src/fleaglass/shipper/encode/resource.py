"""Who speaks: what requests of spans and of logs have in common, from the outside in.

::

    request          1 Resource…
    Resource…        1 Resource     2 Scope…             3 schema_url
    Scope…           1 Scope        2 Span or LogRecord  3 schema_url
    Resource         1 attributes
    Scope            1 name         2 version            3 attributes
"""

from __future__ import annotations

from collections.abc import Iterable

from fleaglass.journal.records import Opened, Scope
from fleaglass.shipper.encode.attributes import attributes
from fleaglass.shipper.encode.wire import field, message, text, varint

__all__ = ["request", "scoped"]


def request(opened: Opened, groups: Iterable[list[bytes]]) -> bytes:
    """A request of one resource; ``groups`` are what ``scoped`` made."""
    parts = [field(b"\x0a", attributes(b"\x0a", opened.resource))]
    for group in groups:
        parts += group
    parts.append(text(b"\x1a", opened.schema_url))
    return b"".join(message(b"\x0a", parts))


def scoped(scope: Scope, items: Iterable[bytes]) -> list[bytes]:
    """What one library recorded; ``items`` are its spans or log records, each without its length."""
    about = text(b"\x0a", scope.name) + text(b"\x12", scope.version) + attributes(b"\x1a", scope.attributes)
    parts = [field(b"\x0a", about)]
    for item in items:
        parts += (b"\x12", varint(len(item)), item)
    parts.append(text(b"\x1a", scope.schema_url))
    return message(b"\x12", parts)
