"""Errors that are raised, kept, grouped or replaced in odd ways: one failure is still one event."""

from __future__ import annotations

import asyncio
import copy
import gc
import json
import pickle
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from fleaglass.recorder.sentry import Event
from fleaglass.testing import Recording, recording
from tests.unit.recorder.failing import ORDER, PLACEMENT, fail, trader


@pytest.fixture
def record() -> Iterator[Recording]:
    with trader() as record:
        yield record


def test_an_error_raised_in_the_place_of_another_is_no_second_failure(record: Recording) -> None:
    def decide() -> None:
        with record.agent.cycle():
            try:
                with record.agent.stage("order.size"):
                    raise ValueError("cause")
            except ValueError:
                raise RuntimeError("replaced") from None

    with pytest.raises(RuntimeError):
        decide()
    assert len(record.events) == 1


def test_an_error_raised_where_another_was_caught_is_no_second_failure(record: Recording) -> None:
    """With ``from`` or without."""

    def decide() -> None:
        with record.agent.cycle():
            try:
                with record.agent.stage("order.size"):
                    raise ValueError("cause")
            except ValueError:
                raise RuntimeError("gave up")  # noqa: B904  # as programs do

    with pytest.raises(RuntimeError):
        decide()
    (event,) = record.events
    assert event["exception"]["values"][-1]["type"] == "ValueError"


@pytest.mark.parametrize("handle", [lambda text: json.loads(text), None], ids=["in a function", "right there"])
def test_an_error_of_the_handlers_is_a_second_failure(record: Recording, handle: Callable[[str], object]) -> None:
    def decide() -> None:
        with record.agent.cycle():
            try:
                with record.agent.stage("order.size"):
                    raise TypeError("first")
            except TypeError:
                handle("no JSON")

    with pytest.raises((TypeError, ValueError)):
        decide()
    assert len(record.events) == 2


def test_an_exception_that_is_kept_and_raised_again_is_about_what_it_fails_now(record: Recording) -> None:
    error = ValueError("kept in a module")
    fail(record, error, PLACEMENT, **ORDER)
    fail(record, error, "order_polling", **ORDER | {"asset": "ETH"})
    assert [(event["level"], event["tags"]["asset"]) for event in record.events] == [("fatal", "BTC"), ("error", "ETH")]


async def test_what_is_left_of_a_group_is_no_second_failure(record: Recording) -> None:
    """``except*`` raises it as a group of its own, and a member may be raised by itself."""

    async def child(error: Exception) -> None:
        raise error

    async def decide() -> None:
        with record.agent.cycle():
            try:
                with record.agent.stage("signal.analysis"):
                    async with asyncio.TaskGroup() as group:
                        group.create_task(child(ValueError("one")))
                        group.create_task(child(TypeError("two")))
            except* ValueError as group_of_values:
                raise group_of_values.exceptions[0] from None

    with pytest.raises(BaseExceptionGroup):
        await decide()
    (event,) = record.events
    assert [e.name for span in record.spans for e in span.events] == ["exception"]
    assert record.one("pf.signal.analysis").attributes["sentry.event_id"] == event["event_id"]


def test_an_exception_that_went_through_a_span_can_still_be_pickled_and_copied(record: Recording) -> None:
    """A pool of processes sends a worker's error home by pickling it."""
    with pytest.raises(ValueError, match="odd") as caught, record.agent.cycle():
        raise ValueError("odd")
    for again in (pickle.loads(pickle.dumps(caught.value)), copy.deepcopy(caught.value)):
        assert str(again) == "odd"
        record.agent.capture(again)
    assert len(record.events) == 3, "what was remembered of it stays in its process"


def test_an_exception_goes_when_nobody_holds_it(record: Recording) -> None:
    """At once and not when the garbage is collected: its traceback holds the locals of every frame."""

    class Mine(Exception):
        pass

    def fails() -> weakref.ref[Mine]:
        try:
            with record.agent.cycle():
                raise Mine
        except Mine as error:
            return weakref.ref(error)

    gc.disable()
    try:
        assert fails()() is None
    finally:
        gc.enable()


def test_an_exception_whose_response_cannot_be_had_is_reported(record: Recording) -> None:
    class Odd(Exception):
        @property
        def response(self) -> object:
            raise RuntimeError("none yet")

    with pytest.raises(Odd), record.agent.cycle():
        raise Odd
    assert len(record.events) == 1


def test_a_crash_is_never_noise(record: Recording) -> None:
    """Dropped while somebody may still have handled it; then it ended the program."""
    with pytest.raises(TimeoutError) as caught, record.agent.cycle():
        raise TimeoutError
    assert record.events == []
    record.agent.core.reporter.crashed(caught.value, "excepthook")
    (event,) = record.events
    assert event["level"] == "fatal"


def test_a_crash_says_where_it_came_through(record: Recording) -> None:
    """Also when it was dropped there."""
    with (
        pytest.raises(TimeoutError),
        record.agent.session(),
        record.agent.cycle(asset="BTC"),
        record.agent.stage("signal.analysis"),
    ):
        raise TimeoutError
    (event,) = record.events
    span = record.one("pf.signal.analysis")
    assert event["contexts"]["trace"] == {
        "trace_id": span.trace_id,
        "span_id": span.span_id,
        "op": "pf.signal.analysis",
    }
    assert event["tags"]["trade.asset"] == "BTC"


def test_a_hook_that_captures_what_it_is_given_is_not_called_for_that(record: Recording) -> None:
    def hook(event: Event, hint: dict[str, Any]) -> Event:
        assert agent.capture(hint["exc_info"][1]) is None
        return event

    with recording("hooked", before_send=hook) as hooked:
        agent = hooked.agent
        agent.capture(ValueError())
        assert len(hooked.events) == 1


def test_a_function_for_the_state_that_fails_in_a_span_is_asked_once(record: Recording) -> None:
    """It may ask the venue, which may be what is down."""

    def state() -> object:
        asked.append(1)
        with record.agent.stage("market.data"):
            raise ConnectionError("down")

    asked: list[int] = []
    record.agent.state_from(state)
    with pytest.raises(ValueError, match="x"), record.agent.cycle():
        raise ValueError("x")
    assert asked == [1]
    assert [event["exception"]["values"][-1]["type"] for event in record.events] == ["ValueError"]


async def test_the_state_is_that_of_the_cycle_that_failed(record: Recording) -> None:
    async def cycle(asset: str) -> None:
        with record.agent.cycle(asset=asset):
            await asyncio.sleep(0)
            if asset == "BTC":
                record.agent.capture(ValueError())

    await asyncio.gather(cycle("BTC"), cycle("ETH"))
    assert record.events[0]["contexts"]["agent_state"]["current_asset"] == "BTC"


def test_a_context_may_have_any_name(record: Recording) -> None:
    record.agent.capture(ValueError(), error="E42")
    assert record.events[0]["contexts"]["trade_context"] == {"error": "E42"}
