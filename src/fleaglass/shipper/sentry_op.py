"""``sentry.op``, by which Sentry knows what a transaction or a span is: added to spans on their way there.

A span of the registry has its own name for it, such as ``order.pipeline``. All others are left to Sentry, which infers
``http.client``, ``db`` and the like from what OpenTelemetry's conventions have said already.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from fleaglass.journal.records import SpanEnded
from fleaglass.semconv import SPANS

__all__ = ["SENTRY_OP", "with_op"]

SENTRY_OP = "sentry.op"


def with_op(spans: Sequence[SpanEnded]) -> list[SpanEnded]:
    """The spans, in their order; they themselves stay as they are, for other destinations have them too."""
    return [_with_op(span) if span.name in SPANS and SENTRY_OP not in span.attributes else span for span in spans]


def _with_op(span: SpanEnded) -> SpanEnded:
    return msgspec.structs.replace(span, attributes={**span.attributes, SENTRY_OP: span.name})
