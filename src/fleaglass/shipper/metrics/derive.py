"""From each span that ended to the totals that it adds to.

::

    every span                pf.span.duration; pf.span.errors, if it failed; pf.errors, where an error arose
    agent.decision_cycle      pf.cycle.duration, by outcome, which counts the cycles as well; pf.cycle.age
    pf.trade.execute          pf.trade.duration
    … and pf.trade.close      pf.trade.orders
    pf.trade.*                pf.trade.slippage
    pf.trade.*, escrow.create pf.trade.fees
    pf.*                      pf.trade.realized
    pf.escrow.*               pf.escrow.transitions
    pf.wallet.balance_check   pf.wallet.value
    risk.check                pf.risk.checks
    a request of pf.*         pf.api.duration; pf.api.errors

Which service a request was for, the operation says that it is part of: that is open when a request of it ends.
A cycle and a pipeline repeat what their operations earned, so money is taken from the operations alone.
"""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any, Final

import msgspec

from fleaglass import semconv
from fleaglass.shipper.metrics.metric import Exemplar, dimensions
from fleaglass.shipper.metrics.totals import Totals
from fleaglass.shipper.told import ERROR, Ended, Told, read_began

__all__ = ["derive"]

_UNCLASSED: Final = "_OTHER"
"""What OpenTelemetry calls the class of an error of which none is known."""
_NUMBERS: Final = frozenset({int, float})
_ORDERS: Final = frozenset({semconv.SPAN_PF_TRADE_EXECUTE, semconv.SPAN_PF_TRADE_CLOSE})
_TRADE: Final = "pf.trade."
_REACHES_A_STATUS: Final = frozenset(
    {
        semconv.SPAN_PF_ESCROW_CREATE,
        semconv.SPAN_PF_ESCROW_COMPLETE,
        semconv.SPAN_PF_ESCROW_RELEASE,
        semconv.SPAN_PF_ESCROW_DISPUTE,
    }
)
_DECIDED: Final = frozenset(
    {
        semconv.PF_CYCLE_OUTCOME_ORDER_PLACED,
        semconv.PF_CYCLE_OUTCOME_SKIPPED,
        semconv.PF_CYCLE_OUTCOME_REJECTED,
        semconv.PF_CYCLE_OUTCOME_COMPLETED,
    }
)


def derive(totals: Totals, span: Ended, parent: bytes = b"") -> None:
    """Add what the next span says.

    Args:
        totals: of its journal.
        span: the span.
        parent: how its parent began, if that is open: payload of a `SpanStarted`. Looked at for requests.
    """
    name, told = span.name, span.told
    lasted = _exemplar(span, max(0, span.end_ns - span.start_ns) / 1e9)
    totals.observe_span(name, lasted)
    if span.status == ERROR or totals.passing:
        _add_error(totals, span, lasted)
    if name == semconv.SPAN_AGENT_DECISION_CYCLE:
        _add_cycle(totals, span, lasted)
    elif name == semconv.SPAN_RISK_CHECK:
        check = dimensions((semconv.PF_RISK_CHECK, told.risk_check), (semconv.PF_RISK_PASSED, told.risk_passed))
        totals.add(semconv.METRIC_PF_RISK_CHECKS, check, 1, lasted)
    elif name.startswith("pf."):
        _add_operation(totals, span, lasted)
    elif parent and told.template is not None:
        _add_request(totals, span, parent, lasted)


def _add_error(totals: Totals, span: Ended, lasted: Exemplar) -> None:
    kind = None
    if span.status == ERROR:
        failed = dimensions((semconv.PF_SPAN_NAME, span.name), (semconv.ERROR_TYPE, span.told.error_type))
        totals.add(semconv.METRIC_PF_SPAN_ERRORS, failed, 1, lasted)
        if not span.told.interrupted:
            kind = _class_of(span.told)
    parent = span.trace_id + span.parent_id if span.parent_id else b""
    if totals.pass_up(span.trace_id + span.span_id, parent, kind):
        totals.add(semconv.METRIC_PF_ERRORS, dimensions((semconv.ERROR_TYPE, kind)), 1, lasted)


