"""What an operation is and what it records, apart from who sends it.

Our client asks the venue itself; `fleaglass.venue.instrument` watches a program that asks on its own. Both look the
operation up here, so both leave the same spans, attributes and events::

    with begin(observed, fields, profile) as span:     the span, with all that is known before the call
        …the request…
        observed.answered(span, fields, body, profile)     what the answer tells, recorded; the model, returned

``fields`` are the operation's fields by our names, from the path, the query or the body.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from fleaglass import semconv
from fleaglass.recorder import Breaker, Core, Operation, current_core, guard
from fleaglass.venue.body import Body
from fleaglass.venue.profile import Profile

__all__ = ["Fields", "Observed", "begin", "nothing"]

Fields: TypeAlias = Mapping[str, object]


def nothing(span: Operation, fields: Fields) -> None:
    """Nothing to say when it begins."""


def _none(*_: object) -> Mapping[str, object]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """One operation."""

    name: str
    """The endpoint's name in a profile: ``trading.order``."""
    service: str
    span: str
    phase: str
    """What the agent is at, for grouping errors: ``order_placement``, ``order_polling``, ``balance_polling``, …"""
    spends: bool
    eases: bool = False
    """For a spend: it ends what is at risk, or brings money in. No breaker stops it."""
    asked: Callable[[Fields], Mapping[str, object]]
    """Attributes that are known before the call, and so are on the span also when it fails."""
    answered: Callable[[Operation, Fields, Body, Profile], Any]
    """Record what the answer tells, and return the model. Takes any answer: odd fields are ``None``, nothing raises."""
    by_profile: Callable[[Profile], Mapping[str, object]] = _none
    """Attributes that are known from the profile alone."""
    implied: Callable[[Fields, Profile], Fields] = _none
    """Fields that a request does not name but that follow from it; our client has them from its author."""
    begins: Callable[[Operation, Fields], None] = nothing
    """Said on the span, and to the cycle above it, right after it starts."""
    state: str = semconv.PF_ORDER_STATE
    """For a spend: the attribute that says ``unknown`` when its answer is lost, as ``pf.order.state`` does for all."""
    lost: str | None = None
    """For a spend: event to add when its answer is lost."""
    refused: Mapping[str, object] = field(default_factory=dict)
    """For a spend: attributes to record when the venue says no."""
    confirms: Mapping[str, Callable[[Body, str], object]] = field(default_factory=dict)
    """Fields and how each is read: one of them must be readable, or a success says nothing and counts as no answer."""
    lines: Mapping[str, Callable[[Body, str], object]] = field(default_factory=dict)
    """The same of each line of the lists among these: one that says nothing may be what is looked for."""


@contextmanager
def begin(
    observed: Observed,
    fields: Fields,
    profile: Profile,
    *,
    core: Core | None = None,
    account_id: str | None = None,
    more: Mapping[str, object] | None = None,
    refusal: Callable[[Breaker], Exception] | None = None,
) -> Iterator[Operation]:
    """The span of an operation, for ``with``.

    Args:
        observed: the operation.
        fields: its fields, by our names.
        profile: how it is said.
        core: the agent it is for; the one that is at work by default.
        account_id: the account at this service, where accounts are per service.
        more: further attributes.
        refusal: makes the error that is raised in its place while a breaker stops it; None if nothing can.
    """
    core = core or current_core()
    attributes: dict[str, object] = {semconv.PF_ACCOUNT_ID: account_id}
    with guard(f"describing {observed.name}"):
        attributes |= {**observed.asked(fields), **observed.by_profile(profile)}
    attributes |= more or {}
    spending = core.breakers.spending(observed.service, refusal)
    with (
        spending if observed.spends and not observed.eases else nullcontext(),
        Operation(core, observed.span, observed.service, attributes, phase=observed.phase) as span,
    ):
        with guard(f"beginning {observed.name}"):
            observed.begins(span, fields)
        yield span
