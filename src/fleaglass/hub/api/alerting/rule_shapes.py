"""What the endpoints about alert rules and messages answer with.

rules file ◁─ rules ◁─ who is told        receivers ◁─ messages
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from fleaglass.alerts.rules.model import Severity
from fleaglass.hub.api.alerting.shapes import IncidentAnswer, NotificationAnswer
from fleaglass.hub.api.scalars import Nanoseconds

__all__ = [
    "FileAnswer",
    "NotificationCounts",
    "NotificationPage",
    "ReceiverAnswer",
    "RecipientAnswer",
    "RuleAnswer",
    "RuleDetail",
    "Rules",
]

RuleState = Literal["ok", "pending", "firing", "not_judged"]


class FileAnswer(TypedDict):
    """The rules file."""

    path: Annotated[str | None, Field(description="null: the rules that come with Fleaglass.")]
    loaded_ns: Annotated[
        Nanoseconds | None, Field(description="When the version in force was read; null for the rules of Fleaglass.")
    ]
    problem: Annotated[
        str | None,
        Field(description="Why a newer version is not in force: file, line, what was expected there, line by line."),
    ]
    problem_since_ns: Nanoseconds | None


class RecipientAnswer(TypedDict):
    """A receiver that hears of a rule's incidents."""

    receiver: str
    when: Annotated[
        str | None, Field(description="Only of incidents whose labels are so, as `agent = vol-arb-1`; null: of all.")
    ]


class RuleAnswer(TypedDict):
    """A rule of the file, and how it stands."""

    name: str
    kind: str
    severity: Severity
    words: Annotated[str, Field(description="What has to happen for it to fire.")]
    summary: Annotated[str, Field(description="What its author wrote about it.")]
    runbook: str
    enabled: bool
    state: Annotated[
        RuleState,
        Field(description="`pending`: beyond the threshold, not yet for long enough. `not_judged`: disabled."),
    ]
    open_incidents: int
    last_fired_ns: Nanoseconds | None
    fired_by_day: Annotated[
        list[int], Field(description="How often it fired on each of the last 7 days (UTC), today last.", max_length=7)
    ]
    told: list[RecipientAnswer]


class ReceiverAnswer(TypedDict):
    """Somebody who can be told."""

    name: str
    type: Annotated[str, Field(description="`slack`, `pagerduty`, `webhook`, `email`, `log` or `apprise`.")]
    words: Annotated[str, Field(description="Where messages go. Secrets are only named by where they are read from.")]
    last_sent_ns: Nanoseconds | None
    waiting: int
    dead: Annotated[int, Field(description="Messages that were given up.")]


class Rules(TypedDict):
    """Every rule in force, firing ones first, then as in the file."""

    file: FileAnswer
    from_ns: Annotated[Nanoseconds, Field(description="Where the first of the 7 days begins.")]
    rules: list[RuleAnswer]
    receivers: list[ReceiverAnswer]


class RuleDetail(TypedDict):
    """One rule."""

    rule: RuleAnswer
    incidents: Annotated[list[IncidentAnswer], Field(description="The last twenty, the newest first.")]


class NotificationCounts(TypedDict):
    """Messages by what became of them."""

    waiting: int
    sent: int
    dead: int
    dropped: int


class NotificationPage(TypedDict):
    """Messages, the newest first."""

    notifications: list[NotificationAnswer]
    next_cursor: str | None
    counts: NotificationCounts
