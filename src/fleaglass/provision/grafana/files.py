"""What Grafana reads from ``provisioning/`` when it starts. Fixed uids make it idempotent.

::

    alerting/fleaglass-rules.yaml           groups
    alerting/fleaglass-contact-points.yaml  contactPoints, muteTimes
    alerting/fleaglass-policies.yaml        policies: takes the place of the whole tree
    datasources/fleaglass.yaml              the hub, as Tempo and as Jaeger, and Prometheus
    dashboards/fleaglass.yaml               where dashboards are
    dashboards/fleaglass/*.json
"""

from __future__ import annotations

import json
from typing import Any, Final

from fleaglass.alerts.rules.model import RuleBook, Secret
from fleaglass.provision.grafana.dashboards import dashboards
from fleaglass.provision.grafana.notify import DEFAULT_RECEIVER, contact_points, mute_timings, policy
from fleaglass.provision.grafana.rules import EVERY_S, Sources, grafana_rules
from fleaglass.provision.grafana.sources import data_sources
from fleaglass.provision.yaml import yaml

__all__ = ["FOLDER", "GROUP", "grafana_files"]

FOLDER: Final = "Fleaglass"
GROUP: Final = "fleaglass"
_ORG: Final = 1
_PROVISIONING: Final = "/etc/grafana/provisioning"
"""Where Grafana's own packages and images have that folder."""
_MADE: Final = "Made by `fleaglass alerts export --to grafana`."


def grafana_files(book: RuleBook, sources: Sources) -> dict[str, str]:
    """Text of each file, by its path below ``provisioning/``."""
    rules = grafana_rules(book, sources)
    group = {"orgId": _ORG, "name": GROUP, "folder": FOLDER, "interval": f"{EVERY_S}s", "rules": rules}
    points: dict[str, list[dict[str, Any]]] = {}
    for each in contact_points(book, _left_open):
        points.setdefault(each.pop("name"), []).append(each)
    contacts = [{"orgId": _ORG, "name": name, "receivers": members} for name, members in points.items()]
    mutes = [{"orgId": _ORG, **each} for each in mute_timings(book)]
    root = {"orgId": _ORG, "receiver": DEFAULT_RECEIVER, "group_by": ["grafana_folder", "alertname"]}
    boards = {
        "name": "fleaglass",
        "folder": FOLDER,
        "type": "file",
        "options": {"path": f"{_PROVISIONING}/dashboards/fleaglass"},
    }
    documents: dict[str, dict[str, Any]] = {
        "alerting/fleaglass-rules.yaml": {"groups": _escaped([group])},
        "alerting/fleaglass-contact-points.yaml": {"contactPoints": contacts, "muteTimes": mutes},
        "alerting/fleaglass-policies.yaml": {"policies": _escaped([{**root, "routes": [policy(book)]}])},
        "datasources/fleaglass.yaml": {"datasources": data_sources(sources.prometheus)},
        "dashboards/fleaglass.yaml": {"providers": [boards]},
    }
    texts = {path: yaml({"apiVersion": 1, **document}, _MADE) for path, document in documents.items()}
    for board in dashboards():
        texts[f"dashboards/fleaglass/{board['uid']}.json"] = json.dumps(board, indent=2) + "\n"
    return texts


def _left_open(secret: Secret) -> str:
    """Grafana fills it in from its own environment, or a file."""
    return f"$__file{{{secret.file}}}" if secret.file else f"$__env{{{secret.env}}}"


def _escaped(value: Any) -> Any:
    """Grafana takes a ``$`` in these files for a variable, unless it is doubled."""
    match value:
        case str():
            return value.replace("$", "$$")
        case list():
            return [_escaped(each) for each in value]
        case dict():
            return {name: _escaped(each) for name, each in value.items()}
    return value
