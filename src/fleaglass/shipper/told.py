"""What is looked at of a span, for metrics and for thinning: decoded once, and no more than that."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from fleaglass import semconv

__all__ = ["CLIENT", "ERROR", "Began", "Ended", "Told", "read_began", "read_ended"]

CLIENT: Final = 3
"""A span's kind."""

ERROR: Final = 2
"""A span's status."""


def _attribute(name: str) -> Any:
    return msgspec.field(name=name, default=None)


class Told(msgspec.Struct, gc=False):
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
    event_id: Any = _attribute(semconv.SENTRY_EVENT_ID)
    service: Any = _attribute(semconv.PF_SERVICE)
    template: Any = _attribute(semconv.URL_TEMPLATE)


class Began(msgspec.Struct, array_like=True, gc=False):
    """A `SpanStarted`, as far as it is looked at."""

    trace_id: bytes
    span_id: bytes
    parent_id: bytes
    name: str
    span_kind: int
    start_ns: int
    told: Told


class Ended(msgspec.Struct, array_like=True, gc=False):
    """A `SpanEnded`, as far as it is looked at."""

    trace_id: bytes
    span_id: bytes
    parent_id: bytes
    name: str
    span_kind: int
    start_ns: int
    end_ns: int
    told: Told
    scope: int = 0
    flags: int = 0
    status: int = 0


read_began: Final = msgspec.msgpack.Decoder(Began).decode
read_ended: Final = msgspec.msgpack.Decoder(Ended).decode
"""From a record's payload, as the other. Raises ``msgspec.MsgspecError``."""
