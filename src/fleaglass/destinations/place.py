"""From settings to the places that get what is recorded. A place that cannot be used says why, and the others work."""

from __future__ import annotations

import re
from typing import Final, cast
from urllib.parse import urlsplit

import msgspec

from fleaglass.destinations.address import server_of
from fleaglass.destinations.dsn import HUB_ONLY, Dsn
from fleaglass.destinations.presets import PRESETS, Preset
from fleaglass.journal.route import OtlpDestination, Protocol, SentryDestination
from fleaglass.settings import NamedDestination, Settings

__all__ = ["Place", "places", "plain"]

_TRACES: Final = "/v1/traces"
_OTLP: Final = NamedDestination(name="otlp", preset="otlp")
_HUB: Final = NamedDestination(name="hub", preset="hub")
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_NO_GRPC: Final = "{} takes no gRPC: leave its protocol at http/protobuf"
_CLASSIC_KEY: Final = r"[0-9a-f]{32}|hc[a-z]ic_[0-9a-z]{58}"
"""Honeycomb's keys for which a dataset must be named; for all others it is ``service.name``."""


class Place(msgspec.Struct, frozen=True):
    """Where spans go, and what can be known of that beforehand.

    Attributes:
        preset: what is known of it.
        destination: as a journal's route has it.
        envelopes: likewise, of what a Sentry server gets; ``None`` unless it is a hub.
        metrics: address for metrics; ``None`` if it gets none.
        query: address of the trace ``{trace_id}``; ``None`` if nobody can ask for it.
        problem: why it cannot be used, and what to do; empty if it can.
    """

    preset: Preset
    destination: OtlpDestination
    envelopes: SentryDestination | None = None
    metrics: str | None = None
    query: str | None = None
    problem: str = ""

    @property
    def servers(self) -> tuple[Place, ...]:
        """A place for each of its servers: the first by its name, the others by theirs and a number."""
        first, *others = self.destination.servers
        found = [msgspec.structs.replace(self, destination=first)]
        for number, other in enumerate(others, 2):
            named = msgspec.structs.replace(other, name=f"{other.name}-{number}")
            base = (other.traces or "").removesuffix(_TRACES)
            found.append(msgspec.structs.replace(self, destination=named, query=base + (self.preset.query_path or "")))
        return tuple(found)


def places(settings: Settings) -> tuple[Place, ...]:
    """All of them, in the order of the settings; the hub, or else the one endpoint, if no destinations are named."""
    alone = _HUB if settings.hub is not None else _OTLP
    return tuple(_place(each, settings) for each in settings.destinations or (alone,))


def plain(settings: Settings, named: NamedDestination = _OTLP) -> Place:
    """The collector of the settings `endpoint`, `headers` and so on, which are OpenTelemetry's own."""
    preset = PRESETS["otlp"]
    protocol = named.protocol or settings.protocol
    traces, logs, metrics = settings.endpoint, settings.logs_endpoint, settings.metrics_endpoint
    if protocol == "grpc":
        # The default is of the protocol.
        traces = preset.grpc if traces == preset.http + _TRACES else server_of(traces)
        logs = logs or traces
    elif traces.endswith(_TRACES):
        base = traces.removesuffix(_TRACES)
        logs, metrics = logs or f"{base}/v1/logs", metrics or f"{base}/v1/metrics"
    is_usual = settings.endpoint == PRESETS["hub"].http + _TRACES and protocol != "grpc"
    known = _identity(named, PRESETS["hub"], settings.hub_token, settings) if is_usual else {}
    headers = {**known, **dict(settings.headers), **dict(named.headers)}
    destination = _destination(named, settings, preset, traces, logs, headers, protocol=cast(Protocol, protocol))
    # Whatever listens on this machine is asked whether it is a hub before it gets what only a hub takes.
    may_be_hub = protocol != "grpc" and urlsplit(settings.endpoint).hostname in _LOOPBACK
    destination = _with_more(destination, metrics, settings, is_hub=may_be_hub)
    problem = _problem(named, preset, None)
    return Place(preset, destination, _envelopes(destination), metrics, _query(named, preset, traces), problem)


def _place(named: NamedDestination, settings: Settings) -> Place:
    if named.preset == "sentry":
        return _sentry(named, settings)
    if named.preset == "otlp" and named.endpoint is None:
        return plain(settings, named)
    return _backend(named, settings)


def _backend(named: NamedDestination, settings: Settings) -> Place:
    preset = PRESETS[named.preset]
    over_grpc = named.protocol == "grpc"
    usual = (preset.grpc if over_grpc else preset.http).format(site=settings.datadog_site)
    hubs = [each.rstrip("/") for each in settings.hub or ()] if preset is PRESETS["hub"] and not named.endpoint else []
    base = named.endpoint or (hubs or [usual.rstrip("/")])[0]
    key = named.key or (getattr(settings, preset.key_setting) if preset.key_setting else None)
    headers = {**preset.headers, **_identity(named, preset, key, settings), **dict(named.headers)}
    traces = server_of(base) if over_grpc else f"{base}/v1/traces"
    logs = (server_of(base) if over_grpc else f"{base}/v1/logs") if "logs" in preset.takes else None
    metrics = f"{base}/v1/metrics" if "metrics" in preset.takes and not over_grpc else None
    protocol: Protocol = "grpc" if over_grpc else "http/protobuf"
    destination = _destination(named, settings, preset, traces, logs, headers, protocol=protocol)
    destination = _with_more(destination, metrics, settings, is_hub=preset is PRESETS["hub"])
    destination = msgspec.structs.replace(destination, others=tuple(hubs[1:]))
    problem = _problem(named, preset, key)
    if hubs and over_grpc:
        problem = "the setting hub is an address for HTTP: set `endpoint` to that of its gRPC port"
    return Place(preset, destination, _envelopes(destination), metrics, _query(named, preset, base), problem)


