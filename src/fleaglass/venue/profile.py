"""An endpoint profile: how HTTP says what an agent does, as data.

An operation (``trading.order``) is what an agent wants. A profile says for each operation which method and path that
is, what the fields are called in the request and in the answer, which statuses mean success, and whether it may have an
effect. Another deployment of the services is another profile, not other code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

__all__ = ["Endpoint", "Profile"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One operation's HTTP form. Field tables go from our name to the venue's."""

    method: Literal["GET", "POST", "DELETE"]
    path: str
    """Template below the base URL; ids in braces."""
    spends: bool
    """Whether it may move money or change what is owned: then it is never repeated, and a lost answer is unknown."""
    sends: Mapping[str, str] = field(default_factory=dict)
    receives: Mapping[str, str] = field(default_factory=dict)
    success: frozenset[int] = frozenset({200, 201})


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """All endpoints of a deployment. Error keys name the fields of an error's body."""

    name: str
    base_url: str
    error_code: str
    error_message: str
    escrow_fee_pct: float
    """Fee of an escrow in per cent of its amount, for when the answer does not say."""
    order_states: Mapping[str, str]
    """The venue's order status, in lower case → ours (``pf.order.state``). What is missing is ``unknown``."""
    endpoints: Mapping[str, Endpoint]