def _add_request(totals: Totals, span: Ended, parent: bytes, lasted: Exemplar) -> None:
    """A call to the venue. One that was interrupted has neither a duration nor an outcome."""
    try:
        operation = read_began(parent).told
    except msgspec.MsgspecError:
        return
    if operation.service is None or span.told.interrupted:
        return
    what = (semconv.PF_SERVICE, operation.service), (semconv.URL_TEMPLATE, span.told.template)
    kind = semconv.PF_ORDER_TYPE, operation.order_type
    totals.observe(semconv.METRIC_PF_API_DURATION, dimensions(*what, kind), lasted)
    if span.status == ERROR:
        failed = dimensions(*what, (semconv.ERROR_TYPE, _class_of(span.told)))
        totals.add(semconv.METRIC_PF_API_ERRORS, failed, 1, lasted)


def _class_of(told: Told) -> str:
    return told.error_type if isinstance(told.error_type, str) else _UNCLASSED


def _add_cycle(totals: Totals, span: Ended, lasted: Exemplar) -> None:
    outcome = span.told.cycle_outcome
    totals.observe(semconv.METRIC_PF_CYCLE_DURATION, dimensions((semconv.PF_CYCLE_OUTCOME, outcome)), lasted)
    if isinstance(outcome, str) and outcome in _DECIDED:
        totals.decided_ns = max(totals.decided_ns, span.end_ns)


def _add_operation(totals: Totals, span: Ended, lasted: Exemplar) -> None:
    """An operation of the venue."""
    name, told = span.name, span.told
    if name.startswith(_TRADE):
        _add_trade(totals, span, lasted)
    elif name == semconv.SPAN_PF_WALLET_BALANCE_CHECK and _is_number(told.balance_usd):
        kind = told.wallet_type if isinstance(told.wallet_type, str) else ""
        totals.read_wallet(f"{told.wallet_id} {told.network}", kind, float(told.balance_usd))
    elif name in _REACHES_A_STATUS and told.escrow_status is not None:
        reached = dimensions((semconv.PF_ESCROW_STATUS, told.escrow_status))
        totals.add(semconv.METRIC_PF_ESCROW_TRANSITIONS, reached, 1, lasted)
    if told.fee_usd is not None and (name.startswith(_TRADE) or name == semconv.SPAN_PF_ESCROW_CREATE):
        _add_usd(totals, semconv.METRIC_PF_TRADE_FEES, span, told.fee_usd)
    if told.pnl_usd is not None:
        _add_usd(totals, semconv.METRIC_PF_TRADE_REALIZED, span, told.pnl_usd)


def _add_trade(totals: Totals, span: Ended, lasted: Exemplar) -> None:
    told = span.told
    what = (semconv.PF_ASSET, told.asset), (semconv.PF_SIDE, told.side)
    state = semconv.PF_ORDER_STATE, told.order_state
    if span.name == semconv.SPAN_PF_TRADE_EXECUTE:
        kind, error = (semconv.PF_ORDER_TYPE, told.order_type), (semconv.ERROR_TYPE, told.error_type)
        totals.observe(semconv.METRIC_PF_TRADE_DURATION, dimensions(*what, kind, state, error), lasted)
    if span.name in _ORDERS and told.order_state is not None:
        totals.add(semconv.METRIC_PF_TRADE_ORDERS, dimensions(state, *what), 1, lasted)
    if _is_number(told.slippage_bps):
        slipped = _exemplar(span, float(told.slippage_bps))
        totals.observe(semconv.METRIC_PF_TRADE_SLIPPAGE, dimensions(*what), slipped)


def _add_usd(totals: Totals, metric: str, span: Ended, amount_usd: Any) -> None:
    if _is_number(amount_usd):
        amount = Decimal(repr(amount_usd))  # as it is written, and not the nearest binary fraction
        totals.add(metric, ((semconv.PF_SPAN_NAME, span.name),), amount, _exemplar(span, float(amount_usd)))


def _exemplar(span: Ended, value: float) -> Exemplar:
    return Exemplar(value, span.end_ns, span.trace_id, span.span_id)


def _is_number(value: Any) -> bool:
    return type(value) in _NUMBERS and math.isfinite(value)
