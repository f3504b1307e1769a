"""Who is told of what, as Alertmanager's configuration: routes, receivers, inhibitions and muted hours.

Secrets are files: one named by the environment variable, below a folder of secrets, where the rules file names a
variable. Alertmanager reads no environment. A webhook's address in a file asks for Alertmanager 0.26.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from fleaglass.alerts.rules.model import (
    Email,
    LogLine,
    Mute,
    Other,
    PagerDuty,
    Receiver,
    RuleBook,
    Secret,
    Slack,
    Webhook,
)
from fleaglass.provision.routing import Hop, Matcher, hops, matchers, mute_names, receiver_sets, time_ranges

__all__ = ["alertmanager", "lost_in_alertmanager"]

_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NOBODY: Final = "nobody"


def alertmanager(book: RuleBook, secrets: str = "/run/secrets") -> dict[str, Any]:
    """The content of ``alertmanager.yml``.

    Args:
        book: the rules file.
        secrets: folder in which a secret that is an environment variable elsewhere is a file of that name.
    """
    return {
        "route": _route(hops(book)),
        "receivers": [
            {"name": _NOBODY},
            *(_receiver(names, book.receivers, secrets) for names in receiver_sets(book)),
        ],
        "inhibit_rules": [
            {
                "source_matchers": _written(matchers(each.source)),
                "target_matchers": _written(matchers(each.target)),
                "equal": list(each.equal),
            }
            for each in book.inhibitions
        ],
        "time_intervals": [{"name": name, "time_intervals": list(_intervals(mute))} for name, mute in mute_names(book)],
    }


def lost_in_alertmanager(book: RuleBook) -> list[str]:
    """What of the rules file Alertmanager does not do, a sentence each."""
    found = []
    for name, receiver in book.receivers.items():
        if isinstance(receiver, Other | LogLine):
            found.append(f"receiver {name}: Alertmanager has no {receiver.__struct_config__.tag}, so nobody is told")
        elif isinstance(receiver, Webhook) and receiver.signing_secret is not None:
            found.append(f"receiver {name}: Alertmanager sends JSON of its own, unsigned")
    return found


def _intervals(mute: Mute) -> Iterator[dict[str, Any]]:
    for part in time_ranges(mute):
        yield {
            "weekdays": [_DAYS[day] for day in part.days],
            "times": [{"start_time": part.begin, "end_time": part.end}],
            "location": mute.timezone,
        }


def _route(hop: Hop) -> dict[str, Any]:
    found: dict[str, Any] = {"receiver": "+".join(hop.receivers) or _NOBODY}
    if hop.matchers:
        found["matchers"] = _written(hop.matchers)
    if hop.group_by is not None:
        found["group_by"] = list(hop.group_by)
    found |= hop.times
    if hop.mutes:
        found["mute_time_intervals"] = list(hop.mutes)
    if hop.goes_on:
        found["continue"] = True
    return found | ({"routes": [_route(each) for each in hop.routes]} if hop.routes else {})


def _receiver(names: Sequence[str], known: Mapping[str, Receiver], secrets: str) -> dict[str, Any]:
    found: dict[str, Any] = {"name": "+".join(names)}
    for name in names:
        for kind, config in _configs(known[name], secrets):
            found.setdefault(kind, []).append({"send_resolved": known[name].send_resolved, **config})
    return found


def _configs(receiver: Receiver, secrets: str) -> Iterator[tuple[str, dict[str, Any]]]:
    def file(secret: Secret) -> str:
        return secret.file or f"{secrets.rstrip('/')}/{secret.env}"

    match receiver:
        case Slack():
            yield "slack_configs", {"api_url_file": file(receiver.url)}
        case PagerDuty():
            yield "pagerduty_configs", {"routing_key_file": file(receiver.routing_key), "url": receiver.endpoint}
        case Webhook():
            yield "webhook_configs", {"url_file": file(receiver.url)}
        case Email():
            config: dict[str, Any] = {
                "to": ", ".join(receiver.to),
                "from": receiver.sender,
                "smarthost": f"{receiver.host}:{receiver.port}",
                "require_tls": receiver.tls == "starttls",
            }
            if receiver.user:
                config["auth_username"] = receiver.user
            if receiver.password is not None:
                config["auth_password_file"] = file(receiver.password)
            yield "email_configs", config


def _written(several: Sequence[Matcher]) -> list[str]:
    return [f'{label}{operator}"{_escaped(value)}"' for label, operator, value in several]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
