"""Defects 21 to 30: errors on their way to Sentry."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import httpx
import pytest
import sentry_sdk
from sentry_sdk.integrations.dedupe import DedupeIntegration
from sentry_sdk.integrations.logging import EventHandler

from fleaglass import NoiseRule
from fleaglass.testing import Recording, recording
from fleaglass.venue import InsufficientMarginError, OrderRejectedError, RiskLimitBreachError, TradingError
from tests.defects.raw import raw_sentry

Event = dict[str, Any]
MARGIN = InsufficientMarginError


@pytest.fixture
def record() -> Iterator[Recording]:
    with recording("vol-arb-1") as record:
        yield record


def raised(error: BaseException) -> BaseException:
    """With a traceback, as Sentry gets it."""
    try:
        raise error
    except BaseException as caught:
        return caught


def from_elsewhere(error: BaseException) -> BaseException:
    """The same, raised at another place."""
    try:
        raise error
    except BaseException as caught:
        return caught


def fail(record: Recording, error: BaseException) -> None:
    """An error leaves a cycle."""
    with pytest.raises(type(error)), record.agent.cycle():
        raise error


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_d21_raw_what_is_set_on_the_configured_scope_stays_for_unrelated_errors() -> None:
    with raw_sentry() as sent:
        with sentry_sdk.configure_scope() as scope:
            scope.fingerprint = ["margin", "BTC"]
            scope.set_tag("trade.asset", "BTC")
            sentry_sdk.capture_exception(raised(ValueError("margin")))
        sentry_sdk.capture_exception(raised(KeyError("unrelated")))
    _, unrelated = sent.events
    assert (unrelated["fingerprint"], unrelated["tags"]) == (["margin", "BTC"], {"trade.asset": "BTC"})


def test_d21_ours_an_events_tags_and_fingerprint_are_its_own(record: Recording) -> None:
    fail(record, MARGIN("too low", asset="BTC", phase="order_placement"))
    fail(record, KeyError("unrelated"))
    margin, unrelated = record.events
    assert margin["tags"]["trade.asset"] == "BTC"
    assert "fingerprint" not in unrelated
    assert not [tag for tag in unrelated["tags"] if tag.startswith("trade.")]


def group_of(event: Event) -> tuple[str, ...]:
    """The group a server puts an event into: ``{{ default }}`` stands for a hash of the stack trace."""
    frames = event["exception"]["values"][-1]["stacktrace"]["frames"]
    stack = hashlib.sha256(repr([(frame["function"], frame["context_line"]) for frame in frames]).encode()).hexdigest()
    return tuple(part.replace("{{ default }}", stack) for part in event.get("fingerprint", ["{{ default }}"]))


def test_d22_raw_with_the_default_in_the_fingerprint_one_error_is_as_many_issues_as_places() -> None:
    with raw_sentry() as sent, sentry_sdk.new_scope() as scope:
        scope.fingerprint = ["{{ default }}", "MarginError", "BTC"]
        sentry_sdk.capture_exception(raised(ValueError("margin")))
        sentry_sdk.capture_exception(from_elsewhere(ValueError("margin")))
    first, second = sent.events
    assert group_of(first) != group_of(second)


def test_d22_ours_an_error_is_one_issue_for_each_asset_and_phase(record: Recording) -> None:
    fail(record, MARGIN("x", asset="BTC", phase="order_placement"))
    with pytest.raises(MARGIN), record.agent.cycle(), record.agent.stage("another.place"):
        raise MARGIN("y", asset="BTC", phase="order_placement")
    fail(record, MARGIN("x", asset="ETH", phase="order_placement"))
    fail(record, MARGIN("x", asset="BTC", phase="balance_polling"))
    groups = [group_of(event) for event in record.events]
    assert groups == [
        ("InsufficientMarginError", "BTC", "order_placement"),
        ("InsufficientMarginError", "BTC", "order_placement"),
        ("InsufficientMarginError", "ETH", "order_placement"),
        ("InsufficientMarginError", "BTC", "balance_polling"),
    ]


class PoolTimeout(TimeoutError):
    """A library's own kind of timeout."""


def test_d23_raw_a_class_is_not_called_what_it_is_imported_as() -> None:
    noise = {"asyncio.TimeoutError", "httpx.RemoteProtocolError"}
    assert asyncio.TimeoutError is TimeoutError
    assert not {type(error).__name__ for error in (TimeoutError(), httpx.RemoteProtocolError("x"))} & noise


