"""One request of the program's own to the venue, from before it is sent until its answer is read.

::

    with sighting, carrying(request.headers, sighting.headers()):
        sighting.recorded()
        response = …the library's own call…
        sighting.answered(response.status_code, response.content, response)

The block never raises and never swallows: what the library raises goes on to the program. The one exception is
`recorded`, in an agent whose ledger is ``strict``: what adds risk and cannot be recorded is refused there, by
`fleaglass.venue.NotRecorded`, before the library has sent anything. For the record it is what our
client would have raised, so a lost answer to an order is an order that may have happened, here as there.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from types import TracebackType
from typing import Any, Final, Self

from opentelemetry import trace as api

from fleaglass.recorder import Request, current_core, guard, mark_meaning, outgoing_headers, uninstrumented
from fleaglass.recorder.failure import causes
from fleaglass.venue.calls import mark_unknown
from fleaglass.venue.errors import NotRecorded, OutcomeUnknown, Rejected, Unreachable, VenueError
from fleaglass.venue.instrument.deployment import Recognised
from fleaglass.venue.ledgering import Wait, at_once, intend, run, words
from fleaglass.venue.ledgering.noted import NOT_KEPT
from fleaglass.venue.meaning import Asked
from fleaglass.venue.memory import account_mark
from fleaglass.venue.observe import begin
from fleaglass.venue.observe.operation import nothing

__all__ = ["Library", "Sighting"]

_OTHERS: Final = {f"opentelemetry.instrumentation.{name}" for name in ("httpx", "requests", "aiohttp_client")}


@dataclass(frozen=True, slots=True)
class Library:
    """How an HTTP library says that there was no answer, and what else differs between them."""

    no_answer: tuple[type[BaseException], ...]
    never_sent: Callable[[BaseException], bool]
    """Whether the request certainly did not leave."""
    read: Callable[[Any], bytes | None]
    """The body of a response that one of its exceptions carries, as far as it was read. Never raises."""
    shows_body_late: bool = False
    """Whether a request's body is not known before it is written (`Sighting.asked`)."""


