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
    """The entry's bytes, which `decode` reads.

    Raises `EntryError`: a value is no text, cannot be UTF-8, or all are more than 60 kB.
    """
    try:
        raw = _bytes_of(entry)
        _decoder.decode(raw)  # structs are not checked when they are made, and what is written must be read again
    except msgspec.ValidationError as error:
        odd = [name for name, value in {**entry.attributes, **entry.commitments}.items() if not isinstance(value, str)]
        raise EntryError(f"{_called(entry)} cannot be written: {error}{f' ({odd[0]!r})' if odd else ''}") from None
    except (ValueError, TypeError) as error:  # half of a surrogate pair; no type of JSON's
        raise EntryError(f"{_called(entry)} cannot be written: {error}") from None
    if len(raw) > MOST_BYTES:
        raise EntryError(f"{_called(entry)} has {len(raw)} bytes, and may have {MOST_BYTES}")
    return raw


def _called(entry: Entry) -> str:
    return f"{entry.kind} entry {entry.seq}"


def _bytes_of(entry: Entry) -> bytes:
    if _is_ascii(entry.attributes) and _is_ascii(entry.commitments):
        return _encoder.encode(entry)
    import rfc8785

    return rfc8785.dumps(msgspec.to_builtins(entry))


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
    if _bytes_of(entry) != raw:
        raise EntryError(f"{where} is not in canonical form (RFC 8785), or has fields that an entry has not")
    return entry


def _is_ascii(values: Mapping[str, str]) -> bool:
    return all(map(str.isascii, values))
