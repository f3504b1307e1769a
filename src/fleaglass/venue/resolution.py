"""What looking at the venue told about a request whose answer was lost."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Resolution"]


@dataclass(frozen=True, slots=True)
class Resolution:
    """The result of looking.

    Attributes:
        state: a value of ``pf.order.state``: the order's state if it was found, ``done`` for what is no order,
            ``not_placed`` if certainly nothing happened, ``unknown`` if that could not be found out.
        reason: why, in words.
        found: id of what was found, such as the order's.
    """

    state: str
    reason: str
    found: str | None = None