class Sighting:
    """The operation's span and the request's, for as long as the request takes. Begun when it is made."""

    def __init__(self, library: Library, recognised: Recognised, content: bytes | None, api_key: str) -> None:
        self._library = library
        self._recognised = recognised
        self._fields = recognised.fields(content)
        self._operation_block, self._request_block = ExitStack(), ExitStack()
        self._request: Request | None = None
        self._ended = False
        self._route = replace(recognised.route, api_key=api_key or None)
        self._noted = NOT_KEPT
        self._late: dict[str, str] = {}
        observed = recognised.observed
        if library.shows_body_late:
            observed = replace(observed, begins=nothing)
        self._operation = self._operation_block.enter_context(
            begin(observed, self._fields, recognised.profile, account_id=recognised.route.account_id)
        )
        self._operation.sent = observed.spends
        self._began_ns = self._operation.now_ns()
        if not _already_traced(self._operation.outside):
            self._request = self._request_block.enter_context(self._request_span())
        self._request_block.enter_context(uninstrumented())

    def __enter__(self) -> Self:
        return self

    def _request_span(self) -> Request:
        seen = self._recognised
        return Request(
            current_core(),
            method=seen.endpoint.method,
            template=seen.endpoint.path,
            address=seen.address,
            host=seen.host,
            port=seen.port,
            resend=0,
        )

    def headers(self) -> dict[str, str]:
        """What to add to the request's headers: the trace context."""
        return outgoing_headers()

    def recorded(self) -> None:
        """Have it in the agent's ledger, if it spends. Raises `NotRecorded`, and then it must not be sent."""
        run(self.recorded_in(at_once))

    async def recorded_in(self, wait: Wait) -> None:
        """The same, waiting for the disk like this."""
        if not self._recognised.observed.spends:
            return
        try:
            self._noted = await intend(
                current_core(),
                self._operation,
                self._recognised.observed,
                self._fields,
                account=account_mark(self._route),
                ahead=None,
                wait=wait,
                refusal=partial(self._asked().error, NotRecorded),
            )
        except BaseException:
            self._operation.sent = False  # nor will it be
            raise

    def asked(self, content: bytes) -> None:
        """The request's body, for a library that shows it only when it is written."""
        with guard("reading a request's body"):
            self._fields = self._recognised.fields(content)
            self._operation.record(self._recognised.observed.asked(self._fields))
            self._recognised.observed.begins(self._operation, self._fields)
            self._late, _ = words.asked(self._fields)

    def answered(self, status: int, content: bytes | None, bearer: object) -> None:
        """The answer.

        Args:
            status: the HTTP status.
            content: the body; ``None`` when the program reads it as a stream, which is left to it.
            bearer: the library's response, or the exception that it has made of it already.
        """
        with guard("reading an answer"):
            if self._request is not None:
                self._request.answered(status)
            self._request_block.close()
            error: VenueError | None = None
            if content is not None or status >= 400:
                error = self._understand(status, content or b"")
            else:
                self._note_answer(status)
                self._noted.failed(
                    self._asked().unreadable("the program reads the answer by itself", status), self._late
                )
            if error is None:
                self._end(None)
            else:
                self._fail(error, bearer)

    def _note_answer(self, status: int | None, order_id: str | None = None) -> None:
        endpoint = self._recognised.endpoint
        latency_ms = (self._operation.now_ns() - self._began_ns) / 1e6
        about = order_id or self._fields.get("order_id")
        self._operation.answered(f"{endpoint.method} {endpoint.path}", status, latency_ms, about)

    def _understand(self, status: int, content: bytes) -> VenueError | None:
        seen = self._recognised
        try:
            body = self._asked().meaning(status, content)
        except VenueError as error:
            self._note_answer(status)
            self._note(error)
            return error
        self._note_answer(status, body.text("order_id"))
        self._noted.answered(seen.observed, body, seen.profile, self._late)
        seen.observed.answered(self._operation, self._fields, body, seen.profile)
        return None

    def _note(self, error: VenueError) -> None:
        """What our client says on the span before it raises this."""
        observed = self._recognised.observed
        self._noted.failed(error, self._late)
        if isinstance(error, OutcomeUnknown):
            mark_unknown(self._operation, observed.state, observed.lost)
        elif isinstance(error, Rejected) and observed.spends:
            self._operation.record(observed.refused)

    def __exit__(self, _: type[BaseException] | None, error: BaseException | None, __: TracebackType | None) -> None:
        with guard("noting that a request ended"):
            if self._ended:
                return
            answer = self._answer_in(error)
            if answer is not None:
                self.answered(answer.status_code, self._library.read(answer), error)
                return
            if error is not None:
                self._request_block.__exit__(type(error), error, error.__traceback__)
            if isinstance(error, self._library.no_answer):
                self._fail(self._lost(error), error)
                return
            if error is not None and self._operation.sent:  # cancelled, say, while the request was under way
                mark_unknown(self._operation, self._recognised.observed.state, self._recognised.observed.lost)
                self._noted.failed(error, self._late)
            self._end(error)

    def _answer_in(self, error: BaseException | None) -> Any:
        """The library's response to this request that an exception carries, or one that it was raised from.

        A hook of the program's that raises for a status does so before the library returns.
        """
        for cause in () if error is None else causes(error):
            response = getattr(cause, "response", None)
            if response is not None and str(response.url).partition("?")[0] == self._recognised.address:
                return response
        return None

    def _lost(self, error: BaseException) -> VenueError:
        """What our client would have raised."""
        lost = self._recognised.observed.spends and not self._library.never_sent(error)
        ours = self._asked().error(OutcomeUnknown if lost else Unreachable, type(error).__name__)
        ours.__cause__ = error
        self._note_answer(None)
        self._note(ours)
        return ours

    def _asked(self) -> Asked:
        seen = self._recognised
        return Asked(
            observed=seen.observed, profile=seen.profile, fields=self._fields, trace_id=self._operation.trace_id
        )

    def _fail(self, ours: VenueError, theirs: object) -> None:
        """End with our error, which the library's response or exception stands for from then on."""
        self._end(ours)
        mark_meaning(theirs, ours)  # on its way up it is not a second failure
        # Recorded, it needs no frames and no way back: the program's objects would only live until the next collection.
        ours.__traceback__ = ours.__cause__ = ours.__context__ = None

    def _end(self, error: BaseException | None) -> None:
        self._ended = True
        self._request_block.close()
        if error is None:
            self._operation_block.close()
        else:
            self._operation_block.__exit__(type(error), error, error.__traceback__)


def _already_traced(outside: object) -> bool:
    """Whether an instrumentation of OpenTelemetry's wraps this request already: one CLIENT span is enough."""
    span = api.get_current_span(outside)  # type: ignore[arg-type]  # a context, kept by our span as it was
    scope = getattr(getattr(span, "instrumentation_scope", None), "name", None)
    return getattr(span, "kind", None) is api.SpanKind.CLIENT and scope in _OTHERS
