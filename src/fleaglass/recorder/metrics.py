"""The agent's vital signs as OTLP metrics: whether it works, what it owns and earns, what telemetry was lost.

    pf.agent.uptime          gauge, s         since the agent was made
    pf.agent.cycles          sum, by outcome  since the agent was made
    pf.agent.last_cycle.age  gauge, s         from the first completed cycle on; failed ones do not count
    pf.wallet.balance        gauge            by currency, from the first wallet read on
    pf.agent.drawdown        gauge, fraction  by window, likewise
    pf.trade.pnl             gauge, USD       realized and unrealized, as soon as there is any
    pf.telemetry.dropped     sum, by reason   since the agent was made

All are totals or states, so a report that gets lost is made good by the next, and none is kept or sent again. They are
measured by the monotonic clock. There is no meter provider: its reader would start a thread of its own and wait for the
collector at exit; the rounds call ``report``, and nobody waits for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol, TypeAlias

from fleaglass import __version__, semconv
from fleaglass.destinations import server_of
from fleaglass.recorder.collector import metrics_of
from fleaglass.recorder.core import Core, Timeline
from fleaglass.recorder.guard import guard
from fleaglass.recorder.normalise import Value
from fleaglass.recorder.resource import resource_of
from fleaglass.settings import Settings

if TYPE_CHECKING:
    from opentelemetry.sdk.metrics.export import Metric, MetricsData

    from fleaglass.journal import OtlpDestination
    from fleaglass.shipper.answer import Answer
    from fleaglass.shipper.otlp import OtlpSender

__all__ = ["Metrics", "metrics_for"]

_PATIENCE_S = 10.0
"""A report shares its thread with the check-ins of liveness, which a collector that hangs must not hold up for long."""

Points: TypeAlias = list[tuple[Mapping[str, object], float]]
"""Dimensions and value of each."""


class Sender(Protocol):
    """One attempt to deliver a report."""

    destination: str

    def send(self, report: MetricsData) -> Answer:
        """Deliver it, or say why not."""
        ...


class Metrics:
    """One agent's vital signs, and the way they leave.

    Args:
        core: the agent.
        resource: who it is.
        sender: makes one attempt to deliver a report.
        lost: how many items of telemetry were recorded and could not be kept, by reason.
    """

    def __init__(
        self,
        core: Core,
        resource: Mapping[str, Value],
        sender: Sender,
        lost: Callable[[], Mapping[str, int]] = dict,
    ) -> None:
        self._core = core
        self._lost = lost
        self._resource = resource
        self._sender = sender
        self._timeline = Timeline(core.clock)
        self._started_ns = self._timeline.now_ns()

    def report(self) -> None:
        """Measure and send, once. An outage is not mentioned: the delivery of spans does that."""
        from fleaglass.shipper.answer import Refused

        answer = self._sender.send(self.measure())
        if isinstance(answer, Refused):
            guard.say(f"refused metrics {answer.why}", f"{self._sender.destination} refuses metrics: {answer.why}")

    def measure(self) -> MetricsData:
        """The signs at this moment."""
        # Loaded with the first report: an agent that sends no metrics does not need it.
        from opentelemetry.sdk.metrics import export as sdk
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.util.instrumentation import InstrumentationScope

        now_ns = self._timeline.now_ns()

        def metric(name: str, points: Points) -> Metric:
            known = semconv.METRICS[name]
            made = [
                sdk.NumberDataPoint(self._core.attributes(dimensions), self._started_ns, now_ns, value)
                for dimensions, value in points
            ]
            if known.instrument == "counter":
                data: sdk.Sum | sdk.Gauge = sdk.Sum(made, sdk.AggregationTemporality.CUMULATIVE, is_monotonic=True)
            else:
                data = sdk.Gauge(made)
            return sdk.Metric(name, known.brief, known.unit, data)

        signs = {**self._of_life(now_ns), **self._of_money()}
        found = [metric(name, points) for name, points in signs.items() if points]
        scope = InstrumentationScope("fleaglass", __version__, semconv.SCHEMA_URL)
        resource = Resource(dict(self._resource), semconv.SCHEMA_URL)
        return sdk.MetricsData(
            [sdk.ResourceMetrics(resource, [sdk.ScopeMetrics(scope, found, "")], semconv.SCHEMA_URL)]
        )

    def _of_life(self, now_ns: int) -> dict[str, Points]:
        """Whether it works, and whether what it tells arrives."""
        pulse, age_s = self._core.pulse, self._core.pulse.age_s()
        return {
            semconv.METRIC_PF_AGENT_UPTIME: [({}, (now_ns - self._started_ns) / 1e9)],
            semconv.METRIC_PF_AGENT_CYCLES: [
                ({semconv.PF_CYCLE_OUTCOME: outcome}, count) for outcome, count in sorted(pulse.cycles.items())
            ],
            semconv.METRIC_PF_AGENT_LAST_CYCLE_AGE: [({}, age_s)] if age_s is not None else [],
            semconv.METRIC_PF_TELEMETRY_DROPPED: [
                ({semconv.PF_DROP_REASON: reason}, count) for reason, count in sorted(self._lost().items())
            ],
        }

    def _of_money(self) -> dict[str, Points]:
        """What it owns and earns, as far as is known. What is not leaves no point."""
        money = self._core.money
        profits = {
            semconv.PF_PNL_TYPE_REALIZED: money.realized,
            semconv.PF_PNL_TYPE_UNREALIZED: money.unrealized,
        }
        strategy = self._resource.get(semconv.PF_STRATEGY)
        return {
            semconv.METRIC_PF_WALLET_BALANCE: [
                ({semconv.PF_CURRENCY: currency, semconv.PF_WALLET_TYPE: wallet_type}, _double(amount))
                for (currency, wallet_type), amount in money.balances().items()
            ],
            semconv.METRIC_PF_AGENT_DRAWDOWN: [
                ({semconv.PF_WINDOW: window}, _double(fall)) for window, fall in money.drawdowns().items()
            ],
            semconv.METRIC_PF_TRADE_PNL: [
                ({semconv.PF_PNL_TYPE: kind, semconv.PF_STRATEGY: strategy}, _double(profit))
                for kind, profit in profits.items()
                if profit is not None
            ],
        }


def _double(value: Decimal) -> float:
    return round(float(value), 8)


def metrics_for(core: Core, settings: Settings, lost: Callable[[], Mapping[str, int]] = dict) -> Metrics | None:
    """The metrics of an agent that sends what it records; None if they are not wanted, or it is unclear where to."""
    found = metrics_of(settings) if settings.metrics == "otlp" else None
    if found is None:
        return None
    return Metrics(core, resource_of(settings), _ToCollector(*found), lost)


class _ToCollector:
    """Sends reports to a collector. What it takes for that is loaded with the first one."""

    def __init__(self, address: str, collector: OtlpDestination) -> None:
        self.destination = server_of(address)
        self._address = address
        self._collector = collector
        self._sender: OtlpSender | None = None

    def send(self, report: MetricsData) -> Answer:
        from opentelemetry.exporter.otlp.proto.common.metrics_encoder import encode_metrics

        from fleaglass.shipper.otlp import OtlpSender

        if self._sender is None:
            self._sender = OtlpSender(
                self._address,
                headers=self._collector.headers,
                timeout_s=min(self._collector.timeout_s, _PATIENCE_S),
                compress=self._collector.compress,
                certificate=self._collector.certificate,
            )
        return self._sender.send(encode_metrics(report).SerializeToString())
