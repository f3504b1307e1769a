"""What an author decides in code and no setting can say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec

from fleaglass.alerts import Watch
from fleaglass.recorder.guard import guard
from fleaglass.recorder.noise import DEFAULT_NOISE, Rule
from fleaglass.recorder.reporter import Hook

__all__ = ["Policy"]


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """Decisions of the author's.

    Attributes:
        noise: what is no issue, asked in order.
        before_send: called with each event for Sentry, in order.
        watches: look at every span as it ends, sampled out or not.
    """

    noise: tuple[Rule, ...]
    before_send: tuple[Hook, ...]
    watches: tuple[Watch, ...]

    @classmethod
    def of(
        cls,
        *,
        noise: Rule | Sequence[Rule] | None,
        before_send: Hook | Sequence[Hook] | None,
        watches: Watch | Sequence[Watch] | None,
    ) -> Policy:
        """From what ``init`` was given: several of each, one by itself, or none; the default for ``noise``."""
        return cls(
            noise=DEFAULT_NOISE if noise is None else _listed(noise, "noise", "function", callable),
            before_send=_listed(before_send, "before_send", "function", callable),
            watches=_listed(watches, "watches", "watch", lambda each: isinstance(each, Watch)),
        )


def _listed(given: object, argument: str, kind: str, fits: Callable[[object], bool]) -> tuple[Any, ...]:
    """One or several as a tuple. What does not fit is named in the log and left out: it must not cost the agent."""
    several: tuple[object, ...] = () if given is None else (given,)
    if isinstance(given, Iterable) and not fits(given):
        with guard.theirs(f"reading the argument {argument} of init"):
            several = tuple(given)
    for each in several:
        if not fits(each):
            found = type(each).__name__
            guard.say(f"{argument} {found}", f"{argument}: a {found} is no {kind}; it is not used")
    return tuple(each for each in several if fits(each))
