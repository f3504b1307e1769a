"""Whether an open incident becomes critical: its value is beyond the rule's worse limit, or nobody cares for too long.

    open ──beyond `critical_…`──────────────────────────────────▶ critical, until it is resolved
         ──bad for `escalate_after` since it fired, unacknowledged──▶

What is good again, and only waits for `keep`, does not escalate by time.
"""

from __future__ import annotations

from fleaglass.alerts.judge.reading import Reading
from fleaglass.alerts.judge.words import is_worse, what
from fleaglass.alerts.rules.model import Duration, Rule
from fleaglass.alerts.rules.worse import at_critical, worse_limit

__all__ = ["escalation"]


def escalation(
    rule: Rule, reading: Reading | None, fired_ns: int, now_ns: int, *, is_acknowledged: bool = False
) -> str | None:
    """Why it becomes critical now, to follow "because"; None: it does not.

    Args:
        rule: its rule.
        reading: what was read of its group; None where nothing is known.
        fired_ns: when it fired, Unix nanoseconds.
        now_ns: Unix nanoseconds.
        is_acknowledged: whether somebody cares for it.
    """
    if reading is not None and _is_beyond(rule, reading):
        return what(at_critical(rule) or rule, reading)
    after = rule.escalate_after
    if not isinstance(after, Duration) or is_acknowledged or (reading is not None and reading.is_good):
        return None
    return f"it is open for {after:g} s and nobody has acknowledged it" if now_ns - fired_ns >= after.ns else None


def _is_beyond(rule: Rule, reading: Reading) -> bool:
    """Whether what is read breaks the worse limit. Money is compared to the last digit."""
    found = worse_limit(rule)
    return (
        found is not None
        and reading.value is not None
        and reading.is_breach
        and is_worse(rule, reading.value, found[1])
    )
