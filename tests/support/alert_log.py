"""What receivers of alerts heard: their raw logs, each message as an action on one incident of a rule and an agent."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.support.receivers import Post, Recorder

__all__ = ["RECEIVERS", "Heard", "alert_log", "secrets_of"]

RECEIVERS = """
[receivers.chat]
type = "slack"
url = {{ env = "CHAT_URL" }}

[receivers.pager]
type = "pagerduty"
routing_key = {{ env = "PAGER_KEY" }}
endpoint = "{url}/pager"

[receivers.bot]
type = "webhook"
url = {{ env = "BOT_URL" }}
signing_secret = {{ env = "BOT_SECRET" }}
"""
"""Part of a rules file; `url` is the recorder's."""

_TITLE = re.compile(r"(?P<state>[A-Z ]+): (?P<rule>[a-z0-9-]+)(?: on (?P<agent>[^ ]+))?.*")
_INCIDENT = re.compile(r"/incidents/(\d+)")


@dataclass(frozen=True)
class Heard:
    """One message.

    `key` is the receiver's own: PagerDuty's dedup key, the webhook's key, and of Slack, which has none, the numbers of
    the incidents. The end of an incident tells PagerDuty no rule. `at_ns` is when it came, Unix nanoseconds.
    """

    receiver: str
    action: str
    key: str
    rule: str
    agent: str
    at_ns: int


def secrets_of(recorder: Recorder) -> dict[str, str]:
    """What the receivers read from the hub's environment."""
    addresses = {"CHAT_URL": f"{recorder.url}/chat", "BOT_URL": f"{recorder.url}/bot"}
    return {**addresses, "PAGER_KEY": "r0uting", "BOT_SECRET": "s1gning"}


def alert_log(recorder: Recorder) -> list[Heard]:
    """All messages so far, in the order in which they came."""
    return [_heard(post) for post in list(recorder.posts)]


def _heard(post: Post) -> Heard:
    said = post.json
    match post.path:
        case "/pager":
            rule, agent = _about(said["payload"]["summary"]) if "payload" in said else ("", "")
            return Heard("pager", said["event_action"], said["dedup_key"], rule, agent, post.at_ns)
        case "/bot":
            return Heard("bot", said["action"], said["key"], *_about(said["title"]), post.at_ns)
    state = said["text"].partition(":")[0]
    key = " ".join(_INCIDENT.findall(post.body.decode()))
    action = {"RESOLVED": "resolve"}.get(state, "repeat" if state.startswith("STILL") else "trigger")
    return Heard("chat", action, key, *_about(said["text"]), post.at_ns)


def _about(title: str) -> tuple[str, str]:
    found = _TITLE.match(title)
    assert found is not None, title
    return found["rule"], (found["agent"] or "").rstrip(":")
