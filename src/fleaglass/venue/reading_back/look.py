"""The looking itself: again and again, until it is found or the time is up, in a span of its own."""

from __future__ import annotations

from functools import partial
from typing import Any, Final, NoReturn

from fleaglass import semconv
from fleaglass.recorder import Operation, current_span
from fleaglass.venue.body import Body
from fleaglass.venue.calls import Calls
from fleaglass.venue.clocks import now
from fleaglass.venue.errors import NotPlacedError, OutcomeUnknown, Rejected, VenueError
from fleaglass.venue.ledgering import resolved
from fleaglass.venue.ledgering.words import told
from fleaglass.venue.meaning import Asked
from fleaglass.venue.models import Order
from fleaglass.venue.observe import OPERATIONS
from fleaglass.venue.reading_back.finding import ABSENT, Finding, unknown
from fleaglass.venue.reading_back.looked_for import LOOKED_FOR
from fleaglass.venue.reading_back.search import LookFor, Search
from fleaglass.venue.resolution import Resolution
from fleaglass.venue.sending import Sending
from fleaglass.venue.spends import Spend

__all__ = ["may_be_known_later", "recover", "resolve", "settle"]

_FIRST_PAUSE_S: Final = 0.25
_LONGEST_PAUSE_S: Final = 2.0
_SPANS: Final = {
    "trading": semconv.SPAN_PF_TRADE_RECONCILE,
    "escrow": semconv.SPAN_PF_ESCROW_RECONCILE,
    "casino": semconv.SPAN_PF_CASINO_RECONCILE,
    "domains": semconv.SPAN_PF_DOMAIN_RECONCILE,
}
_READ_BY_ID: Final = {"trading": OPERATIONS["trading.poll"]}
_NOWHERE: Final = unknown("the venue has no list to look in", final=True)
_NOT_LOOKED: Final = unknown("it was not looked for")
_UNANSWERED: Final = unknown("the venue did not answer when it was looked for")
_NOT_YET: Final = unknown("the venue does not have it, but may still act on it")
_NOT_KNOWN_THERE: Final = unknown("the venue does not have it, but what is behind the venue may")
_OF_ANOTHER: Final = unknown("it was sent for another account, or with another key")
_LATER: Final = frozenset(finding.reason for finding in (_NOT_LOOKED, _UNANSWERED, _NOT_YET, _OF_ANOTHER))


async def recover(calls: Calls, span: Operation, spend: Spend, error: OutcomeUnknown) -> Body:
    """What stands for the lost answer, if it can be found; what was found is recorded on the operation's span.

    Raises:
        Rejected: nothing happened; as a rule `NotPlacedError`.
        OutcomeUnknown: ``error`` itself, with what the looking gave.
    """
    look_for = _way(calls, spend)
    if look_for is None:
        finding = _NOWHERE
    elif calls.resolve_timeout_s <= 0:
        finding = _NOT_LOOKED
    else:
        with _reconciling(calls, spend) as looking_span:
            finding = await _look(calls, looking_span, spend, look_for, error)
    return _concluded(calls, span, spend, finding, error)


async def resolve(calls: Calls, error: OutcomeUnknown) -> Any:
    """Look again, later: what the operation would have returned. Errors as for ``recover``, and ``ValueError``."""
    if error.operation is None or error.sending is None:
        raise ValueError("the error does not tell of a request that was sent")
    observed = OPERATIONS[error.operation]
    await calls.ready_ledger()
    memory = calls.memory(observed.service)
    spend = memory.lost(error.sending) or Spend(observed, error.intent, error.sending)
    if (settled := memory.settled(error.sending)) is not None:
        return settled()
    look_for = _way(calls, spend)
    if error.sending.account != memory.account:
        raise _still_unknown(error, _OF_ANOTHER)
    if look_for is None:
        raise _still_unknown(error, _NOWHERE)
    with _reconciling(calls, spend) as span:
        finding = await _look(calls, span, spend, look_for, error)
        with memory.lock:  # of two that look at the same time, one records what it came to
            settled = memory.settled(error.sending)
            return settled() if settled is not None else _resolved(calls, span, spend, finding, error)


def settle(calls: Calls, error: OutcomeUnknown, *, happened: bool) -> None:
    """Believe the author, who knows what became of a request. ``ValueError`` if it is not one of the unresolved."""
    if error.sending is None or error not in calls.unresolved():
        raise ValueError("the error is none of those that are unresolved")
    state = semconv.PF_ORDER_STATE_DONE if happened else semconv.PF_ORDER_STATE_NOT_PLACED
    error.resolution = Resolution(state, "the agent's author says so")
    how, said = "found" if happened else "absent", {"state": state, "by": "author"}
    resolved(calls.core, current_span(), error.operation or "", error.sending.entry, how, said)
    for memory in calls.memories:
        memory.forget(error.sending, happened=happened)


