"""How each kind of receiver says that an incident became critical: in a message of its own, from what and why."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable

import pytest

from fleaglass.alerts.rules.model import Email
from fleaglass.hub.alerting.notify.groups import Action
from fleaglass.hub.alerting.notify.messages import Message
from fleaglass.hub.alerting.notify.senders.logline import LogSender
from fleaglass.hub.alerting.notify.senders.mail import email_of
from fleaglass.hub.alerting.notify.senders.pagerduty import pagerduty_body
from fleaglass.hub.alerting.notify.senders.slack import slack_body
from fleaglass.hub.alerting.notify.senders.text import as_text
from fleaglass.hub.alerting.notify.senders.webhook import webhook_body
from tests.support.incidents import START_NS, seconds
from tests.unit.hub.alerting.notify.senders.made import KEY, message

SAID = "escalated from warning to critical because 25.0% of 40 failed, more than 20.0%"
DESK = Email(to=("desk@example.com",), sender="hub@example.com", host="127.0.0.1")


def escalation(action: Action = "escalate") -> Message:
    why = "25.0% of 40 failed, more than 20.0%"
    return message(action, escalated_ns=START_NS + seconds(60), escalated_from="warning", escalated_why=why)


def mail(said: Message) -> str:
    found = email_of(said, DESK)
    return f"{found['Subject']}\n{found.get_content()}"


FORMS: list[Callable[[Message], str]] = [
    mail,
    as_text,
    lambda said: json.dumps(slack_body(said)),
    lambda said: json.dumps(pagerduty_body(said)),
    lambda said: json.dumps(webhook_body(said)),
]


@pytest.mark.parametrize("form", FORMS, ids=["mail", "text", "slack", "pagerduty", "webhook"])
@pytest.mark.parametrize(
    ("action", "title"),
    [("escalate", "ESCALATED TO CRITICAL: slow-order on a-1"), ("trigger", "CRITICAL: slow-order on a-1")],
)
def test_it_says_from_what_to_what_and_why(form: Callable[[Message], str], action: Action, title: str) -> None:
    told = form(escalation(action))
    assert title in told
    assert SAID in told
    assert "escalated from" not in form(message(action))


async def test_the_log_has_it_in_its_line(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        await LogSender().send(escalation())
    assert caplog.messages == [
        f"alert: ESCALATED TO CRITICAL: slow-order on a-1: order.pipeline took 2,345 ms, more than 2,000 ms; {SAID}"
        " http://hub.example:4318/incidents/1"
    ]


def test_pagerduty_gets_a_trigger_with_the_same_key_and_the_new_severity() -> None:
    before, after = pagerduty_body(message(severity="warning")), pagerduty_body(escalation())
    assert (before["event_action"], before["dedup_key"], before["payload"]["severity"]) == ("trigger", KEY, "warning")
    assert (after["event_action"], after["dedup_key"], after["payload"]["severity"]) == ("trigger", KEY, "critical")
    assert after["payload"]["summary"].startswith("ESCALATED TO CRITICAL: slow-order on a-1: ")


def test_a_webhook_tells_it_by_its_action_and_each_incidents_by_itself() -> None:
    body = webhook_body(escalation())
    assert (body["action"], body["severity"]) == ("escalate", "critical")
    assert [each["escalated"] for each in body["firing"]] == [SAID]
