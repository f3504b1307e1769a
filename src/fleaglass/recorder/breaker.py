"""A breaker: while a rule says that something is wrong, an agent does not spend.

::

              a rule fires                       `half_open_after_s` later
    closed ────────────────▶ open ◀──────────────────────────▶ half open: one spend may try
       ▲                      a rule fires, or the try fails        │
       └───────────────────────────── the try succeeds ─────────────┘

An agent has none until its author asks for one. It stops spends only, never what closes a position, withdraws an order,
settles an escrow, or reads: an agent that cannot get out of the market is worse off than one that cannot get in.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Final, Literal, TypeAlias

from fleaglass._forks import Lock
from fleaglass.alerts import Alert
from fleaglass.recorder.guard import guard
from fleaglass.recorder.seams import Clock, SystemClock

__all__ = ["HALF_OPEN_AFTER_S", "Breaker", "Breakers", "State"]

State: TypeAlias = Literal["closed", "open", "half_open"]

HALF_OPEN_AFTER_S: Final = 60.0
_logger: Final = logging.getLogger("pf.alerts")


class Breaker:
    """One breaker. Made by ``Agent.breaker``. May be asked from any thread.

    Attributes:
        name: what its author calls it.
        opens_on: names of the rules, or kinds of alerts, that open it.
        services: the services whose spends it stops; all if there are none.
    """

    def __init__(
        self,
        name: str,
        *,
        opens_on: Collection[str] = (),
        services: Collection[str] = (),
        half_open_after_s: float,
        clock: Clock,
        lock: Lock,
    ) -> None:
        self.name = name
        self.opens_on = frozenset(opens_on)
        self.services = frozenset(services)
        self._rest_ns = round(half_open_after_s * 1e9)
        self._monotonic_ns = clock.monotonic_ns
        self._lock = lock
        self._reason = ""
        self._opened_ns: int | None = None
        self._tried_ns: int | None = None
        self._firing: set[str] = set()

    @property
    def state(self) -> State:
        """Whether spends are let through (``closed``), stopped (``open``), or one may try (``half_open``)."""
        with self._lock:
            if self._opened_ns is None:
                return "closed"
            return "half_open" if self._monotonic_ns() - self._opened_ns >= self._rest_ns else "open"

    @property
    def reason(self) -> str:
        """Why it was opened the last time; empty if it never was."""
        return self._reason

    def allows(self) -> bool:
        """Whether a spend would be let through now. Asking changes nothing."""
        with self._lock:
            return self.state == "closed" or (self.state == "half_open" and not self._is_trying())

    def open(self, reason: str = "by hand") -> None:
        """Stop spends from now on."""
        with self._lock:
            was_closed = self._opened_ns is None
            self._opened_ns, self._tried_ns, self._reason = self._monotonic_ns(), None, reason
        if was_closed:
            _logger.warning("breaker %s opened: %s", self.name, reason)

    def close(self) -> None:
        """Let spends through again."""
        with self._lock:
            was_open = self._opened_ns is not None
            self._opened_ns = self._tried_ns = None
        if was_open:
            _logger.info("breaker %s closed", self.name)

    def hear(self, alert: Alert) -> None:
        """An alert. One that is of its rules opens it."""
        name = alert.rule or alert.kind
        if name not in self.opens_on:
            return
        with self._lock:
            self._firing.discard(name)
            if alert.state == "fired" and alert.lasts:
                self._firing.add(name)
        if alert.state == "fired":
            self.open(alert.summary)

    def begin(self) -> int | None:
        """A spend begins. Gives what tells it apart if it is the try, else None."""
        with self._lock:
            if self.state == "half_open" and not self._is_trying():
                self._tried_ns = self._monotonic_ns()
                return self._tried_ns
            return None

    def end(self, tried_ns: int | None, error: BaseException | None) -> None:
        """A spend ended, of which ``begin`` has said this. The try decides; a failure does while a rule still fires."""
        with self._lock:
            # A try may have been given up by now, for another or because a rule has fired once more.
            is_try = tried_ns is not None and tried_ns == self._tried_ns
            is_relapse = tried_ns is None and self._opened_ns is None and bool(self._firing)
        if is_try and error is None:
            self.close()
        elif (is_try or is_relapse) and error is not None:
            self.open(f"a spend failed with {type(error).__name__}")

    def _is_trying(self) -> bool:
        """Whether a try is under way. One that nobody ends, as in a forked child, is given up after the same time."""
        return self._tried_ns is not None and self._monotonic_ns() - self._tried_ns < self._rest_ns


class Breakers:
    """All of an agent's. They share a lock, so that a spend is let through by all of them or takes no try of any.

    Args:
        clock: only its monotonic time is read.
        judged: names of the rules that are judged in the agent; None where anything may send alerts.
    """

    def __init__(self, clock: Clock | None = None, judged: Collection[str] | None = None) -> None:
        self._clock = clock or SystemClock()
        self._judged = judged
        self._lock = Lock()
        self._by_name: dict[str, Breaker] = {}

    def named(
        self,
        name: str,
        *,
        opens_on: Collection[str] = (),
        services: Collection[str] = (),
        half_open_after_s: float = HALF_OPEN_AFTER_S,
    ) -> Breaker:
        """The breaker of this name; made if there is none yet, as is said then."""
        with self._lock:
            if (found := self._by_name.get(name)) is not None:
                return found
            for rule in opens_on:
                if self._judged is not None and rule not in self._judged:
                    guard.say(f"breaker {name} {rule}", f"breaker {name}: no rule {rule!r} is judged in this agent")
            found = self._by_name[name] = Breaker(
                name,
                opens_on=opens_on,
                services=services,
                half_open_after_s=half_open_after_s,
                clock=self._clock,
                lock=self._lock,
            )
            return found

    def hear(self, alert: Alert) -> None:
        """Let each know of an alert."""
        for breaker in tuple(self._by_name.values()):
            breaker.hear(alert)

    @contextmanager
    def spending(self, service: str, refusal: Callable[[Breaker], Exception] | None = None) -> Iterator[None]:
        """Around a spend. What comes of it is told to the breakers of the service.

        Args:
            service: where it spends.
            refusal: makes the error that is raised in its place by a breaker that stops it; None if nothing can.
        """
        with self._lock:
            concerned = [each for each in self._by_name.values() if not each.services or service in each.services]
            stopping = next((each for each in concerned if not each.allows()), None)
            if stopping is not None and refusal is not None:
                raise refusal(stopping)
            begun = [(each, each.begin()) for each in concerned]
        error: BaseException | None = None
        try:
            yield
        except BaseException as caught:
            error = caught
            raise
        finally:
            with guard("telling breakers of a spend"):
                for breaker, tried_ns in begun:
                    breaker.end(tried_ns, error)
