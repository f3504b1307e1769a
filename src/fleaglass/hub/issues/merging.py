"""Merging: the groups of some issues move into one; unmerging: they go home again. No event is touched.

A ◁─ a        merge B into A      A ◁─ a, b      unmerge b      A ◁─ a
B ◁─ b   ──────────────────────▶  B (hidden)  ───────────────▶  B ◁─ b
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, select, update

from fleaglass.hub.issues.activity import Deed, note
from fleaglass.hub.issues.lookup import found_issues
from fleaglass.hub.issues.recount import recount
from fleaglass.hub.issues.tables import groups, issues

__all__ = ["MergeError", "join", "merge", "unmerge"]


class MergeError(ValueError):
    """Issues that cannot become one, or groups that cannot leave; the text says why."""


def merge(connection: Connection, into: int, ids: Sequence[int], at_ns: int, actor: str | None = None) -> None:
    """Make the issues part of `into`, with whatever had been merged into them.

    Raises NoSuchIssue and MergeError.
    """
    others = sorted(set(ids) - {into})
    rows = found_issues(connection, [into, *others])
    for issue in others:
        if rows[issue]["project"] != rows[into]["project"]:
            raise MergeError(f"issue {issue} belongs to another project than issue {into}")
    if not others:
        raise MergeError(f"there is nothing to merge into issue {into} but itself")
    connection.execute(update(groups).where(groups.c.issue.in_(others)).values(issue=into))
    hidden = issues.c.id.in_(others) | issues.c.merged_into.in_(others)
    connection.execute(update(issues).where(hidden).values(merged_into=into))
    recount(connection, [into])
    note(connection, [Deed(into, at_ns, "merged", actor, {"issues": others})])


def unmerge(
    connection: Connection, issue: int, hashes: Sequence[str], at_ns: int, actor: str | None = None
) -> list[int]:
    """Send groups home, all that came from elsewhere when none is named; the issues they went to. Raises MergeError."""
    away = (groups.c.issue == issue) & (groups.c.home != issue)
    found = connection.execute(select(groups.c.hash, groups.c.home).where(away)).all()
    homes = {hash_: home for hash_, home in found if not hashes or hash_ in hashes}
    if missing := sorted(set(hashes) - set(homes)):
        raise MergeError(f"group {missing[0]} was not merged into issue {issue}")
    if not homes:
        raise MergeError(f"nothing was merged into issue {issue}")
    connection.execute(update(groups).where(away, groups.c.hash.in_(list(homes))).values(issue=groups.c.home))
    back = sorted(set(homes.values()))
    connection.execute(update(issues).where(issues.c.id.in_(back)).values(merged_into=None))
    recount(connection, [issue, *back])
    note(connection, [Deed(issue, at_ns, "unmerged", actor, {"issues": back})])
    return back


def join(connection: Connection, ids: Collection[int]) -> int:
    """Make issues one for good, since an event belongs to each of them; which one it is. There must be one.

    Unlike what people merge they have one home from then on: to be apart again would last until the next such event.
    """
    into, *others = sorted(ids)
    if others:
        at_home = groups.c.home.in_(others)
        connection.execute(update(groups).where(at_home).values(home=into))
        connection.execute(update(groups).where(groups.c.issue.in_(others)).values(issue=into))
        hidden = issues.c.id.in_(others) | issues.c.merged_into.in_(others)
        connection.execute(update(issues).where(hidden).values(merged_into=into))
        recount(connection, [into])
    return into
