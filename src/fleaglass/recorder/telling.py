"""What an author tells an agent by hand: an error, a breadcrumb, a position, what the agent is at."""

from __future__ import annotations

from collections.abc import Callable

from fleaglass.recorder.core import Core
from fleaglass.recorder.guard import guard
from fleaglass.recorder.reporter import ErrorCounts
from fleaglass.recorder.sentry.items import Level
from fleaglass.recorder.span import own_span

__all__ = ["Telling"]


class Telling:
    """Part of `Agent`. No method raises."""

    _core: Core

    def capture(self, error: BaseException, /, **context: object) -> str | None:
        """Send an error to Sentry, inside of spans and outside; its event's id of 32 hexadecimal digits.

        An error that was sent already, by hand or by the span it left, is not sent again: the id is that of its event,
        and the context is left as a breadcrumb. ``None`` when nothing is sent.

        Args:
            error: the exception.
            context: what helps to understand it, by name; attached as it is now, scrubbed.
        """
        with guard("capturing an error"):
            return self._core.reporter.capture(error, own_span(self._core), context)
        return None

    def breadcrumb(self, category: str = "", message: str = "", /, *, level: Level = "info", **data: object) -> None:
        """Leave a breadcrumb: attached to the errors that follow, and an event of the current span.

        Args:
            category: what it is about, such as ``rebalance``. Of the category ``heartbeat`` only the latest is kept.
            message: what happened, in words.
            level: ``debug``, ``info``, ``warning``, ``error`` or ``fatal``.
            data: values, by name; ``None`` is left out.

        Category and message may be given by name. Where they come first, values may be called so too.
        """
        try:
            self._core.trail.add(
                category or data.pop("category", ""), message or data.pop("message", ""), level=level, data=data
            )
        except Exception as caught:  # as a fence of guard's, which costs more
            guard.caught("leaving a breadcrumb", caught)

    def position_change(
        self, asset: str, side: str, size: object = None, price: object = None, rationale: object = None
    ) -> None:
        """Leave the breadcrumb of a position that was entered, changed or left.

        Args:
            asset: asset ticker, such as ``BTC``.
            side: ``buy``, ``sell``, ``long``, ``short``.
            size: in units of the asset.
            price: in USD.
            rationale: why, in a few words.
        """
        self._core.trail.position_change(asset, side, size, price, rationale)

    def phase(self, name: str) -> None:
        """Say what the agent is at from now on, as the tag ``agent.phase``.

        Without it that is ``startup`` until the first cycle, then ``running``.

        Args:
            name: of low cardinality. ``order_placement`` makes every error one of a placement: a step more severe, and
                never dropped.
        """
        with guard("naming a phase"):
            self._core.state.phase = str(name)

    def state(self, /, **values: object) -> None:
        """Say what the agent's state is, beyond what operations tell; attached to errors as ``agent_state``.

        Args:
            values: by name, such as ``open_positions=3``; ``None`` takes a value back.
        """
        with guard("taking the agent's state"):
            self._core.state.say(values)

    def state_from(self, source: Callable[[], object] | None) -> None:
        """Have a function asked for the agent's state when an error happens.

        Args:
            source: returns a mapping, a dataclass or an object with attributes; should be quick, because it is called
                where the error is. One that raises costs its values, not the event.
        """
        with guard("taking the agent's state"):
            self._core.state.ask(source)

    def error_counts(self) -> ErrorCounts:
        """Failures sent to Sentry, told of by the author's own sentry_sdk, and dropped, since the start."""
        return self._core.reporter.counts
