"""What is too much is refused before it is read, whose it is is known, and others have the loop in between."""

from __future__ import annotations

import asyncio
import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.hub.receive import Reception, reception
from fleaglass.hub.receive.otlp import Malformed, parse
from fleaglass.hub.receive.quota import BURST_S, Quota
from fleaglass.hub.receive.reception import OverQuota
from fleaglass.hub.receive.sender import sender_in
from fleaglass.hub.refusals import Refusals
from fleaglass.hub.store import Batch, Busy, Signal
from tests.support.otlp import gauge, key_values, logs, traces


class FakeStore:
    """Takes batches unless their sender is `full`."""

    def __init__(self, full: str | None = None) -> None:
        self.full = full
        self.batches: list[Batch] = []

    def check_room(self, sender: str, size: int) -> None:
        if sender == self.full:
            raise Busy("full", 3.0)

    async def submit(self, batch: Batch) -> None:
        self.batches.append(batch)


def made(store: FakeStore, quota: Quota | None = None) -> Reception:
    return Reception(store, Refusals(now_ns=lambda: 0), quota or Quota(None))  # type: ignore[arg-type]


def of(agent: str, spans: int = 1) -> bytes:
    return traces(*[{}] * spans, resource={"service.name": "svc", "pf.agent_id": agent}).SerializeToString()


RESOURCES = [
    ({"pf.agent_id": "a", "service.name": "b"}, "a"),
    ({"service.name": "b"}, "b"),
    ({"pf.agent_id": "", "service.name": "b"}, "b"),
    ({"pf.agent_id": 7}, ""),
    ({}, ""),
    ({"pf.agent_id": "x" * 300}, "x" * 200),
]


@pytest.mark.parametrize(("resource", "sender"), RESOURCES)
def test_a_requests_sender_is_its_agent_parsed_or_not(resource: dict[str, object], sender: str) -> None:
    for signal, request in (("traces", traces({}, resource=resource)), ("logs", logs({}, resource=resource))):
        body = request.SerializeToString()
        assert sender_in(body) == sender
        assert parse(signal, body).sender == sender  # type: ignore[arg-type]


def test_metrics_have_a_sender_too() -> None:
    assert parse("metrics", gauge("a", 1.0).SerializeToString()).sender == "svc"


def test_of_several_agents_in_one_request_the_first_that_is_named_is_the_sender() -> None:
    request = traces({}, resource={})
    request.resource_spans.add().resource.attributes.extend(key_values({"pf.agent_id": "second"}))
    assert sender_in(request.SerializeToString()) == "second"


@given(body=st.binary(max_size=200))
def test_bytes_that_are_no_request_have_no_sender_and_raise_nothing(body: bytes) -> None:
    assert isinstance(sender_in(body), str)


@given(cut=st.integers(0, 400))
def test_a_request_that_is_cut_off_is_malformed_and_nothing_else(cut: int) -> None:
    whole = of("a", 3)
    body = whole[: min(cut, len(whole) - 1)]
    sender_in(body)
    with contextlib.suppress(Malformed):
        parse("traces", body)


async def test_what_there_is_no_room_for_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    store = FakeStore(full="runaway")
    taking = made(store)

    def must_not(signal: Signal, body: bytes) -> Batch:
        raise AssertionError("it was parsed")

    with monkeypatch.context() as patch:
        patch.setattr(reception, "parse", must_not)
        with pytest.raises(Busy):
            await taking.take("traces", of("runaway"))
    await taking.take("traces", of("quiet"))
    assert [batch.sender for batch in store.batches] == ["quiet"]
    [row] = taking.refusals.rows()
    assert (row.agent, row.kind, row.reason, row.requests) == ("runaway", "traces", "busy", 1)


async def test_an_agent_over_its_quota_waits_and_the_others_do_not() -> None:
    store, now = FakeStore(), [0.0]
    taking = made(store, Quota(2, lambda: now[0]))
    await taking.take("traces", of("a", spans=int(2 * BURST_S) + 3))
    with pytest.raises(OverQuota, match="a sends more than 2 spans/s") as refused:
        await taking.take("traces", of("a"))
    assert refused.value.retry_after_s == 1.5
    await taking.take("traces", of("b"))
    now[0] = refused.value.retry_after_s
    await taking.take("traces", of("a"))
    assert [batch.sender for batch in store.batches] == ["a", "b", "a"]
    assert [row.reason for row in taking.refusals.rows()] == ["quota"]


async def test_a_quota_of_spans_is_not_one_of_logs() -> None:
    store = FakeStore()
    taking = made(store, Quota(0.001, lambda: 0.0))
    await taking.take("traces", of("svc", spans=9))
    await taking.take("logs", logs({}).SerializeToString())
    assert len(store.batches) == 2


async def test_a_hundred_bodies_of_one_sender_hold_another_up_for_one_of_them() -> None:
    store = FakeStore()
    taking = made(store)
    await asyncio.gather(
        *(taking.take("traces", of("runaway")) for _ in range(100)), taking.take("traces", of("quiet"))
    )
    assert [batch.sender for batch in store.batches].index("quiet") <= 1
