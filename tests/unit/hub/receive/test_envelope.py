"""An envelope is read item by item, and what is wrong with one is told with its place."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sentry_sdk import envelope as theirs

from fleaglass.hub.receive.envelope import MOST_ITEMS, Item, parse_envelope
from fleaglass.hub.receive.payload import Malformed

ID = "9ec79c33ec9942ab8353589fcb2e04dc"

texts = st.text(max_size=20)
values = st.dictionaries(texts, st.none() | st.booleans() | texts | st.lists(texts, max_size=3), max_size=3)


def test_header_and_items_are_read() -> None:
    header = {"event_id": ID, "dsn": "https://k@h/1", "sent_at": "2026-11-30T10:00:00Z", "trace": {"trace_id": "a"}}
    body = json.dumps(header).encode() + b'\n{"type":"event","length":3}\na\nb\n{"type":"session"}\n{"sid":1}'
    envelope = parse_envelope(body)
    assert (envelope.event_id, envelope.dsn, envelope.trace) == (ID, "https://k@h/1", {"trace_id": "a"})
    assert envelope.sent_ns == 1_796_032_800_000_000_000
    assert envelope.items == (
        Item(type="event", headers={"type": "event", "length": 3}, payload=b"a\nb"),
        Item(type="session", headers={"type": "session"}, payload=b'{"sid":1}'),
    )


def test_an_envelope_may_say_nothing_of_itself() -> None:
    envelope = parse_envelope(b'{}\n{"type":"who knows","length":0}\n\n\n')
    assert (envelope.event_id, envelope.dsn, envelope.sent_ns, envelope.trace) == (None, None, None, {})
    assert [(item.type, item.payload) for item in envelope.items] == [("who knows", b"")]


def test_an_id_with_dashes_is_the_same_id() -> None:
    assert parse_envelope(b'{"event_id":"9EC79C33-ec99-42ab-8353-589fcb2e04dc"}').event_id == ID


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", r"header \(byte 0\) is not JSON"),
        (b"[]\n", r"header \(byte 0\) must be a JSON object, not list"),
        (b'{}\n{"type":"event","length":5}\nabc', r"item 1 \(byte 3\) says that it has 5 bytes, but 3 are left"),
        (b'{}\n{"type":"event","length":5}', r"item 1 \(byte 3\) says that it has 5 bytes, but 0 are left"),
        (b'{}\n{"type":"event","length":2}\nabc\n', r"item 1 \(byte 3\) does not end after 2 bytes"),
        (b'{}\n{"type":"event","length":-1}\n', r"item 1 \(byte 3\): length must be a number of bytes, not '-1'"),
        (b'{}\n{"length":true}\n', r"length must be a number of bytes, not 'True'"),
        (b'{}\n{"type":"a"}\nx\nnonsense\n', r"header of item 2 \(byte 18\) is not JSON"),
        (b"{}\n" + b"x" * 70_000, r"header of item 1 \(byte 3\) is longer than 65536 bytes"),
        (b"{}\n" + b'{"type":"a"}\n\n' * (MOST_ITEMS + 1), r"more than 1000 items \(byte 14003\)"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(body: bytes, message: str) -> None:
    with pytest.raises(Malformed, match=message):
        parse_envelope(body)


@given(values, st.lists(st.tuples(texts, values, st.binary(max_size=50)), max_size=5))
def test_what_the_sdk_writes_is_read_back(
    header: dict[str, object], items: list[tuple[str, dict[str, object], bytes]]
) -> None:
    """The SDK's own writer is the oracle."""
    written = theirs.Envelope(headers=header)
    for kind, headers, payload in items:
        written.add_item(theirs.Item(payload, headers=headers, type=kind))
    read = parse_envelope(written.serialize())
    assert [(item.type, item.payload) for item in read.items] == [(kind, payload) for kind, _, payload in items]


@given(st.binary(max_size=200) | st.lists(st.sampled_from([b"{}", b'{"length":1}', b"\n", b"a"])).map(b"".join))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    with contextlib.suppress(Malformed):
        assert sum(len(item.payload) for item in parse_envelope(body).items) <= len(body)
