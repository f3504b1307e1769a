"""Which events share an issue, and which do not."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.hub.issues.event import Event, Exc, Frame
from fleaglass.hub.issues.grouping import By, bases, hashes

from .made import app, event, lib, raised

MAIN, PLACE, SEND = app("agent.run"), app("agent.place", "await send(order)"), lib("httpx.send")


@pytest.mark.parametrize(
    ("of", "by"),
    [
        (event(exceptions=(raised("E", MAIN, SEND),)), ["in-app stack", "stack"]),
        (event(exceptions=(raised("E", SEND),)), ["stack"]),
        (event(stack=(MAIN,), message="m"), ["in-app stack", "stack"]),
        (event(exceptions=(raised("E", value="v"),), message="m"), ["exception"]),
        (event(exceptions=(raised("E"),), message="m"), ["exception"]),
        (event(exceptions=(raised("", value="v"),), message="m"), ["exception"]),
        (event(exceptions=(raised(""),), message="m"), ["message"]),
        (event(exceptions=(raised("E", Frame(line=3)),)), ["exception"]),
        (event(message="m"), ["message"]),
        (event(), ["nothing"]),
        (event(message="  "), ["nothing"]),
    ],
)
def test_the_first_thing_that_an_event_has_decides(of: Event, by: list[By]) -> None:
    assert [basis.by for basis in bases(of)] == by


def of_stack(*frames: Frame, kind: str = "E", **fields: object) -> Event:
    return event(exceptions=(raised(kind, *frames, value="order 7"),), **fields)


SAME = {
    "another line number": (of_stack(MAIN, app("agent.run", line=3)), of_stack(MAIN, app("agent.run", line=9))),
    "another indentation": (of_stack(app("a.f", "x = 1")), of_stack(app("a.f", "\t x = 1 "))),
    "another value": (
        event(exceptions=(raised("E", MAIN, value="a"),)),
        event(exceptions=(raised("E", MAIN, value="b"),)),
    ),
    "other libraries": (of_stack(MAIN, PLACE, SEND), of_stack(MAIN, lib("asyncio.run"), PLACE, lib("requests.post"))),
    "a deeper recursion": (of_stack(MAIN, PLACE, PLACE), of_stack(MAIN, PLACE, PLACE, PLACE, PLACE)),
    "other numbers in a value": (
        event(exceptions=(raised("E", value="order ord_5f1c of 3"),)),
        event(exceptions=(raised("E", value="order ord_77aa of 14"),)),
    ),
    "other numbers in a message": (event(message="7 left"), event(message="8 left")),
    "other parameters of one template": (
        event(message="asset BTC failed", raw_message="asset %s failed"),
        event(message="asset ETH failed", raw_message="asset %s failed"),
    ),
    "another release, tag and user": (of_stack(MAIN, release="a@1", tags={"a": "b"}), of_stack(MAIN, user="u")),
    "nothing, twice": (event(), event(level="fatal", logger="x")),
}

DIFFERENT = {
    "another in-app function": (of_stack(MAIN, PLACE), of_stack(MAIN, app("agent.cancel", "await send(order)"))),
    "another module": (of_stack(app("a.f")), of_stack(app("b.f"))),
    "another line of source": (of_stack(app("a.f", "x()")), of_stack(app("a.f", "y()"))),
    "another type": (of_stack(MAIN, kind="TimeoutError"), of_stack(MAIN, kind="TradeError")),
    "another cause": (
        event(exceptions=(raised("KeyError"), raised("TradeError", MAIN))),
        event(exceptions=(raised("TimeoutError"), raised("TradeError", MAIN))),
    ),
    "a cause, and none": (
        event(exceptions=(raised("KeyError"), raised("TradeError", MAIN))),
        event(exceptions=(raised("TradeError", MAIN),)),
    ),
    "the chain the other way round": (
        event(exceptions=(raised("A", MAIN), raised("B", PLACE))),
        event(exceptions=(raised("B", PLACE), raised("A", MAIN))),
    ),
    "another value, without a stack": (
        event(exceptions=(raised("E", value="no funds"),)),
        event(exceptions=(raised("E", value="no price"),)),
    ),
    "the same words as value and as message": (event(exceptions=(raised("", value="m"),)), event(message="m")),
    "parts that only joined are the same": (of_stack(app("a.bc")), of_stack(app("ab.c"))),
}


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=list(SAME))
def test_these_are_one_issue(one: Event, other: Event) -> None:
    assert hashes(one)[0] == hashes(other)[0]


@pytest.mark.parametrize(("one", "other"), DIFFERENT.values(), ids=list(DIFFERENT))
def test_these_are_two_issues(one: Event, other: Event) -> None:
    assert not set(hashes(one)) & set(hashes(other))


def test_an_issue_holds_together_when_a_client_changes_what_it_calls_in_app() -> None:
    before = hashes(of_stack(MAIN, PLACE, SEND))
    after = hashes(of_stack(lib("agent.run"), PLACE, SEND))
    assert before[0] != after[0]
    assert before[1] == after[1]


def test_a_stack_that_is_all_in_app_has_one_hash() -> None:
    assert len(hashes(of_stack(MAIN, PLACE))) == 1


def test_a_custom_fingerprint_is_the_md5_of_its_values_as_one_text() -> None:
    found = hashes(of_stack(MAIN, fingerprint=("TradeError", "{{ tags.asset }}", "execute"), tags={"asset": "BTC"}))
    assert found == (hashlib.md5(b"TradeErrorBTCexecute").hexdigest(),)


def test_a_hybrid_fingerprint_shares_an_issue_only_where_default_and_all_entries_agree() -> None:
    def hybrid(*entries: str, frame: Frame = MAIN) -> tuple[str, ...]:
        return hashes(of_stack(frame, SEND, fingerprint=("{{ default }}", *entries)))

    assert hybrid("BTC", "buy") == hybrid("BTC", "buy")
    others = [hybrid("BTC", "sell"), hybrid("BTCb", "uy"), hybrid("BTC"), hybrid("BTC", "buy", frame=PLACE)]
    for other in (*others, hashes(of_stack(MAIN, SEND))):
        assert not set(hybrid("BTC", "buy")) & set(other)
    assert len(hybrid("BTC")) == 2


def some_events() -> st.SearchStrategy[Event]:
    text = st.text(max_size=8)
    frames = st.lists(
        st.builds(Frame, function=text, module=text, filename=text, context_line=text, in_app=st.booleans()), max_size=4
    ).map(tuple)
    chain = st.lists(st.builds(Exc, type=text, value=text, frames=frames), max_size=3).map(tuple)
    entries = st.lists(st.sampled_from(["{{ default }}", "{{ type }}", "x"]), max_size=3).map(tuple)
    return st.builds(event, exceptions=chain, stack=frames, message=text, raw_message=text, fingerprint=entries)


@given(some_events())
def test_every_event_has_hashes_and_always_the_same(of: Event) -> None:
    found = hashes(of)
    assert found == hashes(of)
    assert len(set(found)) == len(found) in (1, 2)
    assert all(len(each) == 32 and int(each, 16) >= 0 for each in found)


def test_hashes_stay_what_they_are_from_one_version_of_the_hub_to_the_next() -> None:
    # They are kept for good: with others, every issue would be made anew.
    assert hashes(of_stack(MAIN, PLACE, SEND)) == (
        "7ce8f6fabac9a2ac1ed09a9ad4343ade",
        "bb4daa078c8c220398d5546b7bf900d8",
    )
    assert hashes(event(message="7 left")) == ("34c60a99902be0078e8d8aae3550471c",)
    assert hashes(event()) == ("296b037326774a2f95a04ad56b96760e",)
