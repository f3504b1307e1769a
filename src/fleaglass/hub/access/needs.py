"""What a request needs, by its method and path.

/healthz, /login, every page of the UI     nothing: they hold no data, which a page asks /api/v1 for
/v1/…                                      ingest
/witness/…                                 ingest: an agent has its ledger cosigned where it sends its telemetry
/api/{project}/…                           ingest, by a key of that project or a token
/api/v1/me                                 any token
/api/v1/{tokens,keys,projects,backup}      admin
/metrics                                   read: the hub's own, which name its agents
/api/v1/…  /api/0/…                        read, and write for whatever is not GET or HEAD
/tempo/…  /jaeger/…                        read

The pages are open because SameSite=Strict cookies do not come with a link in somebody's chat: the page loads, and
what it asks for then comes from the hub's own site, with the cookie.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from fleaglass.hub.access.scopes import Scope

__all__ = ["OTLP", "Manner", "Need", "need_of"]

Manner: TypeAlias = Literal["open", "otlp", "envelope", "sentry", "api"]
"""Who asks, and so how a refusal is put."""


@dataclass(frozen=True, slots=True)
class Need:
    """What a request needs: `scope` None for any token, `project` for which an ingest key will do."""

    manner: Manner
    scope: Scope | None = None
    project: int | None = None


OTLP: Final = Need("otlp", "ingest")

_OPEN: Final = Need("open")
_NO_PROJECT: Final = 0
_MOST_DIGITS: Final = 9  # of a project's number; what is longer is no project's


def need_of(method: str, path: str) -> Need:
    """What a request needs; `path` is decoded, and begins with a slash."""
    scope: Scope = "read" if method in ("GET", "HEAD") else "write"
    match path.split("/")[1:]:
        case ["v1", *_]:
            return OTLP
        case ["witness", *_]:
            return Need("api", "ingest") if method == "POST" else _OPEN
        case ["metrics", *_]:
            return Need("api", "read")
        case ["api", "0", "envelope" | "store", *_]:
            return Need("envelope", "ingest", _NO_PROJECT)
        case ["api", "0", *_]:
            return Need("sentry", scope)
        case ["api", number, *_] if number.isascii() and number.isdigit():
            return Need("envelope", "ingest", int(number) if len(number) <= _MOST_DIGITS else _NO_PROJECT)
        case ["api", "v1", "me"]:
            return Need("api")
        case ["api", "v1", "tokens" | "keys" | "projects" | "backup", *_]:
            return Need("api", "admin")
        case ["api", *_]:
            return Need("api", scope)
        case ["tempo" | "jaeger", *_]:
            return Need("api", "read")
    return _OPEN
