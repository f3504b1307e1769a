"""Noise is matched by type, can be configured, and a rule that fails loses nothing."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from fleaglass.recorder import DEFAULT_NOISE, Failure, NoiseRule, OperationError
from fleaglass.recorder.noise import noise_of
from fleaglass.recorder.reporter import Said
from fleaglass.testing import recording


class Busy(OperationError):
    transient = True


def is_noise(error: Exception, **about: object) -> bool:
    return noise_of(Failure(error=error, **about), DEFAULT_NOISE) is not None  # type: ignore[arg-type]


@pytest.mark.parametrize("error", [TimeoutError(), httpx.RemoteProtocolError("x"), Busy()])
def test_what_is_expected_now_and_then_is_noise(error: Exception) -> None:
    assert is_noise(error)
    assert is_noise(error, phase="balance_polling", service="wallet")
    assert not is_noise(error, phase="order_placement")
    assert not is_noise(error, spending=True)


@pytest.mark.parametrize("error", [ValueError(), httpx.ConnectError("x"), OperationError("x"), ConnectionError()])
def test_nothing_else_is(error: Exception) -> None:
    assert not is_noise(error)


def test_subclasses_count_and_names_alone_do_not() -> None:
    class Slow(TimeoutError):
        pass

    class TimeoutError_(Exception):
        pass

    TimeoutError_.__name__ = "TimeoutError"
    assert is_noise(Slow())
    assert not is_noise(TimeoutError_())


def test_a_rule_names_types_of_libraries_that_may_not_be_there() -> None:
    rule = NoiseRule(("no_such_library.Error", "httpx.ReadTimeout", "httpx.Client"), phases=("polling",))
    assert rule(Failure(error=httpx.ReadTimeout("x"), phase="polling"))
    assert not rule(Failure(error=httpx.ReadTimeout("x"), phase="elsewhere"))
    assert not rule(Failure(error=httpx.ConnectTimeout("x"), phase="polling"))
    assert not rule(Failure(error=None, phase="polling"))
    assert not NoiseRule((ValueError,), services=("wallet",))(Failure(error=ValueError()))


def test_the_authors_rules_take_the_place_of_ours() -> None:
    with recording(noise=[NoiseRule((ValueError,))]) as record:
        for error in (ValueError(), TimeoutError()):
            with pytest.raises(type(error)), record.agent.cycle():
                raise error
        assert [event["exception"]["values"][0]["type"] for event in record.events] == ["TimeoutError"]


def test_a_rule_that_fails_drops_nothing() -> None:
    def broken(failure: Failure) -> bool:
        raise KeyError("in the rule")

    with recording(noise=[broken, NoiseRule((TimeoutError,))]) as record:
        for error in (ValueError(), TimeoutError()):
            with pytest.raises(type(error)), record.agent.cycle():
                raise error
        assert len(record.events) == 1
        assert record.agent.error_counts().noise == 1


async def test_a_rule_that_does_not_say_true_drops_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """An ``async`` one answers with a coroutine, which is as good as true."""

    async def rule(failure: Failure) -> bool:
        return False

    with recording(noise=[rule, lambda failure: "yes"]) as record:
        record.agent.core.reporter.log(ValueError("kept"), None, Said())
        assert len(record.events) == 1
    said = [line for line in caplog.messages if "noise rule answered" in line]
    assert [line.split(", not")[0] for line in said] == [
        "a noise rule answered with a coroutine",
        "a noise rule answered with a str",
    ]


@pytest.mark.parametrize(
    "noise",
    [
        lambda failure: isinstance(failure.error, ValueError),
        NoiseRule(ValueError),
        NoiseRule("ValueError"),
        NoiseRule("builtins.ValueError", phases="strategy"),
        [NoiseRule([ValueError])],
    ],
)
def test_one_rule_may_stand_by_itself_and_so_may_what_it_names(noise: Any) -> None:
    with recording(noise=noise) as record:
        record.agent.phase("strategy")
        with pytest.raises(ValueError, match="x"), record.agent.cycle():
            raise ValueError("x")
        assert record.agent.error_counts().noise == 1


@pytest.mark.parametrize("named", ["ReadTimeout", "httpx.Client", "httpx.NoSuchError", int, 7])
def test_a_rule_that_can_match_nothing_is_named(caplog: pytest.LogCaptureFixture, named: Any) -> None:
    rule = NoiseRule(named)
    assert f"{named} is no class of errors" in caplog.text
    assert not rule(Failure(error=httpx.ReadTimeout("x")))


def test_a_library_that_is_not_loaded_is_no_mistake(caplog: pytest.LogCaptureFixture) -> None:
    NoiseRule("no_such_library.Error")
    assert caplog.text == ""


@pytest.mark.parametrize("argument", ["noise", "before_send", "watches"])
@pytest.mark.parametrize("given", [7, [None], "x", lambda: 1])
def test_an_argument_that_makes_no_sense_costs_no_agent_and_no_event(argument: str, given: Any) -> None:
    with recording(**{argument: given}) as record:
        with pytest.raises(ValueError, match="x"), record.agent.cycle():
            raise ValueError("x")
        assert len(record.events) == len(record.spans) == 1


def test_hooks_see_each_event_in_order_and_may_change_or_drop_it() -> None:
    def tag(event: dict, hint: dict) -> dict:
        event["tags"]["seen"] = type(hint["exc_info"][1]).__name__
        return event

    def drop(event: dict, hint: dict) -> dict | None:
        assert event["tags"]["seen"]
        return None if event["tags"]["seen"] == "KeyError" else event

    with recording(before_send=[tag, drop]) as record:
        record.agent.capture(KeyError("dropped"))
        record.agent.capture(ValueError())
        assert [event["tags"]["seen"] for event in record.events] == ["ValueError"]
        assert record.agent.error_counts().hooks == 1


def test_a_hook_that_fails_or_answers_nonsense_loses_nothing_and_leaves_nothing() -> None:
    def half(event: dict, hint: dict) -> dict:
        event["tags"].clear()
        event["exception"]["values"].clear()
        raise RuntimeError("in the hook")

    def nonsense(event: dict, hint: dict) -> dict:
        return {"not": "an event"}

    with recording(before_send=[half, nonsense]) as record:
        record.agent.capture(ValueError("kept"))
        (event,) = record.events
        assert event["tags"]["platform"] == "purple_flea"
        assert event["exception"]["values"][0]["value"] == "kept"


def test_a_hook_cannot_put_a_secret_in() -> None:
    def leak(event: dict, hint: dict) -> dict:
        event["extra"] = {"headers": [("Authorization", "Bearer pf_live_0123456789abcdef")]}
        return event

    with recording(before_send=[leak]) as record:
        record.agent.capture(ValueError())
        assert "0123456789abcdef" not in repr(record.events)
