"""The test span over OTLP/HTTP."""

from __future__ import annotations

import http.client
from collections.abc import Iterator

from fleaglass.destinations import Preset
from fleaglass.journal import OtlpDestination
from fleaglass.shipper.check.answers import clock, findings_of
from fleaglass.shipper.check.finding import Finding
from fleaglass.shipper.check.mistakes import unanswered
from fleaglass.shipper.check.reach import speaks_tls
from fleaglass.shipper.post import Post

__all__ = ["send_over_http"]


def send_over_http(
    request: bytes,
    preset: Preset,
    destination: OtlpDestination,
    *,
    timeout_s: float,
    content_type: str = "application/x-protobuf",
) -> Iterator[Finding]:
    """Send it once, and tell what came of it. The server can be reached."""
    address = destination.traces or ""
    post = Post(
        address,
        headers={**destination.headers, "Content-Type": content_type},
        timeout_s=timeout_s,
        compress=destination.compress,
        certificate=destination.certificate,
    )
    try:
        reply = post.exchange(request)
    except (OSError, http.client.HTTPException, ValueError) as error:
        found = unanswered(error, address, speaks_tls=speaks_tls(address, timeout_s=timeout_s))
        yield Finding.of("accepted", found)
        return
    finally:
        post.close()
    yield from findings_of(reply, preset, destination)
    if (warning := clock(reply)) is not None:
        yield warning
