"""Whether somebody is a Fleaglass hub: only a hub has this status, so nothing is taken for one that merely listens.

One that asks for a token says so in a realm of its own (RFC 6750 §3), and needs no token for that.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import httpx
import msgspec

from fleaglass.shipper.check.finding import Finding

__all__ = ["identify", "is_hubs_refusal"]

_REALM: Final = 'Bearer realm="fleaglass"'


class _Store(msgspec.Struct):
    backend: str


class _Status(msgspec.Struct):
    version: str
    started_ns: str
    store: _Store
    spans: int


def identify(server: str, *, timeout_s: float, headers: Mapping[str, str] | None = None) -> Finding:
    """Ask it who it is.

    Args:
        server: scheme, host and port of its API.
        timeout_s: longest wait, in seconds.
        headers: those that say who asks, if somebody does.
    """
    try:
        answer = httpx.get(f"{server}/api/v1/status", headers=headers, trust_env=False, timeout=timeout_s)
        if is_hubs_refusal(answer.status_code, answer.headers):
            return Finding("is a hub", "yes", "a Fleaglass hub that tells more only to a token that may read")
        status = msgspec.json.decode(answer.content, type=_Status)
    except httpx.HTTPError:
        return Finding("is a hub", "unknown", f"{server} does not say who it is")
    except (msgspec.MsgspecError, RecursionError):
        return Finding(
            "is a hub", "no", f"somebody else listens at {server}", "name it as it is: jaeger, tempo or otlp"
        )
    # Envelopes follow when a hub says that it takes them; none does yet.
    return Finding("is a hub", "yes", f"Fleaglass {status.version}, {status.spans} spans; it takes no Sentry envelopes")


def is_hubs_refusal(status: int, headers: Mapping[str, str]) -> bool:
    """Whether this is how a hub turns somebody away; `headers` with lower-case names."""
    return status in (401, 403) and headers.get("www-authenticate", "").startswith(_REALM)
