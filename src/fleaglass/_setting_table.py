"""The table of settings: each one's name, purpose, default, and the variables it is read from.

How a value is found is `settings.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec

from fleaglass import _setting_parsers as parse
from fleaglass._setting_destinations import PROTOCOLS, destinations

__all__ = ["SETTINGS", "Setting"]


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the table.

    ``variables`` are read in order. ``resource_keys`` are entries of ``OTEL_RESOURCE_ATTRIBUTES`` that mean the same.
    ``parse`` takes the raw value and the name it came from, and raises ``ValueError`` when the value makes no sense.
    """

    name: str
    help: str
    parse: Callable[[object, str], Any]
    default: Any = None
    variables: tuple[str, ...] = ()
    resource_keys: tuple[str, ...] = ()


SETTINGS: Final[tuple[Setting, ...]] = (
    Setting(
        name="agent_id",
        help="Name of the agent, on every span and on the Agents page. Not an API key.",
        parse=parse.text,
        default="unnamed-agent",
        variables=("FLEAGLASS_AGENT_ID",),
        resource_keys=("pf.agent_id", "service.instance.id"),
    ),
    Setting(
        name="strategy",
        help="Name of the strategy the agent runs.",
        parse=parse.text,
        variables=("FLEAGLASS_STRATEGY",),
        resource_keys=("pf.strategy",),
    ),
    Setting(
        name="release",
        help="Release of the agent, fixed when it was built, such as agent-vol-arb@2.1.0.",
        parse=parse.release,
        variables=("FLEAGLASS_RELEASE", "SENTRY_RELEASE", "AGENT_VERSION"),
        resource_keys=("pf.release", "service.version"),
    ),
    Setting(
        name="environment",
        help="Deployment environment.",
        parse=parse.text,
        default="production",
        variables=("FLEAGLASS_ENVIRONMENT", "SENTRY_ENVIRONMENT"),
        resource_keys=("deployment.environment.name", "deployment.environment", "pf.environment"),
    ),
    Setting(
        name="region",
        help="Region the agent runs in.",
        parse=parse.text,
        variables=("FLEAGLASS_REGION",),
        resource_keys=("cloud.region", "deployment.region", "pf.region"),
    ),
    Setting(
        name="services",
        help="Purple Flea services the agent uses, comma separated in the environment.",
        parse=parse.names,
        default=(),
        variables=("FLEAGLASS_SERVICES",),
        resource_keys=("pf.services",),
    ),
    Setting(
        name="service_name",
        help="service.name of the resource; many agents share one.",
        parse=parse.text,
        default="purple-flea-agent",
        variables=("FLEAGLASS_SERVICE_NAME", "OTEL_SERVICE_NAME"),
        resource_keys=("service.name",),
    ),
    Setting(
        name="resource",
        help="Further resource attributes, key=value,key=value in the environment.",
        parse=parse.pairs,
        default=(),
        variables=("OTEL_RESOURCE_ATTRIBUTES",),
    ),
    Setting(
        name="disabled",
        help="Record nothing. Everything still works, and returns at once.",
        parse=parse.flag,
        default=False,
        variables=("FLEAGLASS_DISABLED", "OTEL_SDK_DISABLED"),
    ),
    Setting(
        name="exporter",
        help="Where spans go: otlp sends them, none keeps them in the process.",
        parse=parse.one_of("otlp", "none"),
        default="otlp",
        variables=("FLEAGLASS_EXPORTER", "OTEL_TRACES_EXPORTER"),
    ),
    Setting(
        name="protocol",
        help="Protocol of the endpoint: http/protobuf, or grpc, which needs fleaglass[grpc].",
        parse=parse.one_of(*PROTOCOLS),
        default="http/protobuf",
        variables=("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"),
    ),
    Setting(
        name="destinations",
        help="Backends by name, such as hub,honeycomb,jaeger=http://10.0.0.7:4318; the endpoint alone if not set.",
        parse=destinations,
        default=(),
        variables=("FLEAGLASS_DESTINATIONS",),
    ),
    Setting(
        name="hub",
        help="Address of a hub on another machine, such as https://hub.example: what is recorded goes there. If "
        "several hubs share a store, all their addresses, comma separated in the environment: whoever answers.",
        parse=parse.addresses,
        variables=("FLEAGLASS_HUB",),
    ),
    Setting(
        name="hub_token",
        help="Token of the destination hub, for one that asks: from fleaglass hub token create, with scope ingest.",
        parse=parse.text,
        variables=("FLEAGLASS_HUB_TOKEN",),
    ),
    Setting(
        name="honeycomb_key",
        help="Key of the destination honeycomb.",
        parse=parse.text,
        variables=("HONEYCOMB_API_KEY",),
    ),
    Setting(
        name="lightstep_token",
        help="Access token of the destination lightstep.",
        parse=parse.text,
        variables=("LS_ACCESS_TOKEN", "LIGHTSTEP_ACCESS_TOKEN"),
    ),
    Setting(
        name="datadog_key",
        help="API key of the destination datadog.",
        parse=parse.text,
        variables=("DD_API_KEY",),
    ),
    Setting(
        name="datadog_site",
        help="Site of the destination datadog, such as datadoghq.eu.",
        parse=parse.host,
        default="datadoghq.com",
        variables=("DD_SITE",),
    ),
    Setting(
        name="endpoint",
        help="Address of the hub or of any OTLP collector. /v1/traces is added, except to the traces variable.",
        parse=parse.endpoint,
        default="http://127.0.0.1:4318/v1/traces",
        variables=("FLEAGLASS_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"),
    ),
    Setting(
        name="headers",
        help="Headers sent with every export, key=value,key=value in the environment; values percent-encoded.",
        parse=parse.pairs,
        default=(),
        variables=("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "OTEL_EXPORTER_OTLP_HEADERS"),
    ),
    Setting(
        name="timeout_s",
        help="Longest wait for one export request, in seconds. From 600 on, taken for milliseconds.",
        parse=parse.seconds,
        default=10.0,
        variables=("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "OTEL_EXPORTER_OTLP_TIMEOUT"),
    ),
    Setting(
        name="compression",
        help="Compression of export requests: none or gzip. Worth its CPU only beyond the local machine.",
        parse=parse.one_of("none", "gzip"),
        default="none",
        variables=("OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", "OTEL_EXPORTER_OTLP_COMPRESSION"),
    ),
    Setting(
        name="certificate",
        help="File with the CA certificates to trust for an https endpoint.",
        parse=parse.text,
        variables=("OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE", "OTEL_EXPORTER_OTLP_CERTIFICATE"),
    ),
    Setting(
        name="rules",
        help="A file of alert rules, such as alerts.toml. What of it an agent can judge by itself, it does.",
        parse=parse.file,
        variables=("FLEAGLASS_RULES",),
    ),
    Setting(
        name="guide_url",
        help="Where the profile guide is served, if not in production: for recognising a program's requests.",
        parse=parse.text,
        variables=("FLEAGLASS_GUIDE_URL",),
    ),
    Setting(
        name="live_url",
        help="What the live profile's six services are below, if not production: for recognising requests.",
        parse=parse.text,
        variables=("FLEAGLASS_LIVE_URL",),
    ),
    Setting(
        name="sampler",
        help="Which traces to record, by its OpenTelemetry name.",
        parse=parse.one_of(
            "always_on",
            "always_off",
            "traceidratio",
            "parentbased_always_on",
            "parentbased_always_off",
            "parentbased_traceidratio",
        ),
        default="parentbased_always_on",
        variables=("OTEL_TRACES_SAMPLER",),
    ),
    Setting(
        name="sampler_ratio",
        help="Share of traces that a traceidratio sampler records, from 0 to 1.",
        parse=parse.ratio,
        default=1.0,
        variables=("OTEL_TRACES_SAMPLER_ARG",),
    ),
    Setting(
        name="propagators",
        help="Forms in which trace context travels: tracecontext, baggage, b3, b3multi, or none.",
        parse=parse.some_of("tracecontext", "baggage", "b3", "b3multi"),
        default=("tracecontext", "baggage"),
        variables=("OTEL_PROPAGATORS",),
    ),
    Setting(
        name="capture_content",
        help="Record what was said to a model and by it. Off by default: it may hold anything.",
        parse=parse.content,
        default=False,
        variables=("FLEAGLASS_CAPTURE_CONTENT", "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"),
    ),
    Setting(
        name="global_provider",
        help="Whether OpenTelemetry's global tracer provider is ours if there is none when the agent begins to work.",
        parse=parse.flag,
        default=True,
        variables=("FLEAGLASS_GLOBAL_PROVIDER",),
    ),
    Setting(
        name="stalled_after_s",
        help="Seconds without a completed cycle from which the agent counts as stalled; by its own rhythm if not set.",
        parse=parse.as_seconds,
        variables=("FLEAGLASS_STALLED_AFTER",),
    ),
    Setting(
        name="home",
        help="Folder for what must outlive the process, such as the leases of sessions.",
        parse=parse.home,
        variables=("FLEAGLASS_HOME", "XDG_STATE_HOME", "HOME", "LOCALAPPDATA"),
    ),
    Setting(
        name="ledger",
        help="Record of what the agent spends: on, strict (on the disk before anything is sent), or off.",
        parse=parse.one_of("off", "on", "strict"),
        default="on",
        variables=("FLEAGLASS_LEDGER",),
    ),
    Setting(
        name="ledger_anchors",
        help="Who gets the ledger's checkpoints: hub, witness URL VKEY, webhook URL, file:PATH, comma separated in the "
        "environment, or none. The hub that gets the rest if not set.",
        parse=parse.anchors,
        variables=("FLEAGLASS_LEDGER_ANCHORS",),
    ),
    Setting(
        name="shipper",
        help="Who sends what was recorded: a process beside the agent, a thread of it, or off for a shipper of yours.",
        parse=parse.one_of("process", "thread", "off"),
        default="process",
        variables=("FLEAGLASS_SHIPPER",),
    ),
    Setting(
        name="journal_bytes",
        help="Most bytes that all journals of a home take up. Beyond it the oldest goes, money last, and is counted.",
        parse=parse.count,
        default=1 << 30,
        variables=("FLEAGLASS_JOURNAL_BYTES",),
    ),
    Setting(
        name="metrics",
        help="Whether the agent's uptime and its cycles are sent as metrics: otlp, or none.",
        parse=parse.one_of("otlp", "none"),
        default="otlp",
        variables=("FLEAGLASS_METRICS", "OTEL_METRICS_EXPORTER"),
    ),
    Setting(
        name="metrics_endpoint",
        help="Full address for metrics; beside the traces if not set.",
        parse=parse.address,
        variables=("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",),
    ),
    Setting(
        name="metrics_interval_ms",
        help="Milliseconds between two reports of metrics.",
        parse=parse.count,
        default=60_000,
        variables=("OTEL_METRIC_EXPORT_INTERVAL",),
    ),
    Setting(
        name="logs",
        help="Whether the lines of the program's log are sent as OTLP logs: otlp, or none.",
        parse=parse.one_of("otlp", "none"),
        default="otlp",
        variables=("FLEAGLASS_LOGS", "OTEL_LOGS_EXPORTER"),
    ),
    Setting(
        name="logs_endpoint",
        help="Full address for logs; beside the traces if not set.",
        parse=parse.address,
        variables=("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT",),
    ),
    Setting(
        name="capture_logs",
        help="Whether the program's log is listened to at all: for breadcrumbs, for errors, for OTLP logs.",
        parse=parse.flag,
        default=True,
        variables=("FLEAGLASS_CAPTURE_LOGS",),
    ),
    Setting(
        name="dsn",
        help="Where errors, sessions and check-ins go besides the hub: the DSN of a project at any Sentry-compatible "
        "server. `hub` for the hub alone, `none` for nowhere at all.",
        parse=parse.dsn,
        default="hub",
        variables=("FLEAGLASS_DSN", "SENTRY_DSN"),
    ),
    Setting(
        name="queue_spans",
        help="Read, and without effect: what waits lies in the journal, and journal_bytes says how much that may be.",
        parse=parse.count,
        default=32_768,
        variables=("OTEL_BSP_MAX_QUEUE_SIZE",),
    ),
    Setting(
        name="batch_spans",
        help="Most spans in one export request.",
        parse=parse.count,
        default=512,
        variables=("OTEL_BSP_MAX_EXPORT_BATCH_SIZE",),
    ),
    Setting(
        name="linger_ms",
        help="Milliseconds an ended span waits for company. Short, so that the hub shows a cycle as it happens.",
        parse=parse.count,
        default=250,
        variables=("OTEL_BSP_SCHEDULE_DELAY",),
    ),
    Setting(
        name="keep_idle",
        help="Which share of the cycles that did nothing is sent, from 0 to 1. All others always are.",
        parse=parse.ratio,
        default=1.0,
        variables=("FLEAGLASS_KEEP_IDLE",),
    ),
    Setting(
        name="shutdown_timeout_s",
        help="Longest that ending the process waits for spans to leave, in seconds.",
        parse=parse.seconds,
        default=2.0,
        variables=("FLEAGLASS_SHUTDOWN_TIMEOUT",),
    ),
    Setting(
        name="span_log",
        help="File that gets one line, trace_id span_id name, per ended span: the ground truth for tests.",
        parse=parse.text,
        variables=("FLEAGLASS_SPAN_LOG",),
    ),
)
