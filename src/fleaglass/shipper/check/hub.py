"""Whether somebody is a Fleaglass hub: only a hub has this status, so nothing is taken for one that merely listens."""

from __future__ import annotations

import httpx
import msgspec

from fleaglass.shipper.check.finding import Finding

__all__ = ["identify"]


class _Store(msgspec.Struct):
    backend: str


class _Status(msgspec.Struct):
    version: str
    started_ns: str
    store: _Store
    spans: int


def identify(server: str, *, timeout_s: float) -> Finding:
    """Ask it who it is.

    Args:
        server: scheme, host and port of its API.
        timeout_s: longest wait, in seconds.
    """
    try:
        answer = httpx.get(f"{server}/api/v1/status", trust_env=False, timeout=timeout_s)
        status = msgspec.json.decode(answer.content, type=_Status)
    except httpx.HTTPError:
        return Finding("is a hub", "unknown", f"{server} does not say who it is")
    except (msgspec.MsgspecError, RecursionError):
        return Finding(
            "is a hub", "no", f"somebody else listens at {server}", "name it as it is: jaeger, tempo or otlp"
        )
    # Envelopes follow when a hub says that it takes them; none does yet.
    return Finding("is a hub", "yes", f"Fleaglass {status.version}, {status.spans} spans; it takes no Sentry envelopes")
