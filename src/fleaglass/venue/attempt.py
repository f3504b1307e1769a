"""One request of an operation: sent, answered, understood."""

from __future__ import annotations

from fleaglass.recorder import Operation
from fleaglass.venue.body import Body, encode
from fleaglass.venue.errors import OutcomeUnknown, Unreachable, VenueError
from fleaglass.venue.fields import sent
from fleaglass.venue.meaning import Asked
from fleaglass.venue.wire import Wire, never_sent

__all__ = ["Attempt"]


class Attempt:
    """One operation's request. What cannot be said fails when it is made, and then nothing was sent.

    Args:
        wire: where it goes.
        span: the operation.
        asked: what is asked for.

    Raises:
        ValueError: an id or a value cannot stand in an address, or is missing.
        TypeError: a value is none that JSON knows.
    """

    def __init__(self, wire: Wire, span: Operation, asked: Asked) -> None:
        self._wire = wire
        self._span = span
        self._asked = asked
        said = sent(asked.endpoint, asked.fields)
        self._content = encode(said.body) if said.body else None
        self._url = wire.url(asked.observed.service, asked.endpoint, said.path, said.query)

    async def once(self, resend: int, timeout_s: float | None = None) -> Body:
        """Send it, for the first time or again, and give what its answer means; else raise the error it means."""
        if self._wire.closed:
            raise self._asked.error(Unreachable, "the client is closed")
        began_ns, ended_ns, status, retry_after_s = self._span.now_ns(), 0, None, None
        order_id = self._asked.fields.get("order_id")
        try:
            answer = await self._wire.send(
                self._asked.observed.service,
                self._asked.endpoint,
                self._url,
                content=self._content,
                resend=resend,
                timeout_s=timeout_s,
            )
            ended_ns, status, retry_after_s = self._span.now_ns(), answer.status, answer.retry_after_s
            body = self._asked.meaning(answer.status, answer.content)
            order_id = body.text("order_id") or order_id
            return body
        except VenueError as error:
            error.retry_after_s = retry_after_s
            raise
        except Exception as error:  # not only httpx's: a transport may raise whatever it likes, and the order is out
            lost = self._asked.observed.spends and not never_sent(error)
            raise self._asked.error(OutcomeUnknown if lost else Unreachable, type(error).__name__) from error
        finally:
            endpoint = f"{self._asked.endpoint.method} {self._asked.endpoint.path}"
            latency_ms = ((ended_ns or self._span.now_ns()) - began_ns) / 1e6
            self._span.answered(endpoint, status, latency_ms, order_id)
