"""What the endpoints that change issues take: JSON bodies, checked by msgspec, which says what is wrong and where.

{"action": "resolve", "in": "next_release"}
{"action": "archive", "until": "condition", "events": 100}
{"ids": [1, 2], "change": {"action": "assign", "assignee": "ana"}}
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

import msgspec

from fleaglass.hub.api.errors import Problem

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
    "body_of",
    "documented_body",
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


_MOST_BYTES: Final = 64 * 1024


def body_of(body: bytes, kind: Any) -> Any:
    """The body as `kind`. Raises Problem, which says what is wrong and where."""
    if len(body) > _MOST_BYTES:
        raise Problem(413, "too_large", f"the body has {len(body)} bytes", f"At most {_MOST_BYTES} are read.")
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.MsgspecError as error:
        raise Problem(
            400, "bad_body", f"the body does not fit: {error}", "See /api/v1/openapi.json for its form."
        ) from None


def documented_body(kind: Any) -> dict[str, Any]:
    """The `openapi_extra` of an endpoint that takes such a body."""
    schema = msgspec.json.schema(kind)
    definitions = schema.pop("$defs", {})
    return {
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": _inlined(schema, definitions)}},
        }
    }


def _inlined(schema: Any, definitions: dict[str, Any]) -> Any:
    """OpenAPI has one place for what is referred to, and that is FastAPI's: so nothing is."""
    if isinstance(schema, list):
        return [_inlined(part, definitions) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _inlined(definitions[schema["$ref"].rsplit("/", 1)[1]], definitions)
    return {name: _inlined(part, definitions) for name, part in schema.items() if name != "discriminator"}
