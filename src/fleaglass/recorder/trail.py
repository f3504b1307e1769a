"""The trail of breadcrumbs: what an agent did and saw, step by step, so that an error can be read backwards.

One trail belongs to one agent. Within it every task tree (a trace: a cycle and all that hangs below it) has its own
part, so two cycles that run side by side do not mix; when a tree is over, its part joins the history::

    cycle 1 ── over ──▶ ┌─────────┐
    cycle 2 ── over ──▶ │ history │ ──┬──▶ an error in cycle 3: history, then cycle 3
                        └─────────┘   └──▶ an error in cycle 4: history, then cycle 4
    cycle 3, cycle 4: open

Each part holds 100 breadcrumbs and forgets the oldest. Heartbeats say only that time passed: the latest one is kept in
a slot of its own, so no number of them pushes out what happened.

Values are normalised and scrubbed when a breadcrumb is left, and any of them may be missing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Protocol

from fleaglass import semconv
from fleaglass._forks import Lock
from fleaglass.recorder.attributes import BY_ANY_NAME, attributes
from fleaglass.recorder.crumb import Crumb, event_attributes, sentence
from fleaglass.recorder.guard import guard
from fleaglass.recorder.normalise import Value
from fleaglass.recorder.scrub import harmless, scrub
from fleaglass.recorder.sentry.items import Level

if TYPE_CHECKING:
    from fleaglass.recorder.seams import Clock
    from fleaglass.recorder.span import Span

__all__ = ["HEARTBEAT", "MAX_CRUMBS", "Crumb", "Trail"]

MAX_CRUMBS: Final = 100
HEARTBEAT: Final = "heartbeat"
_MAX_TREES: Final = 64  # open at the same time; one that is never closed must not stay for ever
_MAX_CHARS: Final = 256
_MAX_FIELDS: Final = 32
_UNREADABLE: Final = "[unreadable]"
_NO_IDS: Final = b"", b""
_NOTHING: Final[Mapping[str, Value]] = MappingProxyType({})


class Write(Protocol):
    """Keeps a breadcrumb where it outlives the process."""

    def __call__(self, crumb: Crumb, ids: tuple[bytes, bytes], event: str, attributes: Mapping[str, Value], /) -> None:
        """Keep it.

        Args:
            crumb: the breadcrumb.
            ids: of the trace and the span that it was left in; empty outside of spans.
            event: name of the span's event that it is as well, if it is one.
            attributes: of that event.
        """
        ...


class Trail:
    """The breadcrumbs of one agent. Every method may be called from any thread, and never raises.

    Args:
        clock: where the time of a breadcrumb comes from when no span is current.
        here: gives the innermost span of the caller; ``None`` makes a trail that keeps nothing.
        exempt: the agent's own id, which is never scrubbed.
        write: keeps a breadcrumb where it outlives the process.
    """

    def __init__(
        self,
        clock: Clock | None = None,
        here: Callable[[], Span | None] | None = None,
        exempt: str | None = None,
        write: Write | None = None,
    ) -> None:
        self._clock = clock
        self._here = here
        self._exempt = exempt
        self._write = write
        self._lock = Lock()
        self._history: deque[Crumb] = deque(maxlen=MAX_CRUMBS)
        self._trees: dict[bytes, deque[Crumb]] = {}
        self._heartbeat: Crumb | None = None

    # Leaving breadcrumbs -----------------------------------------------------------------------------------------

    def signal(
        self,
        *,
        asset: object = None,
        action: object = None,
        confidence: object = None,
        z_score: object = None,
        iv: object = None,
        rv: object = None,
    ) -> None:
        """The model said something. ``iv`` and ``rv`` are fractions, such as 0.62."""
        self._leave(
            "signal",
            lambda: sentence("Signal:", action, asset, z=z_score, IV=iv, RV=rv, confidence=confidence),
            {"asset": asset, "action": action, "confidence": confidence, "z_score": z_score, "iv": iv, "rv": rv},
            event=semconv.EVENT_SIGNAL,
        )

    def risk_check(self, name: object, *, passed: bool, value: object = None, limit: object = None) -> None:
        """A risk check let the trade through, or did not."""
        self._leave(
            "risk",
            lambda: sentence(f"Risk check {name}:", "pass" if passed else "FAIL", value=value, limit=limit),
            {"check": name, "passed": passed, "value": value, "limit": limit},
            level="info" if passed else "warning",
            event=semconv.EVENT_RISK_CHECK,
        )

    def api_response(
        self, endpoint: object, status: int | None, latency_ms: float | None = None, order_id: object = None
    ) -> None:
        """The venue answered, or did not (``status`` is None).

        Args:
            endpoint: method and path template, or the operation's name; never a full address.
            status: HTTP status.
            latency_ms: round-trip time in milliseconds.
            order_id: the order it was about.
        """
        outcome = "no answer" if status is None else status
        self._leave(
            "http",
            lambda: sentence(f"{endpoint}:", outcome, ms=None if latency_ms is None else round(latency_ms, 1)),
            {"endpoint": endpoint, "status_code": status, "latency_ms": latency_ms, "order_id": order_id},
            level="info" if status is not None and status < 400 else "error",
            event=semconv.EVENT_API_RESPONSE,
        )

    def position_change(
        self, asset: object, side: object, size: object = None, price: object = None, rationale: object = None
    ) -> None:
        """A position was entered, changed or left."""
        self._leave(
            "trade",
            lambda: sentence("Position:", side, size, asset, at=price, because=rationale),
            {"asset": asset, "side": side, "size": size, "price": price, "rationale": rationale},
            event=semconv.EVENT_POSITION_CHANGE,
        )

    def add(
        self, category: object, message: object, *, level: Level = "info", data: Mapping[str, object] | None = None
    ) -> None:
        """A breadcrumb of the author's own. The category ``heartbeat`` keeps its latest one only."""
        words = message if type(message) is str else lambda: message
        self._leave(category, words, data or {}, level=level, event=semconv.EVENT_BREADCRUMB)

    def log(self, category: str, message: object, *, level: Level, time_ns: int) -> None:
        """A line of the program's log. Not a span event: logs leave by themselves, with the span's id."""
        with guard("leaving a breadcrumb"):
            if self._here is not None:
                self._keep(Crumb(_text(category), _text(message), level, {}, time_ns), self._own(self._here()))

    def _leave(
        self,
        category: object,
        message: str | Callable[[], object],
        data: Mapping[str, object],
        *,
        event: str,
        level: Level = "info",
    ) -> None:
        try:
            if self._here is None or self._clock is None:
                return
            span = self._here()
            time_ns = span.now_ns() if span is not None else self._clock.wall_ns()
            clean = harmless.texts  # most categories and messages are, and come again and again
            what = category if type(category) is str and category in clean else _text(category)
            words = message if type(message) is str and message in clean else _said(message)
            if len(data) > _MAX_FIELDS:
                data = dict(islice(data.items(), _MAX_FIELDS))
            crumb = Crumb(what, words, level, attributes(data, self._exempt, BY_ANY_NAME), time_ns)
            if span is not None and span.core.trail is self:
                self._keep(crumb, span, event if crumb.category != HEARTBEAT else "")
            else:
                self._keep(crumb, self._own(span))
        except Exception as caught:  # as a fence of guard's, which costs more
            guard.caught("leaving a breadcrumb", caught)

    # Keeping them ------------------------------------------------------------------------------------------------

    def _own(self, span: Span | None) -> Span | None:
        """This agent's innermost span, from this one up; None outside of its spans."""
        while span is not None and span.core.trail is not self:
            span = span.parent
        return span

    def _keep(self, crumb: Crumb, own: Span | None, event: str = "") -> None:
        """Keep it in the tree that this span is of, and as an event of it, of this name."""
        told = _NOTHING
        if event and own is not None:
            told = event_attributes(event, crumb, self._exempt)
            if not own.hold_event(event, crumb.time_ns, told):
                event = ""
        ids = own.ids if own is not None else _NO_IDS
        if self._write is not None:
            self._write(crumb, ids, event, told)
        if crumb.category == HEARTBEAT:
            self._heartbeat = crumb
        elif own is None:
            self._history.append(crumb)
        else:
            tree = self._trees.get(ids[0])
            if tree is None:
                tree = self._plant(ids[0])
            tree.append(crumb)

    def _plant(self, trace: bytes) -> deque[Crumb]:
        with self._lock:
            if len(self._trees) >= _MAX_TREES:
                self.close(next(iter(self._trees)))
            return self._trees.setdefault(trace, deque(maxlen=MAX_CRUMBS))

    def close(self, trace: bytes) -> None:
        """A task tree is over: its breadcrumbs join the history."""
        if trace in self._trees:  # most trees that left nothing end here, without the lock
            with self._lock:
                tree = self._trees.pop(trace, None)
                self._history.extend(tree or ())

    def lead_up(self, trace_id: str | None) -> list[Crumb]:
        """What led up to this moment in a task tree, oldest first: at most 100, and the latest heartbeat."""
        with self._lock:
            tree = self._trees.get(bytes.fromhex(trace_id)) if trace_id is not None else None
            crumbs = [*self._history, *(tree or ())][-MAX_CRUMBS:]
            heartbeat = self._heartbeat
        if heartbeat is not None:
            crumbs.append(heartbeat)
        crumbs.sort(key=lambda crumb: crumb.time_ns)  # cycles ran side by side
        return crumbs


def _text(value: object) -> str:
    return scrub(str(value))[:_MAX_CHARS]


def _said(message: str | Callable[[], object]) -> str:
    """The message, or what it is when it is put into words."""
    if isinstance(message, str):
        return _text(message)
    with guard.theirs("putting a breadcrumb into words"):
        return _text(message())
    return _UNREADABLE
