"""What the venue lists is read whole, and what of it cannot be read, or may be cut off, is said."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.ledger.reconcile import VenueLine
from fleaglass.venue import GUIDE, LIVE, Access, PurpleFlea
from fleaglass.venue.history import Role, VenueHistory, read_history
from tests.unit.venue.town import PROFILES, Profile, Resident, Town, open_town

SECOND_NS = 1_000_000_000
KINDS = ("escrow", "escrow_complete", "escrow_release", "escrow_dispute")


async def listed(
    town: Town, one: Resident, profile: Profile, escrows: Mapping[str, Role] | None = None
) -> VenueHistory:
    return await read_history(one.by(profile), escrows or {}, town.desk.clock())


def of_kind(found: VenueHistory, *kinds: str) -> list[VenueLine]:
    return [line for line in found.history.lines if line.kind in kinds]


@pytest.mark.parametrize("profile", PROFILES)
async def test_a_short_list_is_all_there_is_and_of_a_long_one_the_older_part_is_in_doubt(profile: Profile) -> None:
    async with open_town() as town:
        ada = await town.resident("ada")
        began_ns, reaches = town.desk.clock(), []
        for count in (19, 1):
            for _ in range(count):
                await ada.by(profile).casino.bet("coin_flip", 1, side="heads")
                town.desk.clock.advance(1)
            reaches.append((await listed(town, ada, profile)).history.reach("bet"))
    short, long = reaches
    assert short is not None
    assert long is not None
    assert (short.since_ns, short.until_ns, short.note) == (None, began_ns + 19 * SECOND_NS, "")
    assert (long.since_ns, long.note) == (began_ns + 600 * SECOND_NS, "an older one may have been cut off")


async def test_each_act_on_an_escrow_is_told_of_by_its_party() -> None:
    async with open_town() as town:
        ada, bob = await town.resident("ada"), await town.resident("bob")
        first, second = [await ada.guide.escrow.create(50, "bob", "a report") for _ in range(2)]
        await bob.guide.escrow.complete(first.escrow_id)
        await ada.guide.escrow.release(first.escrow_id)
        await bob.guide.escrow.dispute(second.escrow_id, "no")
        found = {one.agent_id: await listed(town, one, "guide") for one in (ada, bob)}
    acts = {name: sorted((line.kind, line.id, line.by) for line in of_kind(one, *KINDS)) for name, one in found.items()}
    disputed = ("escrow_dispute", second.escrow_id, "unknown")
    assert acts == {
        "ada": sorted(
            [
                ("escrow", first.escrow_id, "agent"),
                ("escrow", second.escrow_id, "agent"),
                ("escrow_release", first.escrow_id, "agent"),
                disputed,
            ]
        ),
        "bob": sorted([("escrow_complete", first.escrow_id, "agent"), disputed]),
    }


async def test_where_escrows_are_not_listed_those_that_the_log_names_are_asked_for() -> None:
    async with open_town() as town:
        ada, bob = await town.resident("ada"), await town.resident("bob")
        escrow = await ada.live.escrow.create(50, bob.known_as("live"), "a report")
        await ada.live.escrow.release(escrow.escrow_id)
        named: dict[str, Role] = {str(escrow.escrow_id): "creator", "esc_0000000000000000": "creator"}
        found = await listed(town, ada, "live", named)
        unnamed = await listed(town, ada, "live")
    assert [(line.kind, line.id) for line in of_kind(found, *KINDS)] == [
        ("escrow", escrow.escrow_id),
        ("escrow_release", escrow.escrow_id),
    ]
    assert of_kind(found, "escrow")[0].amount_usd == Decimal(50)
    assert (of_kind(unnamed, *KINDS), found.troubles) == ([], ())
    assert all(reach.named_only for reach in found.history.reaches if reach.kind in KINDS)


async def test_a_list_that_cannot_be_read_is_said_and_the_others_are_read() -> None:
    async with open_town() as town:
        ada = await town.resident("ada")
        await ada.live.casino.bet("coin_flip", 1, side="heads")
        services = {
            name: Access(api_key=one["api_key"] if name == "casino" else "sk_wrong", base_url=one["base_url"])
            for name, one in ada.account["live"].items()
        }
        halved = PurpleFlea(profile=LIVE, services=services, transport=town.transport)
        found = await read_history(halved, {}, town.desk.clock())
    assert [trouble.partition(" could not be read: ")[0] for trouble in found.troubles] == ["the orders", "the domains"]
    assert {reach.kind for reach in found.history.reaches} == {"bet", *KINDS}
    assert len(of_kind(found, "bet")) == 1


async def test_a_forced_close_is_the_venues_and_a_cancelled_order_perhaps_anybodys() -> None:
    async with open_town() as town:
        ada = await town.resident("ada", 10_000)
        await ada.guide.trading.execute("ETH", "sell", 1)
        limit = await ada.guide.trading.limit("BTC", "buy", "0.001", limit_price=100)
        await ada.guide.trading.cancel(str(limit.order_id))
        town.desk.market.set("ETH", 9_000)
        found = await listed(town, ada, "guide")
    assert [line.by for line in of_kind(found, "order")] == ["agent", "agent", "venue"]
    assert [(line.id, line.by) for line in of_kind(found, "cancel")] == [(limit.order_id, "unknown")]


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4) | st.just("1e400")
FIELDS = (
    *("order_id", "orderId", "coin", "asset", "side", "status", "quantity", "price", "fee", "created_at", "createdAt"),
    *("id", "bet_id", "game", "amount", "amount_usd", "at", "domain", "domain_id", "escrow_id", "completed_at"),
)
rows = st.lists(st.dictionaries(st.sampled_from(FIELDS), scalars, max_size=6) | scalars, max_size=3)
LISTS = ("orders", "trades", "pending", "filled", "cancelled", "bets", "domains", "escrows")
answers = st.dictionaries(st.sampled_from([*LISTS, *FIELDS]), rows | scalars, max_size=8)


@given(answers, st.sampled_from([GUIDE, LIVE]))
async def test_whatever_the_venue_answers_is_read_or_said_to_be_unreadable(
    answer: dict[str, Any], profile: Any
) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=json.dumps(answer).encode()))
    async with PurpleFlea("pf_live_1", profile=profile, transport=transport, sleep=at_once) as flea:
        found = await read_history(flea, {"esc_1": "creator"}, 0)
    kinds = {reach.kind for reach in found.history.reaches}
    assert {line.kind for line in found.history.lines} <= kinds
    assert len(found.troubles) + len(kinds & {"order", "bet", "domain", "escrow"}) == 4


async def at_once(_: float) -> None:
    """No waiting between two questions."""
