"""What the endpoints that change issues take: JSON bodies, checked by msgspec, which says what is wrong and where.

{"action": "resolve", "in": "next_release"}
{"action": "archive", "until": "condition", "events": 100}
{"ids": [1, 2], "change": {"action": "assign", "assignee": "ana"}}
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

__all__ = [
    "Archiving",
    "Assigning",
    "BulkChange",
    "Change",
    "Comment",
    "Merge",
    "Resolving",
    "Unmerge",
    "Unresolving",
]

Id = Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]
Ids = Annotated[list[Id], msgspec.Meta(min_length=1, max_length=200)]
Count = Annotated[int, msgspec.Meta(ge=1, le=1_000_000_000)]
Minutes = Annotated[int, msgspec.Meta(ge=1, le=5_256_000)]
Release = Annotated[str, msgspec.Meta(min_length=1, max_length=250)]
Assignee = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
CommentText = Annotated[str, msgspec.Meta(min_length=1, max_length=10_000)]
Hash = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{32}$")]


class _Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class Resolving(_Body, frozen=True, tag_field="action", tag="resolve"):
    """`in` is now, next_release, or release, which then is named."""

    when: Literal["now", "next_release", "release"] = msgspec.field(default="now", name="in")
    release: Release | None = None


class Unresolving(_Body, frozen=True, tag_field="action", tag="unresolve"):
    """Open again, whether it was resolved or archived."""


class Archiving(_Body, frozen=True, tag_field="action", tag="archive"):
    """`until` is escalating, forever, or condition: so many more events, so many more users, or so many minutes."""

    until: Literal["escalating", "condition", "forever"] = "escalating"
    events: Count | None = None
    users: Count | None = None
    minutes: Minutes | None = None


class Assigning(_Body, frozen=True, tag_field="action", tag="assign"):
    """null: to nobody."""

    assignee: Assignee | None


Change = Resolving | Unresolving | Archiving | Assigning


class BulkChange(_Body, frozen=True):
    """The same change of many issues."""

    ids: Ids
    change: Change


class Comment(_Body, frozen=True):
    """What somebody says about an issue."""

    text: CommentText


class Merge(_Body, frozen=True):
    """The issues that become part of this one."""

    ids: Ids


class Unmerge(_Body, frozen=True):
    """The groups that go back to their own issues; all that came from others when none is named."""

    hashes: Annotated[list[Hash], msgspec.Meta(max_length=200)] = []
