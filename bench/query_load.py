"""What bench/hub_query.py loads: a month of a fleet's decision cycles, as the OTLP bodies that its agents send.

    skipped 66 %, order placed 20 %, position closed 8 %, order refused 2.5 %, model failed 2.5 %, answer lost and order
    read again 0.5 %, escrow 0.5 %

A cycle has 7 to 11 spans, 8.2 on average, and links to the one before it. Each kind is serialised once for each agent
and asset, with marks in the place of ids, times and amounts; a cycle is the same bytes with its own put in. Python
makes some hundred thousand spans a second this way, several times as many as a hub takes.
"""

from __future__ import annotations

import math
import random
import re
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Final

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, Span
from otlp_bodies import put

__all__ = ["AGENTS", "DAY_NS", "SPANS_OF_A_CYCLE", "Agent", "Body", "fleet", "month"]

DAY_NS: Final = 86_400_000_000_000
AGENTS: Final = 200
SPANS_OF_A_CYCLE: Final = 8.2
"""On average."""
_SPANS_OF_A_BODY: Final = 400
_ASSETS: Final = {"BTC": 66_000.0, "ETH": 3_400.0, "SOL": 180.0, "XMR": 160.0}
_STRATEGIES: Final = ("momentum", "mean-reversion", "vol-arb", "market-maker", "breakout", "carry", "pairs", "grid")
_KINDS: Final = {
    "skipped": 66.0,
    "placed": 20.0,
    "closed": 8.0,
    "refused": 2.5,
    "failed": 2.5,
    "lost": 0.5,
    "escrow": 0.5,
}
"""Kind of cycle -> its share in percent."""
_KIND_NAMES: Final = tuple(_KINDS)
_KIND_WEIGHTS: Final = tuple(accumulate(_KINDS.values()))

_MARK: Final = re.compile(rb"@@[a-z0-9]{5}@")


@dataclass(frozen=True, slots=True)
class Body:
    """One request: `traces` are the ids in it, and `orders` those of orders, as text."""

    bytes: bytes
    spans: int
    traces: Sequence[str]
    orders: Sequence[str]


def _mark(text: str) -> bytes:
    """Eight bytes that stand for an id, a time, a number or a part of a text: `@@text@`."""
    return f"@@{text:0>5}@".encode()


def _as_time(text: str) -> int:
    return struct.unpack("<Q", _mark(text))[0]


def _as_amount(text: str) -> float:
    return struct.unpack("<d", _mark(text))[0]


ORDER: Final = f"ord_{_mark('order').decode()}"
PRICE, EXPECTED, FEE, PNL, QUANTITY = (_as_amount(name) for name in ("price", "wants", "fee", "pnl", "qty"))
CONFIDENCE, SLIPPAGE = _as_amount("conf"), _as_amount("slip")

_Spans = list[tuple[str, int, int, int, dict[str, Any]]]
"""(name, parent's place or -1, begin and end in thousandths of the cycle, attributes) of each span of a cycle."""

_CALL: Final = {"http.request.method": "GET", "http.response.status_code": 200, "server.address": "api.purpleflea.com"}


def _before_the_signal(asset: str) -> _Spans:
    answered = {"pf.http_status": 200, "pf.api_latency_ms": 38.5, "pf.cache_hit": False}
    return [
        ("pf.wallet.balance_check", 0, 5, 90, {"pf.wallet_id": "wal_7f21", "pf.balance_usd": 10_250.25, **answered}),
        ("GET /v1/wallet/balance", 1, 10, 85, _CALL),
        ("pf.market.read", 0, 95, 180, {"pf.asset": asset, "pf.market": f"{asset}-USD", "pf.service": "trading"}),
    ]


def _signal(action: str) -> _Spans:
    said = {"pf.signal_type": "breakout", "pf.signal_confidence": CONFIDENCE, "pf.action": action}
    model = {"gen_ai.operation.name": "chat", "gen_ai.request.model": "m-large", "gen_ai.usage.input_tokens": 1830}
    return [
        ("pf.signal.analysis", 0, 190, 560, {**said, "z_score": 2.31, "lookback_minutes": 240}),
        ("chat m-large", 4, 200, 550, {**model, "gen_ai.usage.output_tokens": 212}),
        ("signal.validate", 0, 565, 580, {"threshold": 0.6}),
    ]


