"""What a message says, apart from any receiver's form: everything that whoever is woken needs, within bounds.

Texts have passed `secret_shapes`, are of one line, and are cut; the worst incidents come first, and of many only some
are told, with the number of the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from fleaglass.alerts.rules.model import Severity
from fleaglass.hub.alerting.notify.groups import Action
from fleaglass.hub.alerting.notify.outbox import Note
from fleaglass.hub.alerting.notify.words import clock, figure, lasting, one_line
from fleaglass.secret_shapes import MARKER, holds_secret, without_shapes

__all__ = ["Item", "Message", "message_of"]

SHOWN: Final = 5
_TITLE: Final = 140
_SUMMARY: Final = 300
_WORD: Final = 120
_CRUMBS: Final = 5
_CRUMB: Final = 160
_LOOKED_AT: Final = 65_536
_IDS: Final = 3
_SEVERITIES: Final[tuple[Severity, ...]] = ("critical", "error", "warning", "info")


@dataclass(frozen=True, slots=True)
class Item:
    """One incident, as told. Times are Unix nanoseconds; `value` and `threshold` have their unit; "" is unknown.

    `escalated`: from what to what and why, or "".
    """

    id: int
    rule: str
    severity: Severity
    summary: str
    fired_ns: int
    lasted_ns: int | None
    value: str
    worst: str
    threshold: str
    labels: Mapping[str, str]
    asset: str
    order_ids: Sequence[str]
    breadcrumbs: Sequence[str]
    link: str
    trace_link: str
    issue_link: str
    escalated: str

    @property
    def line(self) -> str:
        """What it is, and that it has escalated if it has, in one line."""
        return "; ".join(filter(None, (self.summary, self.escalated)))

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What is known of it, name and value, in the order in which it helps."""
        known = [
            ("agent", self.labels.get("agent", "")),
            ("operation", self.labels.get("span", "")),
            ("value", self.value),
            ("threshold", self.threshold),
            ("worst", self.worst if self.worst != self.value else ""),
            ("asset", self.asset),
            ("order", ", ".join(self.order_ids)),
            ("environment", self.labels.get("environment", "")),
            ("since", clock(self.fired_ns)),
            ("lasted", "" if self.lasted_ns is None else lasting(self.lasted_ns)),
        ]
        return [(name, value) for name, value in known if value]


@dataclass(frozen=True, slots=True)
class Message:
    """What a receiver is told, once.

    Attributes:
        action: why: it begins, became critical, changed, still is, is taken care of, is over, or came and went.
        key: of the group; the same from its first message to its last.
        delivery: of this message; the same for each attempt.
        title: one line.
        at_ns: when it was made, Unix nanoseconds.
        labels: that its incidents share.
        agents: whom it is about, at most 5, and then how many more.
        firing: those that are open, the worst first.
        firing_more: how many more are open.
        over, over_more: the same of those that are over.
        escalated: ids of all that are open and have escalated.
        link: where all incidents are.
    """

    action: Action
    key: str
    delivery: str
    is_test: bool
    severity: Severity
    title: str
    at_ns: int
    labels: Mapping[str, str]
    agents: str
    firing: Sequence[Item]
    firing_more: int
    over: Sequence[Item]
    over_more: int
    link: str
    escalated: frozenset[int]


def message_of(
    note: Note,
    labels: Mapping[str, str],
    firing: Sequence[Mapping[str, Any]],
    over: Sequence[Mapping[str, Any]],
    hub: str,
    now_ns: int,
    *,
    is_test: bool = False,
) -> Message:
    """The message of a note. `firing` and `over` are rows of `incidents`, `hub` is the hub's own address."""
    worst, ended = (sorted(rows, key=_badness) for rows in (firing, over))
    severity: Severity = (worst or ended or [{"severity": "info"}])[0]["severity"]
    title = _title(note.action, severity, worst, ended)
    return Message(
        action=note.action,
        key=note.key,
        delivery=note.delivery,
        is_test=is_test,
        severity=severity,
        title=f"[TEST] {title}" if is_test else title,
        at_ns=now_ns,
        labels=_clean_labels(labels),
        agents=_agents([*worst, *ended]),
        firing=[_item(row, hub, now_ns) for row in worst[:SHOWN]],
        firing_more=max(len(worst) - SHOWN, 0),
        over=[_item(row, hub, now_ns) for row in ended[:SHOWN]],
        over_more=max(len(ended) - SHOWN, 0),
        link=f"{hub}/incidents",
        escalated=frozenset(row["id"] for row in firing if row["escalated_ns"] is not None),
    )


