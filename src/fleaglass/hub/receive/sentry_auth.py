"""Who sends: the public key and the project, wherever a Sentry client puts them.

    X-Sentry-Auth: Sentry sentry_key=K, sentry_version=7, …     or the same as Authorization
    POST /api/1/envelope/?sentry_key=K
    {"dsn": "https://K@host/1"}                                 in the envelope's header

They may be told twice, but not differently: a proxy that sends one team's errors to another is found by that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final, Literal
from urllib.parse import urlsplit

import msgspec

__all__ = ["BadAuth", "Claim", "Where", "claim_of"]

Where = Literal["header", "query", "dsn", "nowhere"]

_KEY: Final = re.compile("[A-Za-z0-9_-]{1,128}")
_PROJECT: Final = re.compile("[0-9]{1,18}")


class BadAuth(Exception):
    """What is said cannot be read, or is said in two ways (HTTP 400)."""


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """What a request says about its sender. `key` and `client` are None when it does not say."""

    key: str | None
    project: int
    where: Where
    client: str | None = None


def claim_of(project: str, headers: Mapping[str, str], query: Mapping[str, str], dsn: str | None) -> Claim:
    """The sender's claim; whether the key opens the project is for the caller to find out.

    Args:
        project: as it stands in the path.
        headers: of the request, their names in lower case.
        query: of the request.
        dsn: the envelope header's.

    Raises BadAuth.
    """
    if _PROJECT.fullmatch(project) is None:
        raise BadAuth(f"the project in the path must be a number, not {project[:40]!r}")
    fields = _fields(headers)
    found: list[tuple[Where, str]] = []
    if "sentry_key" in fields:
        found.append(("header", fields["sentry_key"]))
    if "sentry_key" in query:
        found.append(("query", query["sentry_key"]))
    if dsn is not None:
        found.append(("dsn", _key_in(dsn, int(project))))
    for where, key in found:
        if _KEY.fullmatch(key) is None:
            raise BadAuth(f"the key in the {where} must be letters and digits")
    if len({key for _, key in found}) > 1:
        raise BadAuth(f"the keys in the {' and the '.join(where for where, _ in found)} differ")
    client = fields.get("sentry_client", query.get("sentry_client"))
    return Claim(
        key=found[0][1] if found else None,
        project=int(project),
        where=found[0][0] if found else "nowhere",
        client=client[:200] if client else None,
    )


def _fields(headers: Mapping[str, str]) -> dict[str, str]:
    """The fields of X-Sentry-Auth, or of an Authorization that is for Sentry. Raises BadAuth."""
    for name in ("x-sentry-auth", "authorization"):
        scheme, _, rest = headers.get(name, "").strip().partition(" ")
        if scheme.lower() == "sentry":
            return dict(_pairs(name, rest))
    if headers.get("x-sentry-auth", "").strip():
        raise BadAuth("X-Sentry-Auth must begin with 'Sentry '")
    return {}


def _pairs(header: str, text: str) -> Iterator[tuple[str, str]]:
    seen = set()
    for part in text.split(","):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not name and not equals:
            continue
        if name in seen:
            raise BadAuth(f"{header} says {name[:40]} twice")
        seen.add(name)
        yield name, value.strip('"')


def _key_in(dsn: str, project: int) -> str:
    """The key of a DSN, which must be that of the project. Raises BadAuth."""
    try:
        parts = urlsplit(dsn)
        key, of = parts.username, parts.path.rstrip("/").rpartition("/")[2]
    except ValueError:
        key, of = None, ""
    if not key or parts.scheme not in ("http", "https"):
        raise BadAuth("the envelope's dsn is not one: it must look like https://KEY@HOST/PROJECT")
    if _PROJECT.fullmatch(of) is None or int(of) != project:
        raise BadAuth(f"the envelope's dsn is of another project than {project}")
    return key
