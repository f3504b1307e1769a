"""Over gRPC the same token opens, and the same words refuse."""

from __future__ import annotations

from collections.abc import Callable

import grpc
import pytest

from fleaglass.hub.access.grpc_door import grpc_door
from fleaglass.hub.receive import TurnedAway
from tests.unit.hub.access.conftest import Entrance, entrance_without_database

MakeEntrance = Callable[..., Entrance]
PEER = "ipv6:%5B2001:db8::7%5D:50312"


@pytest.mark.parametrize("authorization", ["Bearer flea_ingest", "bearer flea_admin"])
async def test_a_token_that_may_send_opens(entrance: MakeEntrance, authorization: str) -> None:
    await grpc_door(entrance(asks=True).doorman)(authorization, PEER)


@pytest.mark.parametrize(
    ("authorization", "code", "says"),
    [
        ("", grpc.StatusCode.UNAUTHENTICATED, "this hub asks for a token"),
        ("Bearer flea_guessed", grpc.StatusCode.UNAUTHENTICATED, "not known, or no longer"),
        ("Bearer flea_read", grpc.StatusCode.PERMISSION_DENIED, "and this needs ingest"),
    ],
)
async def test_any_other_is_turned_away(
    entrance: MakeEntrance, authorization: str, code: grpc.StatusCode, says: str
) -> None:
    with pytest.raises(TurnedAway, match=says) as found:
        await grpc_door(entrance(asks=True).doorman)(authorization, PEER)
    assert found.value.code is code


async def test_where_nobody_is_asked_everything_opens(entrance: MakeEntrance) -> None:
    await grpc_door(entrance(asks=False).doorman)("Bearer flea_guessed", PEER)


async def test_who_guesses_waits_by_its_address_and_not_by_its_port(entrance: MakeEntrance) -> None:
    admit = grpc_door(entrance(asks=True).doorman)
    codes = []
    for port in range(21):
        with pytest.raises(TurnedAway) as found:
            await admit("Bearer flea_guessed", f"ipv4:192.0.2.1:{port}")
        codes.append(found.value.code)
    assert codes == [grpc.StatusCode.UNAUTHENTICATED] * 20 + [grpc.StatusCode.RESOURCE_EXHAUSTED]


async def test_without_its_database_the_sender_tries_again() -> None:
    with pytest.raises(TurnedAway) as found:
        await grpc_door(entrance_without_database().doorman)("Bearer flea_ingest", PEER)
    assert found.value.code is grpc.StatusCode.UNAVAILABLE
