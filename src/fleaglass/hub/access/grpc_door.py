"""The doorman's decision over gRPC: the token is in the metadata, `authorization: Bearer flea_…`."""

from __future__ import annotations

from typing import Final
from urllib.parse import unquote

import grpc

from fleaglass.hub.access.credentials import Credentials, bearer
from fleaglass.hub.access.denied import Denied
from fleaglass.hub.access.doorman import Doorman
from fleaglass.hub.access.needs import OTLP
from fleaglass.hub.receive.grpc import Admit, TurnedAway
from fleaglass.hub.receive.http import RETRY_AFTER_S
from fleaglass.hub.state import StateError

__all__ = ["grpc_door"]

_CODES: Final = {
    401: grpc.StatusCode.UNAUTHENTICATED,
    403: grpc.StatusCode.PERMISSION_DENIED,
    429: grpc.StatusCode.RESOURCE_EXHAUSTED,
}


def grpc_door(doorman: Doorman) -> Admit:
    """What the gRPC server asks about each sender."""

    async def admit(authorization: str, peer: str) -> None:
        try:
            await doorman.admit(OTLP, Credentials(bearer(authorization)), _address(peer))
        except Denied as denied:
            raise TurnedAway(_CODES[denied.status], f"{denied}. {denied.hint}", denied.retry_after_s or None) from None
        except StateError:
            message = "the state database does not answer, send it again"
            raise TurnedAway(grpc.StatusCode.UNAVAILABLE, message, RETRY_AFTER_S) from None

    return admit


def _address(peer: str) -> str:
    """`ipv4:10.0.0.7:50312` and `ipv6:%5B2001:db8::7%5D:50312`, without what is before and after."""
    return unquote(peer).partition(":")[2].rpartition(":")[0].strip("[]")
