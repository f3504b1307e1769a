"""What varies in a message becomes a placeholder; what does not stays."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fleaglass.hub.issues.parameterise import parameterise


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("no price for BTC", "no price for BTC"),
        ("order ord_5f1c9a timed out", "order <id> timed out"),
        ("escrow esc_live_9ab2c: not funded", "escrow <id>: not funded"),
        ("wallet w_1 and 'w_22'", "wallet <id> and '<id>'"),
        ("id 01ARZ3NDEKTSV4RRFFQ69G5FAV", "id <id>"),
        ("order 6f9619ff-8b86-d011-b42d-00c04fc964ff", "order <uuid>"),
        ("commit da39a3ee5e6b4b0d3255bfef95601890afd80709", "commit <hash>"),
        ("at 0xDEADbeef, deadbee5", "at <hex>, <hex>"),
        ("to 0x52908400098527886E0F7030069857D2E4169EE7", "to <hex>"),
        ("10.0.0.1 and 10.0.0.1:8080", "<ip> and <ip>"),
        ("2001:db8::1, ::1, fe80:0:0:0:1:2:3:4", "<ip>, <ip>, <ip>"),
        ("mail ops+1@example.co.uk", "mail <email>"),
        ("GET https://api.example.com/v1/orders?id=7 failed", "GET <url> failed"),
        ("(postgresql://db/x)", "(<url>)"),
        ("since 2026-11-30T10:33:12.123Z", "since <date>"),
        ("since 2026-11-30T10:33:12+01:00", "since <date>"),
        ("since 2026-11-30 10:33:12,123", "since <date> <time>"),
        ("on 2026/11/30 or 30/11/2026", "on <date> or <date>"),
        ("Mon, 30 Nov 2026 10:33:12 GMT", "<date> <time> GMT"),
        ("Nov 30 10:33:12", "<date> <time>"),
        ("30 November", "<date>"),
        ("after 30s, 1.5ms, 1h30m, 2 seconds", "after <duration>, <duration>, <duration>, <num> seconds"),
        ("0.25 -3 +4 1e-9 1,234.50 99%", "<num> <num> <num> <num> <num> <num>%"),
        ("price=$10.50;left:3", "price=$<num>;left:<num>"),
        ('{"code": 429, "list": [1, 2]}', '{"code": <num>, "list": [<num>, <num>]}'),
        ("512MB of 2x", "<num>MB of <num>x"),
        ("port host:8080", "port host:<num>"),
        # a name is not a variable part
        ("utf8 sha256 BTC2 x86", "utf8 sha256 BTC2 x86"),
        ("std::vec deadbeef abc::def", "std::vec deadbeef abc::def"),
        ("May I? may 5", "May I? may <num>"),
        ("line\n\ttabs  and spaces kept", "line\n\ttabs  and spaces kept"),
    ],
)
def test_what_varies_becomes_a_placeholder(text: str, expected: str) -> None:
    assert parameterise(text) == expected


def texts() -> st.SearchStrategy[str]:
    pieces = st.sampled_from(
        [
            *'1a-+.,:/@_<>TZeéh[" \n',
            "12",
            "f0",
            "deadbee5",
            "::",
            "://",
            "ord_",
            "0x",
            "ms",
            "Nov",
            "2026",
            "0123456789abcdef" * 2,
        ]
    )
    return st.one_of(st.lists(pieces, max_size=30).map("".join), st.text(max_size=60))


@settings(max_examples=500)
@given(texts())
def test_doing_it_twice_changes_nothing(text: str) -> None:
    once = parameterise(text)
    assert parameterise(once) == once


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.uuids(), st.uuids())
def test_messages_that_differ_in_numbers_and_ids_are_equal(a: int, b: int, one: object, other: object) -> None:
    assert parameterise(f"order {one} of {a} failed") == parameterise(f"order {other} of {b} failed")


LONG = 100_000


@pytest.mark.timeout(60)  # were time to grow with the square of the length, it would be hours
@settings(max_examples=60, deadline=None)
@given(st.lists(texts(), min_size=1, max_size=3))
@example(["a"])
@example(["1"])
@example(["a."])
@example(["1,"])
@example(["1,111"])
@example(["1:"])
@example(["a@a."])
@example(["a-b+"])
@example(["f:"])
@example(["a_"])
@example(["1s"])
@example(["1.1"])
@example(["a:"])
@example(["Nov "])
@example(["12 "])
def test_no_hundred_kilobytes_of_any_text_take_long(pieces: list[str]) -> None:
    unit = "".join(pieces) or " "
    once = parameterise((unit * (LONG // len(unit) + 1))[:LONG] + "!")
    assert parameterise(once) == once
