"""The same of a program that asks by itself: its exceptions stay its own, nothing is ever asked that it did not ask.

There is no looking afterwards here, so what was lost is recorded as unknown, and nothing else as that.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from fleaglass.testing import Recording
from fleaglass.venue import GUIDE, LIVE, live_at
from fleaglass.venue.instrument import Deployment, instrument, uninstrument
from tests.unit.venue.faults.deeds import SPENDS, Deed
from tests.unit.venue.faults.judge import Seen, figures, recorded, sent_once, true
from tests.unit.venue.faults.scene import Scene, open_scene
from tests.unit.venue.faults.striking import CANCELLED, end_of, heal, strike
from tests.unit.venue.town import PROFILES, ROOT, Profile

FAULTS = ("drop-ack", "reset", "error:429", "error:500", "wrong-types", *CANCELLED)
REFUSED = {"error:429"}


class Overheard(httpx.AsyncBaseTransport):
    """Lets reads through, and keeps the first other request from ever leaving."""

    def __init__(self, line: httpx.AsyncBaseTransport) -> None:
        self._line = line
        self.request: httpx.Request | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return await self._line.handle_async_request(request)
        self.request = request
        raise httpx.ConnectError("overheard")


async def said_by_the_client(scene: Scene, deed: Deed) -> httpx.Request:
    """The request that our client would make for it."""
    assert scene.line is not None
    overheard = Overheard(scene.line)
    await end_of(scene, deed.ask(scene.client(deed.by, transport=overheard), scene.known))
    assert overheard.request is not None
    return overheard.request


@pytest.fixture
def watched(record: Recording) -> Iterator[Recording]:
    """What the agent recorded of a program whose calls in both profiles are watched."""
    both = [Deployment(GUIDE, base_url=f"{ROOT}/v1"), Deployment(LIVE, services=live_at(f"{ROOT}/live"))]
    instrument(deployments=both)
    try:
        yield record
    finally:
        uninstrument()


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("deed", SPENDS, ids=lambda deed: deed.name)
@pytest.mark.parametrize("profile", PROFILES)
async def test_the_record_is_true(watched: Recording, profile: Profile, deed: Deed, fault: str) -> None:
    async with open_scene(profile) as scene:
        asked = await said_by_the_client(scene, deed)
        headers = {name: asked.headers[name] for name in ("authorization", "content-type") if name in asked.headers}
        watched.spans.clear()
        before = await scene.control.books()
        await strike(scene, deed, fault)
        async with httpx.AsyncClient(transport=scene.line) as http:
            with watched.agent.cycle():
                end: Any = await end_of(
                    scene, http.request(asked.method, asked.url, headers=headers, content=asked.content)
                )
        await heal(scene)
        seen = Seen(deed, before, await scene.control.books())
        sent_once(seen)
        assert sum(seen.arrived().values()) <= 1
        assert type(end).__module__.partition(".")[0] in {"httpx", "asyncio"}
        (span,) = [one for one in watched.spans if one.name.startswith("pf.")]
        assert span.name == deed.span
        assert recorded(span) == ("no" if fault in REFUSED else "unknown")
        true(recorded(span), seen)
        figures(span, seen)
        outcome = watched.one("agent.decision_cycle").attributes["pf.cycle_outcome"]
        assert outcome == ("rejected" if fault in REFUSED else "unknown")


@pytest.mark.parametrize("deed", SPENDS, ids=lambda deed: deed.name)
@pytest.mark.parametrize("profile", PROFILES)
async def test_without_a_fault_it_is_known(watched: Recording, profile: Profile, deed: Deed) -> None:
    async with open_scene(profile) as scene:
        asked = await said_by_the_client(scene, deed)
        headers = {name: asked.headers[name] for name in ("authorization", "content-type") if name in asked.headers}
        watched.spans.clear()
        before = await scene.control.books()
        async with httpx.AsyncClient(transport=scene.line) as http:
            with watched.agent.cycle():
                await http.request(asked.method, asked.url, headers=headers, content=asked.content)
        seen = Seen(deed, before, await scene.control.books())
        (span,) = [one for one in watched.spans if one.name.startswith("pf.")]
        assert recorded(span) == "yes"
        true("yes", seen)
        figures(span, seen)
