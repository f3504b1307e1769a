"""From each span that ended to the totals that it adds to.

::

    every span                pf.span.duration; pf.errors, where an error arose
    agent.decision_cycle      pf.cycle.duration, by outcome, which counts the cycles as well; pf.cycle.age
    pf.trade.execute          pf.trade.duration
    … and pf.trade.close      pf.trade.orders
    pf.trade.*                pf.trade.slippage
    pf.trade.*, escrow.create pf.trade.fees
    pf.*                      pf.trade.realized
    pf.escrow.*               pf.escrow.transitions
    pf.wallet.balance_check   pf.wallet.value
    risk.check                pf.risk.checks

A cycle and a pipeline repeat what their operations earned, so money is taken from the operations alone.
"""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any, Final

from fleaglass import semconv
from fleaglass.shipper.ended import ERROR, Ended
from fleaglass.shipper.metrics.metric import Exemplar, dimensions
from fleaglass.shipper.metrics.totals import Totals

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


def derive(totals: Totals, span: Ended) -> None:
    """Add what the next span says."""
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


def _add_error(totals: Totals, span: Ended, lasted: Exemplar) -> None:
    kind = None
    if span.status == ERROR and not span.told.interrupted:
        kind = span.told.error_type if isinstance(span.told.error_type, str) else _UNCLASSED
    parent = span.trace_id + span.parent_id if span.parent_id else b""
    if totals.pass_up(span.trace_id + span.span_id, parent, kind):
        totals.add(semconv.METRIC_PF_ERRORS, dimensions((semconv.ERROR_TYPE, kind)), 1, lasted)


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
