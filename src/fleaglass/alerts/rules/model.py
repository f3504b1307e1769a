"""Alert rules as data: what the rules file says, checked and typed.

    rule ──▶ looks at spans (or sessions, schedules, issues) of the last `window`, apart for each group
         ──▶ value beyond the threshold, for as long as `for` asks ──▶ an incident, one per rule and group
         ──▶ good again for `keep`                                 ──▶ the incident is resolved

         ──▶ beyond `critical_…`, or open for `escalate_after` ──▶ it becomes critical, once

    incident ──▶ inhibited by another, or muted ──▶ nobody is told
             ──▶ route ──▶ grouped with others  ──▶ a message to each receiver of the route

Durations are seconds; the file writes them as ``"90s"``, ``"5m"``, ``"1h"``, ``"7d"``. Money is Decimal USD.
Grouping, repeating and inhibition mean what Alertmanager means by them (its configuration reference).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType, field

__all__ = [
    "Absence",
    "Anomaly",
    "Count",
    "Drawdown",
    "Duration",
    "Email",
    "ErrorRate",
    "InFlightAtDeath",
    "Inhibition",
    "LogLine",
    "MissedSchedule",
    "Mute",
    "NewIssue",
    "Other",
    "PagerDuty",
    "Percentile",
    "Ratio",
    "Receiver",
    "Route",
    "Rule",
    "RuleBook",
    "Secret",
    "Selector",
    "SessionCrash",
    "Severity",
    "Slack",
    "SlowSpan",
    "Streak",
    "Value",
    "WalletFloor",
    "Webhook",
]

SECOND_NS: Final = 1_000_000_000

Severity: TypeAlias = Literal["critical", "error", "warning", "info"]
Value: TypeAlias = str | bool | int | float
Name: TypeAlias = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
Share: TypeAlias = Annotated[float, Meta(ge=0, le=1)]
Positive: TypeAlias = Annotated[int, Meta(ge=1)]
Milliseconds: TypeAlias = Annotated[float, Meta(ge=0)]
Labels: TypeAlias = Mapping[str, str]


class Duration(float):
    """Seconds, at least 0."""

    @property
    def ns(self) -> int:
        """Nanoseconds."""
        return round(self * SECOND_NS)


def _lasting(seconds: float) -> Any:
    """A default, made when it is needed: a JSON schema has no way to show one of our own type."""
    return field(default_factory=lambda: Duration(seconds))


class Selector(Struct, frozen=True, forbid_unknown_fields=True):
    """Which spans count: those that meet all of what is given. An empty one takes every span.

    Attributes:
        span: names, one of which is the span's.
        status: ``error`` takes failed spans, ``ok`` those that did not fail.
        error: values, one of which is the span's ``error.type``.
        where: attribute → a value, or several of which it has one. Also ``environment``, ``release``, ``strategy`` and
            ``agent``, of the resource.
    """

    span: tuple[str, ...] = ()
    status: Literal["error", "ok"] | None = None
    error: tuple[str, ...] = ()
    where: Mapping[str, Value | tuple[Value, ...]] = field(default_factory=dict)


class _Rule(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind"):
    """What every rule says.

    Attributes:
        name: its identity: an incident belongs to it by this.
        severity: how bad it is.
        summary: what it means, for whoever is woken.
        runbook: address of what to do about it.
        for_: how long the value must be beyond the threshold before it fires.
        keep: how long it must be good again before the incident is resolved. A value that flaps faster stays one
            incident (Prometheus: ``keep_firing_for``).
        escalate_after: how long an incident may be open with nobody acknowledging it before it becomes critical. A
            setting ``critical_…`` of a kind is a second, worse limit that makes it so at once.
        group_by: labels by which it is judged apart: ``agent``, ``environment``, ``release``, ``strategy``, ``span``,
            or an attribute.
        labels: more labels of its incidents, for routes. Rules with the same ``topic`` share their messages by default.
        enabled: whether it is judged.
    """

    name: Name
    severity: Severity = "warning"
    summary: str = ""
    runbook: str = ""
    for_: Duration = field(default_factory=lambda: Duration(0), name="for")
    keep: Duration = _lasting(60)
    escalate_after: Duration | UnsetType = UNSET
    group_by: tuple[str, ...] = ("agent",)
    labels: Labels = field(default_factory=dict)
    enabled: bool = True


class SlowSpan(_Rule, frozen=True, tag="slow_span", kw_only=True):
    """One span took longer than ``above_ms``. Value: ms of the longest that ended in the window."""

    span: str
    above_ms: Milliseconds
    critical_above_ms: Milliseconds | UnsetType = UNSET
    where: Mapping[str, Value | tuple[Value, ...]] = field(default_factory=dict)
    window: Duration = _lasting(60)


class Percentile(_Rule, frozen=True, tag="percentile", kw_only=True):
    """A quantile of durations, by nearest rank, exceeds ``above_ms``; good again below ``resolve_below_ms``, strictly.

    Value: ms. With fewer than ``minimum`` spans in the window nothing is judged, and what was so stays.
    """

    span: str
    above_ms: Milliseconds
    critical_above_ms: Milliseconds | UnsetType = UNSET
    quantile: Annotated[float, Meta(gt=0, le=1)] = 0.99
    resolve_below_ms: Milliseconds | UnsetType = UNSET
    where: Mapping[str, Value | tuple[Value, ...]] = field(default_factory=dict)
    window: Duration = _lasting(300)
    minimum: Positive = 5


class ErrorRate(_Rule, frozen=True, tag="error_rate", kw_only=True):
    """The share of failed spans exceeds ``above``; good again at ``resolve_at`` or less (``above`` by default).

    Either those of the last ``window`` count, or the ``last`` so many of each group.
    """

    among: Selector = Selector()
    above: Share = 0.05
    critical_above: Share | UnsetType = UNSET
    resolve_at: Share | UnsetType = UNSET
    window: Duration | UnsetType = UNSET
    last: Positive | UnsetType = UNSET
    minimum: Positive = 20


class Ratio(_Rule, frozen=True, tag="ratio", kw_only=True):
    """Of the spans that ``among`` takes, the share that ``of`` takes too exceeds ``above``; resolved as ErrorRate."""

    of: Selector
    among: Selector
    above: Share
    critical_above: Share | UnsetType = UNSET
    resolve_at: Share | UnsetType = UNSET
    window: Duration = _lasting(300)
    minimum: Positive = 20


class Count(_Rule, frozen=True, tag="count", kw_only=True):
    """More than ``above`` spans that ``of`` takes ended in the window. 0: the first one fires."""

    of: Selector
    above: Annotated[int, Meta(ge=0)] = 0
    critical_above: Annotated[int, Meta(ge=0)] | UnsetType = UNSET
    window: Duration = _lasting(60)


class Anomaly(_Rule, frozen=True, tag="anomaly", kw_only=True):
    """A span took more than ``times`` the median of the same operation and agent over ``baseline`` before it.

    Value: how many times. Judged once ``minimum`` spans make a baseline; group_by always has ``agent`` and ``span``.
    """

    among: Selector = Selector()
    times: Annotated[float, Meta(gt=1)] = 10
    critical_times: Annotated[float, Meta(gt=1)] | UnsetType = UNSET
    baseline: Duration = _lasting(86_400)
    window: Duration = _lasting(60)
    minimum: Positive = 30
    floor_ms: Milliseconds = 1
    group_by: tuple[str, ...] = ("agent", "span")


class Absence(_Rule, frozen=True, tag="absence", kw_only=True):
    """No span that ``of`` takes ended for longer than ``within``. Value: seconds since the last one.

    A group is known from its last such span, within ``forget``; an agent whose session ended properly is not missed.
    """

    of: Selector
    within: Duration
    critical_within: Duration | UnsetType = UNSET
    forget: Duration = _lasting(7 * 86_400)


class Streak(_Rule, frozen=True, tag="streak", kw_only=True):
    """The last ``length`` or more spans of ``among`` are all taken by ``of``. Value: how many in a row."""

    of: Selector
    among: Selector
    length: Positive = 3
    forget: Duration = _lasting(86_400)


class WalletFloor(_Rule, frozen=True, tag="wallet_floor", kw_only=True):
    """The balance that an agent last read is below ``below_usd``; good again at ``resolve_at_usd`` or more."""

    below_usd: Decimal
    critical_below_usd: Decimal | UnsetType = UNSET
    resolve_at_usd: Decimal | UnsetType = UNSET


class Drawdown(_Rule, frozen=True, tag="drawdown", kw_only=True):
    """Realized profit and loss, summed over the window, fell more than ``above_usd`` below its highest point in it."""

    above_usd: Decimal
    critical_above_usd: Decimal | UnsetType = UNSET
    window: Duration = _lasting(86_400)


class SessionCrash(_Rule, frozen=True, tag="session_crash", kw_only=True):
    """A session crashed, or died without a word, and the agent began no other within ``restart_within``."""

    restart_within: Duration = _lasting(60)


class MissedSchedule(_Rule, frozen=True, tag="missed_schedule", kw_only=True):
    """A monitor (those named, or all) is in trouble: missed, timed out or failed as often as its own settings ask."""

    monitors: tuple[str, ...] = ()
    group_by: tuple[str, ...] = ("monitor", "environment")


class NewIssue(_Rule, frozen=True, tag="new_issue", kw_only=True):
    """An issue appeared within ``within`` of the release that it was first seen in. Open for as long as it is new."""

    within: Duration = _lasting(600)
    levels: tuple[Literal["fatal", "error", "warning", "info", "debug"], ...] = ("fatal", "error")
    group_by: tuple[str, ...] = ("release", "issue")


class InFlightAtDeath(_Rule, frozen=True, tag="in_flight_at_death", kw_only=True):
    """An agent died with orders or escrows sent and unanswered. Value: how many. Open until each is accounted for."""


Rule: TypeAlias = (
    SlowSpan
    | Percentile
    | ErrorRate
    | Ratio
    | Count
    | Anomaly
    | Absence
    | Streak
    | WalletFloor
    | Drawdown
    | SessionCrash
    | MissedSchedule
    | NewIssue
    | InFlightAtDeath
)


class Secret(Struct, frozen=True, forbid_unknown_fields=True):
    """Where a secret is read from when it is used: an environment variable, or a file. Never its value."""

    env: str = ""
    file: str = ""


class _Receiver(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="type"):
    """Who is told. `send_resolved`: of the end, too."""

    send_resolved: bool = True


class Slack(_Receiver, frozen=True, tag="slack", kw_only=True):
    """A Slack incoming webhook."""

    url: Secret


class PagerDuty(_Receiver, frozen=True, tag="pagerduty", kw_only=True):
    """PagerDuty's Events API v2. ``endpoint`` is for its European region, and for tests."""

    routing_key: Secret
    endpoint: str = "https://events.pagerduty.com/v2/enqueue"