def may_be_known_later(resolution: Resolution) -> bool:
    """Whether looking once more, or by somebody else, may give more."""
    return resolution.reason in _LATER


def _way(calls: Calls, spend: Spend) -> LookFor | None:
    looking = LOOKED_FOR.get(spend.observed.name)
    return looking.look_for if looking is not None and calls.has(looking.reads) else None


def _reconciling(calls: Calls, spend: Spend) -> Operation:
    service = spend.observed.service
    account = {semconv.PF_ACCOUNT_ID: calls.wire.account_id(service)}
    return Operation(calls.core, _SPANS[service], service, account, phase="reconciliation")


async def _look(calls: Calls, span: Operation, spend: Spend, look_for: LookFor, error: OutcomeUnknown) -> Finding:
    """Look for as long as ``resolve_timeout``. Only being cancelled gets out of here."""
    search = Search(calls, span, spend, calls.monotonic() + calls.resolve_timeout_s)
    looks, pause_s = 0, _FIRST_PAUSE_S
    while True:
        looks += 1
        heard = calls.wire.ahead(spend.observed.service)
        finding = _weighed(await _once(look_for, search), error.sending or spend.sending)
        span.record({semconv.PF_POLL_COUNT: looks, semconv.PF_ORDER_STATE: finding.state})
        if finding.final:
            break
        if heard is None and calls.wire.ahead(spend.observed.service) is not None:
            continue  # it looked since a moment of this machine's clock, and now knows the venue's
        if calls.monotonic() + pause_s > search.deadline:
            break
        await calls.sleep(pause_s)
        pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
    span.record({semconv.PF_ORDER_ID: _order_id(spend, finding)})
    return finding


async def _once(look_for: LookFor, search: Search) -> Finding:
    try:
        return await look_for(search)
    except VenueError:
        return _UNANSWERED
    except ValueError:  # an id that cannot stand in an address
        return _NOWHERE


def _weighed(finding: Finding, sending: Sending) -> Finding:
    """What is not there did not happen only if it cannot happen any more, and if the venue would know."""
    if finding is not ABSENT:
        return finding
    if sending.acts_for_s is None:
        return _NOT_KNOWN_THERE
    return _NOT_YET if (now() - sending.at).total_seconds() < sending.acts_for_s else ABSENT


def _resolved(calls: Calls, span: Operation, spend: Spend, finding: Finding, error: OutcomeUnknown) -> Any:
    """The result, or the error, recorded and kept: it is the same however often it is asked for."""
    sending, memory = error.sending or spend.sending, calls.memory(spend.observed.service)
    try:
        body = _concluded(calls, span, spend, finding, error)
    except Rejected:
        memory.settle(sending, partial(_refuse, calls, spend, finding, error))
        raise
    # Of an order whose id was known, somebody may have read in the meantime what it came to.
    observed = spend.observed if spend.known_id is None else _READ_BY_ID.get(spend.observed.service, spend.observed)
    result = observed.answered(span, spend.fields, body, calls.profile)
    if isinstance(result, Order):
        calls.follow(result.order_id, settled=result.settled)
    memory.settle(sending, lambda: result)
    return result


def _concluded(calls: Calls, span: Operation, spend: Spend, finding: Finding, error: OutcomeUnknown) -> Body:
    if finding.state == semconv.PF_ORDER_STATE_UNKNOWN:
        raise _still_unknown(error, finding)
    known = {semconv.PF_ORDER_STATE: finding.state, semconv.PF_ORDER_ID: _order_id(spend, finding)}
    span.record(known)
    span.event(semconv.EVENT_ORDER_RESOLVED, known)
    resolved(
        calls.core,
        span,
        spend.observed.name,
        (error.sending or spend.sending).entry,
        "absent" if finding.body is None else "found",
        {**_said(calls, spend, finding), "state": finding.state},
    )
    if finding.body is None:
        _refuse(calls, spend, finding, error)
    calls.memory(spend.observed.service).own(spend, finding.body)
    return finding.body


def _said(calls: Calls, spend: Spend, finding: Finding) -> dict[str, str]:
    return {} if finding.body is None else told(spend.observed, finding.body, calls.profile)


def _refuse(calls: Calls, spend: Spend, finding: Finding, error: OutcomeUnknown) -> NoReturn:
    asked = Asked(observed=spend.observed, profile=calls.profile, fields=spend.fields, trace_id=error.trace_id)
    refusal = asked.error(finding.refusal, finding.reason, error.status, error.code)
    if isinstance(refusal, NotPlacedError):
        refusal.resolution = Resolution(finding.state, finding.reason, finding.id)
    raise refusal from error


def _still_unknown(error: OutcomeUnknown, finding: Finding) -> OutcomeUnknown:
    error.resolution = Resolution(finding.state, finding.reason, finding.id)
    return error


def _order_id(spend: Spend, finding: Finding) -> str | None:
    return finding.id if spend.observed.service == semconv.PF_SERVICE_TRADING else None
