"""One decision cycle, written once for each way to record it: 5 spans, 28 attributes, 2 events, 4 breadcrumbs.

    bare         no telemetry
    noop         OpenTelemetry's API with no SDK behind it; it has no breadcrumbs
    guides       OpenTelemetry's SDK and a Sentry transaction, by hand, side by side, as the integration guides have it
    api          OpenTelemetry's API as in noop, with an agent's provider behind it, and the agent's breadcrumbs
    fleaglass    the agent's own cycles and stages, which normalise and scrub every value

Each way is a function that sets itself up and returns its cycle, and what tells how many spans it has recorded. The
venue and the model answer at once, so that only telemetry is measured.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

__all__ = ["WAYS", "Way"]

SPANS_A_CYCLE = 5


@dataclass(frozen=True)
class Way:
    """A cycle that takes its number, and what delivers the rest and stops."""

    cycle: Callable[[int], None]
    finish: Callable[[], object]


def bare(otlp: str, dsn: str) -> Way:
    """The work alone."""

    def cycle(number: int) -> None:
        order = f"ord_{number:08x}"
        assert order

    return Way(cycle, lambda: None)


def noop(otlp: str, dsn: str) -> Way:
    """OpenTelemetry's API alone."""
    from opentelemetry import trace

    tracer = trace.NoOpTracerProvider().get_tracer("bench")
    return Way(lambda number: _by_api(tracer, number, lambda *_, **__: None), lambda: None)


def api(otlp: str, dsn: str) -> Way:
    """OpenTelemetry's API with Fleaglass behind it."""
    agent = _agent(otlp, dsn)
    tracer = agent.tracer_provider.get_tracer("bench")
    return Way(lambda number: _by_api(tracer, number, agent.breadcrumb), lambda: agent.flush(60) and agent.shutdown(5))


def fleaglass(otlp: str, dsn: str) -> Way:
    """An agent of ours."""
    agent = _agent(otlp, dsn)

    def cycle(number: int) -> None:
        order = f"ord_{number:08x}"
        with agent.cycle(market="BTC/USD", asset="BTC", timestamp="2026-11-20T10:33:05.120Z"):
            with agent.stage("wallet.check") as wallet:
                wallet.set(wallet_id="w_1", total_usd=1_000.5, cache_hit=False, api_latency_ms=12.5, network="base")
            with agent.stage("signal.analysis") as signal:
                signal.set(
                    signal_type="momentum",
                    confidence=0.87,
                    model_latency_ms=3.1,
                    z_score=1.87,
                    iv=0.62,
                    rv=0.55,
                    action="buy",
                )
                agent.breadcrumb("signal", "buy BTC", confidence=0.87)
            with agent.stage("order.submit") as submit:
                submit.set(asset="BTC", side="buy", order_type="market", quantity=0.5, order_id=order)
                agent.breadcrumb("http", "POST /trading/order", status=200)
                submit.event("order_accepted", {"order_id": order})
                with agent.stage("order.confirm") as confirm:
                    confirm.set(order_id=order, attempts=1, fill_price=66_204.5, fee_usd=0.42, slippage_bps=1.2)
                    agent.breadcrumb("http", "GET /trading/order", status=200)
                submit.set(api_latency_ms=41.0, http_status=200, fill_rate=1.0)
                submit.event("order_filled", {"fill_price": 66_204.5})
            agent.breadcrumb("position", "entered BTC", size=0.5)

    return Way(cycle, lambda: agent.flush(60) and agent.shutdown(5))


def guides(otlp: str, dsn: str) -> Way:
    """Both SDKs by hand."""
    import sentry_sdk
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=Resource.create({"service.name": "bench", "pf.agent_id": "bench"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{otlp}/v1/traces")))
    sentry_sdk.init(dsn=dsn, traces_sample_rate=1.0, release="bench@1")
    tracer = provider.get_tracer("bench")

    def crumb(category: str, message: str, **data: Any) -> None:
        sentry_sdk.add_breadcrumb(category=category, message=message, level="info", data=data)

    def cycle(number: int) -> None:
        with sentry_sdk.start_transaction(op="order.pipeline", name="cycle") as transaction:
            transaction.set_tag("asset", "BTC")
            transaction.set_tag("strategy", "bench")
            _by_api(tracer, number, crumb, lambda op: sentry_sdk.start_span(op=op, name=op))

    def finish() -> None:
        provider.shutdown()
        sentry_sdk.flush(5)

    return Way(cycle, finish)


class _Nothing:
    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: object) -> None:
        return None


_NOTHING = _Nothing()


def _by_api(
    tracer: Any, number: int, crumb: Callable[..., object], also: Callable[[str], Any] = lambda _: _NOTHING
) -> None:
    order = f"ord_{number:08x}"
    with tracer.start_as_current_span("agent.decision_cycle") as cycle:
        cycle.set_attribute("pf.market", "BTC/USD")
        cycle.set_attribute("pf.asset", "BTC")
        cycle.set_attribute("pf.timestamp", "2026-11-20T10:33:05.120Z")
        with tracer.start_as_current_span("pf.wallet.balance_check") as span, also("wallet"):
            span.set_attribute("pf.wallet_id", "w_1")
            span.set_attribute("pf.total_usd", 1_000.5)
            span.set_attribute("pf.cache_hit", False)
            span.set_attribute("pf.api_latency_ms", 12.5)
            span.set_attribute("pf.network", "base")
        with tracer.start_as_current_span("pf.signal.analysis") as span, also("signal"):
            span.set_attribute("pf.signal_type", "momentum")
            span.set_attribute("pf.signal_confidence", 0.87)
            span.set_attribute("pf.model_latency_ms", 3.1)
            span.set_attribute("pf.z_score", 1.87)
            span.set_attribute("pf.iv", 0.62)
            span.set_attribute("pf.rv", 0.55)
            span.set_attribute("pf.action", "buy")
            crumb("signal", "buy BTC", confidence=0.87)
        with tracer.start_as_current_span("pf.trade.execute") as trade, also("submit"):
            trade.set_attribute("pf.asset", "BTC")
            trade.set_attribute("pf.side", "buy")
            trade.set_attribute("pf.order_type", "market")
            trade.set_attribute("pf.quantity", 0.5)
            trade.set_attribute("pf.order_id", order)
            crumb("http", "POST /trading/order", status=200)
            trade.add_event("order_accepted", {"order_id": order})
            with tracer.start_as_current_span("pf.trade.confirmation_poll") as span, also("confirm"):
                span.set_attribute("pf.order_id", order)
                span.set_attribute("pf.attempts", 1)
                span.set_attribute("pf.fill_price", 66_204.5)
                span.set_attribute("pf.fee_usd", 0.42)
                span.set_attribute("pf.slippage_bps", 1.2)
                crumb("http", "GET /trading/order", status=200)
            trade.set_attribute("pf.api_latency_ms", 41.0)
            trade.set_attribute("pf.http_status", 200)
            trade.set_attribute("pf.fill_rate", 1.0)
            trade.add_event("order_filled", {"fill_price": 66_204.5})
        crumb("position", "entered BTC", size=0.5)


def _agent(otlp: str, dsn: str) -> Any:
    import fleaglass

    return fleaglass.init("bench", release="bench@1", endpoint=otlp, dsn=dsn)


WAYS: dict[str, Callable[[str, str], Way]] = {
    "bare": bare,
    "noop": noop,
    "guides": guides,
    "api": api,
    "fleaglass": fleaglass,
}
