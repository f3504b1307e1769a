"""Operations on the venue, and the HTTP requests they are made of: what the venue's client records with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from decimal import Decimal
from typing import Final, TypeVar

from opentelemetry import context as otel

from fleaglass import semconv
from fleaglass.recorder.core import Core
from fleaglass.recorder.guard import guard
from fleaglass.recorder.span import Span, lineage
from fleaglass.recorder.story import OperationError, Story

__all__ = ["Operation", "Request", "is_uninstrumented", "uninstrumented"]

SpanT = TypeVar("SpanT", bound=Span)

# What OpenTelemetry's own HTTP instrumentation looks for before it records a request.
_SUPPRESS_HTTP: Final[str | None] = getattr(otel, "_SUPPRESS_HTTP_INSTRUMENTATION_KEY", None)
_UNINSTRUMENTED: Final = otel.create_key("fleaglass-uninstrumented")


class Operation(Span):
    """A ``pf.*`` span for one operation on one service; ``phase`` says what the agent is at, for grouping errors."""

    def __init__(
        self, core: Core, name: str, service: str, attributes: Mapping[str, object], *, phase: str | None = None
    ) -> None:
        super().__init__(core, name, attributes={semconv.PF_SERVICE: service, **attributes})
        self.phase = phase

    def tell(self, fact: Callable[[Story], None]) -> None:
        """Let the cycle and the pipeline above know a fact."""
        with guard(f"telling what {self.name} learned"):
            for story in self.stories():
                fact(story)

    def earned(self, pnl_usd: Decimal) -> None:
        """Let the cycle and the pipeline above, and the agent's metrics, know of a profit in USD; a loss is below 0."""
        self.tell(lambda story: story.add_pnl(pnl_usd))
        self._core.money.earned(pnl_usd)

    def within(self, kind: type[SpanT]) -> SpanT | None:
        """The innermost span of this kind around the operation."""
        return next((span for span in lineage(self) if isinstance(span, kind)), None)

    def answered(self, endpoint: str, status: int | None, latency_ms: float, order_id: object = None) -> None:
        """Record that a request of the operation was answered, on the span and in the trail of breadcrumbs.

        Args:
            endpoint: its method and path template.
            status: HTTP status; ``None`` without an answer.
            latency_ms: round-trip time in milliseconds.
            order_id: the order it was about.
        """
        latency_ms = round(latency_ms, 3)
        self.record({semconv.PF_API_LATENCY_MS: latency_ms})
        self._core.trail.api_response(endpoint, status, latency_ms, order_id)

    def _fail(self, error: BaseException) -> None:
        super()._fail(error)
        if isinstance(error, OperationError):
            self.record({semconv.PF_HTTP_STATUS: error.status, semconv.PF_ERROR_CODE: error.code})
        self.tell(lambda story: setattr(story, "failure", error))

    def _close(self, error: BaseException | None) -> None:
        if error is None or _is_refusal(error):
            self._core.pulse.complete_operation()


def _is_refusal(error: BaseException) -> bool:
    """Whether the venue looked at it and said no, which an agent can work with."""
    return isinstance(error, OperationError) and error.outcome == semconv.PF_CYCLE_OUTCOME_REJECTED


class Request(Span):
    """A CLIENT span for one HTTP request, by OpenTelemetry's HTTP conventions.

    Its errors are the operation's to report: there they have a type, and the next attempt may have succeeded.

    Args:
        core: the agent.
        method: in upper case.
        template: the path with its ids replaced by names in braces; with the method it makes the span's name.
        address: ``scheme://host:port/path`` without query and credentials.
        host: host the request goes to.
        port: port the request goes to.
        resend: how often the request was sent before; 0 for the first time.
    """

    reports = False

    def __init__(
        self, core: Core, *, method: str, template: str, address: str, host: str, port: int | None, resend: int
    ) -> None:
        super().__init__(
            core,
            f"{method} {template}",
            kind="client",
            attributes={
                semconv.HTTP_REQUEST_METHOD: method,
                semconv.URL_TEMPLATE: template,
                semconv.URL_FULL: address,
                semconv.SERVER_ADDRESS: host,
                semconv.SERVER_PORT: port,
                semconv.HTTP_REQUEST_RESEND_COUNT: resend or None,
            },
        )

    def answered(self, status: int) -> None:
        """Record the answer's status. From 400 on it is an error, and the status is its type."""
        self.record({semconv.HTTP_RESPONSE_STATUS_CODE: status})
        if status >= 400:
            self.fail_as(str(status))


@contextmanager
def uninstrumented() -> Iterator[None]:
    """A block in which a request is recorded by nobody else: neither by OpenTelemetry's HTTP instrumentation, if the
    program uses it, nor by `fleaglass.venue.instrument`."""
    context = otel.set_value(_UNINSTRUMENTED, True)
    if _SUPPRESS_HTTP is not None:
        context = otel.set_value(_SUPPRESS_HTTP, True, context)
    token = otel.attach(context)
    try:
        yield
    finally:
        # Nothing to give back where a coroutine is closed in somebody else's context; `otel.detach` would log an error.
        with suppress(ValueError):
            token.var.reset(token)


def is_uninstrumented() -> bool:
    """Whether this is inside a block of ours; OpenTelemetry's own sign stays out of it, theirs may be around us."""
    return otel.get_value(_UNINSTRUMENTED) is True
