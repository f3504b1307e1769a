"""Slack's incoming webhook: Block Kit, within its limits.

A webhook's channel is fixed and nothing can be edited, so an end is a message of its own. Source: Slack's reference of
blocks (50 blocks, header 150 characters of plain text, section 3,000, 10 fields of 2,000, context 10 elements), and
about 13,000 characters in all.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

import httpx

from fleaglass.alerts.rules.model import Slack
from fleaglass.hub.alerting.notify.messages import Item, Message
from fleaglass.hub.alerting.notify.secret import read_secret
from fleaglass.hub.alerting.notify.senders.post import post_json

__all__ = ["SlackSender", "slack_body"]

_SECTION: Final = 3_000
_FIELD: Final = 300
_FIELDS: Final = 10
_HEADER: Final = 150
_ALL: Final = 13_000
_SIGNS: Final = {"critical": ":rotating_light:", "error": ":red_circle:", "warning": ":warning:", "info": ":bulb:"}

_PLAIN: Final = str.maketrans("<>", "‹›")
"""A header is no mrkdwn, so nothing in it is escaped, nor may it look like a mention."""


class SlackSender:
    """Tells one Slack channel."""

    def __init__(self, receiver: Slack, client: httpx.AsyncClient, environ: Mapping[str, str]) -> None:
        self._receiver = receiver
        self._client = client
        self._environ = environ

    async def send(self, message: Message) -> None:
        """See Sender."""
        url = read_secret(self._receiver.url, self._environ)
        await post_json(self._client, url, json.dumps(slack_body(message)).encode(), {})


def slack_body(message: Message) -> dict[str, Any]:
    """What the webhook takes: `text`, for notifications, and `blocks`. As many incidents are shown as there is room."""
    body = {"text": _escape(message.title), "blocks": list(_blocks(message))}
    if len(json.dumps(body, ensure_ascii=False)) <= _ALL or not message.firing:
        return body
    return slack_body(replace(message, firing=message.firing[:-1], firing_more=message.firing_more + 1))


def _blocks(message: Message) -> Iterator[dict[str, Any]]:
    yield {"type": "header", "text": {"type": "plain_text", "text": _cut(_headline(message), _HEADER)}}
    for item in message.firing:
        yield from _item(item)
    if message.firing_more:
        yield _section(f"… and *{message.firing_more} more* are firing.")
    if message.over:
        lines = [f"• <{each.link}|{_escape(each.rule)}>: {_over(each)}" for each in message.over]
        more = [f"… and *{message.over_more} more*"] if message.over_more else []
        yield _section("\n".join(["*Over*", *lines, *more]))
    about = f"<{message.link}|All incidents>" + (f" · {_escape(message.agents)}" if message.agents else "")
    yield {"type": "context", "elements": [{"type": "mrkdwn", "text": about}]}


def _headline(message: Message) -> str:
    sign = ":white_check_mark:" if message.action in ("resolve", "passed") else _SIGNS[message.severity]
    return f"{sign} {message.title.translate(_PLAIN)}"


def _item(item: Item) -> Iterator[dict[str, Any]]:
    links = [f"<{item.link}|Incident>"]
    links += [f"<{item.trace_link}|Trace>"] if item.trace_link else []
    links += [f"<{item.issue_link}|Issue>"] if item.issue_link else []
    said = "\n".join(_escape(each) for each in (item.summary, item.escalated) if each)
    told = f"*{_escape(item.rule)}* ({item.severity})\n{said}\n{' · '.join(links)}"
    fields = [_cut(f"*{name}*\n{_escape(value)}", _FIELD) for name, value in item.facts][:_FIELDS]
    yield {**_section(told), "fields": [{"type": "mrkdwn", "text": field} for field in fields]}
    if item.breadcrumbs:
        yield _section("\n".join(f"› {_escape(each)}" for each in item.breadcrumbs))


def _over(item: Item) -> str:
    agent = item.labels.get("agent", "")
    lasted = next((value for name, value in item.facts if name == "lasted"), "")
    return " ".join(
        part for part in (f"on {_escape(agent)}" if agent else "", f"after {lasted}" if lasted else "") if part
    )


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": _cut(text, _SECTION)}}


def _escape(text: str) -> str:
    """A text that Slack shows as it is: no link, no mention of everyone. Source: Slack's "escaping text"."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _cut(text: str, most: int) -> str:
    """Within a limit; not in the middle of an escaped character."""
    return text if len(text) <= most else text[: most - 8].rsplit("&", 1)[0] + "…"
