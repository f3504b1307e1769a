"""The answer that OTLP's exporters try again after: a google.rpc.Status, with how long they should wait in its details.

Source: OTLP specification, "OTLP/gRPC Throttling" and "OTLP/HTTP Throttling".
"""

from __future__ import annotations

from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.duration_pb2 import Duration
from google.rpc.error_details_pb2 import RetryInfo
from google.rpc.status_pb2 import Status

from fleaglass.hub.store import Unavailable

__all__ = ["again", "retry_info", "status_of"]


def again(error: Unavailable) -> str:
    """What such an answer says."""
    return f"nothing of this request was acknowledged, send it again: {error}"


def retry_info(retry_after_s: float) -> RetryInfo:
    """How long to wait, to the millisecond."""
    seconds, milliseconds = divmod(round(retry_after_s * 1_000), 1_000)
    return RetryInfo(retry_delay=Duration(seconds=seconds, nanos=milliseconds * 1_000_000))


def status_of(code: int, message: str, retry_after_s: float | None = None) -> Status:
    """A status; with RetryInfo if it may be tried again."""
    status = Status(code=code, message=message)
    if retry_after_s is not None:
        detail = AnyMessage()
        detail.Pack(retry_info(retry_after_s))
        status.details.append(detail)
    return status
