"""One attempt to deliver to an OTLP/HTTP collector, and what its answer means.

By the OTLP specification, "OTLP/HTTP Response": 429, 502, 503 and 504 may be tried again, any other error never. A
request that is too large (413) may be taken in parts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from fleaglass.shipper import replies
from fleaglass.shipper.answer import Accepted, Answer, NotNow, Refused
from fleaglass.shipper.line import Reply
from fleaglass.shipper.post import Post
from fleaglass.shipper.retry_after import retry_after_s

__all__ = ["OtlpSender"]

_NOT_NOW: Final = frozenset({429, 502, 503, 504})
_TOO_LARGE: Final = 413
_PROTOBUF: Final = "application/x-protobuf"
_BETWEEN_WORDS: Final = re.compile(r"[\s=,;:]+")
_SHORTEST_SECRET: Final = 8


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
        words = (word for value in headers.values() for word in _BETWEEN_WORDS.split(value))
        self._secrets = [word for word in words if len(word) >= _SHORTEST_SECRET]

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
            return Accepted(partial.rejected, self._fit_for_log(partial.message))
        trouble = replies.status(reply.body) if is_protobuf else replies.Status()
        why = f"HTTP {reply.status}" + (f": {self._fit_for_log(trouble.message)}" if trouble.message else "")
        if reply.status in _NOT_NOW:
            asked_s = retry_after_s(reply.headers)
            return NotNow(why, trouble.retry_after_s if asked_s is None else asked_s)
        return Refused(why, too_large=reply.status == _TOO_LARGE)

    def _fit_for_log(self, message: str) -> str:
        """A collector may repeat the key that it does not know."""
        for secret in self._secrets:
            message = message.replace(secret, "[secret]")
        return message
