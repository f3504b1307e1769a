"""The stack trace of an error is Python's own, unless there is too much of it."""

import re
import traceback
from collections.abc import Callable

import pytest

from fleaglass.recorder.stack_text import message_of, stack_text


def caught(raises: Callable[[], object]) -> BaseException:
    try:
        raises()
    except BaseException as error:
        return error
    raise AssertionError


def fail(what: object = "no price") -> None:
    raise ValueError(what)


def noted() -> None:
    error = ValueError("no price")
    error.add_note("of BTC")
    error.add_note("at 10:33")
    raise error


def wrapped() -> None:
    try:
        fail()
    except ValueError as error:
        raise RuntimeError("wrapped") from error


def met_another() -> None:
    try:
        wrapped()
    except RuntimeError:
        fail("while giving up")


def hidden() -> None:
    try:
        fail()
    except ValueError:
        raise RuntimeError("hides it") from None


def grouped() -> None:
    inner = ExceptionGroup("inner", [caught(wrapped), KeyError("never raised")])  # type: ignore[list-item]
    raise ExceptionGroup("outer", [inner, caught(noted)])  # type: ignore[list-item]


def raised_from_a_group() -> None:
    try:
        grouped()
    except ExceptionGroup as error:
        raise RuntimeError("in sum") from error


def misspelt() -> None:
    compile("size = = 3", "strategy.py", "exec")


@pytest.mark.parametrize(
    "raises",
    [fail, noted, wrapped, met_another, hidden, grouped, raised_from_a_group, misspelt],
    ids=lambda f: f.__name__,
)
def test_it_is_what_python_prints(raises: Callable[[], object]) -> None:
    error = caught(raises)
    assert stack_text(error) == "".join(traceback.format_exception(error))


def test_one_that_was_never_raised_is_its_last_line() -> None:
    assert stack_text(ValueError("made")) == "ValueError: made\n"


def test_one_that_is_its_own_cause_is_told_once() -> None:
    error = ValueError("odd")
    error.__cause__ = error
    assert stack_text(error) == "ValueError: odd\n"


def test_a_runaway_recursion_keeps_both_ends_and_says_what_is_between() -> None:
    def even(levels: int) -> None:
        odd(levels - 1)

    def odd(levels: int) -> None:
        even(levels - 1) if levels > 1 else fail("at the bottom")

    text = stack_text(caught(lambda: even(500)))
    frames = re.findall(r"  File .*, in (\S+)|(\[.*\])", text)
    told = [name or gap for name, gap in frames]
    assert told == [
        "caught",
        "<lambda>",
        *["even", "odd"] * 4,
        "[473 frames left out]",
        "odd",
        *["even", "odd"] * 9,
        "fail",
    ]
    assert text.endswith("ValueError: at the bottom\n")


class Counted(Exception):
    asked = 0

    def __str__(self) -> str:
        Counted.asked += 1
        return "member"


def test_a_large_group_is_not_read_to_its_end() -> None:
    Counted.asked = 0
    text = stack_text(ExceptionGroup("many", [Counted() for _ in range(10_000)]))
    assert "ExceptionGroup: many (10000 sub-exceptions)\n  | 9989 of them left out\n" in text
    assert text.count("Counted: member\n") == Counted.asked == 11


def test_a_long_chain_is_not_followed_to_its_end() -> None:
    """A loop of retries that wraps what went wrong the last time."""
    Counted.asked = 0
    error: Exception | None = None
    for _ in range(500):
        try:
            raise Counted from error
        except Counted as failed:
            error = failed
    assert error is not None
    text = stack_text(error)
    assert text.count("Counted: member\n") == Counted.asked == 12


def test_the_exception_keeps_all_it_has() -> None:
    error = caught(raised_from_a_group)
    before = error.__traceback__, error.__cause__, error.__context__
    stack_text(error)
    assert (error.__traceback__, error.__cause__, error.__context__) == before


class Rude(Exception):
    def __str__(self) -> str:
        raise RuntimeError


def test_one_that_cannot_say_what_it_is() -> None:
    assert message_of(Rude()) is None
    assert stack_text(Rude()).endswith("Rude: <its message could not be made>\n")
