"""What an agent is at, as far as is known: attached to every error, so that it can be read without the trace.

Three sources, each above the one before: what spans record on their way (the latest asset, order, balance, signal),
what the author says (``agent.state(...)``), and what a function of the author's returns when an error happens
(``agent.state_from(...)``). That function may fail; the error is sent all the same.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

import msgspec

from fleaglass import semconv
from fleaglass.recorder.guard import guard
from fleaglass.recorder.normalise import Value
from fleaglass.recorder.sentry.clean import clean

__all__ = ["RUNNING", "STARTUP", "AgentState"]

STARTUP: Final = "startup"
RUNNING: Final = "running"

# The names are the Sentry integration guide's.
_OBSERVED: Final[Mapping[str, str]] = {
    semconv.PF_ASSET: "current_asset",
    semconv.PF_ORDER_ID: "last_order_id",
    semconv.PF_Z_SCORE: "last_signal_z",
    semconv.PF_BALANCE_USD: "portfolio_usd",
}
_NAMES: Final = frozenset(_OBSERVED)


class AgentState:
    """The state of one agent.

    Args:
        write: keeps it, as JSON, where it outlives the process.
    """

    def __init__(self, write: Callable[[bytes], None] | None = None) -> None:
        self._write = write
        self.phase = STARTUP
        """``startup`` until the first cycle, then ``running``, unless the author names it."""
        self._observed: dict[str, object] = {}
        self._said: dict[str, object] = {}
        self._source: Callable[[], object] | None = None

    def observe(self, attributes: Mapping[str, Value]) -> None:
        """Look at what a span records."""
        if not _NAMES.isdisjoint(attributes):  # of most spans it is
            for name in attributes.keys() & _NAMES:
                self._observed[_OBSERVED[name]] = attributes[name]

    def learn(self, **values: object) -> None:
        """Take what an operation found out and no attribute says, such as ``open_positions``."""
        self._observed.update(values)

    def begin_cycle(self) -> None:
        """The agent decides: it is no longer starting."""
        if self.phase is STARTUP:
            self.phase = RUNNING

    def say(self, values: Mapping[str, object]) -> None:
        """Take the author's word; ``None`` takes a value back."""
        self._said.update(values)
        self.keep()

    def keep(self) -> None:
        """Have what is known now outlive the process, whatever happens next. The author's function is not asked."""
        if self._write is not None:
            known = {**self._observed, **self._said}
            self._write(msgspec.json.encode(clean({name: value for name, value in known.items() if value is not None})))

    def ask(self, source: Callable[[], object] | None) -> None:
        """Have this function asked when an error happens: for a mapping, or an object with attributes."""
        self._source = source

    def snapshot(self, around: Mapping[str, Any] = MappingProxyType({})) -> dict[str, object]:
        """All that is known now. Runs the author's function, and survives it.

        Args:
            around: attributes of the spans around, which are nearer than what was observed last: another cycle may be
                at work side by side with this one.
        """
        here = {_OBSERVED[name]: around[name] for name in _NAMES if name in around}
        asked: Mapping[str, object] = {}
        if self._source is not None:
            asked = {"state_from": "failed"}
            with guard.theirs("asking the function given to state_from"):
                asked = _fields(self._source())
        known = {**self._observed, **here, **self._said, **asked}
        return {name: value for name, value in known.items() if value is not None}


def _fields(answer: object) -> Mapping[str, object]:
    if answer is None:
        return {}
    if isinstance(answer, Mapping):
        return {str(name): value for name, value in answer.items()}
    if dataclasses.is_dataclass(answer):
        return {field.name: getattr(answer, field.name) for field in dataclasses.fields(answer)}
    return {name: value for name, value in vars(answer).items() if not name.startswith("_")}
