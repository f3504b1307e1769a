"""The signed webhook: what it says is documented, and a receiver can check who said it."""

from __future__ import annotations

import hashlib
import hmac
import json
from pathlib import Path

import httpx

from fleaglass.alerts.rules.model import Secret, Webhook
from fleaglass.hub.alerting.notify.senders.webhook import WebhookSender
from tests.support.incidents import START_NS
from tests.unit.hub.alerting.notify.senders.made import KEY, message


async def sent(receiver: Webhook, environ: dict[str, str]) -> httpx.Request:
    seen: list[httpx.Request] = []

    def serve(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(204)

    async with httpx.AsyncClient(transport=httpx.MockTransport(serve)) as client:
        await WebhookSender(receiver, client, environ, lambda: START_NS).send(message(evidence={"orders": ["ord_1"]}))
    return seen[0]


async def test_a_receiver_can_check_the_signature_with_its_own_hmac(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s1gning\n")
    receiver = Webhook(url=Secret(env="URL"), signing_secret=Secret(file=str(tmp_path / "secret")))
    request = await sent(receiver, {"URL": "https://bot.example/alerts"})
    stamp = request.headers["x-fleaglass-timestamp"]
    assert stamp == str(START_NS // 10**9)
    digest = hmac.new(b"s1gning", stamp.encode() + b"." + request.content, hashlib.sha256).hexdigest()
    assert request.headers["x-fleaglass-signature"] == f"v1={digest}"
    assert request.headers["x-fleaglass-delivery"] == f"{KEY[:16]}-7"


async def test_without_a_secret_it_is_not_signed() -> None:
    request = await sent(Webhook(url=Secret(env="URL")), {"URL": "https://bot.example/alerts"})
    assert "x-fleaglass-signature" not in request.headers


async def test_its_body_is_versioned_and_has_everything() -> None:
    request = await sent(Webhook(url=Secret(env="URL")), {"URL": "https://bot.example/alerts"})
    body = json.loads(request.content)
    [incident] = body.pop("firing")
    assert body == {
        "version": 1,
        "delivery": f"{KEY[:16]}-7",
        "action": "trigger",
        "key": KEY,
        "test": False,
        "severity": "critical",
        "title": "CRITICAL: slow-order on a-1",
        "at": "2027-01-15T08:01:30Z",
        "labels": {"rule": "slow-order"},
        "link": "http://hub.example:4318/incidents",
        "firing_more": 0,
        "over": [],
        "over_more": 0,
    }
    assert incident == {
        "id": 1,
        "rule": "slow-order",
        "severity": "critical",
        "summary": "order.pipeline took 2,345 ms, more than 2,000 ms",
        "escalated": "",
        "fired_at": "2027-01-15T08:00:00Z",
        "lasted_s": None,
        "value": "2,345 ms",
        "worst": "2,345 ms",
        "threshold": "2,000 ms",
        "labels": {
            "topic": "slow-order",
            "rule": "slow-order",
            "severity": "critical",
            "kind": "slow_span",
            "agent": "a-1",
            "span": "order.pipeline",
        },
        "asset": "",
        "order_ids": ["ord_1"],
        "breadcrumbs": [],
        "link": "http://hub.example:4318/incidents/1",
        "trace_link": "",
        "issue_link": "",
    }