class Webhook(_Receiver, frozen=True, tag="webhook", kw_only=True):
    """A POST of JSON, signed when there is a secret."""

    url: Secret
    signing_secret: Secret | None = None


class Email(_Receiver, frozen=True, tag="email", kw_only=True):
    """A message by SMTP."""

    to: tuple[str, ...]
    sender: str
    host: str
    port: int = 587
    tls: Literal["starttls", "implicit", "none"] = "starttls"
    user: str = ""
    password: Secret | None = None


class LogLine(_Receiver, frozen=True, tag="log", kw_only=True):
    """A line in the hub's log."""


class Other(_Receiver, frozen=True, tag="apprise", kw_only=True):
    """Anything that Apprise knows (extra ``apprise``)."""

    url: Secret


Receiver: TypeAlias = Slack | PagerDuty | Webhook | Email | LogLine | Other


class Route(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who is told of what, as a tree: the first child that matches takes an incident, and further ones if it says so.

    Attributes:
        match: labels that an incident must have. Values may be several, of which it has one.
        receivers: names of those who are told.
        group_by: incidents with the same values of these labels share a message.
        group_wait: how long a new group waits for others before its first message.
        group_interval: how long it waits before it tells what joined or left it.
        repeat_interval: how long until it is told again while it goes on.
        continue_: whether its later siblings are asked as well.
    """

    receivers: tuple[str, ...] = ()
    match: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    group_by: tuple[str, ...] | UnsetType = UNSET
    group_wait: Duration | UnsetType = UNSET
    group_interval: Duration | UnsetType = UNSET
    repeat_interval: Duration | UnsetType = UNSET
    continue_: bool = field(default=False, name="continue")
    routes: tuple[Route, ...] = ()


class Inhibition(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """While an incident that ``source`` matches is open, nobody hears of a ``target`` with equal ``equal`` labels."""

    source: Mapping[str, str | tuple[str, ...]]
    target: Mapping[str, str | tuple[str, ...]]
    equal: tuple[str, ...] = ()


class Mute(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Hours in which nobody is told of what matches: each is ``"mon-fri 22:00-06:00"``, in ``timezone``.

    What is still open at their end is told then.
    """

    times: tuple[str, ...]
    match: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    timezone: str = "UTC"


class RuleBook(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A whole rules file. With no route, everything goes to the hub's log."""

    version: Literal[1]
    rules: tuple[Rule, ...] = field(default=(), name="rule")
    receivers: Mapping[Name, Receiver] = field(default_factory=lambda: {"log": LogLine()})
    route: Route = Route(receivers=("log",))
    inhibitions: tuple[Inhibition, ...] = field(default=(), name="inhibit")
    mutes: tuple[Mute, ...] = field(default=(), name="mute")