@pytest.mark.parametrize("error", [TimeoutError(), PoolTimeout(), httpx.RemoteProtocolError("x")])
def test_d23_ours_noise_is_known_by_its_class(record: Recording, error: Exception) -> None:
    fail(record, error)
    assert record.events == []
    record.agent.phase("order_placement")
    fail(record, type(error)("again"))
    assert len(record.events) == 1


def test_d23_ours_noise_is_the_authors_to_define() -> None:
    with recording(noise=[NoiseRule((OrderRejectedError,), phases=("order_polling",))]) as record:
        fail(record, OrderRejectedError("x", phase="order_polling"))
        fail(record, OrderRejectedError("x", phase="escrow_creation"))
        fail(record, TimeoutError("no rule says so"))
    assert len(record.events) == 2


def test_d24_raw_a_hook_that_expects_tags_to_be_a_mapping_loses_the_event() -> None:
    def hook(event: Event, hint: dict[str, Any]) -> Event:
        event["level"] = "fatal" if event.get("tags", {}).get("trade.phase") else "error"
        return event

    with raw_sentry(before_send=hook) as sent:
        sentry_sdk.capture_event({"message": "mapping", "tags": {"trade.phase": "order_placement"}})
        sentry_sdk.capture_event({"message": "pairs", "tags": [["trade.phase", "order_placement"]]})
    assert [event["message"] for event in sent.events] == ["mapping"]


def test_d24_ours_tags_are_a_mapping_and_what_a_hook_makes_of_them_is_its_own_affair() -> None:
    seen: list[object] = []

    def hook(event: Event, hint: dict[str, Any]) -> Event:
        seen.append(event["tags"]["agent_id"])
        event["tags"] = [["strategy", "pairs"]]
        return event

    def next_hook(event: Event, hint: dict[str, Any]) -> Event:
        event["level"] = event["tags"].get("level")  # fails: they are pairs by now
        return event

    with recording("vol-arb-1", before_send=[hook, next_hook]) as record:
        record.agent.capture(ValueError("x"))
    assert seen == ["vol-arb-1"]
    assert [event["tags"] for event in record.events] == [[["strategy", "pairs"]]]


def broken(event: Event, hint: dict[str, Any]) -> Event:
    event["tags"] = None
    raise LookupError("agent_state is not there yet")


def test_d25_raw_an_event_whose_hook_fails_is_lost() -> None:
    with raw_sentry(before_send=broken) as sent:
        assert sentry_sdk.capture_exception(raised(ValueError("margin"))) is None
    assert sent.events == []


def test_d25_ours_an_event_outlives_hooks_rules_and_state_that_fail(caplog: pytest.LogCaptureFixture) -> None:
    def state() -> object:
        raise LookupError("not there yet")

    def rule(failure: object) -> bool:
        raise LookupError("no idea")

    with recording("vol-arb-1", before_send=[broken], noise=[rule]) as record:
        record.agent.state_from(state)
        fail(record, ValueError("margin"))
    (event,) = record.events
    assert event["tags"]["agent_id"] == "vol-arb-1"
    assert event["contexts"]["agent_state"] == {"state_from": "failed"}
    assert caplog.text.count("failed with LookupError") == 3


def tagging(name: str) -> Callable[[Event, dict[str, Any]], Event]:
    """A hook that leaves its name."""

    def hook(event: Event, hint: dict[str, Any]) -> Event:
        event.setdefault("extra", {})[name] = True
        return event

    return hook


def test_d26_raw_there_is_room_for_one_hook_and_the_last_client_brings_it() -> None:
    with raw_sentry(before_send=tagging("enrich")) as first, raw_sentry(before_send=tagging("filter")) as second:
        sentry_sdk.capture_exception(raised(ValueError("margin")))
    assert first.events == []
    assert second.event["extra"] == {"filter": True}


def test_d26_ours_hooks_are_called_one_after_the_other() -> None:
    with recording(before_send=[tagging("enrich"), tagging("filter")]) as record:
        record.agent.capture(ValueError("x"))
    assert record.events[0]["extra"] == {"enrich": True, "filter": True}


def test_d27_raw_what_makes_every_order_error_fatal_makes_all_of_them_alike() -> None:
    def hook(event: Event, hint: dict[str, Any]) -> Event:
        event["level"] = "fatal"
        return event

    with raw_sentry(before_send=hook) as sent:
        for error in (MARGIN("too low"), ZeroDivisionError("sizing")):
            sentry_sdk.capture_exception(raised(error))
    assert {event["level"] for event in sent.events} == {"fatal"}


def test_d27_ours_severity_is_the_classes(record: Recording) -> None:
    errors = [MARGIN("x"), RiskLimitBreachError("x"), OrderRejectedError("x"), ZeroDivisionError("sizing")]
    for error in errors:
        fail(record, error)
    assert [event["level"] for event in record.events] == ["warning", "warning", "error", "error"]