def _title(
    action: Action, severity: Severity, firing: Sequence[Mapping[str, Any]], over: Sequence[Mapping[str, Any]]
) -> str:
    """Which state, how bad, what, and how many."""
    rows = firing or over
    rules = list(dict.fromkeys(row["rule"] for row in rows))
    what = ", ".join(rules[:3]) + (f" and {len(rules) - 3} more rules" if len(rules) > 3 else "")
    counts = [f"{len(firing)} firing"] if len(firing) > 1 else []
    counts += [f"{len(over)} over"] if over and (firing or len(over) > 1) else []
    state = {
        "trigger": severity.upper(),
        "escalate": f"ESCALATED TO {severity.upper()}",
        "update": severity.upper(),
        "repeat": f"STILL {severity.upper()}",
        "acknowledge": "ACKNOWLEDGED",
        "resolve": "RESOLVED",
        "passed": "PASSED WHILE YOU COULD NOT BE REACHED",
    }[action]
    one = f" on {agent}" if len(rows) == 1 and (agent := rows[0]["labels"].get("agent")) else ""
    return _clean(
        f"{state}: {what or 'incidents that are no longer kept'}{one}" + (f" ({', '.join(counts)})" if counts else ""),
        _TITLE,
    )


def _item(row: Mapping[str, Any], hub: str, now_ns: int) -> Item:
    seen, unit = _Evidence(row["evidence"]), row["unit"]

    def value(name: str) -> str:
        return "" if row[name] is None else figure(row[name], unit)

    return Item(
        id=row["id"],
        rule=row["rule"],
        severity=row["severity"],
        summary=_clean(row["summary"], _SUMMARY),
        fired_ns=row["fired_ns"],
        lasted_ns=None if row["status"] == "open" else (row["resolved_ns"] or now_ns) - row["fired_ns"],
        value=value("value"),
        worst=value("worst"),
        threshold=value("threshold"),
        labels=_clean_labels(row["labels"]),
        asset=_clean(", ".join(seen.names("assets"))),
        order_ids=[_clean(each) for each in seen.names("orders")],
        breadcrumbs=[_clean(each, _CRUMB) for each in seen.breadcrumbs],
        link=f"{hub}/incidents/{row['id']}",
        trace_link=f"{hub}/traces/{seen.names('traces')[0]}" if seen.names("traces") else "",
        issue_link=f"{hub}/issues/{seen.issue}" if seen.issue else "",
        escalated=_clean(_escalated(row), _SUMMARY),
    )


def _escalated(row: Mapping[str, Any]) -> str:
    if row["escalated_ns"] is None:
        return ""
    return f"escalated from {row['escalated_from']} to {row['severity']} because {row['escalated_why']}"


class _Evidence:
    """What an incident's evidence says (evidence.py), as texts."""

    def __init__(self, said: Mapping[str, Any]) -> None:
        self._said = said

    def names(self, kind: str) -> list[str]:
        return [str(each) for each in self._said.get(kind, ())[:_IDS]]

    @property
    def breadcrumbs(self) -> list[str]:
        return [f"{each['name']} {each['says']}" for each in self._said.get("breadcrumbs", ())[-_CRUMBS:]]

    @property
    def issue(self) -> int | None:
        return next((each["id"] for each in self._said.get("issues", ())), None)


def _agents(rows: Iterable[Mapping[str, Any]]) -> str:
    names = list(dict.fromkeys(agent for row in rows if (agent := row["labels"].get("agent"))))
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(_clean(name) for name in names[:SHOWN]) + more


def _badness(row: Mapping[str, Any]) -> tuple[int, bool, int]:
    """Sorts the worst first, of equals those that have escalated, and of these the one that began first."""
    return _SEVERITIES.index(row["severity"]), row["escalated_ns"] is None, row["fired_ns"]


def _clean(text: str, most: int = _WORD) -> str:
    """A text that may go out. What is cut off is looked at before, or half a key would be no key's shape."""
    return one_line(without_shapes(text[:_LOOKED_AT]), most)


def _clean_labels(labels: Mapping[str, str]) -> dict[str, str]:
    return {_clean(name): MARKER if holds_secret(name, value) else _clean(value) for name, value in labels.items()}
