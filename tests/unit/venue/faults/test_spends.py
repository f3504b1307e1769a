"""Every fault at every operation that may move money, in both profiles.

Whatever happens to the answer: the agent and the record are told the truth or that it is not known, what can be found
out is found out, the balance that is recorded afterwards is the books' own, and one request was sent.
"""

from __future__ import annotations

from typing import Any

import pytest

from fleaglass.sandbox.operations import OPERATIONS
from fleaglass.testing import Recording
from fleaglass.venue import NotPlacedError, OutcomeUnknown, PurpleFlea, RateLimitedError
from fleaglass.venue.sending import LONGEST_DELAY_S
from tests.unit.venue.faults.deeds import SPENDS, Deed
from tests.unit.venue.faults.judge import Seen, recorded, said, sent_once, true
from tests.unit.venue.faults.money import balance_is_the_books
from tests.unit.venue.faults.scene import Scene, open_scene
from tests.unit.venue.faults.striking import CANCELLED, FAULTS, end_of, heal, judged
from tests.unit.venue.town import PROFILES, Profile

FOUND = tuple(deed for deed in SPENDS if deed.found)


def findable(flea: PurpleFlea, deed: Deed) -> bool:
    """Whether there is a list to look in."""
    return flea._calls.has(deed.found or "")


async def settled(scene: Scene, flea: PurpleFlea, record: Recording, lost: OutcomeUnknown) -> Any:
    """What a look gives when nothing can happen any more."""
    scene.pass_time(LONGEST_DELAY_S)
    with record.agent.cycle():
        try:
            return await flea.resolve(lost)
        except (NotPlacedError, OutcomeUnknown) as error:
            return error


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("deed", SPENDS, ids=lambda deed: deed.name)
@pytest.mark.parametrize("profile", PROFILES)
async def test_the_record_is_true(record: Recording, profile: Profile, deed: Deed, fault: str) -> None:
    async with open_scene(profile) as scene:
        flea = scene.client(deed.by)
        end, seen, _ = await judged(scene, record, deed, fault, lambda: deed.ask(flea, scene.known))
        if findable(flea, deed) and fault not in CANCELLED:
            assert said(end) != "unknown"
        if fault == "error:429":
            assert type(end) is RateLimitedError
        left = flea.unresolved()
        assert len(left) == (said(end) == "unknown")
        for lost in left:
            known = await settled(scene, flea, record, lost)
            true(said(known), seen)
            assert (said(known) != "unknown") == findable(flea, deed)
        sent_once(Seen(deed, seen.before, await scene.control.books()))
        await balance_is_the_books(scene, record)


def reads_of(service: str) -> list[str]:
    """The reads in which a lost answer is found out; not the price, without which no order leaves by ``live``."""
    return [
        one.name for one in OPERATIONS if one.service == service and not one.changes and one.name != "trading.market"
    ]


@pytest.mark.parametrize(
    ("fault", "reads"), [("drop-ack", "wrong-types"), ("reset", "wrong-types"), ("reset", "malformed-json")]
)
@pytest.mark.parametrize("deed", FOUND, ids=lambda deed: deed.name)
@pytest.mark.parametrize("profile", PROFILES)
async def test_what_cannot_be_looked_up_stays_unknown_until_it_can(
    record: Recording, profile: Profile, deed: Deed, fault: str, reads: str
) -> None:
    async with open_scene(profile) as scene:
        flea = scene.client(deed.by)
        before = await scene.control.books()
        service = deed.name.partition(".")[0]
        await scene.control.faults(f"{fault}:{deed.name}", *(f"{reads}:{name}" for name in reads_of(service)))
        with record.agent.cycle():
            end = await end_of(scene, deed.ask(flea, scene.known))
        await heal(scene)
        seen = Seen(deed, before, await scene.control.books())
        sent_once(seen)
        if deed.name not in seen.arrived():  # by `live` the position is looked up first
            assert (profile, deed.name, said(end)) == ("live", "trading.close", "no")
            return
        assert type(end) is OutcomeUnknown
        assert recorded(record.named(deed.span)[-1]) == "unknown"
        (lost,) = flea.unresolved()
        assert lost is end
        known = await settled(scene, flea, record, lost)
        true(said(known), seen)
        if findable(flea, deed):
            assert said(known) == ("yes" if fault == "drop-ack" else "no")
            assert flea.unresolved() == ()
        sent_once(Seen(deed, before, await scene.control.books()))


@pytest.mark.parametrize(
    "name",
    ["trading.order", "trading.limit", "trading.close", "escrow.create", "casino.bet", "domains.register"],
)
@pytest.mark.parametrize("profile", PROFILES)
async def test_lines_that_cannot_be_read_do_not_say_that_nothing_happened(
    record: Recording, profile: Profile, name: str
) -> None:
    deed = next(one for one in SPENDS if one.name == name)
    async with open_scene(profile) as scene:
        flea = scene.client(deed.by)
        reads = [f"wrong-rows:{one}" for one in reads_of(name.partition(".")[0]) if one != "trading.positions"]
        before = await scene.control.books()
        await scene.control.faults(f"drop-ack:{name}", *reads)
        with record.agent.cycle():
            end = await end_of(scene, deed.ask(flea, scene.known))
        await heal(scene)
        seen = Seen(deed, before, await scene.control.books())
        assert type(end) is OutcomeUnknown
        assert recorded(record.named(deed.span)[-1]) == "unknown"
        assert len(seen.new) == 1
        if findable(flea, deed):
            assert said(await settled(scene, flea, record, end)) == "yes"


@pytest.mark.parametrize("ahead_s", [-7_200, 7_200])
@pytest.mark.parametrize("fault", ["drop-ack", "reset"])
@pytest.mark.parametrize("name", ["trading.order", "trading.close", "escrow.create", "casino.bet"])
@pytest.mark.parametrize("profile", PROFILES)
async def test_a_clock_that_is_wrong_changes_nothing(
    record: Recording, profile: Profile, name: str, fault: str, ahead_s: float
) -> None:
    """Its first answer is the lost one, so the client does not know the venue's time when it begins to look."""
    deed = next(one for one in SPENDS if one.name == name)
    async with open_scene(profile, clock_ns=record.clock.wall_ns() + round(ahead_s * 1e9)) as scene:
        flea = scene.client(deed.by, resolve_timeout=0.1)  # time for one look
        end, _, _ = await judged(scene, record, deed, fault, lambda: deed.ask(flea, scene.known))
        if findable(flea, deed):
            assert said(end) == ("yes" if fault == "drop-ack" else "no")
