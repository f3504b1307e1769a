"""What a token allows.

ingest      send telemetry
read        see everything that the hub shows
write       change issues, releases and monitors; it includes read
admin       make and revoke tokens, keys and projects; it includes all the others
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal, TypeAlias, get_args

__all__ = ["SCOPES", "Scope", "allowed_by"]

Scope: TypeAlias = Literal["ingest", "read", "write", "admin"]

SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)

_INCLUDED: Final[dict[Scope, frozenset[Scope]]] = {
    "ingest": frozenset({"ingest"}),
    "read": frozenset({"read"}),
    "write": frozenset({"read", "write"}),
    "admin": frozenset(SCOPES),
}


def allowed_by(scopes: Iterable[Scope]) -> frozenset[Scope]:
    """All scopes that these include."""
    return frozenset().union(*(_INCLUDED[scope] for scope in scopes))
