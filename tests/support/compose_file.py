"""The part of the Compose Specification that deploy/compose.yaml uses; anything else in it is refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from tests.support.strict_yaml import documents

__all__ = ["Compose", "Health", "Service", "filled_in", "read_compose"]

Text = Annotated[str, Meta(min_length=1)]
Name = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
Image = Annotated[str, Meta(pattern=r"^[a-z0-9-]+(/[a-z0-9-]+)?:[0-9][0-9a-z.-]*$")]
"""With a version, and from no registry by name."""
Duration = Annotated[str, Meta(pattern=r"^[0-9]+(ms|s|m)$")]
User = Annotated[str, Meta(pattern=r"^[1-9][0-9]*:[1-9][0-9]*$")]
Port = Annotated[str, Meta(pattern=r"^127\.0\.0\.1:[0-9]{2,5}:[0-9]{2,5}$")]
Mount = Annotated[str, Meta(pattern=r"^(\./)?[a-z0-9.-]+:/[a-z/.]+(:ro)?$")]


class _Strict(msgspec.Struct, forbid_unknown_fields=True):
    pass


class Health(_Strict):
    test: Annotated[list[Text], Meta(min_length=2)]
    interval: Duration
    timeout: Duration
    retries: Annotated[int, Meta(ge=1)]
    start_period: Duration | None = None


class Dependency(_Strict):
    condition: Literal["service_started", "service_healthy", "service_completed_successfully"]


class Service(_Strict):
    image: Image
    restart: Literal["unless-stopped", "no"] = "no"
    user: User | None = None
    read_only: bool = False
    tmpfs: list[Text] = []
    cap_drop: list[Literal["ALL"]] = []
    security_opt: list[Literal["no-new-privileges:true"]] = []
    stop_grace_period: Duration | None = None
    profiles: list[Name] = []
    command: list[Text] = []
    environment: dict[Annotated[str, Meta(pattern="^[A-Z_]+$")], str] = {}
    ports: list[Port] = []
    volumes: list[Mount] = []
    depends_on: dict[Name, Dependency] = {}
    healthcheck: Health | None = None


class Compose(_Strict):
    name: Name
    services: dict[Name, Service]
    volumes: dict[Name, dict[str, str]]


def read_compose(path: Path) -> Compose:
    """The file; `x-…` at its top is for its own use. Raises yaml.YAMLError and msgspec.ValidationError."""
    [document] = documents(path)
    return msgspec.convert({key: value for key, value in document.items() if not key.startswith("x-")}, Compose)


def filled_in(value: str, variables: Mapping[str, str]) -> str:
    """With ``${NAME:?}`` and ``${NAME-}`` replaced; KeyError for one that must be set and is not."""

    def replaced(found: re.Match[str]) -> str:
        name, otherwise = found["name"], found["otherwise"]
        return variables[name] if otherwise == ":?" else variables.get(name, "")

    return re.sub(r"\$\{(?P<name>[A-Z_]+)(?P<otherwise>:\?|-)\}", replaced, value)
