"""What an author decides in code and no setting can say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fleaglass.alerts import Watch
from fleaglass.recorder.noise import Rule
from fleaglass.recorder.reporter import Hook

__all__ = ["Policy"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Decisions of the author's.

    Attributes:
        noise: what is no issue, asked in order; None for `fleaglass.recorder.noise.DEFAULT_NOISE`.
        before_send: called with each event for Sentry, in order; one may stand by itself, as Sentry takes it.
        watches: look at every span as it ends, sampled out or not.
    """

    noise: Sequence[Rule] | None = None
    before_send: Hook | Sequence[Hook] = ()
    watches: Sequence[Watch] = ()
