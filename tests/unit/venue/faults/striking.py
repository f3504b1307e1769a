"""The faults, and one deed under one of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from fleaglass.recorder import EndedSpan
from fleaglass.testing import Recording
from tests.unit.venue.faults.deeds import Deed
from tests.unit.venue.faults.judge import Seen, figures, recorded, said, sent_once, true
from tests.unit.venue.faults.scene import Scene

__all__ = ["AT_THE_SANDBOX", "CANCELLED", "FAULTS", "end_of", "heal", "judged", "strike"]

AT_THE_SANDBOX = (
    *("drop-ack", "hang", "reset", "error:429", "error:500", "error:502"),
    *("malformed-json", "wrong-types"),
)
ON_THE_WAY = {
    "done, then 500": (500, b'{"code": "INTERNAL_ERROR", "error": "internal_error"}'),
    "done, then 502 without words": (502, b"<html>Bad Gateway</html>"),
    "done, then {}": (200, b"{}"),
    "done, then 202": (202, b'{"status": "queued"}'),
}
NOT_SENT = {"no connection": httpx.ConnectError("refused")}
CANCELLED = ("cancelled, done", "cancelled, not done")
FAULTS = (*AT_THE_SANDBOX, *ON_THE_WAY, *NOT_SENT, *CANCELLED)


async def strike(scene: Scene, deed: Deed, fault: str) -> None:
    """Let the fault strike the deed's own request."""
    if fault in AT_THE_SANDBOX:
        await scene.control.faults(f"{fault}:{deed.name}")
        return
    line = scene.line
    assert line is not None, "only the sandbox's own faults are to be had at a distance"
    if fault in ON_THE_WAY:
        status, content = ON_THE_WAY[fault]
        line.instead = lambda _: httpx.Response(status, content=content)
    elif fault in NOT_SENT:
        line.before = NOT_SENT[fault]
    else:
        line.waiting = asyncio.Event()
        if fault == "cancelled, done":
            await scene.control.faults(f"hang:{deed.name}")
        else:
            line.before = asyncio.CancelledError()


async def heal(scene: Scene) -> None:
    """No more faults."""
    await scene.control.faults()
    if scene.line is not None:
        scene.line.instead = scene.line.before = scene.line.waiting = None


async def end_of(scene: Scene, asking: Awaitable[Any]) -> Any:
    """What it gives, or the exception that it ends with; cancelled where the fault is that."""
    task = asyncio.ensure_future(asking)
    if scene.line is not None and scene.line.waiting is not None:
        await scene.line.waiting.wait()
        task.cancel()
    return (await asyncio.gather(task, return_exceptions=True))[0]


async def judged(
    scene: Scene, record: Recording, deed: Deed, fault: str, ask: Callable[[], Awaitable[Any]]
) -> tuple[Any, Seen, EndedSpan]:
    """Do it in a cycle under the fault, and hold against the books what was said, recorded and sent."""
    before = await scene.control.books()
    await strike(scene, deed, fault)
    end: Any = None
    try:
        with record.agent.cycle():
            end = await end_of(scene, ask())
            if isinstance(end, BaseException):
                raise end
    except BaseException as error:
        if error is not end:
            raise
    await heal(scene)
    seen = Seen(deed, before, await scene.control.books())
    span = record.named(deed.span)[-1]
    sent_once(seen)
    assert said(end) == recorded(span)
    true(said(end), seen)
    figures(span, seen)
    outcome = record.named("agent.decision_cycle")[-1].attributes["pf.cycle_outcome"]
    assert (outcome == "unknown") == (said(end) == "unknown")
    if said(end) == "no":
        assert outcome in {"rejected", "failed"}
    if said(end) == "yes":
        assert outcome in {"order_placed", "completed"}
    return end, seen, span
