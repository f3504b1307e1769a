"""The locals of an event: what a reader needs of them, in a time that an agent has."""

import sys
from collections import deque
from dataclasses import dataclass, field
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from fleaglass.recorder.sentry.items import Event
from fleaglass.recorder.sentry.local_values import show_locals

MANY = 100_000


def shown(**values: Any) -> dict[str, Any]:
    """As the locals of one frame."""
    made: Event = {"in_app": True}
    show_locals([(made, SimpleNamespace(f_locals=values))])  # type: ignore[list-item]
    found: dict[str, Any] = made["vars"]
    return found


class Expensive:
    """Its repr must not be asked for."""

    def __init__(self) -> None:
        self.history = list(range(MANY))

    def __repr__(self) -> str:
        raise AssertionError("asked")


@dataclass
class Book:
    levels: list[int]
    note: str = "thin"


@dataclass(slots=True)
class Slotted:
    levels: list[int]


class Struct(msgspec.Struct):
    levels: list[int]


class Desk:
    def __init__(self) -> None:
        self.book = Book(list(range(MANY)))

    def __repr__(self) -> str:
        return f"Desk({self.book})"


@dataclass
class Account:
    name: str
    key: str = field(repr=False)


def test_containers_item_by_item_and_everything_else_by_its_repr() -> None:
    assert shown(
        side="buy", size=Decimal("0.1"), signal={"z": 1.8, "legs": ["BTC", ("ETH", None)]}, book=Book([1, 2]), raw=b"x"
    ) == {
        "side": "'buy'",
        "size": "Decimal('0.1')",
        "signal": {"z": "1.8", "legs": ["'BTC'", ["'ETH'", "None"]]},
        "book": "Book(levels=[1, 2], note='thin')",
        "raw": "b'x'",
    }


def test_a_class_says_itself_what_may_be_seen() -> None:
    assert shown(account=Account("a", "hunter2")) == {"account": "Account(name='a')"}


@pytest.mark.parametrize(
    "value",
    [Book(list(range(MANY))), Slotted(list(range(MANY))), Struct(list(range(MANY))), Desk(), Expensive(), 1 << MANY],
    ids=lambda value: type(value).__name__,
)
def test_a_repr_that_would_write_thousands_of_things_is_not_asked_for(value: object) -> None:
    assert shown(value=value) == {"value": f"<{type(value).__name__}, too large to show>"}


def test_of_a_large_container_the_first_items_are_read() -> None:
    large = {"list": list(range(MANY)), "deque": deque(range(MANY)), "dict": dict.fromkeys(range(MANY))}
    found = shown(**large)
    assert [len(found[name]) for name in large] == [10, 10, 10]


def test_of_a_large_text_no_more_is_read_than_is_searched_for_secrets() -> None:
    assert len(shown(body="x" * 30_000_000)["body"]) <= 65_536


def test_a_container_below_others_is_read_to_some_depth() -> None:
    assert shown(a=[[[[[1]]]]]) == {"a": [[[["[1]"]]]]}
    assert shown(a=[[[[list(range(MANY))]]]]) == {"a": [[[["<list, too large to show>"]]]]}


def test_one_that_holds_itself_has_an_end() -> None:
    endless: list[Any] = []
    endless.append(endless)
    assert "[[...]]" in repr(shown(endless=endless))


def test_one_whose_repr_fails_costs_only_itself() -> None:
    class Broken:
        def __repr__(self) -> str:
            raise RuntimeError

    assert shown(broken=Broken(), side="buy") == {"broken": "[unreadable]", "side": "'buy'"}


def test_one_large_local_leaves_room_for_the_others() -> None:
    tree = {i: {j: {k: list(range(10)) for k in range(10)} for j in range(10)} for i in range(10)}
    found = shown(tree=tree, side="buy")
    assert repr(found).count("'0'") < 200
    assert found["side"] == "'buy'"


def test_the_innermost_frames_come_first_and_a_library_s_not_at_all() -> None:
    def inner(levels: int, found: list[tuple[Event, Any]], book: list[int]) -> None:
        found.append(({"in_app": levels != 3}, sys._getframe()))
        if levels:
            inner(levels - 1, found, book)
        else:
            show_locals(found)

    found: list[tuple[Event, Any]] = []
    inner(300, found, list(range(10)))
    assert found[-1][0]["vars"]["book"] == [repr(number) for number in range(10)]
    assert found[0][0]["vars"]["book"] == "…"
    assert found[-4][0] == {"in_app": False}