def _order(asset: str, name: str, side: str, end: int, **told: Any) -> tuple[str, int, int, int, dict[str, Any]]:
    about = {"pf.asset": asset, "pf.side": side, "pf.order_type": "market", "pf.order_id": ORDER, **told}
    return (name, 0, 620, end, {**about, "pf.quantity": QUANTITY, "pf.expected_price": EXPECTED})


def _filled() -> dict[str, Any]:
    return {
        "pf.order.state": "filled",
        "pf.fill_price": PRICE,
        "pf.fill_quantity": QUANTITY,
        "pf.fill_rate": 1.0,
        "pf.slippage_bps": SLIPPAGE,
        "pf.fee_usd": FEE,
    }


def _cycle(kind: str, asset: str, side: str) -> tuple[dict[str, Any], _Spans]:
    """The root's own attributes, and the spans below it."""
    checked: _Spans = [
        ("risk.check", 0, 585, 600, {"pf.risk.check": "exposure", "pf.risk.passed": True}),
        ("order.size", 0, 602, 615, {"pf.size_usd": 1_650.5}),
    ]
    post = ("POST /v1/orders", 9, 630, 790, _CALL | {"http.request.method": "POST"})
    spans = [*_before_the_signal(asset), *_signal("hold" if kind == "skipped" else side)]
    placed = {"pf.cycle_outcome": "order_placed"}
    match kind:
        case "skipped":
            return {"pf.cycle_outcome": "skipped", "pf.cycle_reason": "confidence below threshold"}, spans
        case "placed":
            execute = _order(asset, "pf.trade.execute", side, 800, **_filled())
            poll = {"pf.order_id": ORDER, "pf.order.state": "filled", "pf.fill_price": PRICE}
            return placed, [*spans, *checked, execute, ("pf.trade.confirmation_poll", 9, 805, 980, poll)]
        case "closed":
            told = {**_filled(), "pf.pnl_usd": PNL, "pf.position_id": "pos_51", "pf.exit_price": PRICE}
            return placed | {"pf.pnl_usd": PNL}, [
                *spans,
                *checked,
                _order(asset, "pf.trade.close", "sell", 980, **told),
            ]
        case "refused":
            told = {"pf.order.state": "rejected", "pf.error.code": "insufficient_margin", "pf.http_status": 422}
            return {"pf.cycle_outcome": "rejected", "pf.cycle_reason": "insufficient_margin"}, [
                *spans,
                *checked,
                _order(asset, "pf.trade.execute", side, 800, **told, ERROR="insufficient margin"),
                post,
            ]
        case "failed":
            spans[5] = (*spans[5][:4], {**spans[5][4], "ERROR": "model timed out after 2 s", "error.type": "Timeout"})
            return {"pf.cycle_outcome": "failed", "ERROR": "model timed out after 2 s"}, spans
        case "lost":
            told = {"pf.order.state": "unknown", "ERROR": "connection reset", "error.type": "ConnectionResetError"}
            read = {"pf.order_id": ORDER, "pf.asset": asset, **_filled()}
            return placed, [
                *spans,
                *checked,
                _order(asset, "pf.trade.execute", side, 800, **told),
                ("pf.trade.reconcile", 0, 805, 980, read),
            ]
        case _:
            escrow = {"pf.escrow_id": f"esc_{_mark('order').decode()}", "pf.counterparty": "research-desk"}
            funded = {**escrow, "pf.escrow_status": "funded", "pf.amount_usd": 25.0, "pf.fee_usd": FEE}
            released = {**escrow, "pf.escrow_status": "released", "pf.released_amount": 25.0}
            return {"pf.cycle_outcome": "order_placed"}, [
                *spans,
                ("pf.escrow.create", 0, 620, 800, funded),
                ("pf.escrow.release", 0, 805, 980, released),
            ]


