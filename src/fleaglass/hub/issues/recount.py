"""An issue's figures from its groups', after groups have moved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Connection, select, update

from fleaglass.hub.issues.counting import users_of
from fleaglass.hub.issues.figures import Figures, figures_in, together
from fleaglass.hub.issues.tables import groups, issues

__all__ = ["recount"]


def recount(connection: Connection, ids: Sequence[int]) -> None:
    """Set the figures and users of these issues anew. One that has no group left keeps what it last showed."""
    found: dict[int, list[Figures]] = defaultdict(list)
    for row in connection.execute(select(groups).where(groups.c.issue.in_(ids))):
        found[row.issue].append(figures_in(row._asdict()))
    users = users_of(connection, ids)
    for issue in ids:
        columns = together(found[issue]).columns() if issue in found else {"events": 0}
        connection.execute(update(issues).where(issues.c.id == issue).values(**columns, users=users.get(issue, 0)))