def test_d27_ours_in_a_placement_each_weighs_a_step_more(record: Recording) -> None:
    fail(record, MARGIN("x", phase="order_placement"))
    fail(record, OrderRejectedError("x", phase="order_placement"))
    assert [event["level"] for event in record.events] == ["error", "fatal"]


def test_d28_raw_an_error_captured_on_two_levels_is_two_events() -> None:
    inner = raised(ValueError("margin"))
    outer = RuntimeError("cycle failed")
    outer.__cause__ = inner
    with raw_sentry(integrations=[DedupeIntegration()]) as sent:
        for error in (inner, inner, outer, inner):
            sentry_sdk.capture_exception(error)
    assert [event["exception"]["values"][-1]["type"] for event in sent.events] == [
        "ValueError",
        "RuntimeError",
        "ValueError",
    ]


def test_d28_ours_one_failure_is_one_event_however_often_it_is_captured_or_wrapped(record: Recording) -> None:
    def decide() -> None:
        with record.agent.cycle():
            try:
                with record.agent.stage("order.size"):
                    raise ValueError("margin")
            except ValueError as error:
                record.agent.capture(error)
                raise RuntimeError("cycle failed") from error

    with pytest.raises(RuntimeError) as caught:
        decide()
    record.agent.capture(caught.value)
    (event,) = record.events
    span = record.one("order.size")
    assert event["contexts"]["trace"] == {"trace_id": span.trace_id, "span_id": span.span_id, "op": "order.size"}
    assert span.attributes["sentry.event_id"] == event["event_id"]


def test_d29_raw_every_line_of_an_error_log_is_an_issue_the_exporters_too() -> None:
    names = ("strategy", "opentelemetry.sdk.trace.export")
    handler = EventHandler(level=logging.ERROR)
    with raw_sentry() as sent:
        for name in names:
            logger = logging.getLogger(name)
            logger.addHandler(handler)
            logger.error("could not deliver")
            logger.removeHandler(handler)
    assert [event["logger"] for event in sent.events] == list(names)


def test_d29_ours_what_carries_telemetry_makes_no_issues_and_an_error_told_twice_is_one(record: Recording) -> None:
    with record.agent.cycle():
        for name in ("opentelemetry.sdk.trace.export", "sentry_sdk.errors", "fleaglass", "urllib3.connectionpool"):
            logging.getLogger(name).error("could not deliver")
        try:
            raise ValueError("margin")
        except ValueError as error:
            record.agent.capture(error)
            logging.getLogger("strategy").exception("no order")
        logging.getLogger("strategy").warning("rebalanced")
    assert [event["exception"]["values"][-1]["type"] for event in record.events] == ["ValueError"]
    assert [crumb.message for crumb in record.breadcrumbs] == ["no order", "rebalanced"]


def test_d30_raw_the_last_agent_of_a_process_names_them_all() -> None:
    with raw_sentry() as sent:
        for agent_id in ("vol-arb-1", "momentum-1"):
            sentry_sdk.set_tag("agent_id", agent_id)
            sentry_sdk.add_breadcrumb(message=f"{agent_id} started")
        sentry_sdk.capture_exception(raised(ValueError("of vol-arb-1")))
    assert sent.event["tags"] == {"agent_id": "momentum-1"}
    assert len(sent.event["breadcrumbs"]["values"]) == 2


async def test_d30_ours_agents_in_one_process_keep_apart() -> None:
    async def run(record: Recording, error: TradingError) -> None:
        with suppress(TradingError), record.agent.cycle():
            record.agent.breadcrumb("startup", f"{record.agent.agent_id} started")
            await asyncio.sleep(0)
            raise error

    with recording("vol-arb-1", strategy="vol-arb") as one, recording("momentum-1", strategy="momentum") as two:
        await asyncio.gather(run(one, MARGIN("x", asset="BTC")), run(two, OrderRejectedError("y", asset="ETH")))
    told = [
        (
            event["tags"]["agent_id"],
            event["tags"]["strategy"],
            event["tags"]["trade.asset"],
            event["user"]["id"],
            [crumb["message"] for crumb in event["breadcrumbs"]["values"]],
        )
        for record in (one, two)
        for event in record.events
    ]
    assert told == [
        ("vol-arb-1", "vol-arb", "BTC", "vol-arb-1", ["vol-arb-1 started"]),
        ("momentum-1", "momentum", "ETH", "momentum-1", ["momentum-1 started"]),
    ]
