"""One span took too long."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from fleaglass import semconv
from fleaglass.alerts.alert import Alert
from fleaglass.alerts.watch import Callback, SpanView, Watch

__all__ = ["GUIDE_THRESHOLDS_MS", "DurationWatch"]

GUIDE_THRESHOLDS_MS: Final[Mapping[str, float | None]] = MappingProxyType(
    {
        semconv.SPAN_PF_TRADE_EXECUTE: 2000,
        semconv.SPAN_PF_WALLET_BALANCE_CHECK: 500,
        semconv.SPAN_PF_ESCROW_CREATE: 3000,
        semconv.SPAN_PF_SIGNAL_ANALYSIS: 100,
    }
)
"""The OpenTelemetry integration guide's thresholds, in milliseconds."""


class DurationWatch(Watch):
    """Alerts of every span that takes longer than the threshold for its name. Keeps nothing, so nothing resolves.

    Args:
        thresholds_ms: span name → milliseconds. 0 is always exceeded; ``None`` is never.
        callback: called with each alert.
    """

    def __init__(
        self, thresholds_ms: Mapping[str, float | None] = GUIDE_THRESHOLDS_MS, *, callback: Callback | None = None
    ) -> None:
        self._thresholds_ms = {name: limit for name, limit in thresholds_ms.items() if limit is not None}
        super().__init__(self._thresholds_ms, callback)

    def ended(self, span: SpanView) -> Sequence[Alert]:
        """An alert if it took too long."""
        threshold_ms = self._thresholds_ms.get(span.name)
        duration_ms = (span.end_ns - span.start_ns) / 1e6
        # A span too short for the clock to measure exceeds a threshold of 0 as well.
        if threshold_ms is None or (duration_ms <= threshold_ms and threshold_ms > 0):
            return ()
        return [
            Alert(
                kind="slow_span",
                state="fired",
                span_name=span.name,
                trace_id=span.trace_id,
                time_ns=span.end_ns,
                summary=f"{span.name} took {duration_ms:.1f} ms, the threshold is {threshold_ms:g} ms",
                fields=_fields(span, duration_ms, threshold_ms),
            )
        ]


def _fields(span: SpanView, duration_ms: float, threshold_ms: float) -> dict[str, object]:
    """The fields that the OpenTelemetry integration guide logs. Of nothing, there is no percentage."""
    return {
        "span_name": span.name,
        "duration_ms": round(duration_ms, 1),
        "threshold_ms": threshold_ms,
        "trace_id": span.trace_id,
        "asset": span.attributes.get(semconv.PF_ASSET, ""),
        "order_id": span.attributes.get(semconv.PF_ORDER_ID, ""),
        "overage_pct": round((duration_ms / threshold_ms - 1) * 100, 1) if threshold_ms > 0 else None,
    }
