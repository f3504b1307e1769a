"""The second, worse limit of a rule, beyond which its incident becomes critical.

By the names of the settings: ``critical_above`` is a worse ``above``, ``critical_below_usd`` a worse ``below_usd``.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from msgspec import UNSET, Struct, structs

from fleaglass.alerts.rules.model import Rule

__all__ = ["WORSE", "at_critical", "escalates", "worse_limit"]

WORSE: Final = "critical_"
"""How the name of a worse limit begins, before that of the limit."""


def worse_limit(rule: Struct) -> tuple[str, Decimal | float] | None:
    """Name of the limit, and the worse one; None if the rule has none."""
    name = next((name for name in rule.__struct_fields__ if name.startswith(WORSE)), None)
    worse = UNSET if name is None else getattr(rule, name)
    return None if name is None or worse is UNSET else (name.removeprefix(WORSE), worse)


def at_critical(rule: Rule) -> Rule | None:
    """The rule with its worse limit as its limit, critical, and with nothing beyond that; None if it has none."""
    found = worse_limit(rule)
    if found is None:
        return None
    name, worse = found
    changed = {name: worse, WORSE + name: UNSET}
    return structs.replace(rule, severity="critical", escalate_after=UNSET, **changed)


def escalates(rule: Rule) -> bool:
    """Whether an incident of the rule may become critical."""
    return worse_limit(rule) is not None or rule.escalate_after is not UNSET
