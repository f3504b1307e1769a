"""Ended spans in a line, for tests of watches."""

from __future__ import annotations

from fleaglass.alerts import SpanView

__all__ = ["MS", "S", "span"]

MS = 1_000_000
S = 1_000_000_000


def span(name: str, ms: float = 1, *, at_s: float = 0, failed: bool = False, **attributes: object) -> SpanView:
    """A span that took ``ms`` and ended ``at_s`` seconds after an hour that means nothing."""
    end_ns = 1_795_168_800 * S + round(at_s * S)
    return SpanView(
        name=name,
        start_ns=end_ns - round(ms * MS),
        end_ns=end_ns,
        failed=failed,
        trace_id=f"{7:032x}",
        attributes={f"pf.{key}": value for key, value in attributes.items()},
    )
