"""How a rule that escalates is said elsewhere: its worse limit is a rule of its own, ``name (critical)``.

What is critical there is so while its own limit is broken, and the first alert is told beside it. Nobody there knows
what `escalate_after` asks for: whether a person has acknowledged an incident of the hub's.
"""

from __future__ import annotations

from typing import Final

from msgspec import UNSET, structs

from fleaglass.alerts.rules.model import Rule, RuleBook
from fleaglass.alerts.rules.worse import at_critical
from fleaglass.provision.verdict import Backend

__all__ = ["base_name", "enabled", "lost_escalations", "name_with", "with_critical"]

_CRITICAL: Final = " (critical)"
"""No rule of a file has a name with such an end."""


def with_critical(rule: Rule) -> list[Rule]:
    """The rule; and with its worse limit, if it has one."""
    worse = at_critical(rule)
    return [rule] if worse is None else [rule, structs.replace(worse, name=rule.name + _CRITICAL)]


def enabled(book: RuleBook) -> list[Rule]:
    """All that are judged, each followed by its worse limit."""
    return [each for rule in book.rules if rule.enabled for each in with_critical(rule)]


def base_name(rule: Rule) -> str:
    """The name that the rule has in its file."""
    return rule.name.removesuffix(_CRITICAL)


def name_with(rule: Rule, joint: str) -> str:
    """Its name where that may have no blank: ``p99-order:critical``. The joint must be in no rule's name."""
    return base_name(rule) + (f"{joint}critical" if rule.name.endswith(_CRITICAL) else "")


def lost_escalations(book: RuleBook, backend: Backend) -> list[str]:
    """Which rules become critical at the hub alone, a sentence each."""
    return [
        f"{rule.name}: escalate_after: {backend} knows nobody's acknowledgement, so nothing becomes critical by time"
        for rule in book.rules
        if rule.enabled and rule.escalate_after is not UNSET
    ]
