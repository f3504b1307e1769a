"""Issues by number, for what is about to change them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, select

from fleaglass.hub.issues.tables import issues

__all__ = ["NoSuchIssue", "found_issues"]


class NoSuchIssue(LookupError):
    """There is no such issue, or it is part of another one; the text says which."""


def found_issues(connection: Connection, ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Their rows, in the order in which they were named. Raises NoSuchIssue."""
    wanted = list(dict.fromkeys(ids))
    rows = {row.id: row._asdict() for row in connection.execute(select(issues).where(issues.c.id.in_(wanted)))}
    for issue in wanted:
        if issue not in rows:
            raise NoSuchIssue(f"there is no issue {issue}")
        if (into := rows[issue]["merged_into"]) is not None:
            raise NoSuchIssue(f"issue {issue} is part of issue {into}")
    return {issue: rows[issue] for issue in wanted}
