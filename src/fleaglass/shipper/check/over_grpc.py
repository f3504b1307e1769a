"""The test span over OTLP/gRPC, and what a status code, or the lack of one, means."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import grpc

from fleaglass.destinations import Preset
from fleaglass.journal import OtlpDestination
from fleaglass.shipper import replies
from fleaglass.shipper.check.answers import denied
from fleaglass.shipper.check.finding import Finding, Mistake
from fleaglass.shipper.check.mistakes import GRPC_PORT
from fleaglass.shipper.check.reach import speaks_tls
from fleaglass.shipper.grpc import GrpcSender
from fleaglass.shipper.said import one_line
from fleaglass.shipper.secrets import Secrets

__all__ = ["send_over_grpc"]

_HTTP_1: Final = ("SETTINGS frame", "http1.x", "http2 header with status", "invalid header")
_DENIED: Final = (grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.PERMISSION_DENIED)
_BUSY: Final = (grpc.StatusCode.RESOURCE_EXHAUSTED, grpc.StatusCode.ABORTED)


def send_over_grpc(
    request: bytes, preset: Preset, destination: OtlpDestination, *, timeout_s: float
) -> Iterator[Finding]:
    """Send it once, and tell what came of it. The server can be reached."""
    address, secrets = destination.traces or "", Secrets(destination.headers)
    sender = GrpcSender(
        address,
        "traces",
        headers=destination.headers,
        timeout_s=timeout_s,
        compress=destination.compress,
        certificate=destination.certificate,
    )
    try:
        partial = replies.partial_success(sender.exchange(request))
    except grpc.RpcError as error:
        code, said = error.code(), secrets.hide(one_line(error.details() or ""))
        says = f"gRPC {code.name}" + (f": {said}" if said else "")
        if code in _DENIED:
            yield Finding.of("authenticated", denied(says, preset, destination))
        else:
            full = error.details() or ""
            yield Finding.of("accepted", _mistake(code, says, full, address, timeout_s))
        return
    except ValueError:
        header = Mistake("a header has characters that gRPC's metadata cannot have", "correct the header")
        yield Finding.of("accepted", header)
        return
    finally:
        sender.close()
    yield Finding("authenticated", "yes", "" if preset.key_header in destination.headers else "it asks for no key")
    message = secrets.hide(partial.message)
    if partial.rejected:
        because = f": {message}" if message else ""
        yield Finding("accepted", "no", f"OK, and the span was rejected{because}", "see its log for the reason")
    else:
        yield Finding("accepted", "yes", message)


def _mistake(code: grpc.StatusCode, says: str, full: str, address: str, timeout_s: float) -> Mistake:
    if any(sign in full for sign in _HTTP_1):
        return Mistake(
            "it speaks HTTP, and was spoken to over gRPC", f"use port {GRPC_PORT}, or set the protocol to http/protobuf"
        )
    if code is grpc.StatusCode.UNAVAILABLE and address.startswith("http:") and speaks_tls(address, timeout_s=timeout_s):
        return Mistake("it speaks TLS, and the endpoint begins with http://", "write https:// in the endpoint")
    if code is grpc.StatusCode.UNAVAILABLE and "CERTIFICATE_VERIFY_FAILED" in full:
        return Mistake(
            "gRPC does not know who signed its certificate", "set OTEL_EXPORTER_OTLP_CERTIFICATE to the CA's file"
        )
    if code is grpc.StatusCode.UNIMPLEMENTED:
        return Mistake(f"{says}: a gRPC server that takes no traces", "see whether it has a pipeline for traces")
    if code is grpc.StatusCode.DEADLINE_EXCEEDED:
        return Mistake("it takes the connection and does not answer", f"check that port {GRPC_PORT} is its gRPC port")
    if code in _BUSY:
        return Mistake(says, "wait, or raise the limit there")
    if code is grpc.StatusCode.UNAVAILABLE:
        return Mistake(says, f"see its log; gRPC is usually on port {GRPC_PORT}")
    return Mistake(says, "see the server's log for what it did not like")
