"""A sender for each receiver of the rules file."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import httpx

from fleaglass.alerts.rules.model import Email, LogLine, Other, PagerDuty, Receiver, Slack, Webhook
from fleaglass.hub.alerting.notify.senders.logline import LogSender
from fleaglass.hub.alerting.notify.senders.mail import EmailSender
from fleaglass.hub.alerting.notify.senders.other import OtherSender
from fleaglass.hub.alerting.notify.senders.pagerduty import PagerDutySender
from fleaglass.hub.alerting.notify.senders.sender import Sender
from fleaglass.hub.alerting.notify.senders.slack import SlackSender
from fleaglass.hub.alerting.notify.senders.webhook import WebhookSender

__all__ = ["sender_for"]


def sender_for(
    receiver: Receiver, client: httpx.AsyncClient, environ: Mapping[str, str], now_ns: Callable[[], int]
) -> Sender:
    """The sender of a receiver; it costs nothing until it sends. `environ` is where secrets are looked up."""
    match receiver:
        case Slack():
            return SlackSender(receiver, client, environ)
        case PagerDuty():
            return PagerDutySender(receiver, client, environ)
        case Webhook():
            return WebhookSender(receiver, client, environ, now_ns)
        case Email():
            return EmailSender(receiver, environ)
        case LogLine():
            return LogSender()
        case Other():
            return OtherSender(receiver, environ)
