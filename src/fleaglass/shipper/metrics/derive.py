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
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

import msgspec

from fleaglass import semconv
from fleaglass.journal.reader import RawRecord
from fleaglass.journal.records import SpanEnded
from fleaglass.shipper.metrics.metric import Exemplar, dimensions
from fleaglass.shipper.metrics.totals import Totals

__all__ = ["derive"]

_ERROR: Final = 2
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


def _attribute(name: str) -> Any:
    return msgspec.field(name=name, default=None)


class _Told(msgspec.Struct, gc=False):
    """The attributes that are looked at; all others are passed over, which is most of the work saved."""

    asset: Any = _attribute(semconv.PF_ASSET)
    side: Any = _attribute(semconv.PF_SIDE)
    order_type: Any = _attribute(semconv.PF_ORDER_TYPE)
    order_state: Any = _attribute(semconv.PF_ORDER_STATE)
    slippage_bps: Any = _attribute(semconv.PF_SLIPPAGE_BPS)
    fee_usd: Any = _attribute(semconv.PF_FEE_USD)
    pnl_usd: Any = _attribute(semconv.PF_PNL_USD)
    cycle_outcome: Any = _attribute(semconv.PF_CYCLE_OUTCOME)
    escrow_status: Any = _attribute(semconv.PF_ESCROW_STATUS)
    wallet_id: Any = _attribute(semconv.PF_WALLET_ID)
    wallet_type: Any = _attribute(semconv.PF_WALLET_TYPE)
    network: Any = _attribute(semconv.PF_NETWORK)
    balance_usd: Any = _attribute(semconv.PF_BALANCE_USD)
    risk_check: Any = _attribute(semconv.PF_RISK_CHECK)
    risk_passed: Any = _attribute(semconv.PF_RISK_PASSED)
    error_type: Any = _attribute(semconv.ERROR_TYPE)
    interrupted: Any = _attribute(semconv.PF_INTERRUPTED)


class _Span(msgspec.Struct, array_like=True, gc=False):
    """A `SpanEnded`, as far as it is looked at."""

    trace_id: bytes
    span_id: bytes
    parent_id: bytes
    name: str
    span_kind: int
    start_ns: int
    end_ns: int
    told: _Told
    scope: int = 0
    flags: int = 0
    status: int = 0


_span: Final = msgspec.msgpack.Decoder(_Span).decode


def derive(totals: Totals, records: Sequence[RawRecord]) -> None:
    """Add what the next records of the journal say."""
    for record in records:
        if record.kind == SpanEnded.kind:
            try:
                span = _span(record.payload)
            except msgspec.MsgspecError:
                continue
            _add(totals, span)


def _add(totals: Totals, span: _Span) -> None:
    name, told = span.name, span.told
    lasted = _exemplar(span, max(0, span.end_ns - span.start_ns) / 1e9)
    totals.observe_span(name, lasted)
    if span.status == _ERROR or totals.passing:
        _add_error(totals, span, lasted)
    if name == semconv.SPAN_AGENT_DECISION_CYCLE:
        _add_cycle(totals, span, lasted)
    elif name == semconv.SPAN_RISK_CHECK:
        check = dimensions((semconv.PF_RISK_CHECK, told.risk_check), (semconv.PF_RISK_PASSED, told.risk_passed))
        totals.add(semconv.METRIC_PF_RISK_CHECKS, check, 1, lasted)
    elif name.startswith("pf."):
        _add_operation(totals, span, lasted)


def _add_error(totals: Totals, span: _Span, lasted: Exemplar) -> None:
    kind = None
    if span.status == _ERROR and not span.told.interrupted:
        kind = span.told.error_type if isinstance(span.told.error_type, str) else _UNCLASSED
    parent = span.trace_id + span.parent_id if span.parent_id else b""
    if totals.pass_up(span.trace_id + span.span_id, parent, kind):
        totals.add(semconv.METRIC_PF_ERRORS, dimensions((semconv.ERROR_TYPE, kind)), 1, lasted)


def _add_cycle(totals: Totals, span: _Span, lasted: Exemplar) -> None:
    outcome = span.told.cycle_outcome
    totals.observe(semconv.METRIC_PF_CYCLE_DURATION, dimensions((semconv.PF_CYCLE_OUTCOME, outcome)), lasted)
    if isinstance(outcome, str) and outcome in _DECIDED:
        totals.decided_ns = max(totals.decided_ns, span.end_ns)


def _add_operation(totals: Totals, span: _Span, lasted: Exemplar) -> None:
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


def _add_trade(totals: Totals, span: _Span, lasted: Exemplar) -> None:
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


def _add_usd(totals: Totals, metric: str, span: _Span, amount_usd: Any) -> None:
    if _is_number(amount_usd):
        amount = Decimal(repr(amount_usd))  # as it is written, and not the nearest binary fraction
        totals.add(metric, ((semconv.PF_SPAN_NAME, span.name),), amount, _exemplar(span, float(amount_usd)))


def _exemplar(span: _Span, value: float) -> Exemplar:
    return Exemplar(value, span.end_ns, span.trace_id, span.span_id)


def _is_number(value: Any) -> bool:
    return type(value) in _NUMBERS and math.isfinite(value)
