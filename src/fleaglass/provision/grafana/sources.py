"""The data sources of a Grafana that reads the hub: traces by Tempo's API and by Jaeger's, and metrics in Prometheus.

Prometheus scrapes the metrics that the shipper derives from all spans. Where the hub asks who somebody is, Grafana
shows the token that is in its own environment.
"""

from __future__ import annotations

from typing import Any, Final

__all__ = ["JAEGER_UID", "TEMPO_UID", "data_sources"]

TEMPO_UID: Final = "fleaglass-tempo"
JAEGER_UID: Final = "fleaglass-jaeger"
_HUB: Final = "http://127.0.0.1:4318"
_PROMETHEUS: Final = "http://127.0.0.1:9090"
_TOKEN: Final = {"httpHeaderValue1": "Bearer $__env{FLEAGLASS_HUB_TOKEN}"}
_SHOWN: Final = {"httpHeaderName1": "Authorization"}


def data_sources(prometheus_uid: str) -> list[dict[str, Any]]:
    """Each in the form of a file for provisioning."""
    tempo = {**_SHOWN, "nodeGraph": {"enabled": True}, "streamingEnabled": {"search": False, "metrics": False}}
    return [
        _source("Fleaglass traces", TEMPO_UID, "tempo", f"{_HUB}/tempo", tempo, _TOKEN),
        _source("Fleaglass traces (Jaeger)", JAEGER_UID, "jaeger", f"{_HUB}/jaeger", {**_SHOWN}, _TOKEN),
        _source("Fleaglass metrics", prometheus_uid, "prometheus", _PROMETHEUS, {"timeInterval": "5s"}, {}),
    ]


def _source(
    name: str, uid: str, kind: str, url: str, settings: dict[str, Any], secret: dict[str, str]
) -> dict[str, Any]:
    source = {"orgId": 1, "name": name, "uid": uid, "type": kind, "access": "proxy", "url": url, "jsonData": settings}
    return source | ({"secureJsonData": secret} if secret else {})
