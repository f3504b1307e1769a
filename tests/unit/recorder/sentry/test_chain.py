"""Which exceptions an event shows, and of a runaway stack its beginning and its end."""

from types import FrameType

import pytest

from fleaglass.recorder.sentry.chain import exception_values
from fleaglass.recorder.sentry.items import Event

MECHANISM = {"type": "fleaglass", "handled": True}
OPTIONS = {"include_local_variables": False, "include_source_context": True, "max_value_length": None}


def shown(error: BaseException) -> tuple[list[Event], list[tuple[Event, FrameType]]]:
    return exception_values(error, mechanism=MECHANISM, options=OPTIONS)


def caught(raises: object) -> BaseException:
    try:
        raises()  # type: ignore[operator]
    except BaseException as error:
        return error
    raise AssertionError


def deep(levels: int) -> None:
    if levels == 0:
        raise ValueError("at the bottom")
    deep(levels - 1)


def wrapped() -> None:
    try:
        deep(3)
    except ValueError as error:
        raise RuntimeError("wrapped") from error


def test_what_it_was_raised_from_comes_before_it() -> None:
    values, frames = shown(caught(wrapped))
    assert [(value["type"], value["value"]) for value in values] == [
        ("ValueError", "at the bottom"),
        ("RuntimeError", "wrapped"),
    ]
    assert [value["mechanism"] for value in values] == [MECHANISM, MECHANISM]
    made = [frame for value in values for frame in value["stacktrace"]["frames"]]
    assert [id(frame) for frame in made] == [id(frame) for frame, _ in frames]
    assert [frame["function"] for frame in made] == [frame.f_code.co_name for _, frame in frames]


def test_members_of_a_group_say_whose_they_are() -> None:
    def raises() -> None:
        raise ExceptionGroup("two", [ValueError("a"), ExceptionGroup("inner", [KeyError("b")])])

    values, _ = shown(caught(raises))
    numbers = [
        (value["value"], value["mechanism"]["exception_id"], value["mechanism"].get("parent_id")) for value in values
    ]
    assert numbers == [
        ("'b'", 3, 2),
        ("inner", 2, 0),
        ("a", 1, 0),
        ("two", 0, None),
    ]


def test_a_large_group_is_not_read_to_its_end() -> None:
    def raises() -> None:
        raise ExceptionGroup("many", [ValueError(number) for number in range(10_000)])

    values, _ = shown(caught(raises))
    assert len(values) == 32
    assert values[-1]["type"] == "ExceptionGroup"


def test_one_that_is_its_own_cause_is_shown_once() -> None:
    error = ValueError("odd")
    error.__cause__ = error
    assert len(shown(error)[0]) == 1


def test_one_that_was_never_raised_has_no_stack() -> None:
    (value,), frames = shown(ValueError("made"))
    assert "stacktrace" not in value
    assert frames == []


@pytest.mark.parametrize("wrap", [False, True])
def test_a_runaway_recursion_keeps_its_beginning_and_its_end(wrap: bool) -> None:
    def raises() -> None:
        try:
            deep(400)
        except ValueError as error:
            if wrap:
                raise RuntimeError from error
            raise

    error = caught(raises)
    value = shown(error)[0][0]
    frames = value["stacktrace"]["frames"]
    assert len(frames) == 60
    assert [frame["function"] for frame in frames[-2:]] == ["deep", "deep"]
    assert frames[0]["function"] == ("raises" if wrap else "caught")
    first, end = value["stacktrace"]["frames_omitted"]
    assert (first, end - first) == (20, 401 + (1 if wrap else 2) - 60)


def test_the_exception_keeps_all_of_its_traceback() -> None:
    error = caught(lambda: deep(400))
    before = error.__traceback__
    shown(error)
    assert error.__traceback__ is before
    steps = 0
    while before is not None:
        steps, before = steps + 1, before.tb_next
    assert steps == 403
