"""The bytes of an entry are RFC 8785's, and say nothing else when they are read."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.ledger.canonical import decode, encode
from fleaglass.ledger.entry import MOST_BYTES, Entry
from fleaglass.ledger.errors import EntryError

# Characters whose order or escaping differs between the ways of sorting and writing are asked for often.
CHARACTERS = st.one_of(
    st.characters(exclude_categories=["Cs"]),
    st.sampled_from('\x00\x08\t\n\x0b\x0c\r\x1f "\\/\x7f\x80é\u2028\ud7ff\ue000\uffff\U00010000\U0001f600\U0010ffff'),
)
TEXTS = st.text(CHARACTERS, max_size=12)
MAPPINGS = st.dictionaries(TEXTS, TEXTS, max_size=6)


def entry(**fields: object) -> Entry:
    fixed = {"kind": "intent", "seq": "7", "id": "0" * 32, "t": "1", "mono": "2", "agent": "a", "v": "1"}
    return msgspec.convert({**fixed, **fields}, Entry)


@given(TEXTS, TEXTS, MAPPINGS, MAPPINGS)
def test_the_bytes_are_those_of_the_reference(agent: str, op: str, attributes: dict, commitments: dict) -> None:
    said = entry(agent=agent, op=op, a=attributes, c=commitments)
    assert encode(said) == rfc8785.dumps(msgspec.to_builtins(said))


@given(TEXTS, MAPPINGS)
def test_what_was_encoded_is_decoded(agent: str, attributes: dict) -> None:
    said = entry(agent=agent, a=attributes)
    assert decode(encode(said), "it") == said


def test_what_is_not_said_takes_no_room() -> None:
    assert encode(entry()) == (
        b'{"agent":"a","id":"00000000000000000000000000000000","kind":"intent","mono":"2","seq":"7","t":"1","v":"1"}'
    )


@given(st.binary(max_size=300))
def test_no_bytes_do_more_than_be_refused(raw: bytes) -> None:
    with pytest.raises(EntryError):
        decode(raw, "it")


@given(st.data())
def test_a_changed_byte_is_another_entry_or_none(data: st.DataObject) -> None:
    raw = bytearray(encode(entry(a={"size": "0.5", "ä": "b"})))
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= data.draw(st.integers(1, 255))
    try:
        changed = decode(bytes(raw), "it")
    except EntryError:
        return
    assert encode(changed) == raw


REST = b'"id":"0","kind":"intent","mono":"2","seq":"7","t":"1","v":"1"}'
WRONG = {
    "a blank": b'{"agent": "a",' + REST,
    "keys in another order": b'{"id":"0","agent":"a",' + REST.removeprefix(b'"id":"0",'),
    "a field that no entry has": b'{"a1":"","agent":"a",' + REST,
    "a key twice": b'{"agent":"a","agent":"a",' + REST,
    "a field that says nothing": b'{"a":{},"agent":"a",' + REST,
    "a number": b'{"agent":"a",' + REST.replace(b'"7"', b"7"),
    "a kind that there is not": b'{"agent":"a",' + REST.replace(b"intent", b"guess"),
    "a form of the future": b'{"agent":"a",' + REST.replace(b'"v":"1"', b'"v":"2"'),
    "half of a surrogate pair": b'{"a":{"x":"\\ud800"},"agent":"a",' + REST,
    "too many bytes": json.dumps({"agent": "a" * MOST_BYTES}).encode(),
}


@pytest.mark.parametrize("raw", WRONG.values(), ids=WRONG.keys())
def test_what_is_no_entry_is_refused_with_the_place(raw: bytes) -> None:
    with pytest.raises(EntryError, match=r"entry 7 of here"):
        decode(raw, "entry 7 of here")


@pytest.mark.parametrize(
    "fields",
    [
        {"attributes": {"size": 1}},
        {"attributes": {"size": None}},
        {"commitments": {"größe": 1}},
        {"t": 5},
        {"op": object()},
    ],
)
def test_a_value_that_is_no_text_is_not_written(fields: dict[str, Any]) -> None:
    with pytest.raises(EntryError, match="intent entry 7 cannot be written"):
        encode(msgspec.structs.replace(entry(), **fields))


def test_who_wrote_a_value_that_is_no_text_is_told_which() -> None:
    with pytest.raises(EntryError, match="'size'"):
        encode(msgspec.structs.replace(entry(), attributes={"size": 1}))


def test_an_entry_that_no_tile_can_hold_is_not_written() -> None:
    with pytest.raises(EntryError, match="may have 60000"):
        encode(entry(a={"memo": "x" * MOST_BYTES}))


@pytest.mark.parametrize("attributes", [{"x": "\ud800"}, {"\ud800": "x"}])
def test_half_of_a_surrogate_pair_is_not_written(attributes: dict[str, str]) -> None:
    said = msgspec.structs.replace(entry(), attributes=attributes)
    with pytest.raises(EntryError, match="cannot be written"):
        encode(said)
