"""The same through the blocking face: one implementation, so a few faults at every operation will do."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import httpx
import pytest

from fleaglass.testing import Recording
from fleaglass.venue.sync import PurpleFlea
from tests.unit.venue.faults.deeds import SPENDS, Deed
from tests.unit.venue.faults.judge import Seen, figures, recorded, said, sent_once, true
from tests.unit.venue.faults.line import Line
from tests.unit.venue.faults.scene import Scene, open_scene
from tests.unit.venue.faults.striking import heal, strike
from tests.unit.venue.town import PROFILES, Profile


class Blocking(httpx.BaseTransport):
    """The line, for a client that blocks. ``interrupted``: Ctrl-C is what ends the wait for a lost answer."""

    def __init__(self, line: Line, runner: asyncio.Runner, *, interrupted: bool) -> None:
        self._line, self._runner, self._interrupted = line, runner, interrupted

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        try:
            return self._runner.run(self._carried(request))
        except httpx.ReadTimeout:
            if self._interrupted:
                raise KeyboardInterrupt from None
            raise

    async def _carried(self, request: httpx.Request) -> httpx.Response:
        answer = await self._line.handle_async_request(request)
        return httpx.Response(answer.status_code, headers=answer.headers, content=await answer.aread())


def ended(flea: PurpleFlea, scene: Scene, deed: Deed) -> Any:
    """The deed's result, or the exception that it ended with."""
    try:
        return deed.ask(flea, scene.known)
    except BaseException as error:
        return error


@pytest.mark.parametrize("fault", ["drop-ack", "reset", "wrong-types", "interrupted"])
@pytest.mark.parametrize("deed", SPENDS, ids=lambda deed: deed.name)
@pytest.mark.parametrize("profile", PROFILES)
def test_the_record_is_true(record: Recording, profile: Profile, deed: Deed, fault: str) -> None:
    with asyncio.Runner() as runner, contextlib.ExitStack() as closing:
        scene = runner.run((opened := open_scene(profile)).__aenter__())
        closing.callback(lambda: runner.run(opened.__aexit__(None, None, None)))
        assert scene.line is not None
        transport = Blocking(scene.line, runner, interrupted=fault == "interrupted")
        flea = PurpleFlea(
            transport=transport,
            monotonic=lambda: scene.now_s[0],
            sleep=lambda seconds: scene.now_s.__setitem__(0, scene.now_s[0] + seconds),
            resolve_timeout=1.0,
            **scene.options(deed.by),
        )
        before = runner.run(scene.control.books())
        runner.run(strike(scene, deed, "hang" if fault == "interrupted" else fault))
        with record.agent.cycle():
            end = ended(flea, scene, deed)
        runner.run(heal(scene))
        seen = Seen(deed, before, runner.run(scene.control.books()))
        sent_once(seen)
        span = record.named(deed.span)[-1]
        assert said(end) == recorded(span)
        true(said(end), seen)
        figures(span, seen)
        assert isinstance(end, KeyboardInterrupt) == (fault == "interrupted")
        if deed.found in flea._calls.profile.endpoints and fault != "interrupted":
            assert said(end) == ("no" if fault == "reset" else "yes")
        outcome = record.one("agent.decision_cycle").attributes["pf.cycle_outcome"]
        assert (outcome == "unknown") == (said(end) == "unknown") == bool(flea.unresolved())
