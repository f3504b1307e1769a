"""An answer's body, read by our names for its fields and never trusted to be complete.

JSON numbers become Decimal with the exact digits the venue wrote. A field that is missing or of the wrong kind is
``None``: once the venue has acted, an odd answer must not turn into an exception.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import msgspec

from fleaglass.venue.money import optional_decimal
from fleaglass.venue.profile import Endpoint

__all__ = ["Body", "encode"]

# Not Decimal itself, which raises for an exponent that it cannot hold.
_decoder: Final = msgspec.json.Decoder(float_hook=optional_decimal)
_encoder: Final = msgspec.json.Encoder(decimal_format="number")


def encode(fields: Mapping[str, object]) -> bytes:
    """A request's body, Decimals as JSON numbers with all their digits. ``TypeError`` for what JSON cannot say."""
    return _encoder.encode(fields)


class Body:
    """A JSON object, seen through an endpoint's table of field names."""

    def __init__(self, fields: Mapping[str, Any], names: Mapping[str, str]) -> None:
        self.fields = fields
        self._names = names

    @classmethod
    def parse(cls, content: bytes, endpoint: Endpoint) -> Body:
        """The body of an answer. ``ValueError`` when it is not a JSON object."""
        try:
            fields = _decoder.decode(content)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
            raise ValueError("the answer is not JSON") from error
        if not isinstance(fields, dict):
            raise ValueError(f"the answer is not a JSON object but {type(fields).__name__}")
        return cls(fields, endpoint.receives)

    def has(self, name: str) -> bool:
        """Whether the field is there, be it null."""
        return self._names.get(name) in self.fields

    def get(self, name: str) -> Any:
        """The field as JSON gave it, ``None`` if it is not there."""
        return self.fields.get(self._names.get(name, name))

    def text(self, name: str) -> str | None:
        """A field that is a non-empty string, or a number used as an id."""
        value = self.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        return value if isinstance(value, str) and value else None

    def decimal(self, name: str) -> Decimal | None:
        """A field that is a finite number, or a string holding one."""
        return optional_decimal(self.get(name))

    def decimals(self, name: str) -> tuple[Decimal, ...]:
        """A field that is a list of numbers; others in it are left out."""
        values = self.get(name)
        if not isinstance(values, list):
            return ()
        return tuple(number for value in values if (number := optional_decimal(value)) is not None)

    def items(self) -> tuple[Body, ...]:
        """The objects of a list answer."""
        values = self.get("items")
        if not isinstance(values, list):
            return ()
        return tuple(Body(value, self._names) for value in values if isinstance(value, dict))
