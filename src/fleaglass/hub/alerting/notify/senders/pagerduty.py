"""PagerDuty's Events API v2: trigger, acknowledge, resolve, all with the group's key as `dedup_key`.

A key that is known is added to while it is open, so a message that a killed hub sends twice wakes nobody twice.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import httpx

from fleaglass.alerts.rules.model import PagerDuty
from fleaglass.hub.alerting.notify.messages import Item, Message
from fleaglass.hub.alerting.notify.secret import read_secret
from fleaglass.hub.alerting.notify.senders.post import post_json
from fleaglass.hub.alerting.notify.words import timestamp

__all__ = ["PagerDutySender", "pagerduty_body"]

_ACTIONS: Final = {"acknowledge": "acknowledge", "resolve": "resolve"}


class PagerDutySender:
    """Tells one PagerDuty service."""

    def __init__(self, receiver: PagerDuty, client: httpx.AsyncClient, environ: Mapping[str, str]) -> None:
        self._receiver = receiver
        self._client = client
        self._environ = environ

    async def send(self, message: Message) -> None:
        """See Sender."""
        key = read_secret(self._receiver.routing_key, self._environ)
        body = {"routing_key": key, **pagerduty_body(message)}
        await post_json(self._client, self._receiver.endpoint, json.dumps(body).encode(), {}, secrets=(key,))


def pagerduty_body(message: Message) -> dict[str, Any]:
    """The event, without its routing key. A `payload` is for a trigger only."""
    action = _ACTIONS.get(message.action, "trigger")
    event: dict[str, Any] = {"event_action": action, "dedup_key": message.key}
    if action != "trigger":
        return event
    worst = message.firing[0] if message.firing else None
    payload = {
        "summary": message.title if worst is None else f"{message.title}: {worst.line}",
        "source": message.agents or "fleaglass",
        "severity": message.severity,
        "timestamp": timestamp(message.at_ns if worst is None else worst.fired_ns),
        "component": "" if worst is None else worst.labels.get("span", ""),
        "group": ", ".join(f"{name}={value}" for name, value in message.labels.items()),
        "class": "" if worst is None else worst.rule,
        "custom_details": {
            "delivery": message.delivery,
            "firing": [_details(item) for item in message.firing],
            "firing_more": message.firing_more,
            "over": [_details(item) for item in message.over],
            "over_more": message.over_more,
        },
    }
    links = [
        {"href": message.link, "text": "All incidents"},
        *(link for item in message.firing for link in _links(item)),
    ]
    return {**event, "client": "Fleaglass", "client_url": message.link, "links": links, "payload": payload}


def _details(item: Item) -> dict[str, Any]:
    return {
        "rule": item.rule,
        "severity": item.severity,
        "summary": item.line,
        **dict(item.facts),
        "breadcrumbs": list(item.breadcrumbs),
    }


def _links(item: Item) -> list[dict[str, str]]:
    places = ((item.link, "Incident"), (item.trace_link, "Trace"), (item.issue_link, "Issue"))
    return [{"href": href, "text": f"{what}: {item.rule}"} for href, what in places if href]
