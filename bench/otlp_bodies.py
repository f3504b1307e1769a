"""OTLP bodies for benchmarks: decision cycles of five spans, 12 attributes and an event each, 425 bytes a span."""

from __future__ import annotations

import random
from collections.abc import Iterator

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import KeyValue

__all__ = ["bodies", "put"]

_NAMES = (
    "agent.decision_cycle",
    "pf.wallet.balance_check",
    "pf.signal.analysis",
    "pf.trade.execute",
    "pf.trade.confirmation_poll",
)
_RESOURCE = {
    "service.name": "purple-flea-agent",
    "service.version": "agent-bench@1.0.0",
    "pf.agent_id": "bench-1",
    "pf.environment": "bench",
    "pf.services": "trading,wallet",
}


def bodies(count: int, spans: int, start_ns: int, seed: int = 1) -> Iterator[bytes]:
    """`count` serialised requests of `spans` spans each, one millisecond apart from `start_ns` (Unix ns)."""
    random_ = random.Random(seed)
    for index in range(count):
        yield _body(random_, spans, start_ns + index * 1_000_000)


def _body(random_: random.Random, spans: int, start_ns: int) -> bytes:
    request = ExportTraceServiceRequest()
    resource = request.resource_spans.add()
    for key, value in _RESOURCE.items():
        put(resource.resource.attributes.add(), key, value)
    scope = resource.scope_spans.add()
    scope.scope.name, scope.scope.version = "bench", "1"
    trace_id, root_id = b"", b""
    for index in range(spans):
        place = index % len(_NAMES)
        if place == 0:
            trace_id, root_id = random_.randbytes(16), random_.randbytes(8)
        span = scope.spans.add(
            trace_id=trace_id,
            span_id=random_.randbytes(8) if place else root_id,
            parent_span_id=root_id if place else b"",
            name=_NAMES[place],
            kind=1,
            start_time_unix_nano=start_ns + index,
            end_time_unix_nano=start_ns + index + random_.randrange(1_000_000, 100_000_000),
        )
        for key, value in _attributes(random_, index).items():
            put(span.attributes.add(), key, value)
        event = span.events.add(time_unix_nano=start_ns + index, name="order_filled")
        put(event.attributes.add(), "fill_price", 66_204.5)
    return request.SerializeToString()


def _attributes(random_: random.Random, index: int) -> dict[str, str | float | bool | int]:
    return {
        "pf.asset": random_.choice(("BTC", "ETH", "SOL")),
        "pf.side": "buy",
        "pf.order_type": "market",
        "pf.order_id": f"ord_{random_.getrandbits(32):08x}",
        "pf.order.state": "filled",
        "pf.cycle_id": f"cycle_{index}",
        "pf.quantity": random_.random(),
        "pf.fill_price": 66_000 * random_.random(),
        "pf.slippage_bps": random_.gauss(1, 2),
        "pf.fee_usd": random_.random(),
        "pf.cache_hit": False,
        "pf.http_status": 200,
    }


def put(pair: KeyValue, key: str, value: str | float | bool | int) -> None:
    """Make it say a key and a value."""
    pair.key = key
    if isinstance(value, bool):
        pair.value.bool_value = value
    elif isinstance(value, int):
        pair.value.int_value = value
    elif isinstance(value, float):
        pair.value.double_value = value
    else:
        pair.value.string_value = value
