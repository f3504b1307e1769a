"""Whether an agent is alive, from the signs of life that reached the hub. Pure rules.

    ended      its session is over, and nothing was heard since
    silent     nothing at all was heard for longer than three of its usual intervals
    late       it was heard, but no cycle completed for that long
    alive      a cycle completed within that time; before an interval is known, its check-in says so
    unknown    too little is known to say any of this

The usual interval is the median time between the ends of its latest cycles, so that an agent that decides hourly is
not late after a minute. What died or was cancelled before it could decide is no completed cycle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Final, Literal

from fleaglass.hub.api.safety_words import ago, lasting

__all__ = ["Alive", "CheckIn", "Life", "Session", "Signs", "life"]

Alive = Literal["alive", "late", "silent", "ended", "unknown"]

SECOND_NS: Final = 1_000_000_000
PATIENCE: Final = 3
"""Usual intervals that may pass without a cycle."""

LEAST_NS: Final = 30 * SECOND_NS
"""Spans take seconds to come; a shorter pause says nothing."""

FEWEST_CYCLES: Final = 3
"""Two intervals are the least that can be called usual."""

_AFTER_END_NS: Final = 5 * SECOND_NS
"""Spans that an agent ends on its way out may end a little after its session."""

_ENDINGS: Final = {"exited": "its session ended", "crashed": "its session crashed", "abnormal": "its process died"}


@dataclass(frozen=True, slots=True)
class Session:
    """An agent's latest session. `status` is `ok` while it is open; `inferred` where the hub concluded it."""

    status: str
    started_ns: int
    seen_ns: int
    release: str
    environment: str
    errors: int
    inferred: bool


@dataclass(frozen=True, slots=True)
class CheckIn:
    """One of an agent's monitors. `alive` marks the one by which it says that it decides.

    `status` is `ok`, `error`, or `active` before anything is known; `next_latest_ns` is when it will count as missed.
    """

    slug: str
    environment: str
    status: str
    last_ns: int | None
    next_latest_ns: int | None
    muted: bool
    alive: bool


@dataclass(frozen=True, slots=True)
class Signs:
    """Everything by which an agent shows that it lives. Times are Unix nanoseconds.

    `cycle_ends_ns` are its latest completed cycles, newest first; `span_ns` is the end of its latest span, and
    `open_cycle_ns` the beginning of its oldest cycle that has not ended.
    """

    cycle_ends_ns: Sequence[int]
    span_ns: int | None
    open_cycle_ns: int | None = None
    session: Session | None = None
    check_ins: Sequence[CheckIn] = ()


@dataclass(frozen=True, slots=True)
class Life:
    """The verdict, why, and the times that it rests on (None where nothing is known)."""

    alive: Alive
    reason: str
    last_cycle_ns: int | None
    usual_interval_ns: int | None
    last_heard_ns: int | None


def life(signs: Signs, now_ns: int) -> Life:
    """The verdict on one agent."""
    usual_ns = _usual_interval(signs.cycle_ends_ns)
    last_ns = max(signs.cycle_ends_ns, default=None)
    alive, reason = _verdict(signs, last_ns, usual_ns, now_ns)
    return Life(alive, reason, last_ns, usual_ns, _heard(signs))


def _usual_interval(ends_ns: Sequence[int]) -> int | None:
    """The median time between cycles; None while they are too few. A span that was sent twice is one."""
    ends = sorted(set(ends_ns))
    if len(ends) < FEWEST_CYCLES:
        return None
    return int(median(later - earlier for earlier, later in pairwise(ends)))


def _heard(signs: Signs) -> int | None:
    session_ns = None if signs.session is None else signs.session.seen_ns
    seen = [signs.span_ns, session_ns, *(each.last_ns for each in signs.check_ins)]
    return max((each for each in seen if each is not None), default=None)


def _verdict(signs: Signs, last_ns: int | None, usual_ns: int | None, now_ns: int) -> tuple[Alive, str]:
    if (over := _ended(signs, now_ns)) is not None:
        return "ended", over
    if usual_ns is None or last_ns is None:
        return _without_interval(signs, now_ns)
    patience_ns = max(LEAST_NS, PATIENCE * usual_ns)
    usually = f"usually every {lasting(usual_ns)}"
    if now_ns - last_ns <= patience_ns:
        return "alive", f"a cycle completed {ago(now_ns - last_ns)}, {usually}"
    word = _own_word(signs.check_ins, now_ns)
    if word is not None and word[0] == "alive":
        return word
    heard_ns = _heard(signs)
    if heard_ns is None or now_ns - heard_ns > patience_ns:
        return "silent", f"nothing heard for {lasting(now_ns - (heard_ns or last_ns))}, a cycle {usually}"
    stuck = f"; one has been open for {lasting(now_ns - signs.open_cycle_ns)}" if signs.open_cycle_ns else ""
    return "late", f"no cycle completed for {lasting(now_ns - last_ns)}, {usually}{stuck}"


def _ended(signs: Signs, now_ns: int) -> str | None:
    """How its session ended, unless it was heard since: a program may end one session and go on."""
    session = signs.session
    if session is None or session.status not in _ENDINGS:
        return None
    if signs.span_ns is not None and signs.span_ns > session.seen_ns + _AFTER_END_NS:
        return None
    return f"{_ENDINGS[session.status]} {ago(now_ns - session.seen_ns)}"


def _without_interval(signs: Signs, now_ns: int) -> tuple[Alive, str]:
    """Too few cycles to know what is usual."""
    if (word := _own_word(signs.check_ins, now_ns)) is not None:
        return word
    ends, heard_ns = set(signs.cycle_ends_ns), _heard(signs)
    if not ends:
        seen = "nothing was heard of it" if heard_ns is None else f"last heard {ago(now_ns - heard_ns)}"
        return "unknown", f"no cycle completed yet, {seen}"
    told = "one cycle" if len(ends) == 1 else "two cycles"
    return "unknown", f"{told} so far, the last {ago(now_ns - max(ends))}: too few to know its interval"


def _own_word(check_ins: Sequence[CheckIn], now_ns: int) -> tuple[Alive, str] | None:
    """What the agent's own check-in says of it, unless that is overdue or says nothing yet."""
    for each in check_ins:
        if not each.alive or each.last_ns is None or now_ns > (each.next_latest_ns or now_ns):
            continue
        if each.status == "ok":
            return "alive", f"it checked in {ago(now_ns - each.last_ns)}, saying that cycles complete"
        if each.status == "error":
            return "late", f"it checked in {ago(now_ns - each.last_ns)}, saying that no cycle completes"
    return None
