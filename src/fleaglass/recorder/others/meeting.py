"""Whether the program has a global tracer provider: ours attaches to it, or takes its place if there is none.

::

    init, and every few seconds     a provider that is there gets our processor
    the agent begins to work        the same; and where there is none, ours is set

Ours is not set by ``init``: many a program calls that first and sets OpenTelemetry up afterwards, which can be done
only once. After the first decision has begun, what other libraries record in it is to be seen.
"""

from __future__ import annotations

import os
from typing import Final

from opentelemetry import trace as api
from opentelemetry.environment_variables import OTEL_PYTHON_TRACER_PROVIDER

from fleaglass._forks import Lock
from fleaglass.recorder.guard import guard, logger
from fleaglass.recorder.others.attached import Attached
from fleaglass.recorder.others.provided import Provided, provided
from fleaglass.recorder.tracer import Provider

__all__ = ["Meeting", "meeting"]


class Meeting:
    """One per process. Its methods may be called from any thread, and cost next to nothing once it has taken place."""

    def __init__(self) -> None:
        self._has_taken_place = False
        self._lock = Lock()

    def look(self) -> None:
        """Attach to a provider that is there. One that the environment asks for is not loaded for that."""
        if not self._has_taken_place and OTEL_PYTHON_TRACER_PROVIDER not in os.environ:
            with self._lock:
                self._look()

    def begin_work(self, *, provides: bool) -> None:
        """The same when an agent begins to work.

        Args:
            provides: whether ours is set where there is none.
        """
        if self._has_taken_place:
            return
        with guard("looking for a tracer provider"), self._lock:
            self._look()
            if provides and not self._has_taken_place:
                api.set_tracer_provider(provided)
                self._look()  # whatever it is now: another thread may have been quicker

    def _look(self) -> None:
        if self._has_taken_place:
            return
        with guard.theirs("asking for the global tracer provider"):
            found = api.get_tracer_provider()
            if isinstance(found, api.ProxyTracerProvider):  # which stands for one that is yet to be set
                return
            self._has_taken_place = True
            _attach(found)
        self._has_taken_place = True  # one that cannot be loaded will not be better the next time


meeting: Final = Meeting()


def _attach(found: api.TracerProvider) -> None:
    if isinstance(found, Provided | Provider):
        return
    add = getattr(found, "add_span_processor", None)
    if add is not None:
        add(Attached())
    else:
        kind = f"{type(found).__module__}.{type(found).__qualname__}"
        logger.debug("the global tracer provider, a %s, takes no span processors; it is left alone", kind)
