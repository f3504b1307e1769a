"""A webhook of anybody's: POST of JSON, versioned, signed.

    X-Fleaglass-Delivery: 1f0c…-17             the same for each attempt of one message: take it once
    X-Fleaglass-Timestamp: 1764510692          Unix seconds of this attempt: refuse what is old
    X-Fleaglass-Signature: v1=5c1f…            HMAC-SHA256 of "<timestamp>.<body>" with the signing secret, hexadecimal

The body: ``{"version": 1, "delivery", "action", "key", "test", "severity", "title", "at", "labels", "link",
"firing": [incident, …], "firing_more", "over": [incident, …], "over_more"}``. Times are RFC 3339 in UTC.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from typing import Any, Final

import httpx

from fleaglass.alerts.rules.model import Webhook
from fleaglass.hub.alerting.notify.messages import Item, Message
from fleaglass.hub.alerting.notify.secret import read_secret
from fleaglass.hub.alerting.notify.senders.post import post_json
from fleaglass.hub.alerting.notify.words import timestamp

__all__ = ["WebhookSender", "signature", "webhook_body"]

_SECOND_NS: Final = 1_000_000_000


class WebhookSender:
    """Tells one address. `now_ns` gives Unix nanoseconds."""

    def __init__(
        self, receiver: Webhook, client: httpx.AsyncClient, environ: Mapping[str, str], now_ns: Callable[[], int]
    ) -> None:
        self._receiver = receiver
        self._client = client
        self._environ = environ
        self._now_ns = now_ns

    async def send(self, message: Message) -> None:
        """See Sender."""
        url = read_secret(self._receiver.url, self._environ)
        body = json.dumps(webhook_body(message), ensure_ascii=False, separators=(",", ":")).encode()
        at = str(self._now_ns() // _SECOND_NS)
        headers = {"x-fleaglass-delivery": message.delivery, "x-fleaglass-timestamp": at}
        secrets: tuple[str, ...] = ()
        if self._receiver.signing_secret is not None:
            secrets = (read_secret(self._receiver.signing_secret, self._environ),)
            headers["x-fleaglass-signature"] = f"v1={signature(secrets[0], at, body)}"
        await post_json(self._client, url, body, headers, secrets=secrets)


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """What a receiver computes as well, and compares in constant time."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def webhook_body(message: Message) -> dict[str, Any]:
    """The body, as the module's text says."""
    return {
        "version": 1,
        "delivery": message.delivery,
        "action": message.action,
        "key": message.key,
        "test": message.is_test,
        "severity": message.severity,
        "title": message.title,
        "at": timestamp(message.at_ns),
        "labels": dict(message.labels),
        "link": message.link,
        "firing": [_incident(item) for item in message.firing],
        "firing_more": message.firing_more,
        "over": [_incident(item) for item in message.over],
        "over_more": message.over_more,
    }


def _incident(item: Item) -> dict[str, Any]:
    return {
        "id": item.id,
        "rule": item.rule,
        "severity": item.severity,
        "summary": item.summary,
        "escalated": item.escalated,
        "fired_at": timestamp(item.fired_ns),
        "lasted_s": None if item.lasted_ns is None else item.lasted_ns // _SECOND_NS,
        "value": item.value,
        "worst": item.worst,
        "threshold": item.threshold,
        "labels": dict(item.labels),
        "asset": item.asset,
        "order_ids": list(item.order_ids),
        "breadcrumbs": list(item.breadcrumbs),
        "link": item.link,
        "trace_link": item.trace_link,
        "issue_link": item.issue_link,
    }
