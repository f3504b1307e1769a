"""What PagerDuty's Events API gets: one key from the trigger to the resolve."""

from __future__ import annotations

import json

import httpx
import pytest

from fleaglass.alerts.rules.model import PagerDuty, Secret
from fleaglass.hub.alerting.notify.groups import Action
from fleaglass.hub.alerting.notify.senders.pagerduty import PagerDutySender, pagerduty_body
from fleaglass.hub.alerting.notify.senders.sender import Refused
from tests.unit.hub.alerting.notify.senders.made import KEY, message


@pytest.mark.parametrize(
    ("action", "event"),
    [
        ("trigger", "trigger"),
        ("update", "trigger"),
        ("repeat", "trigger"),
        ("acknowledge", "acknowledge"),
        ("resolve", "resolve"),
    ],
)
def test_every_event_of_a_group_has_its_key(action: Action, event: str) -> None:
    body = pagerduty_body(message(action))
    assert (body["event_action"], body["dedup_key"], len(body["dedup_key"]) <= 255) == (event, KEY, True)
    assert ("payload" in body) is (event == "trigger")


def test_a_trigger_has_what_whoever_is_woken_needs() -> None:
    body = pagerduty_body(message(count=7, evidence={"traces": ["ab" * 16], "orders": ["ord_17"]}))
    payload = body["payload"]
    details = payload.pop("custom_details")
    assert payload == {
        "summary": "CRITICAL: slow-order (7 firing): order.pipeline took 2,345 ms, more than 2,000 ms",
        "source": "a-1",
        "severity": "critical",
        "timestamp": "2027-01-15T08:00:00Z",
        "component": "order.pipeline",
        "group": "rule=slow-order",
        "class": "slow-order",
    }
    assert (len(details["firing"]), details["firing_more"], details["firing"][0]["order"]) == (5, 2, "ord_17")
    assert body["links"][1:3] == [
        {"href": "http://hub.example:4318/incidents/1", "text": "Incident: slow-order"},
        {"href": f"http://hub.example:4318/traces/{'ab' * 16}", "text": "Trace: slow-order"},
    ]


def test_a_summary_and_an_event_are_within_the_limits() -> None:
    text = "é" * 5000
    crumbs = [{"time_ns": "1", "name": text, "says": text}] * 10
    labels = dict.fromkeys(("agent", "span", "environment"), text)
    body = pagerduty_body(message(count=60, summary=text, labels=labels, evidence={"breadcrumbs": crumbs}))
    assert len(body["payload"]["summary"]) <= 1024
    assert len(json.dumps(body).encode()) <= 512_000


async def test_the_routing_key_goes_in_the_body_and_nowhere_else() -> None:
    def serve(request: httpx.Request) -> httpx.Response:
        assert json.loads(request.content)["routing_key"] == "r0uting"
        assert "r0uting" not in f"{request.url} {request.headers}"
        return httpx.Response(400, json={"status": "invalid event", "errors": ["routing_key r0uting is unknown"]})

    receiver = PagerDuty(routing_key=Secret(env="KEY"), endpoint="https://pager.example/v2/enqueue")
    async with httpx.AsyncClient(transport=httpx.MockTransport(serve)) as client:
        with pytest.raises(Refused, match="it answered 400") as refused:
            await PagerDutySender(receiver, client, {"KEY": "r0uting"}).send(message())
    assert "r0uting" not in str(refused.value)
