"""Whether the test span can be read back. What is written shows up a little later, so it is asked for repeatedly."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable
from typing import Final

import httpx

from fleaglass.destinations import server_of
from fleaglass.journal import OtlpDestination
from fleaglass.shipper.check.finding import Finding
from fleaglass.shipper.check.span import NAME
from fleaglass.shipper.hubs_refusal import is_hubs_refusal
from fleaglass.shipper.said import one_line

__all__ = ["read_back"]

_AGAIN_S: Final = 0.25


def read_back(
    query: str | None,
    trace_id: str,
    destination: OtlpDestination,
    *,
    patience_s: float,
    timeout_s: float,
    now_s: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Finding:
    """Ask for the trace.

    Args:
        query: address of a trace ``{trace_id}``; ``None`` if the backend cannot be asked.
        trace_id: of the test span.
        destination: whose headers say who asks, such as the tenant.
        patience_s: how long it may take to show up, in seconds.
        timeout_s: longest wait for one answer, in seconds.
        now_s: a clock that never goes back.
        sleep: waits.
    """
    if query is None:
        return Finding("read back", "unknown", f"accepted, not read back: look there for the trace {trace_id}")
    address = query.replace("{trace_id}", trace_id)
    server = server_of(address)
    until_s = now_s() + patience_s
    try:
        with httpx.Client(
            trust_env=False,
            timeout=timeout_s,
            headers={**destination.headers, "accept": "application/json"},
            verify=ssl.create_default_context(cafile=destination.certificate),
        ) as client:
            while (answer := client.get(address)).status_code in (200, 404):
                if answer.status_code == 200 and NAME in answer.text:
                    return Finding("read back", "yes", address)
                if now_s() >= until_s:
                    return Finding(
                        "read back",
                        "no",
                        f"accepted, and not there after {patience_s:.0f} s: {server} has no trace {trace_id}",
                        "see the backend's log: it may sample, drop or limit after it has accepted",
                    )
                sleep(_AGAIN_S)
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        return _unasked(server, one_line(str(error)) or type(error).__name__)
    if is_hubs_refusal(answer.status_code, answer.headers):
        return Finding("read back", "unknown", "accepted, not read back: the token may not read, and an agent need not")
    return _unasked(server, f"HTTP {answer.status_code}")


def _unasked(server: str, why: str) -> Finding:
    return Finding(
        "read back",
        "unknown",
        f"accepted, not read back: {server} cannot be asked ({why})",
        "set `query` of the destination to its query API, if it is elsewhere",
    )
