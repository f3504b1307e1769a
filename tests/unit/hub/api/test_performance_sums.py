"""Whatever is asked of a random afternoon, the parts add up to the whole, and the whole is what the books say."""

from __future__ import annotations

import random
from collections.abc import Iterable
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from tests.support.otlp import T0
from tests.unit.hub.api.conftest import MINUTE, Api
from tests.unit.hub.api.test_performance import Put, by_key
from tests.unit.hub.api.trading_story import MINUTES, Story

pytestmark = pytest.mark.parametrize("seed", [1, 2, 3])

FROM, TO = T0 - MINUTE, T0 + (MINUTES + 60) * MINUTE
RANGE = {"from_": FROM, "to": TO}
MONEY = ("net_usd", "pnl_usd", "fees_usd", "slippage_cost_usd", "expected_usd")
COUNTS = ("closed", "bets", "won", "lost", "orders", "filled", "refused", "in_doubt", "slipped", "cycles")


def sums(parts: Iterable[dict[str, Any]]) -> dict[str, Decimal]:
    """What parts come to together."""
    found = list(parts)
    return {name: sum((Decimal(part[name]) for part in found), Decimal(0)) for name in (*MONEY, *COUNTS)}


async def test_it_is_what_the_books_say(api: Api, put: Put, seed: int) -> None:
    story = Story(seed)
    put(*story.requests())
    answer = await api("performance", **RANGE)
    assert {name: Decimal(amount) for name, amount in by_key(answer, "pnl_usd").items()} == story.earned
    assert {name: Decimal(amount) for name, amount in by_key(answer, "fees_usd").items()} == story.paid
    assert by_key(answer, "orders") == story.orders
    statistics = (await api("stats", **RANGE))["totals"]
    for name in ("pnl_usd", "fees_usd", "closed"):
        assert statistics[name] == answer["total"][name], name
    fleet = {agent["agent"]: Decimal(agent["pnl_usd"]) for agent in (await api("agents"))["agents"]}
    assert fleet == story.earned


async def test_however_a_range_is_cut_its_pieces_are_the_whole(api: Api, put: Put, seed: int) -> None:
    """At random, and right where something happens."""
    story, chance = Story(seed), random.Random(seed)
    put(*story.requests())
    starts = [span["start_time_unix_nano"] for _, span in story.spans]
    cuts = sorted({FROM, TO, *chance.sample(starts, 4), *(chance.randrange(FROM, TO) for _ in range(2))})
    whole = await api("performance", **RANGE)
    pieces = [await api("performance", from_=start, to=end) for start, end in pairwise(cuts)]
    assert sums(piece["total"] for piece in pieces) == sums([whole["total"]])
    statistics = [(await api("stats", from_=s, to=e))["totals"] for s, e in pairwise(cuts)]
    for name in ("pnl_usd", "fees_usd"):
        assert sum(Decimal(piece[name]) for piece in statistics) == Decimal(whole["total"][name]), name


async def test_however_it_is_divided_its_groups_are_the_whole(api: Api, put: Put, seed: int) -> None:
    put(*Story(seed).requests())
    whole = sums([(await api("performance", **RANGE))["total"]])
    for by in ("strategy", "asset", "side", "hour", "attr:pf.order_id", "attr:pf.order.state", "attr:pf.nothing"):
        answer = await api("performance", by=by, limit=3, **RANGE)
        groups = [*answer["groups"], *([answer["others"]] if answer["others"] else [])]
        assert sums(groups) == sums([answer["total"]]) == whole, by


async def test_whatever_is_asked_for_alone_is_as_it_is_among_the_others(api: Api, put: Put, seed: int) -> None:
    put(*Story(seed).requests())
    for by, narrowed in (("agent", "agent"), ("asset", "asset")):
        groups = {group["key"]: group for group in (await api("performance", by=by, **RANGE))["groups"]}
        for key in groups.keys() - {None}:
            alone = (await api("performance", **{narrowed: key}, **RANGE))["total"]
            assert sums([alone]) == sums([groups[key]]), (by, key)


async def test_sent_twice_and_in_any_order_it_is_the_same(api: Api, put: Put, seed: int) -> None:
    story = Story(seed)
    put(*story.requests())
    once = [await api("performance", by=by, **RANGE) for by in ("agent", "side")]
    put(*story.requests(times=2))
    again = [await api("performance", by=by, **RANGE) for by in ("agent", "side")]
    assert again == once
