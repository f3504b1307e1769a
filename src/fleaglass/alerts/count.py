"""Too many of something, within a time. The first one may be too many."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Final, Literal

from fleaglass import semconv
from fleaglass.alerts.alert import Alert
from fleaglass.alerts.watch import LOCK, Callback, Calm, Judge, LockedWatch, SpanView
from fleaglass.alerts.window import Window

__all__ = ["CountWatch"]

_REMEMBERED: Final = 1_000


class CountWatch(LockedWatch, Calm):
    """Alerts once when more than ``above`` spans of a kind ended within ``window_s``, and once when it is over.

    That it is over shows when another span ends, of whatever kind: an agent that falls silent stays as it was.

    Args:
        counts: whether a span is one of those that count.
        above: how many are too many when exceeded. 0: the first one.
        window_s: the spans that ended in this many seconds count.
        names: names of the spans it looks at; None for all.
        callback: called with each alert.

    Raises:
        ValueError: the figures make no sense.
    """

    def __init__(
        self,
        counts: Callable[[SpanView], bool],
        *,
        above: int = 0,
        window_s: float = 60,
        names: Collection[str] | None = None,
        callback: Callback | None = None,
    ) -> None:
        super().__init__(names, callback)
        if not (above >= 0 and window_s > 0):
            raise ValueError(f"above ({above}) >= 0 and window_s ({window_s}) > 0 do not hold")
        self._counts = counts
        self._above = above
        self._window = Window(max(above + 1, _REMEMBERED), window_s)
        self._alerting = False
        self.is_calm = True

    def ended(self, span: SpanView) -> Sequence[Alert]:
        """What there is to say. Whether it counts is somebody else's code, which is called before the lock is taken."""
        is_counted = self._counts(span)
        with LOCK:
            return self._note(span, is_counted)

    def judge_of(self, name: str | None) -> Judge:
        """An alert if a span is one too many, or shows that it is over."""
        return self.judge

    def judge(self, span: SpanView) -> Sequence[Alert]:
        """An alert if this span is one too many, or shows that it is over."""
        return () if self.is_calm and not self._counts(span) else self.look(span)

    def look(self, span: SpanView) -> Sequence[Alert]:
        """``judge``, where a span counts, or one did."""
        return self._note(span, self._counts(span))

    def _note(self, span: SpanView, is_counted: bool) -> Sequence[Alert]:
        if is_counted:
            self._window.push(span.end_ns)
        else:
            self._window.pass_to(span.end_ns)
        count = len(self._window)
        breach = count > self._above
        self.is_calm = not breach
        if breach == self._alerting:
            return ()
        self._alerting = breach
        return [self._alert(span, "fired" if breach else "resolved", count)]

    def _alert(self, span: SpanView, state: Literal["fired", "resolved"], count: int) -> Alert:
        error_type = span.attributes.get(semconv.ERROR_TYPE, "")
        latest = f"; the latest: {span.name} {error_type}".rstrip() if state == "fired" else ""
        return Alert(
            kind="count",
            state=state,
            span_name=span.name,
            trace_id=span.trace_id,
            time_ns=span.end_ns,
            lasts=True,
            summary=f"{count} in the window, more than {self._above} are too many{latest}",
            fields={
                "span_name": span.name,
                "count": count,
                "threshold": self._above,
                "error_type": error_type,
                "asset": span.attributes.get(semconv.PF_ASSET, ""),
                "order_id": span.attributes.get(semconv.PF_ORDER_ID, ""),
                "trace_id": span.trace_id,
            },
        )
