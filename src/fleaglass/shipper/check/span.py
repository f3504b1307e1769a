"""The test span: clearly named, a trace of its own, a millisecond long."""

from __future__ import annotations

from typing import Final

from fleaglass.journal.records import Opened, Scope, SpanEnded
from fleaglass.shipper.encode import spans

__all__ = ["NAME", "test_request"]

NAME: Final = "fleaglass.doctor"
_INTERNAL: Final = 1
_SAMPLED: Final = 1


def test_request(service_name: str, version: str, *, trace_id: bytes, span_id: bytes, now_ns: int) -> bytes:
    """A request with that span.

    Args:
        service_name: of the agents that send there, since some backends sort by it.
        version: of this Fleaglass.
        trace_id: 16 bytes.
        span_id: 8 bytes.
        now_ns: when it ends, in Unix nanoseconds.
    """
    resource = {"service.name": service_name, "pf.agent_id": NAME}
    span = SpanEnded(
        trace_id, span_id, b"", NAME, _INTERNAL, now_ns - 1_000_000, now_ns, {"fleaglass.test": True}, 0, _SAMPLED
    )
    return spans(Opened(NAME, {}, now_ns, version, resource), {0: Scope(0, "fleaglass", version)}, [span])


test_request.__test__ = False  # type: ignore[attr-defined]
