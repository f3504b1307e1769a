"""Every fault at every read, in both profiles: it is asked again, then it is no answer, and never a wrong one."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from fleaglass.testing import Recording
from fleaglass.venue import NetworkError, RateLimitedError, Unreachable
from tests.unit.venue.faults.deeds import READS, Deed
from tests.unit.venue.faults.judge import CHANGES, Seen
from tests.unit.venue.faults.money import balance_is_the_books
from tests.unit.venue.faults.scene import Scene, open_scene
from tests.unit.venue.faults.striking import end_of, heal
from tests.unit.venue.town import PROFILES, Profile

FAULTS = (
    "hang",
    "reset",
    "error:429",
    "error:500",
    "error:502",
    "malformed-json",
    "wrong-types",
    "wrong-rows",
    "cancelled",
)
CASES = [
    pytest.param(profile, deed, id=f"{profile}-{deed.name}")
    for profile in PROFILES
    for deed in READS
    if deed.only in {None, profile}
]


async def strike(scene: Scene, deed: Deed, fault: str) -> None:
    if fault == "cancelled":
        assert scene.line is not None
        scene.line.waiting = asyncio.Event()
        fault = "hang"
    await scene.control.faults(*(f"{fault}:{name}" for name in deed.asks or (deed.name,)))


def branch(deed: Deed, fault: str) -> type[Exception]:
    """What it is: a wallet's 502 says that its network is out of reach."""
    if fault == "error:429":
        return RateLimitedError
    return NetworkError if fault == "error:502" and deed.name.startswith("wallet.") else Unreachable


@pytest.mark.parametrize(("profile", "deed"), CASES)
async def test_a_read_is_right_or_no_answer(record: Recording, profile: Profile, deed: Deed) -> None:
    async with open_scene(profile) as scene:
        flea = scene.client(deed.by)
        right = await deed.ask(flea, scene.known)
        for fault in FAULTS:
            if fault == "wrong-rows" and not (isinstance(right, tuple) and right):
                continue  # it lists nothing
            before = await scene.control.books()
            await strike(scene, deed, fault)
            end: Any = None
            with record.agent.cycle() as cycle:
                end = await end_of(scene, deed.ask(flea, scene.known))
                cycle.skip("looked")
            await heal(scene)
            seen = Seen(deed, before, await scene.control.books())
            span = record.named(deed.span)[-1]
            if fault == "cancelled":
                assert isinstance(end, asyncio.CancelledError)
            else:
                assert type(end) is branch(deed, fault), fault
            assert span.status == "error"
            assert "pf.balance_usd" not in span.attributes
            assert "pf.order.state" not in span.attributes
            assert record.named("agent.decision_cycle")[-1].attributes["pf.cycle_outcome"] == "skipped"
            assert not seen.arrived().keys() & CHANGES
            assert max(seen.arrived().values()) <= 3
            assert {**before, "requests": None} == {**seen.after, "requests": None}
        assert flea.unresolved() == ()
        assert await deed.ask(flea, scene.known) == right
        await balance_is_the_books(scene, record)
