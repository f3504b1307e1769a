"""The looking itself: again and again, until it is found or the time is up, in a span of its own."""

from __future__ import annotations

from typing import Any, Final

from fleaglass import semconv
from fleaglass.recorder import Operation
from fleaglass.venue.body import Body
from fleaglass.venue.calls import Calls
from fleaglass.venue.errors import NotPlacedError, OutcomeUnknown, VenueError
from fleaglass.venue.observe import OPERATIONS
from fleaglass.venue.reading_back.finding import ABSENT, Finding, LookFor
from fleaglass.venue.reading_back.looked_for import LOOKED_FOR
from fleaglass.venue.resolution import Resolution
from fleaglass.venue.spends import Spend

__all__ = ["recover", "resolve"]

_FIRST_PAUSE_S: Final = 0.25
_LONGEST_PAUSE_S: Final = 2.0
_SPANS: Final = {
    "trading": semconv.SPAN_PF_TRADE_RECONCILE,
    "escrow": semconv.SPAN_PF_ESCROW_RECONCILE,
    "casino": semconv.SPAN_PF_CASINO_RECONCILE,
    "domains": semconv.SPAN_PF_DOMAIN_RECONCILE,
}
_NOWHERE: Final = Finding(semconv.PF_ORDER_STATE_UNKNOWN, "the venue has no list to look in")
_NOT_LOOKED: Final = Finding(semconv.PF_ORDER_STATE_UNKNOWN, "it was not looked for")
_UNANSWERED: Final = Finding(semconv.PF_ORDER_STATE_UNKNOWN, "the venue did not answer when it was looked for")


async def recover(calls: Calls, span: Operation, spend: Spend, error: OutcomeUnknown) -> Body:
    """What stands for the lost answer, if it can be found; what was found is recorded on the operation's span.

    Raises:
        NotPlacedError: nothing happened.
        OutcomeUnknown: ``error`` itself, with what the looking gave.
    """
    looking = LOOKED_FOR.get(spend.observed.name)
    if looking is None or not calls.has(looking.reads):
        finding = _NOWHERE
    elif calls.resolve_timeout_s <= 0:
        finding = _NOT_LOOKED
    else:
        with _reconciling(calls, spend) as looking_span:
            finding = await _look(calls, looking_span, spend, looking.look_for)
    return _concluded(calls, span, spend, finding, error)


async def resolve(calls: Calls, error: OutcomeUnknown) -> Any:
    """Look again, later: what the operation would have returned. Errors as for ``recover``, and ``ValueError``."""
    spend = calls.spends.find(error) or _spend_of(error)
    looking = LOOKED_FOR.get(spend.observed.name)
    if looking is None or not calls.has(looking.reads):
        error.resolution = Resolution(_NOWHERE.state, _NOWHERE.reason)
        raise error
    with _reconciling(calls, spend) as span:
        finding = await _look(calls, span, spend, looking.look_for)
        body = _concluded(calls, span, spend, finding, error)
        return spend.observed.answered(span, spend.fields, body, calls.profile)


def _spend_of(error: OutcomeUnknown) -> Spend:
    if error.operation is None or error.sent_at is None:
        raise ValueError("the error does not tell of a request that was sent")
    return Spend(OPERATIONS[error.operation], error.intent, error.sent_at)


def _reconciling(calls: Calls, spend: Spend) -> Operation:
    service = spend.observed.service
    account = {semconv.PF_ACCOUNT_ID: calls.wire.account_id(service)}
    return Operation(calls.core, _SPANS[service], service, account, phase="reconciliation")


async def _look(calls: Calls, span: Operation, spend: Spend, look_for: LookFor) -> Finding:
    """Look for as long as ``resolve_timeout``. Only being cancelled gets out of here."""
    deadline = calls.monotonic() + calls.resolve_timeout_s
    looks, pause_s = 0, _FIRST_PAUSE_S
    while True:
        looks += 1
        knew_the_time = calls.wire.ahead_s is not None
        finding = await _once(calls, span, spend, look_for)
        span.record({semconv.PF_POLL_COUNT: looks, semconv.PF_ORDER_STATE: finding.state})
        if finding is ABSENT and not knew_the_time and calls.wire.ahead_s is not None:
            continue  # it looked since a moment of this machine's clock, and now knows the venue's
        if finding.body is not None or finding is _NOWHERE or calls.monotonic() + pause_s > deadline:
            break
        await calls.sleep(pause_s)
        pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
    span.record({semconv.PF_ORDER_ID: _order_id(spend, finding)})
    return finding


def _concluded(calls: Calls, span: Operation, spend: Spend, finding: Finding, error: OutcomeUnknown) -> Body:
    resolution = Resolution(finding.state, finding.reason, finding.id)
    if finding.state == semconv.PF_ORDER_STATE_UNKNOWN and finding.body is None:
        error.resolution = resolution
        raise error
    calls.spends.settle(spend)
    known = {semconv.PF_ORDER_STATE: finding.state, semconv.PF_ORDER_ID: _order_id(spend, finding)}
    span.record(known)
    span.event(semconv.EVENT_ORDER_RESOLVED, known)
    if finding.body is not None:
        calls.spends.answer(finding.body)
        return finding.body
    asked = calls.asked(span, spend.observed, spend.fields)
    nothing_happened = asked.error(NotPlacedError, finding.reason, error.status, error.code)
    nothing_happened.resolution = resolution
    raise nothing_happened from error


async def _once(calls: Calls, span: Operation, spend: Spend, look_for: LookFor) -> Finding:
    try:
        return await look_for(calls, span, spend)
    except VenueError:
        return _UNANSWERED
    except ValueError:  # an id that cannot stand in an address
        return _NOWHERE


def _order_id(spend: Spend, finding: Finding) -> str | None:
    return finding.id if spend.observed.service == semconv.PF_SERVICE_TRADING else None