def _with_more(
    destination: OtlpDestination, metrics: str | None, settings: Settings, *, is_hub: bool
) -> OtlpDestination:
    """What the shipper makes of what is recorded: metrics, and for a hub what is still open."""
    wanted = metrics if settings.metrics == "otlp" else None
    return msgspec.structs.replace(destination, metrics=wanted, snapshots=is_hub)


def _envelopes(destination: OtlpDestination) -> SentryDestination | None:
    """Where a hub takes errors, sessions and check-ins: its first project, at the address of its spans."""
    if not destination.snapshots or destination.traces is None:
        return None
    return SentryDestination(
        name=f"{destination.name}-errors",
        dsn=_first_project(destination.traces),
        is_hub=True,
        headers=destination.headers,
        timeout_s=destination.timeout_s,
        others=tuple(_first_project(other) for other in destination.others),
    )


def _first_project(address: str) -> str:
    return f"{server_of(address)}/1"


def _sentry(named: NamedDestination, settings: Settings) -> Place:
    """The OTLP side of the project that the DSN names; envelopes go there in any case."""
    preset = PRESETS["sentry"]
    base, headers, problem = "", {}, ""
    if named.endpoint or named.key or named.dataset:
        problem = "its address and key are those of the DSN: take `endpoint`, `key` and `dataset` away"
    elif named.protocol == "grpc":
        problem = _NO_GRPC.format(preset.title)
    elif settings.dsn is None or settings.dsn == HUB_ONLY:
        problem = "it has no DSN: set SENTRY_DSN, or dsn in fleaglass.toml"
    else:
        try:
            dsn = Dsn.parse(settings.dsn)
        except ValueError as error:
            problem = f"the DSN {error}: copy it from the project's Client Keys in Sentry"
        else:
            base, headers = dsn.otlp_url, {preset.key_header: f"sentry sentry_key={dsn.key}"}
    headers |= dict(named.headers)
    # A route has Sentry's envelopes under its name already.
    named = msgspec.structs.replace(named, name="sentry-traces") if named.name == "sentry" else named
    destination = _destination(named, settings, preset, f"{base}/v1/traces", f"{base}/v1/logs", headers)
    return Place(preset, msgspec.structs.replace(destination, sentry_op=True), problem=problem)


def _destination(
    named: NamedDestination,
    settings: Settings,
    preset: Preset,
    traces: str,
    logs: str | None,
    headers: dict[str, str],
    *,
    protocol: Protocol = "http/protobuf",
) -> OtlpDestination:
    return OtlpDestination(
        name=named.name,
        traces=traces,
        logs=logs if settings.logs == "otlp" else None,
        protocol=protocol,
        headers=headers,
        timeout_s=settings.timeout_s,
        compress=preset.is_hosted or settings.compression == "gzip",
        certificate=None if preset.is_hosted else settings.certificate,
    )


def _problem(named: NamedDestination, preset: Preset, key: str | None) -> str:
    """What is missing, or is there and would do nothing."""
    if named.endpoint is None:  # at another address it may be a collector, or an agent of theirs, which needs no key
        if preset.key_setting and preset.is_hosted and key is None:
            return f"it has no key: set {preset.key_variable}, or {preset.key_setting} in fleaglass.toml"
        if named.protocol == "grpc" and not preset.grpc:
            return _NO_GRPC.format(preset.title)
    if named.key and not preset.key_header:
        return f"{preset.title} asks for no key: take `key` away; what a proxy before it asks for goes into `headers`"
    if named.dataset and named.preset != "honeycomb":
        return f"{preset.title} has no datasets: take `dataset` away"
    return ""


def _identity(named: NamedDestination, preset: Preset, key: str | None, settings: Settings) -> dict[str, str]:
    """The headers that say who sends."""
    found = {preset.key_header: preset.key_scheme + key} if key is not None and preset.key_header else {}
    if named.preset == "honeycomb":
        dataset = named.dataset or (settings.service_name if key and re.fullmatch(_CLASSIC_KEY, key) else None)
        found |= {"x-honeycomb-dataset": dataset} if dataset else {}
    return found


def _query(named: NamedDestination, preset: Preset, base: str) -> str | None:
    if named.query is not None:
        return named.query.rstrip("/") + (preset.query_path or "/{trace_id}")
    if not preset.query_path:
        return None
    if preset.query_port is None and named.protocol != "grpc":
        return base + preset.query_path
    parts = urlsplit(base)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{parts.scheme}://{host}:{preset.query_port or urlsplit(preset.http).port}{preset.query_path}"
