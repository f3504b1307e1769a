"""PUT and POST of issues: a body's change as the action that does it (issues/actions.py), in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from sqlalchemy import Connection, select

from fleaglass.hub.api.errors import Problem
from fleaglass.hub.api.issue_bodies import Archiving, Assigning, Change, Resolving
from fleaglass.hub.api.issue_detail import no_issue, the_issue
from fleaglass.hub.api.issue_history import entry_of
from fleaglass.hub.api.issue_shapes import ActivityEntry
from fleaglass.hub.issues import actions
from fleaglass.hub.issues.archive import Archive, Until
from fleaglass.hub.issues.lookup import NoSuchIssue
from fleaglass.hub.issues.merging import MergeError, merge, unmerge
from fleaglass.hub.issues.resolution import How
from fleaglass.hub.issues.tables import activity
from fleaglass.hub.state import State

__all__ = ["change", "comment", "merge_issues", "unmerge_issue"]

_MINUTE_NS: Final = 60 * 1_000_000_000
_HOW: Final[dict[str, How]] = {"now": "now", "next_release": "in_next_release", "release": "in_release"}
_UNTIL: Final[dict[str, Until]] = {
    "escalating": "until_escalating",
    "condition": "until_condition_met",
    "forever": "forever",
}
T = TypeVar("T")


async def change(state: State, ids: Sequence[int], wanted: Change, now_ns: int, actor: str | None) -> None:
    """Do it to all of these issues, or to none. Raises Problem and StateError."""
    await _done(state, lambda connection: _act(connection, ids, wanted, now_ns, actor))


async def comment(state: State, issue: int, text: str, now_ns: int, actor: str | None) -> ActivityEntry:
    """Say something about it. Raises Problem and StateError."""

    def say(connection: Connection) -> ActivityEntry:
        number = actions.comment(connection, issue, text, now_ns, actor=actor)
        return entry_of(connection.execute(select(activity).where(activity.c.id == number)).one()._asdict())

    return await _done(state, say)


async def merge_issues(state: State, into: int, ids: Sequence[int], now_ns: int, actor: str | None) -> None:
    """Make them part of `into`. Raises Problem and StateError."""
    await _done(state, lambda connection: merge(connection, into, ids, now_ns, actor))


async def unmerge_issue(state: State, issue: int, hashes: Sequence[str], now_ns: int, actor: str | None) -> list[int]:
    """Send groups home; the issues that are changed, the one they leave first. Raises Problem and StateError."""

    def part(connection: Connection) -> list[int]:
        row = the_issue(connection, issue)
        return [row["id"], *unmerge(connection, row["id"], hashes, now_ns, actor)]

    return await _done(state, part)


async def _done(state: State, deed: Callable[[Connection], T]) -> T:
    try:
        return await state.writing(deed)
    except NoSuchIssue as error:
        raise no_issue(str(error)) from None
    except (actions.ActionError, MergeError) as error:
        raise Problem(400, "cannot_be_done", str(error), "Nothing was changed.") from None


def _act(connection: Connection, ids: Sequence[int], wanted: Change, now_ns: int, actor: str | None) -> None:
    match wanted:
        case Resolving():
            if (wanted.when == "release") != (wanted.release is not None):
                hint = 'For example {"action": "resolve", "in": "release", "release": "agent@1.2.0"}.'
                raise Problem(400, "bad_body", "release goes with in = release, and with nothing else", hint)
            how = _HOW[wanted.when]
            actions.resolve(connection, ids, now_ns, how=how, release=wanted.release or "", actor=actor)
        case Archiving():
            actions.archive(connection, ids, _archive(wanted, now_ns), actor=actor)
        case Assigning():
            actions.assign(connection, ids, wanted.assignee, now_ns, actor=actor)
        case _:
            actions.unresolve(connection, ids, now_ns, actor=actor)


def _archive(wanted: Archiving, now_ns: int) -> Archive:
    try:
        return Archive(
            at_ns=now_ns,
            until=_UNTIL[wanted.until],
            events=wanted.events,
            users=wanted.users,
            duration_ns=None if wanted.minutes is None else wanted.minutes * _MINUTE_NS,
        )
    except ValueError:
        hint = 'For example {"action": "archive", "until": "condition", "events": 100}.'
        message = "events, users and minutes go with until = condition, which needs one of them"
        raise Problem(400, "bad_body", message, hint) from None
