"""Faults over real sockets, at a sandbox in a process of its own: what is recorded is what its books say.

Every fault at every operation is in tests/unit/venue/faults, without sockets. Here are those that only a socket can
show: an answer that never comes, a connection that is closed or reset, and a task that is cancelled meanwhile.
"""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
import requests

from fleaglass.testing import Recording
from fleaglass.venue import GUIDE, OutcomeUnknown, PurpleFlea, Unreachable
from fleaglass.venue.instrument import Deployment, instrument, uninstrument
from fleaglass.venue.sync import PurpleFlea as SyncPurpleFlea
from tests.support.processes import FLEAGLASS
from tests.unit.venue.faults.deeds import Deed, deed
from tests.unit.venue.faults.judge import Seen, figures, recorded, said, sent_once, true
from tests.unit.venue.faults.money import balance_is_the_books
from tests.unit.venue.faults.scene import Control, Scene, furnish
from tests.unit.venue.faults.striking import judged
from tests.unit.venue.town import PROFILES, Profile

pytestmark = pytest.mark.integration

QUICK: dict[str, Any] = {"timeout": 0.25, "resolve_timeout": 0.3}
DEEDS = ("trading.order", "escrow.create", "wallet.send")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[str]:
    """The address of one whose prices stand still."""
    command = [*FLEAGLASS, "sandbox", "--port", "0", "--json", "--speed", "0", "--rate-limit", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield json.loads(process.stdout.readline())["url"]
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


@pytest.fixture
def record(fleaglass_recording: Recording) -> Recording:
    """What the agent recorded; making events of errors would take longer than all else here."""
    fleaglass_recording.sentry.active = False  # type: ignore[misc]
    return fleaglass_recording


@pytest.fixture
async def control(sandbox: str) -> AsyncIterator[Control]:
    async with httpx.AsyncClient(base_url=sandbox, timeout=5) as http:
        control = Control(http)
        yield control
        await control.faults()


async def furnished(control: Control, profile: Profile) -> Scene:
    """Accounts whose agents have what they have since long before the agent under test began."""
    scene = await furnish(control, profile)
    (await control.http.post("/_sandbox/clock", json={"seconds": 3_600})).raise_for_status()
    return scene


@pytest.mark.parametrize("fault", ["hang", "reset", "drop-ack"])
@pytest.mark.parametrize("name", DEEDS)
@pytest.mark.parametrize("profile", PROFILES)
async def test_a_lost_answer(control: Control, record: Recording, profile: Profile, name: str, fault: str) -> None:
    scene, one = await furnished(control, profile), deed(name)
    async with scene.client(one.by, **QUICK) as flea:
        end, seen, _ = await judged(scene, record, one, fault, lambda: one.ask(flea, scene.known))
        if one.found in flea._calls.profile.endpoints:
            assert said(end) == ("no" if fault == "reset" else "yes")
        else:
            assert type(end) is OutcomeUnknown
        assert bool(seen.new) == (fault != "reset")
    await balance_is_the_books(scene, record)


@pytest.mark.parametrize("fault", ["error:429", "error:500", "malformed-json", "wrong-types"])
async def test_an_answer_of_no_use(control: Control, record: Recording, fault: str) -> None:
    scene, bet = await furnished(control, "guide"), deed("casino.bet")
    async with scene.client("ada", **QUICK) as flea:
        end, _, _ = await judged(scene, record, bet, fault, lambda: bet.ask(flea, scene.known))
    assert said(end) == ("no" if fault.startswith("error") else "yes")
    await balance_is_the_books(scene, record)


@pytest.mark.parametrize("profile", PROFILES)
async def test_a_task_that_is_cancelled(control: Control, record: Recording, profile: Profile) -> None:
    """By a timeout of the agent's own, while the answer to its order does not come."""
    scene, order = await furnished(control, profile), deed("trading.order")
    before = await control.books()
    await control.faults("hang:trading.order")
    async with scene.client("ada") as flea:
        with pytest.raises(TimeoutError), record.agent.cycle():
            async with asyncio.timeout(0.4):
                await order.ask(flea, scene.known)
        await control.faults()
        seen = Seen(order, before, await control.books())
        sent_once(seen)
        assert recorded(record.one("pf.trade.execute")) == "unknown"
        assert record.one("agent.decision_cycle").attributes["pf.cycle_outcome"] == "unknown"
        (lost,) = flea.unresolved()
        found = await flea.resolve(lost)
        assert found.order_id in seen.new
        assert flea.unresolved() == ()


@pytest.mark.parametrize("fault", ["hang", "reset"])
async def test_the_blocking_client(control: Control, record: Recording, fault: str) -> None:
    scene, order = await furnished(control, "guide"), deed("trading.order")
    before = await control.books()
    await control.faults(f"{fault}:trading.order")

    def place() -> Any:
        with SyncPurpleFlea(**scene.options("ada"), **QUICK) as flea:
            try:
                return order.ask(flea, scene.known)
            except Exception as error:
                return error

    with record.agent.cycle():
        end = await asyncio.to_thread(place)
    _settled(record, order, before, await control.books(), said(end), fault)


async def test_a_client_that_outlives_its_event_loop(control: Control, record: Recording) -> None:
    """A program may keep its client and call ``asyncio.run`` for every cycle."""
    scene, order = await furnish(control, "guide"), deed("trading.order")
    before = await control.books()

    def cycles() -> list[str]:
        flea = PurpleFlea(**scene.options("ada"), **QUICK)

        async def cycle() -> Any:
            with record.agent.cycle():
                return (await order.ask(flea, scene.known)).state

        async def last() -> None:
            await flea.close()
            with pytest.raises(Unreachable, match="the client is closed"):
                await flea.trading.positions()

        states = [asyncio.run(cycle()) for _ in range(3)]
        asyncio.run(last())
        return states

    assert await asyncio.to_thread(cycles) == ["filled"] * 3
    assert len(Seen(order, before, await control.books()).new) == 3


def _settled(record: Recording, one: Deed, before: Any, after: Any, claim: str, fault: str) -> None:
    seen, span = Seen(one, before, after), record.one(one.span)
    sent_once(seen)
    assert claim == recorded(span) == ("no" if fault == "reset" else "yes")
    true(recorded(span), seen)
    figures(span, seen)


@pytest.mark.parametrize("library", ["httpx", "requests"])
@pytest.mark.parametrize("fault", ["hang", "reset", "drop-ack"])
async def test_a_program_that_asks_by_itself(control: Control, record: Recording, library: str, fault: str) -> None:
    """Its own exception reaches it, and the record says that nobody knows."""
    scene, order = await furnished(control, "guide"), deed("trading.order")
    before = await control.books()
    await control.faults(f"{fault}:trading.order")
    with pytest.raises((httpx.TransportError, requests.RequestException)), record.agent.cycle():
        await asyncio.to_thread(_ask, library, scene)
    seen, span = Seen(order, before, await control.books()), record.one("pf.trade.execute")
    sent_once(seen)
    assert sum(seen.arrived().values()) == 1
    assert recorded(span) == "unknown"
    assert record.one("agent.decision_cycle").attributes["pf.cycle_outcome"] == "unknown"


def _ask(library: str, scene: Scene) -> None:
    access = scene.options("ada")
    headers = {"Authorization": f"Bearer {access['api_key']}"}
    asked = {"asset": "ETH", "side": "buy", "quantity": 0.1, "order_type": "market"}
    post = httpx.post if library == "httpx" else requests.post
    instrument(deployments=[Deployment(GUIDE, base_url=access["base_url"])])
    try:
        post(f"{access['base_url']}/trading/order", json=asked, headers=headers, timeout=0.25)
    finally:
        uninstrument()
