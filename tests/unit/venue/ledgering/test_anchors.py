"""An agent's ledger hands its checkpoints over by itself, and holds those of whoever hires it."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest

from fleaglass.ledger.log import Ledger
from fleaglass.ledger.storage.notes import notes_in
from fleaglass.ledger.tree.checkpoint import Checkpoint
from fleaglass.ledger.tree.note import Note
from fleaglass.testing import Recording
from fleaglass.venue.ledgering.handing import CHECKPOINT_KEY
from fleaglass.venue.sync import PurpleFlea
from tests.support.witnessed import History
from tests.unit.venue.fake import API_KEY, BASE_URL, FakeVenue, body_of, order
from tests.unit.venue.ledgering.pages import Pages

ESCROW = {"escrow_id": "esc_1", "status": "funded", "amount_usd": 25, "counterparty_id": "ag_b"}
COMPLETED = {"escrow_id": "esc_1", "status": "completed"}
ORIGIN = "fleaglass.ledger/test-agent"


@pytest.fixture
def held(tmp_path: Path) -> Path:
    """A file that is an anchor."""
    return tmp_path / "held"


@pytest.fixture
def anchors() -> tuple[str, ...]:
    """The setting; a test may parametrise it. ``HELD`` stands for that file."""
    return ("HELD",)


@pytest.fixture
def fleaglass_settings(fleaglass_settings: dict[str, Any], anchors: tuple[str, ...], held: Path) -> dict[str, Any]:
    lines = [f"file:{held}" if line == "HELD" else line for line in anchors]
    return {**fleaglass_settings, "ledger_anchors": lines}


@pytest.fixture(autouse=True)
def _venue(venue: FakeVenue) -> None:
    venue.on("POST /trading/order", order())
    venue.on("POST /escrow/create", lambda request: {**ESCROW, "metadata": body_of(request).get("metadata")})


async def buys(venue: FakeVenue) -> None:
    async with venue.client() as flea:
        await flea.trading.execute("BTC", "buy", 1, confirm_timeout=0)


async def hires(venue: FakeVenue, metadata: Any = None) -> Any:
    """What the venue got as metadata."""
    async with venue.client() as flea:
        await flea.escrow.create(25, "ag_b", "a report", metadata=metadata)
    return body_of(venue.requests[-1]).get("metadata")


def sizes(file: Path) -> list[int]:
    """Of the checkpoints in a file, if there is one."""
    notes = notes_in(file.read_bytes()) if file.exists() else ()
    return [Checkpoint.parse(Note.parse(note).text).size for note in notes]


BEFORE: set[threading.Thread] = set()
"""Threads that tests of other files have left behind."""


@pytest.fixture(autouse=True)
def _threads_before() -> None:
    BEFORE.clear()
    BEFORE.update(threading.enumerate())


def our_threads() -> list[str]:
    began = set(threading.enumerate()) - BEFORE
    return sorted(thread.name for thread in began if thread.name.startswith("fleaglass-ledger"))


async def test_all_that_was_written_is_anchored_when_the_agent_ends(venue: FakeVenue, pages: Pages, held: Path) -> None:
    await buys(venue)
    size = len(pages.read())
    assert (size, sizes(held)[-1]) == (2, 2)
    assert our_threads() == []


@pytest.mark.parametrize("mode", ["off", "on"])
async def test_what_spends_nothing_anchors_nothing(venue: FakeVenue, record: Recording, tmp_path: Path) -> None:
    venue.on("GET /trading/positions", {"positions": []})
    async with venue.client() as flea:
        await flea.trading.positions()
    record.agent.core.bookkeeping.close()
    assert (os.listdir(tmp_path), our_threads()) == ([], [])


async def test_who_only_asks_about_earlier_runs_anchors_nothing(venue: FakeVenue, pages: Pages, held: Path) -> None:
    async with venue.client() as flea:
        await flea.resolve_ledger()
        assert "fleaglass-ledger-anchor" not in our_threads()
    pages.read()
    assert sizes(held) == []


@pytest.mark.parametrize("anchors", [("hub", "witness http://127.0.0.1:9/ no-vkey", "HELD")])
async def test_an_anchor_that_is_none_is_told_of_and_the_others_work(
    venue: FakeVenue, pages: Pages, held: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await buys(venue)
    pages.read()
    assert sizes(held)[-1] == 2
    first, second = [line for line in caplog.messages if "ledger_anchors" in line]
    about = "the ledger of test-agent: anchor"
    assert first == f"{about} 1 of ledger_anchors is not used: the anchor `hub` needs a hub among the destinations"
    assert second.startswith(f"{about} 2 of ledger_anchors is not used: 'no-vkey'")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_forked_child_anchors_nothing(record: Recording, pages: Pages, held: Path) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=order()))
    flea = PurpleFlea(API_KEY, base_url=BASE_URL, transport=transport)
    flea.trading.execute("BTC", "buy", 1, confirm_timeout=0)
    if (child := os.fork()) == 0:
        record.agent.core.bookkeeping.close()
        os._exit(len(our_threads()))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    pages.read()
    assert sizes(held)[-1] == 2


async def test_with_an_escrow_goes_the_newest_checkpoint_beside_the_trace(
    venue: FakeVenue, record: Recording, pages: Pages
) -> None:
    await buys(venue)
    with record.agent.cycle(), record.agent.handoff("research") as carrier:
        sent = await hires(venue, {"trace_context": carrier, "task": "BTC"})
    assert {"trace_context": sent["trace_context"], "task": sent["task"]} == {"trace_context": carrier, "task": "BTC"}
    note = Note.parse(sent[CHECKPOINT_KEY].encode())
    assert (Checkpoint.parse(note.text).origin, Checkpoint.parse(note.text).size) == (ORIGIN, 2)
    assert [each.name for each in note.signatures] == [ORIGIN]
    assert record.one("pf.escrow.create").attributes["pf.context.propagated"] is True
    intent = pages.of("intent")[-1]
    assert json.loads(pages.disclosed(intent)["metadata"])["task"] == "BTC"


async def test_the_first_spend_of_all_has_no_checkpoint_to_give(venue: FakeVenue, pages: Pages) -> None:
    assert await hires(venue) is None
    assert set(await hires(venue)) == {CHECKPOINT_KEY}
    assert len(pages.read()) == 4


FULL: dict[str, Any] = {"traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}


@pytest.mark.parametrize(
    "metadata",
    [
        {"task": "x" * 2_000},
        {**FULL, **{f"k{number}": 1 for number in range(127)}},
        {CHECKPOINT_KEY: "their own"},
        ["a", "list"],
        "text",
    ],
    ids=["large", "full of entries", "has one", "a list", "text"],
)
async def test_metadata_that_has_no_room_for_it_stays_as_it_is(venue: FakeVenue, pages: Pages, metadata: Any) -> None:
    await buys(venue)
    assert await hires(venue, metadata) == metadata


@pytest.mark.parametrize("anchors", [("none",)])
async def test_none_is_nobody_also_no_counterparty(venue: FakeVenue, pages: Pages, held: Path) -> None:
    await buys(venue)
    assert await hires(venue) is None
    pages.read()
    assert sizes(held) == []


async def test_a_ledger_that_another_process_writes_stops_no_escrow(venue: FakeVenue, pages: Pages) -> None:
    other = pages.hold()
    try:
        assert await hires(venue, {"task": "BTC"}) == {"task": "BTC"}
    finally:
        other.close()


async def test_a_disk_that_is_slow_to_sign_stops_no_escrow(
    venue: FakeVenue, pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    await buys(venue)
    hung = threading.Event()
    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "checkpoint", lambda _: hung.wait() and b"")
        await hires(venue, {"task": "BTC"})
        hung.set()
    assert len(pages.of("outcome")) == 2


THEIRS = [History.of("abc").note(2), History.of("abc").note(3)]


async def test_who_is_hired_keeps_the_hirers_checkpoints(venue: FakeVenue, pages: Pages) -> None:
    notes = [note.decode() for note in (*THEIRS, THEIRS[1])]
    venue.on("GET /escrow/esc_1", *({**ESCROW, "metadata": {CHECKPOINT_KEY: note}} for note in notes))
    venue.on("POST /escrow/esc_1/complete", COMPLETED)
    async with venue.client() as flea:
        for _ in notes:
            await flea.escrow.read("esc_1")
        await flea.escrow.complete("esc_1")
    pages.read()
    (kept,) = pages.layout.foreign_anchors.iterdir()
    assert list(notes_in(kept.read_bytes())) == THEIRS


@pytest.mark.parametrize("theirs", [7, None, "", "no checkpoint", "x" * 5_000, {"a": []}])
async def test_whatever_comes_for_a_checkpoint_harms_nothing(venue: FakeVenue, pages: Pages, theirs: Any) -> None:
    venue.on("GET /escrow", {"escrows": [{**ESCROW, "metadata": {CHECKPOINT_KEY: theirs}}]})
    venue.on("POST /escrow/esc_1/complete", COMPLETED)
    async with venue.client() as flea:
        assert len(await flea.escrow.list()) == 1
        await flea.escrow.complete("esc_1")
    assert len(pages.read()) == 2
    assert not pages.layout.foreign_anchors.exists()


async def test_an_agents_own_checkpoint_is_no_anchor_of_its(venue: FakeVenue, pages: Pages) -> None:
    await buys(venue)
    sent = await hires(venue)
    venue.on("GET /escrow/esc_1", {**ESCROW, "metadata": sent})
    async with venue.client() as flea:
        await flea.escrow.read("esc_1")
    pages.read()
    assert not pages.layout.foreign_anchors.exists()
