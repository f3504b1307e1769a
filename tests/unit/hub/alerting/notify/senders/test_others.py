"""The log, Apprise where it is installed, and a sender for each kind of receiver."""

from __future__ import annotations

import logging
import sys
from types import SimpleNamespace

import httpx
import pytest

from fleaglass.alerts.rules.model import Email, LogLine, Other, PagerDuty, Receiver, Secret, Slack, Webhook
from fleaglass.hub.alerting.notify.senders.logline import LogSender
from fleaglass.hub.alerting.notify.senders.made import sender_for
from fleaglass.hub.alerting.notify.senders.other import OtherSender
from fleaglass.hub.alerting.notify.senders.sender import Refused, Unreachable
from tests.unit.hub.alerting.notify.senders.made import message

SECRET = Secret(env="ADDRESS")
ENVIRON = {"ADDRESS": "tgram://private/"}


@pytest.mark.parametrize(
    ("receiver", "name"),
    [
        (Slack(url=SECRET), "SlackSender"),
        (PagerDuty(routing_key=SECRET), "PagerDutySender"),
        (Webhook(url=SECRET), "WebhookSender"),
        (Email(to=("a@example.com",), sender="b@example.com", host="127.0.0.1"), "EmailSender"),
        (LogLine(), "LogSender"),
        (Other(url=SECRET), "OtherSender"),
    ],
)
async def test_each_kind_of_receiver_has_its_sender(receiver: Receiver, name: str) -> None:
    async with httpx.AsyncClient() as client:
        assert type(sender_for(receiver, client, {}, lambda: 0)).__name__ == name


async def test_the_log_has_one_line(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        await LogSender().send(message())
    assert caplog.messages == [
        "alert: CRITICAL: slow-order on a-1: order.pipeline took 2,345 ms, more than 2,000 ms"
        " http://hub.example:4318/incidents/1"
    ]


async def test_without_apprise_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(Unreachable, match=r"pip install 'fleaglass\[apprise\]'"):
        await OtherSender(Other(url=SECRET), ENVIRON).send(message())


class Apprise:
    """As much of Apprise as is used: takes addresses of one kind, and delivers when it is up."""

    told: list[tuple[str, str]]
    is_up = True

    def add(self, url: str) -> bool:
        return url.startswith("tgram://")

    def notify(self, title: str, body: str) -> bool:
        if self.is_up:
            self.told.append((title, body))
        return self.is_up


async def test_apprise_gets_a_title_and_a_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Apprise, "told", [], raising=False)
    monkeypatch.setitem(sys.modules, "apprise", SimpleNamespace(Apprise=Apprise))  # type: ignore[arg-type]
    await OtherSender(Other(url=SECRET), ENVIRON).send(message())
    [(title, body)] = Apprise.told
    assert title == "CRITICAL: slow-order on a-1"
    assert "threshold:   2,000 ms" in body
    with pytest.raises(Refused, match="its address is none that Apprise knows"):
        await OtherSender(Other(url=SECRET), {"ADDRESS": "private"}).send(message())
    monkeypatch.setattr(Apprise, "is_up", False)
    with pytest.raises(Unreachable, match="Apprise could not deliver it"):
        await OtherSender(Other(url=SECRET), ENVIRON).send(message())
