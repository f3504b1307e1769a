"""One attempt to deliver to an OTLP/HTTP collector, and what its answer means.

By the OTLP specification, "OTLP/HTTP Response": 429, 502, 503 and 504 may be tried again, any other error never. A
request that is too large (413) may be taken in parts. A hub that refuses the token is tried again too: what is recorded
waits until somebody has made another.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fleaglass.shipper import replies
from fleaglass.shipper.answer import Accepted, Answer, NotNow, Refused
from fleaglass.shipper.hubs_refusal import is_hubs_refusal
from fleaglass.shipper.line import Reply
from fleaglass.shipper.post import Post
from fleaglass.shipper.retry_after import retry_after_s
from fleaglass.shipper.secrets import Secrets

__all__ = ["OtlpSender"]

_NOT_NOW: Final = frozenset({429, 502, 503, 504})
_TOO_LARGE: Final = 413
_PROTOBUF: Final = "application/x-protobuf"


class OtlpSender:
    """Sends one kind of telemetry to one endpoint. Used by one thread at a time.

    Args:
        address: full address, such as ``http://127.0.0.1:4318/v1/traces``.
        headers: sent with every request.
        timeout_s: longest that a request may take, in seconds.
        compress: whether bodies are gzipped.
        certificate: file with the CA certificates to trust for https; the system's by default.

    Raises:
        ValueError: this is no address.
    """

    def __init__(
        self,
        address: str,
        *,
        headers: Mapping[str, str],
        timeout_s: float,
        compress: bool = False,
        certificate: str | None = None,
    ) -> None:
        self._post = Post(
            address,
            headers={**headers, "Content-Type": _PROTOBUF},
            timeout_s=timeout_s,
            compress=compress,
            certificate=certificate,
        )
        self.destination = self._post.destination
        self._secrets = Secrets(headers)

    def send(self, request: bytes) -> Answer:
        """One request, as `encode` makes it."""
        reply = self._post(request)
        return reply if isinstance(reply, NotNow) else self._meaning(reply)

    def close(self) -> None:
        """Hang up; the next request connects anew."""
        self._post.close()

    def _meaning(self, reply: Reply) -> Answer:
        is_protobuf = reply.headers.get("content-type", "").startswith(_PROTOBUF)
        if 200 <= reply.status < 300:
            partial = replies.partial_success(reply.body)
            return Accepted(partial.rejected, self._secrets.hide(partial.message))
        trouble = replies.status(reply.body) if is_protobuf else replies.Status()
        why = f"HTTP {reply.status}" + (f": {self._secrets.hide(trouble.message)}" if trouble.message else "")
        if reply.status in _NOT_NOW or is_hubs_refusal(reply.status, reply.headers):
            asked_s = retry_after_s(reply.headers)
            return NotNow(why, trouble.retry_after_s if asked_s is None else asked_s)
        return Refused(why, too_large=reply.status == _TOO_LARGE)
