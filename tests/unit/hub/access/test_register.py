"""What other processes make and revoke counts while the hub runs."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fleaglass.hub.access import keys, tokens
from fleaglass.hub.access.credentials import Credentials
from fleaglass.hub.access.denied import Denied
from fleaglass.hub.access.needs import OTLP, need_of
from tests.unit.hub.access.conftest import NOW_NS, Entrance

MakeEntrance = Callable[..., Entrance]
MINUTE_NS = 60_000_000_000


async def test_a_new_token_opens_at_once_and_a_revoked_one_not_a_second_later(entrance: MakeEntrance) -> None:
    hub = entrance(asks=True)
    await hub.doorman.admit(OTLP, Credentials("flea_ingest"), "a")
    number = hub.token("flea_new", "ingest")
    visitor = await hub.doorman.admit(OTLP, Credentials("flea_new"), "a")
    assert visitor.token is not None
    assert visitor.token.id == number
    with hub.state.write() as connection:
        assert tokens.revoke_token(connection, number, NOW_NS)
        assert not tokens.revoke_token(connection, number, NOW_NS), "it is revoked already"
    hub.now_s += 1.001
    with pytest.raises(Denied, match="not known, or no longer"):
        await hub.doorman.admit(OTLP, Credentials("flea_new"), "a")


async def test_a_rotated_key_gives_way_to_another_of_the_same_project(entrance: MakeEntrance) -> None:
    hub, need = entrance(asks=False), need_of("POST", "/api/2/envelope/")
    with hub.state.write() as connection:
        made = keys.rotate_key(connection, "key2", "fresh", NOW_NS)
        assert keys.rotate_key(connection, "key2", "more", NOW_NS) is None
        assert keys.revoke_key(connection, "unheard-of", NOW_NS) is None
    assert made is not None
    assert (made.project, made.name) == (2, "first")
    await hub.doorman.admit(need, Credentials(key="fresh"), "a")
    with pytest.raises(Denied, match="no key of project 2"):
        await hub.doorman.admit(need, Credentials(key="key2"), "a")


async def test_its_last_use_is_written_to_the_minute(entrance: MakeEntrance) -> None:
    hub = entrance(asks=True)

    def used_ns() -> int | None:
        with hub.state.read() as connection:
            return tokens.all_tokens(connection)[tokens.digest_of("flea_ingest")].used_ns

    seen = [used_ns()]
    for hub.now_ns in (NOW_NS, NOW_NS + MINUTE_NS - 1, NOW_NS + MINUTE_NS):
        await hub.doorman.admit(OTLP, Credentials("flea_ingest"), "a")
        seen.append(used_ns())
    assert seen == [None, NOW_NS, NOW_NS, NOW_NS + MINUTE_NS]


async def test_guesses_cost_the_database_no_more_than_a_look_each_three_seconds(entrance: MakeEntrance) -> None:
    hub = entrance(asks=True)
    looks = 0
    reading = hub.state.reading

    async def counted(deed: Callable[..., object]) -> object:
        nonlocal looks
        looks += 1
        return await reading(deed)

    hub.state.reading = counted  # type: ignore[method-assign,assignment]
    for guess in range(300):
        hub.now_s += 0.001
        with pytest.raises(Denied):
            await hub.doorman.admit(OTLP, Credentials(f"flea_{guess}"), "a")
    assert looks == 21
