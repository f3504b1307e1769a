"""The backends that are known by name: their addresses, the header for their key, and which signals they take.

Each row is from the backend's own documentation of OTLP; `docs/backends/README.md` shows them as a table.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import msgspec

__all__ = ["PRESETS", "Preset"]


class Preset(msgspec.Struct, frozen=True, kw_only=True):
    """One backend.

    Attributes:
        title: its name, as its makers write it.
        http: address for OTLP over HTTP, without ``/v1/…``.
        grpc: address for OTLP over gRPC; empty if it does not speak that.
        takes: its signals besides traces.
        domains: of its servers, if it is somebody's service.
        key_header: the header for its key; empty if it asks for none.
        key_scheme: what stands before the key in it.
        key_setting: the setting that has the key.
        key_variable: and its customary variable.
        headers: sent with every request.
        query_port: of its query API; that of OTLP over HTTP if ``None``.
        query_path: where that has a trace, for ``{trace_id}``; empty if nobody can ask.
        elsewhere: what to do for a key that belongs to another region or site of it.
    """

    title: str
    http: str = ""
    grpc: str = ""
    takes: frozenset[str] = frozenset()
    domains: tuple[str, ...] = ()
    key_header: str = ""
    key_scheme: str = ""
    key_setting: str = ""
    key_variable: str = ""
    headers: dict[str, str] = {}
    query_port: int | None = None
    query_path: str = ""
    elsewhere: str = ""

    @property
    def is_hosted(self) -> bool:
        """Whether it is beyond this network: bodies are compressed, and certificates are the system's matter."""
        return bool(self.domains)


_HTTP: Final = "http://127.0.0.1:4318"
_GRPC: Final = "http://127.0.0.1:4317"

PRESETS: Final[Mapping[str, Preset]] = MappingProxyType(
    {
        "hub": Preset(
            title="Fleaglass hub",
            http=_HTTP,
            grpc=_GRPC,
            takes=frozenset({"logs", "metrics"}),
            key_header="authorization",
            key_scheme="Bearer ",
            key_setting="hub_token",
            key_variable="FLEAGLASS_HUB_TOKEN",
            query_path="/api/v1/traces/{trace_id}",
        ),
        "jaeger": Preset(
            title="Jaeger", http=_HTTP, grpc=_GRPC, query_port=16686, query_path="/api/v3/traces/{trace_id}"
        ),
        "tempo": Preset(title="Tempo", http=_HTTP, grpc=_GRPC, query_port=3200, query_path="/api/v2/traces/{trace_id}"),
        "honeycomb": Preset(
            title="Honeycomb",
            http="https://api.honeycomb.io",
            grpc="https://api.honeycomb.io:443",
            takes=frozenset({"logs"}),
            domains=("honeycomb.io",),
            key_header="x-honeycomb-team",
            key_setting="honeycomb_key",
            key_variable="HONEYCOMB_API_KEY",
            elsewhere="for a key of the EU instance set the endpoint https://api.eu1.honeycomb.io",
        ),
        "lightstep": Preset(
            title="Lightstep",
            http="https://ingest.lightstep.com",
            grpc="https://ingest.lightstep.com:443",
            domains=("lightstep.com",),
            key_header="lightstep-access-token",
            key_setting="lightstep_token",
            key_variable="LS_ACCESS_TOKEN",
            elsewhere="the service was to end in March 2026: ask your vendor where its successor takes OTLP",
        ),
        "datadog": Preset(
            title="Datadog",
            http="https://otlp.{site}",
            domains=("datadoghq.com", "datadoghq.eu", "ddog-gov.com"),
            key_header="dd-api-key",
            key_setting="datadog_key",
            key_variable="DD_API_KEY",
            headers={"compute_stats": "true"},
            elsewhere="for an account on another site set DD_SITE, such as datadoghq.eu",
        ),
        "sentry": Preset(
            title="Sentry",
            takes=frozenset({"logs"}),
            domains=("sentry.io",),
            key_header="x-sentry-auth",
        ),
        "otlp": Preset(title="OTLP", http=_HTTP, grpc=_GRPC, takes=frozenset({"logs", "metrics"})),
    }
)