class Template:
    """A kind of cycle, serialised once; `spans` of it."""

    def __init__(self, kind: str, asset: str, side: str) -> None:
        about, below = _cycle(kind, asset, side)
        root = {"pf.cycle_id": f"cycle_{_mark('cycle').decode()}", "pf.signal_confidence": CONFIDENCE, **about}
        spans: _Spans = [("agent.decision_cycle", -1, 0, 1000, root), *below]
        self.spans = len(spans)
        raw = ExportTraceServiceRequest()
        scope = raw.resource_spans.add().scope_spans.add()
        scope.spans.extend(_span(place, *span) for place, span in enumerate(spans))
        scope.spans[0].links.add(
            trace_id=_mark("pren0") + _mark("pren1"),
            span_id=_mark("pren2"),
            attributes=[KeyValue(key="pf.link.type", value={"string_value": "previous_cycle"})],
        )
        body = scope.SerializeToString()
        self._pieces = _MARK.split(body)
        self._marks = [match[2:-1].decode().lstrip("0") for match in _MARK.findall(body)]
        self._ends = {f"b{place}": begin for place, (_, _, begin, _, _) in enumerate(spans)}
        self._ends |= {f"e{place}": end for place, (_, _, _, end, _) in enumerate(spans)}
        self._ids = [f"i{place}" for place in range(len(spans))]

    def fill(self, begin_ns: int, took_ns: int, said: dict[str, bytes], first_id: int) -> bytes:
        """The spans of one cycle, as they lie in a ScopeSpans; `said` has what stands for marks."""
        known = dict(said)
        for mark, thousandths in self._ends.items():
            known[mark] = (begin_ns + took_ns * thousandths // 1000).to_bytes(8, "little")
        for place, mark in enumerate(self._ids):
            known[mark] = (first_id + place).to_bytes(8, "big")
        parts = [self._pieces[0]]
        for mark, piece in zip(self._marks, self._pieces[1:], strict=True):
            parts += known[mark], piece
        return b"".join(parts)


def _span(place: int, name: str, parent: int, begin: int, end: int, attributes: dict[str, Any]) -> Span:
    told = dict(attributes)
    error = told.pop("ERROR", None)
    span = Span(
        trace_id=_mark("tran0") + _mark("tran1"),
        span_id=_mark(f"i{place}"),
        parent_span_id=_mark(f"i{parent}") if parent >= 0 else b"",
        name=name,
        kind=3 if name.startswith(("GET", "POST", "chat")) else 1,
        start_time_unix_nano=_as_time(f"b{place}"),
        end_time_unix_nano=_as_time(f"e{place}"),
    )
    for key, value in told.items():
        put(span.attributes.add(), key, value)
    if error is not None:
        span.status.code, span.status.message = 2, error
        event = span.events.add(time_unix_nano=_as_time(f"e{place}"), name="exception")
        put(event.attributes.add(), "exception.message", error)
    return span


class Agent:
    """One agent, which goes from cycle to cycle."""

    def __init__(self, number: int, templates: dict[tuple[str, str, str], Template], seed: int) -> None:
        self.name = f"agent-{number:03}"
        self._templates = templates
        self._chance = random.Random(f"{seed} {number}")
        self._asset = list(_ASSETS)[number % len(_ASSETS)]
        self._strategy = _STRATEGIES[number % len(_STRATEGIES)]
        self._before = b"\0" * 16, b"\0" * 8

    def body(self, begins_ns: Sequence[int], release: str) -> Body:
        """A request with a cycle at each of these times."""
        resource = ResourceSpans()
        for key, value in {
            "service.name": "purple-flea-agent",
            "service.version": f"{self._strategy}@{release}",
            "pf.agent_id": self.name,
            "pf.strategy": self._strategy,
            "pf.environment": "production",
            "host.name": f"desk-{int(self.name[-1]) % 4}",
            "telemetry.sdk.language": "python",
        }.items():
            put(resource.resource.attributes.add(), key, value)
        cycles, spans, traces, orders = [], 0, [], []
        for begin_ns in begins_ns:
            kind = self._chance.choices(_KIND_NAMES, cum_weights=_KIND_WEIGHTS)[0]
            side = self._chance.choice(("buy", "sell"))
            asset = self._asset if self._chance.random() < 0.8 else self._chance.choice(list(_ASSETS))
            template = self._templates[kind, asset, side]
            trace, first_id = self._chance.randbytes(16), self._chance.getrandbits(63) | 1
            order = f"{self._chance.getrandbits(32):08x}"
            took_ns = round(self._chance.lognormvariate(0.0, 0.5) * 900_000_000)
            cycles.append(template.fill(begin_ns, took_ns, self._said(trace, order, asset), first_id))
            self._before = trace, first_id.to_bytes(8, "big")
            spans += template.spans
            traces.append(trace.hex())
            if kind in ("placed", "closed", "refused", "lost"):
                orders.append(f"ord_{order}")
        scope = _field(1, _field(1, b"bench")) + b"".join(cycles)
        whole = _field(1, resource.SerializeToString() + _field(2, scope))
        return Body(whole, spans, traces, orders)

    def _said(self, trace: bytes, order: str, asset: str) -> dict[str, bytes]:
        chance = self._chance
        expected = round(_ASSETS[asset] * chance.uniform(0.9, 1.1), 2)
        slippage = round(chance.gauss(1.2, 2.0), 4)
        price, quantity = round(expected * (1 + slippage / 10_000), 2), round(chance.uniform(0.01, 0.5), 4)
        amounts = {
            "wants": expected,
            "price": price,
            "qty": quantity,
            "slip": slippage,
            "fee": round(price * quantity * 0.0005, 4),
            "pnl": round(chance.gauss(0.4, 12.0), 2),
            "conf": round(chance.random(), 3),
        }
        before, before_id = self._before
        return {
            "tran0": trace[:8],
            "tran1": trace[8:],
            "pren0": before[:8],
            "pren1": before[8:],
            "pren2": before_id,
            "order": order.encode(),
            "cycle": order[::-1].encode(),
            **{name: struct.pack("<d", amount) for name, amount in amounts.items()},
        }


def _field(number: int, message: bytes) -> bytes:
    """A message in a field of another one."""
    length, head = len(message), bytearray([number << 3 | 2])
    while length > 0x7F:
        head.append(length & 0x7F | 0x80)
        length >>= 7
    head.append(length)
    return bytes(head) + message


def fleet(seed: int) -> list[Agent]:
    """The agents; those of another seed decide otherwise."""
    sides = ("buy", "sell")
    templates = {
        (kind, asset, side): Template(kind, asset, side) for kind in _KINDS for asset in _ASSETS for side in sides
    }
    return [Agent(number, templates, seed) for number in range(AGENTS)]


def month(spans: int, days: int, until_ns: int, seed: int = 1) -> Iterator[Body]:
    """At least so many spans, spread evenly over agents and `days` up to `until_ns`, the earliest first.

    A body has what an agent did in some hours, a day at most. The release changes in the middle.
    """
    agents, chance = fleet(seed), random.Random(seed)
    periods = days * max(1, spans // (AGENTS * days * _SPANS_OF_A_BODY))
    period_ns = days * DAY_NS // periods
    made = 0
    for period in range(periods):
        begin_ns = until_ns - (periods - period) * period_ns
        release = "1.4.0" if period < periods // 2 else "1.5.0"
        for place, agent in enumerate(agents):
            share = (period * AGENTS + place + 1) / (periods * AGENTS)
            cycles = max(0, math.ceil((spans * share - made) / SPANS_OF_A_CYCLE))
            if not cycles:
                continue
            every_ns = period_ns // cycles
            begins = [begin_ns + number * every_ns + chance.randrange(every_ns // 2) for number in range(cycles)]
            body = agent.body(begins, release)
            made += body.spans
            yield body
