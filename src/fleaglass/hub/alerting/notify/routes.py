"""The route tree: which receivers are told of an incident, and in which groups.

From the root down, the first child that matches takes an incident, and later siblings too where it says `continue`; a
route none of whose children match takes it itself. A child has its parent's settings, and receivers, unless it says
otherwise. (Alertmanager's configuration reference, `route`.)
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Final

from msgspec import UNSET

from fleaglass.alerts.rules.model import Duration, Route
from fleaglass.hub.alerting.notify.matching import Labels, matches

__all__ = ["INTERVAL_NS", "Destination", "destinations"]

_WAIT_NS: Final = Duration(5).ns
INTERVAL_NS: Final = Duration(300).ns
_REPEAT_NS: Final = Duration(4 * 3600).ns
_EVERY_LABEL: Final = "..."  # as in Alertmanager: nothing is grouped


@dataclass(frozen=True, slots=True)
class Destination:
    """A group that an incident belongs to: one receiver of one route, and the values of the labels it groups by.

    `key` is SHA-256 in hexadecimal of all that, and the dedup key of what is sent: it stays the same when other routes
    are added or this one's times change.
    """

    key: str
    receiver: str
    labels: tuple[tuple[str, str], ...]
    wait_ns: int
    interval_ns: int
    repeat_ns: int


@dataclass(frozen=True, slots=True)
class _Node:
    """A route with what it has from those above it."""

    path: tuple[Any, ...] = ()
    receivers: tuple[str, ...] = ()
    group_by: tuple[str, ...] = ("topic",)
    wait_ns: int = _WAIT_NS
    interval_ns: int = INTERVAL_NS
    repeat_ns: int = _REPEAT_NS

    def child(self, route: Route) -> _Node:
        """The node of a route below this one."""
        return _Node(
            path=(*self.path, sorted(route.match.items())),
            receivers=route.receivers or self.receivers,
            group_by=self.group_by if route.group_by is UNSET else route.group_by,
            wait_ns=self.wait_ns if route.group_wait is UNSET else route.group_wait.ns,
            interval_ns=self.interval_ns if route.group_interval is UNSET else route.group_interval.ns,
            repeat_ns=self.repeat_ns if route.repeat_interval is UNSET else route.repeat_interval.ns,
        )

    def destination(self, receiver: str, labels: Labels) -> Destination:
        """The group in which a receiver hears of an incident with these labels."""
        names = labels if _EVERY_LABEL in self.group_by else self.group_by
        shared = tuple(sorted((name, labels[name]) for name in names if labels.get(name)))
        identity = json.dumps([self.path, receiver, shared], separators=(",", ":"))
        return Destination(
            key=hashlib.sha256(identity.encode()).hexdigest(),
            receiver=receiver,
            labels=shared,
            wait_ns=self.wait_ns,
            interval_ns=self.interval_ns,
            repeat_ns=self.repeat_ns,
        )


def destinations(route: Route, labels: Labels) -> list[Destination]:
    """The groups that an incident with these labels belongs to; each once, though two routes may lead there."""
    found = [node.destination(name, labels) for node in _taking(route, _Node(), labels) for name in node.receivers]
    return list({each.key: each for each in reversed(found)}.values())[::-1]


def _taking(route: Route, above: _Node, labels: Labels) -> list[_Node]:
    """The nodes at or below a route that take these labels."""
    if not matches(route.match, labels):
        return []
    here, found = above.child(route), list[_Node]()
    for each in route.routes:
        below = _taking(each, here, labels)
        found += below
        if below and not each.continue_:
            break
    return found or [here]
