"""What the endpoints about access take, and what they answer."""

from __future__ import annotations

from typing import Annotated

import msgspec
from pydantic import Field
from typing_extensions import TypedDict

from fleaglass.hub.access.scopes import Scope
from fleaglass.hub.api.scalars import Nanoseconds

__all__ = [
    "KeyShape",
    "Keys",
    "MadeToken",
    "Me",
    "NewKey",
    "NewProject",
    "NewToken",
    "ProjectShape",
    "Projects",
    "TokenShape",
    "Tokens",
]

_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
_ProjectNumber = Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]


class _Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A body says nothing that is not understood."""


class NewToken(_Body, frozen=True):
    """A token to be made."""

    name: _Name
    scopes: Annotated[list[Scope], msgspec.Meta(min_length=1, max_length=4)]


class NewKey(_Body, frozen=True):
    """An ingest key to be made."""

    name: _Name
    project: _ProjectNumber = 1


class NewProject(_Body, frozen=True):
    """A project to be made, or what one is to be called from now on."""

    slug: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    name: _Name


class TokenShape(TypedDict):
    """A token without its secret."""

    id: int
    name: str
    hint: Annotated[str, Field(description="How the secret begins.")]
    scopes: list[Scope]
    added_ns: Nanoseconds
    used_ns: Annotated[Nanoseconds | None, Field(description="When it last opened something, to the minute.")]
    revoked_ns: Nanoseconds | None


class Tokens(TypedDict):
    """All tokens, the revoked ones too."""

    tokens: list[TokenShape]


class MadeToken(TypedDict):
    """A new token."""

    token: TokenShape
    secret: Annotated[str, Field(description="Shown now and never again: the hub keeps only its SHA-256.")]


class KeyShape(TypedDict):
    """An ingest key."""

    public: str
    project: int
    name: str
    dsn: Annotated[str, Field(description="What a Sentry client is given.")]
    added_ns: Nanoseconds
    revoked_ns: Nanoseconds | None


class Keys(TypedDict):
    """All ingest keys, the revoked ones too."""

    keys: list[KeyShape]


class ProjectShape(TypedDict):
    """A project."""

    id: int
    slug: str
    name: str
    added_ns: Nanoseconds


class Projects(TypedDict):
    """All projects."""

    projects: list[ProjectShape]


class Me(TypedDict):
    """Who asks."""

    asks: Annotated[bool, Field(description="Whether this hub asks for tokens at all.")]
    token: Annotated[TokenShape | None, Field(description="The token that was shown, or that the login was made with.")]
    scopes: Annotated[list[Scope], Field(description="What is allowed, with all that it includes.")]
