"""Operations on the venue, and the HTTP requests they are made of: what the venue's client records with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final, TypeVar

from opentelemetry import context as otel

from fleaglass import semconv
from fleaglass.recorder.core import Core
from fleaglass.recorder.guard import guard
from fleaglass.recorder.span import Span, lineage
from fleaglass.recorder.story import OperationError, Story, is_failure

__all__ = ["Operation", "Request", "uninstrumented"]

SpanT = TypeVar("SpanT", bound=Span)

# What OpenTelemetry's own HTTP instrumentation looks for before it records a request.
_SUPPRESS_HTTP: Final[str | None] = getattr(otel, "_SUPPRESS_HTTP_INSTRUMENTATION_KEY", None)


class Operation(Span):
    """A ``pf.*`` span for one operation on one service."""

    def __init__(self, core: Core, name: str, service: str, attributes: Mapping[str, object]) -> None:
        super().__init__(core, name, attributes={semconv.PF_SERVICE: service, **attributes})
        self.sent = False
        """Whether a request that may move money has left, or may have."""

    def tell(self, fact: Callable[[Story], None]) -> None:
        """Let the cycle and the pipeline above know a fact."""
        with guard(f"telling what {self.name} learned"):
            for story in self.stories():
                fact(story)

    def within(self, kind: type[SpanT]) -> SpanT | None:
        """The innermost span of this kind around the operation."""
        return next((span for span in lineage(self) if isinstance(span, kind)), None)

    def answered(self, latency_ms: float) -> None:
        """Record the round-trip time of the operation's request, in milliseconds."""
        self.record({semconv.PF_API_LATENCY_MS: round(latency_ms, 3)})

    def _close(self, error: BaseException | None) -> None:
        super()._close(error)
        if error is None or not is_failure(error):
            return
        if isinstance(error, OperationError):
            self.record({semconv.PF_HTTP_STATUS: error.status, semconv.PF_ERROR_CODE: error.code})
        failed = error  # a name of its own: `error` is narrowed, a closure would not see that
        self.tell(lambda story: setattr(story, "failure", failed))


class Request(Span):
    """A CLIENT span for one HTTP request, by OpenTelemetry's HTTP conventions.

    Args:
        core: the agent.
        method: in upper case.
        template: the path with its ids replaced by names in braces; with the method it makes the span's name.
        address: ``scheme://host:port/path`` without query and credentials.
        host: host the request goes to.
        port: port the request goes to.
        resend: how often the request was sent before; 0 for the first time.
    """

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
    """A block in which OpenTelemetry's HTTP instrumentation, if the program uses it, does not record a second span."""
    if _SUPPRESS_HTTP is None:
        yield
        return
    token = otel.attach(otel.set_value(_SUPPRESS_HTTP, True))
    try:
        yield
    finally:
        otel.detach(token)
