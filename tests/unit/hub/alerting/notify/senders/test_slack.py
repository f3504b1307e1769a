"""What Slack gets: readable, and within what its blocks may have."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fleaglass.alerts.rules.model import Secret, Slack
from fleaglass.hub.alerting.notify.groups import Action
from fleaglass.hub.alerting.notify.secret import NoSecret
from fleaglass.hub.alerting.notify.senders.slack import SlackSender, slack_body
from tests.unit.hub.alerting.notify.senders.made import message

URL = "https://hooks.slack.example/services/T0/B0/private"


def assert_within_limits(body: dict[str, Any]) -> None:
    """As Slack's reference of blocks says."""
    blocks = body["blocks"]
    assert len(blocks) <= 50
    assert len(json.dumps(body, ensure_ascii=False)) <= 13_000
    for block in blocks:
        match block["type"]:
            case "header":
                assert block["text"]["type"] == "plain_text"
                assert len(block["text"]["text"]) <= 150
            case "section":
                assert 0 < len(block["text"]["text"]) <= 3000
                assert len(block.get("fields", ())) <= 10
                assert all(len(each["text"]) <= 2000 for each in block.get("fields", ()))
            case "context":
                assert len(block["elements"]) <= 10


def test_it_has_what_whoever_is_woken_needs() -> None:
    evidence = {"traces": ["ab" * 16], "breadcrumbs": [{"time_ns": "1", "name": "risk.check", "says": "ok"}]}
    header, item, crumbs, about = slack_body(message(evidence=evidence))["blocks"]
    assert header["text"]["text"] == ":rotating_light: CRITICAL: slow-order on a-1"
    assert item["text"]["text"].splitlines() == [
        "*slow-order* (critical)",
        "order.pipeline took 2,345 ms, more than 2,000 ms",
        f"<http://hub.example:4318/incidents/1|Incident> · <http://hub.example:4318/traces/{'ab' * 16}|Trace>",
    ]
    assert [each["text"].split("\n")[0] for each in item["fields"]] == [
        *("*agent*", "*operation*", "*value*", "*threshold*", "*since*"),
    ]
    assert crumbs["text"]["text"] == "› risk.check ok"
    assert about["elements"][0]["text"] == "<http://hub.example:4318/incidents|All incidents> · a-1"


def test_an_end_is_a_message_of_its_own() -> None:
    header, over, _ = slack_body(message("resolve"))["blocks"]
    assert header["text"]["text"] == ":white_check_mark: RESOLVED: slow-order on a-1"
    assert over["text"]["text"] == "*Over*\n• <http://hub.example:4318/incidents/1|slow-order>: on a-1 after 12 min"


def test_nobody_can_be_mentioned_and_no_link_forged_by_what_an_agent_says() -> None:
    labels = {"rule": "slow-order", "agent": "<!channel>"}
    body = slack_body(message(summary="<!here> & <https://evil.example|click>", labels=labels))
    text = json.dumps(body)
    assert "<!" not in text
    assert "<https://evil" not in text
    assert "&lt;!here&gt; &amp; &lt;https://evil.example|click&gt;" in text


@example("trigger", 5, "<" * 23)
@given(
    st.sampled_from(["trigger", "update", "repeat", "resolve", "passed"]),
    st.integers(1, 60),
    st.text(st.sampled_from("&<>a\n*"), max_size=400),
)
def test_it_is_within_the_limits_whatever_is_told(action: Action, count: int, text: str) -> None:
    crumbs = [{"time_ns": "1", "name": text, "says": text}] * 10
    evidence = {"orders": [text] * 9, "assets": [text] * 9, "traces": ["ab" * 16], "breadcrumbs": crumbs}
    labels = {"rule": "slow-order", "agent": text, "span": text, "environment": text}
    assert_within_limits(slack_body(message(action, count, summary=text, labels=labels, evidence=evidence)))


async def test_the_address_is_read_when_it_is_used() -> None:
    seen: list[httpx.Request] = []
    environ: dict[str, str] = {}

    def serve(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, text="ok")

    async with httpx.AsyncClient(transport=httpx.MockTransport(serve)) as client:
        sender = SlackSender(Slack(url=Secret(env="SLACK_URL")), client, environ)
        with pytest.raises(NoSecret, match="the environment variable SLACK_URL is empty or not set"):
            await sender.send(message())
        environ["SLACK_URL"] = f"{URL}\n"
        await sender.send(message())
    [request] = seen
    assert (str(request.url), request.headers["content-type"]) == (URL, "application/json")
    assert json.loads(request.content) == slack_body(message())
