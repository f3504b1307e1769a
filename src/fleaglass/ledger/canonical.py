"""The bytes of an entry: JSON in the one form of RFC 8785, made once, hashed and stored as they are.

With texts for values, all that RFC 8785 asks for beyond sorted keys and no blanks is the escaping, which msgspec does
as it says. The order is another where keys are beyond ASCII (by bytes here, by UTF-16 units there): those few go
through ``rfc8785``, which takes 40 times as long.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from fleaglass.ledger.entry import MOST_BYTES, Entry
from fleaglass.ledger.errors import EntryError

__all__ = ["VERSION", "decode", "encode"]

VERSION: Final = "1"
"""Of the form of an entry."""

_encoder: Final = msgspec.json.Encoder(order="sorted")
_decoder: Final = msgspec.json.Decoder(Entry)


def encode(entry: Entry) -> bytes:
    """The entry's bytes. Raises `EntryError`: a value is no text, cannot be UTF-8, or all are more than 60 kB."""
    _check_texts(entry.attributes)
    _check_texts(entry.commitments)
    try:
        if _is_ascii(entry.attributes) and _is_ascii(entry.commitments):
            raw = _encoder.encode(entry)
        else:
            import rfc8785

            raw = rfc8785.dumps(msgspec.to_builtins(entry))
    except ValueError as error:  # half of a surrogate pair
        raise EntryError(f"{entry.kind} entry {entry.seq} cannot be written: {error}") from None
    if len(raw) > MOST_BYTES:
        raise EntryError(f"{entry.kind} entry {entry.seq} has {len(raw)} bytes, and may have {MOST_BYTES}")
    return raw


def decode(raw: bytes, where: str) -> Entry:
    """The entry that these bytes are, and no other bytes could be. Raises `EntryError`.

    Args:
        raw: as stored.
        where: they come from, for the message.
    """
    if len(raw) > MOST_BYTES:
        raise EntryError(f"{where} has {len(raw)} bytes, and may have {MOST_BYTES}")
    try:
        entry = _decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise EntryError(f"{where} is no entry: {error}") from None
    if entry.v != VERSION:
        raise EntryError(f"{where} is of form {entry.v!r}; this Fleaglass reads form {VERSION}")
    if encode(entry) != raw:
        raise EntryError(f"{where} is not in canonical form (RFC 8785), or has fields that an entry has not")
    return entry


def _check_texts(values: Mapping[str, str]) -> None:
    for name, value in values.items():
        if not isinstance(value, str):
            raise EntryError(f"{name!r} of an entry is {type(value).__name__}, not text")


def _is_ascii(values: Mapping[str, str]) -> bool:
    return all(map(str.isascii, values))
