"""How many days each class of what is stored is kept; store/retention.py says what is in a class, and keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

__all__ = ["Keep", "Thinnable"]

Thinnable: TypeAlias = Literal["idle", "ordinary"]
"""The classes that are deleted out of a day while others of it stay."""


@dataclass(frozen=True, slots=True)
class Keep:
    """Days that each class is kept; 0 is for ever. Raises ValueError when a dearer class would go before a cheaper."""

    days: int = 30
    money_days: int = 400
    idle_days: int = 7

    def __post_init__(self) -> None:
        ascending = [days or float("inf") for days in (self.idle_days, self.days, self.money_days)]
        if ascending != sorted(ascending):
            raise ValueError(
                f"idle cycles ({self.idle_days} days) may not be kept longer than ordinary traces ({self.days}), "
                f"nor those longer than money ({self.money_days}); 0 is for ever"
            )

    def due(self, age_days: int) -> Thinnable | None:
        """The dearest class that has had its days on a day of this age, and with it every cheaper one."""
        if self.days and age_days > self.days:
            return "ordinary"
        return "idle" if self.idle_days and age_days > self.idle_days else None
