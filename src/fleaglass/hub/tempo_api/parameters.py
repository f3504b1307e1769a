"""What a request asks for, as Tempo's clients say it: times in seconds, durations as Go writes them.

Parameters that are not known are let pass: Grafana adds its own, and none of them changes an answer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from fleaglass.hub.api.errors import Problem, bad_filter
from fleaglass.hub.api.steps import step_seconds
from fleaglass.hub.api.times import EARLIEST_NS, LATEST_NS, SECOND_NS, TimeRange, parse_time
from fleaglass.hub.tempo_api.metrics import Steps
from fleaglass.hub.traceql.literals import LARGEST, BadLiteral, duration_ns

__all__ = ["duration", "known", "number", "recent", "steps_of", "time_range"]

MOST_STEPS: Final = 11_000
_HOUR_NS: Final = 3600 * SECOND_NS
_SECONDS: Final = re.compile(r"[0-9]{1,10}(?:\.[0-9]{1,9})?")
_DURATION: Final = re.compile(r"(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h|d))+")

Parameters = Mapping[str, str]
"""Parameter name -> its value."""


def number(asked: Parameters, name: str, default: int, most: int) -> int:
    """A whole number of at least 1, and no more than `most`: who asks for more gets that. Raises Problem."""
    said = asked.get(name, "")
    if said in ("", "0"):
        return default
    if said.isascii() and said.isdigit():
        return min(int(said), most) if len(said) <= 18 else most
    raise bad_filter(name, "a whole number", said, f"Leave it out for {default}.")


def duration(name: str, said: str) -> int:
    """Nanoseconds of `1.5s`, or of a number of seconds. Raises Problem."""
    try:
        if len(said) <= 40 and _SECONDS.fullmatch(said):
            return duration_ns(f"{said}s")
        if len(said) <= 40 and _DURATION.fullmatch(said):
            return duration_ns(said)
    except BadLiteral:
        pass
    raise bad_filter(name, "a duration", said, "Examples: 100ms, 1.5s, 1h30m.")


def time_range(asked: Parameters, rest_ns: int = SECOND_NS) -> TimeRange:
    """From `start` to `end`; all of time where neither is said. Raises Problem.

    Grafana cuts the present off to whole seconds, so what began in the second of `end` is inside: `rest_ns`.
    """
    start, end = asked.get("start", ""), asked.get("end", "")
    found = TimeRange(
        _moment("start", start) if start not in ("", "0") else EARLIEST_NS,
        min(LATEST_NS, _moment("end", end) + rest_ns) if end not in ("", "0") else LATEST_NS,
    )
    if found.from_ns >= found.to_ns:
        raise bad_filter("end", "after start", end, f"start is {start}.")
    return found


def recent(asked: Parameters, now_ns: int, back_ns: int = _HOUR_NS) -> TimeRange:
    """`time_range` with two exact ends: up to now, and the last hour, unless said otherwise. Raises Problem."""
    found = time_range(asked, rest_ns=0)
    since = asked.get("since", "")
    to_ns = now_ns if found.to_ns == LATEST_NS else found.to_ns
    begins = to_ns - (duration("since", since) if since else back_ns)
    from_ns = max(EARLIEST_NS, begins if found.from_ns == EARLIEST_NS else found.from_ns)
    return TimeRange(min(from_ns, to_ns - 1), to_ns)


def steps_of(asked: Parameters, time: TimeRange) -> Steps:
    """The whole steps that the range touches. Raises Problem."""
    said = asked.get("step", "")
    length_ns = duration("step", said) if said else step_seconds(time) * SECOND_NS
    if length_ns < 1_000_000:
        raise bad_filter("step", "at least 1ms", said, "Leave it out for about sixty steps.")
    from_ns = time.from_ns // length_ns * length_ns
    count = -(-(time.to_ns - from_ns) // length_ns)
    if count > MOST_STEPS:
        fault = f"the range has {count} steps, and at most {MOST_STEPS} are answered, got step {said[:100]!r}"
        raise Problem(400, "too_many_steps", fault, "Ask for longer steps, or for less time.")
    if from_ns + count * length_ns > LARGEST:
        raise bad_filter("end", "before the year 2262", asked.get("end", ""), "Times are in seconds, or nanoseconds.")
    return Steps(from_ns, length_ns, count, number(asked, "exemplars", 0, 1000))


def _moment(name: str, said: str) -> int:
    """Unix seconds, perhaps with a fraction; so many digits that they are nanoseconds; or RFC 3339. Raises Problem."""
    if _SECONDS.fullmatch(said):
        return duration_ns(f"{said}s")
    return parse_time(name, said)


def known(asked: Parameters, name: str) -> str:
    """A text that has to be there. Raises Problem."""
    said = asked.get(name, "")
    if not said:
        raise Problem(400, "missing_parameter", f"{name} is missing", 'Example: q={ name = "pf.trade.execute" }')
    return said
