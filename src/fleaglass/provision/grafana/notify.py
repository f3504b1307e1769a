"""Who is told of what, in Grafana's terms: contact points, a notification policy, and mute timings.

The policy is one route that takes what carries our mark, and hangs below the root that is already there. Nobody else's
alerts change their way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from fleaglass.alerts.rules.model import Email, PagerDuty, RuleBook, Secret, Slack, Webhook
from fleaglass.provision.grafana.rules import MANAGED_BY
from fleaglass.provision.routing import Hop, hops, mute_names, receiver_sets, time_ranges

__all__ = ["DEFAULT_RECEIVER", "contact_points", "lost_in_grafana", "mute_timings", "policy"]

DEFAULT_RECEIVER: Final = "grafana-default-email"
"""The contact point that every Grafana begins with: told where the rules file names nobody that Grafana knows."""
_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_PAGERDUTY: Final = "https://events.pagerduty.com/v2/enqueue"


def contact_points(book: RuleBook, reveal: Callable[[Secret], str]) -> list[dict[str, Any]]:
    """One for each receiver of each set, flat, as the HTTP API has them.

    Args:
        book: the rules file.
        reveal: what is written for a secret.
    """
    found = []
    for names in receiver_sets(book):
        for name in names:
            for kind, settings in _settings(book, name, reveal):
                found.append(
                    {
                        "uid": f"fleaglass-{'-'.join(names)}-{name}"[-40:],
                        "name": _point(names, book),
                        "type": kind,
                        "settings": settings,
                        "disableResolveMessage": not book.receivers[name].send_resolved,
                    }
                )
    return found


def policy(book: RuleBook) -> dict[str, Any]:
    """The one route for all that is ours."""
    root = hops(book)
    mark = [[name, "=", value] for name, value in MANAGED_BY.items()]
    return {**_route(root, book), "object_matchers": mark}


def mute_timings(book: RuleBook) -> list[dict[str, Any]]:
    """By name."""
    return [
        {
            "name": name,
            "time_intervals": [
                {
                    "weekdays": [_DAYS[day] for day in part.days],
                    "times": [{"start_time": part.begin, "end_time": part.end}],
                    "location": mute.timezone,
                }
                for part in time_ranges(mute)
            ],
        }
        for name, mute in mute_names(book)
    ]


def lost_in_grafana(book: RuleBook) -> list[str]:
    """What of the rules file Grafana does not do, a sentence each."""
    found = []
    for name, receiver in book.receivers.items():
        if not isinstance(receiver, Slack | PagerDuty | Webhook | Email):
            kind = receiver.__struct_config__.tag
            found.append(f"receiver {name}: Grafana has no {kind}; {DEFAULT_RECEIVER} is told instead")
        elif isinstance(receiver, Email):
            found.append(f"receiver {name}: Grafana sends mail by its own SMTP settings")
        elif isinstance(receiver, Webhook) and receiver.signing_secret is not None:
            found.append(f"receiver {name}: Grafana sends JSON of its own, unsigned")
    if book.inhibitions:
        found.append("inhibit: Grafana has no inhibition, so both alerts are told")
    return found


def _settings(book: RuleBook, name: str, reveal: Callable[[Secret], str]) -> Iterator[tuple[str, dict[str, Any]]]:
    match book.receivers[name]:
        case Slack(url=url):
            yield "slack", {"url": reveal(url)}
        case PagerDuty(routing_key=key, endpoint=endpoint):
            own = {} if endpoint == _PAGERDUTY else {"url": endpoint}
            yield "pagerduty", {"integrationKey": reveal(key), **own}
        case Webhook(url=url):
            yield "webhook", {"url": reveal(url), "httpMethod": "POST"}
        case Email(to=to):
            yield "email", {"addresses": ";".join(to), "singleEmail": True}


def _point(names: tuple[str, ...], book: RuleBook) -> str:
    known = [name for name in names if isinstance(book.receivers[name], Slack | PagerDuty | Webhook | Email)]
    return f"fleaglass {'+'.join(names)}" if known else DEFAULT_RECEIVER


def _route(hop: Hop, book: RuleBook) -> dict[str, Any]:
    found: dict[str, Any] = {"receiver": _point(hop.receivers, book)}
    if hop.matchers:
        found["object_matchers"] = [list(each) for each in hop.matchers]
    if hop.group_by is not None:
        # Grafana's own two keep apart what lies in other folders.
        found["group_by"] = list(hop.group_by)
    found |= hop.times
    if hop.mutes:
        found["mute_time_intervals"] = list(hop.mutes)
    if hop.goes_on:
        found["continue"] = True
    return found | ({"routes": [_route(each, book) for each in hop.routes]} if hop.routes else {})
