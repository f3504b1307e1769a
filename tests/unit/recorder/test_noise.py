"""Noise is matched by type, can be configured, and a rule that fails loses nothing."""

from __future__ import annotations

import httpx
import pytest

from fleaglass.recorder import DEFAULT_NOISE, Failure, NoiseRule, OperationError
from fleaglass.recorder.noise import noise_of
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
